package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.purge.People;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Joining datasets of which one has purged samples. */
class ConcatPurgeTest extends ConcatCase {
  @Test
  void purgedSamplesDoNotCome() {
    Path people = People.write(path("people"), 30, true);
    try (Dataset source = Dataset.open(people)) {
      SampleId victim = source.at("v1").sample(7).id();
      source.purge(
          new PurgeRequest(Set.of(victim), "gone", PurgeRequest.Shared.REFUSE), Progress.NONE);
      ConcatReport report = Concat.of(source.at("v1")).into(path("all")).run();
      assertThat(report.rows()).isEqualTo(29);
      assertThat(report.sources().get(0).purged()).isEqualTo(1);
      try (Dataset joined = Dataset.open(path("all"))) {
        for (long i = 0; i < 29; i++) {
          Sample sample = joined.head().sample(i);
          for (String column : People.COLUMNS) {
            assertThat(People.read(sample, column)).as(column).isNotNull();
          }
        }
        assertWhole(joined);
        assertThat(joined.head().find("person-7")).isEmpty();
      }
    }
  }

  @Test
  void whatTheTargetHasPurgedDoesNotComeBack() {
    Path people = People.write(temp.resolve("people.sheaf"), 30, true);
    Path all = path("all");
    SampleId victim;
    SampleId other;
    try (Dataset source = Dataset.open(people);
        Dataset target = Dataset.create(all)) {
      other = source.at("v1").sample(5).id();
      Concat.of(source.at("v1").pick(0, 1, 2)).into(all).run();
      victim = target.head().sample(1).id();
      target.purge(
          new PurgeRequest(Set.of(victim), "gone", PurgeRequest.Shared.REFUSE), Progress.NONE);
      ConcatReport report = Concat.of(source.at("v1")).into(all).run();
      assertThat(report.committed()).isFalse();
      assertThat(report.sources().get(0).gone()).isEqualTo(28);
    }
    try (Dataset target = Dataset.open(all)) {
      assertThat(target.head().size()).isEqualTo(2);
      assertThatThrownBy(() -> target.at("main~1").sample(1).value("name"))
          .isInstanceOf(PurgedException.class);
      assertThat(target.head().indexOf(other)).isEmpty();
      assertWhole(target);
    }
  }

  @Test
  void samplesThatShareAChunkWithPurgedOnesCome() {
    Path people = People.write(temp.resolve("people.sheaf"), 30, true);
    try (Dataset dataset = Dataset.open(people)) {
      dataset.copyTo(path("clone"));
    }
    SampleId victim;
    try (Dataset dataset = Dataset.open(people);
        Dataset clone = Dataset.open(path("clone"))) {
      victim = dataset.at("v1").sample(4).id();
      // A sample of another segment that shows the bytes of the one that is purged.
      try (Transaction change = clone.begin()) {
        Sample whole = clone.head().sample(4);
        Sample beside = clone.head().sample(5);
        change.appendDerived(
            whole.id(), "crop", "", Row.of().key("p4").set("portrait", whole.media("portrait")));
        change.appendDerived(
            beside.id(), "crop", "", Row.of().key("p5").set("portrait", beside.media("portrait")));
        change.commit("Parts");
      }
      dataset.purge(
          new PurgeRequest(Set.of(victim), "gone", PurgeRequest.Shared.REFUSE), Progress.NONE);
    }
    try (Dataset clone = Dataset.open(path("clone"))) {
      ConcatReport.Source report = Concat.of(clone.head()).into(people).run().sources().get(0);
      assertThat(report.added()).isEqualTo(1);
      assertThat(report.purged()).isEqualTo(1);
      assertThat(report.gone()).isEqualTo(1);
    }
    try (Dataset dataset = Dataset.open(people)) {
      assertThat(dataset.head().find("p4")).isEmpty();
      assertThat(People.read(dataset.head().find("p5").orElseThrow(), "portrait"))
          .isEqualTo(People.read(dataset.head().find("person-5").orElseThrow(), "portrait"));
      assertWhole(dataset);
    }
  }
}
