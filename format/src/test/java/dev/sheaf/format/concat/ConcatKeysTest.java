package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Joining datasets that have keys in common. */
class ConcatKeysTest extends ConcatCase {
  /** Two datasets, of which the second has two keys of the first, one as the whole of a part. */
  private void clashing() {
    dataset("a", 3);
    try (Dataset b = Dataset.create(path("b"))) {
      append(b, "b", 0, 2);
      try (Transaction change = b.begin()) {
        change.append(Row.of().key("a1").set("label", "theirs"));
        change.append(Row.of().key("a2").set("label", "theirs"));
        change.commit("Same keys");
      }
      try (Transaction change = b.begin()) {
        SampleId whole = b.head().find("a1").orElseThrow().id();
        change.appendDerived(whole, "crop", "box", Row.of().key("part").set("label", "part"));
        change.commit("Part");
      }
    }
  }

  private static SampleId parent(Sample part) {
    Map<?, ?> cell = (Map<?, ?>) part.value("_parent");
    return new SampleId(
        ((Number) cell.get("run")).longValue(), ((Number) cell.get("ordinal")).longValue());
  }

  @Test
  void refusesKeysThatAreTaken() {
    clashing();
    try (Dataset b = Dataset.open(path("b"));
        Dataset a = Dataset.open(path("a"))) {
      String before = a.head().commit().id();
      assertThatThrownBy(() -> Concat.of(b.head()).into(path("a")).run())
          .isInstanceOf(InvalidInputException.class)
          .satisfies(code("SHEAF-CAT-001"))
          .hasMessageContaining("2 keys of b are taken by another sample: \"a1\", \"a2\"");
      assertThat(a.head().commit().id()).isEqualTo(before);
      assertThatThrownBy(() -> Concat.of(a.head(), b.head()).into(path("fresh")).run())
          .satisfies(code("SHEAF-CAT-001"));
      assertThat(path("fresh")).doesNotExist();
    }
  }

  @Test
  void leavesSamplesWithTakenKeysOutAndGivesTheirPartsAnotherWhole() {
    clashing();
    try (Dataset b = Dataset.open(path("b"))) {
      ConcatReport report =
          Concat.of(b.head()).into(path("a")).onConflict(Concat.OnConflict.SKIP).run();
      assertThat(report.rows()).isEqualTo(6);
      assertThat(report.sources().get(0).skipped()).isEqualTo(2);
    }
    try (Dataset a = Dataset.open(path("a"))) {
      Version head = a.head();
      assertThat(head.find("a1").orElseThrow().text("label")).isEqualTo("a");
      assertThat(parent(head.find("part").orElseThrow()))
          .isEqualTo(head.find("a1").orElseThrow().id());
      assertWhole(a);
      try (Dataset b = Dataset.open(path("b"))) {
        ConcatReport again =
            Concat.of(b.head()).into(path("a")).onConflict(Concat.OnConflict.SKIP).run();
        assertThat(again.committed()).isFalse();
      }
    }
  }

  @Test
  void givesSamplesWithTakenKeysTheNameOfTheirSource() {
    clashing();
    try (Dataset b = Dataset.open(path("b"))) {
      ConcatReport report =
          Concat.of(b.head()).into(path("a")).onConflict(Concat.OnConflict.PREFIX).run();
      assertThat(report.rows()).isEqualTo(8);
      assertThat(report.sources().get(0).renamed()).isEqualTo(2);
    }
    try (Dataset a = Dataset.open(path("a"))) {
      Version head = a.head();
      assertThat(head.find("a1").orElseThrow().text("label")).isEqualTo("a");
      Sample renamed = head.find("b/a1").orElseThrow();
      assertThat(renamed.text("label")).isEqualTo("theirs");
      assertThat(parent(head.find("part").orElseThrow())).isEqualTo(renamed.id());
      assertThat(head.find("b0")).isPresent();
      assertWhole(a);
      try (Dataset b = Dataset.open(path("b"))) {
        ConcatReport again = Concat.of(b.head()).into(path("a")).run();
        assertThat(again.committed()).isFalse();
        assertThat(again.sources().get(0).present()).isEqualTo(5);
        // Their keys are others now.
        assertThat(again.sources().get(0).differing()).isEqualTo(2);
      }
    }
  }
}
