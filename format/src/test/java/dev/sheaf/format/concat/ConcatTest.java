package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Column;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Joining datasets keeps samples, and writes nothing that is there already. */
class ConcatTest extends ConcatCase {
  @Test
  void joinsDatasetsIntoANewOneInTheirOrder() throws IOException {
    Path a = dataset("a", 20);
    Path b = dataset("b", 30);
    Path all = path("all");
    try (Dataset first = Dataset.open(a);
        Dataset second = Dataset.open(b)) {
      ConcatReport report = Concat.of(first.head(), second.head()).into(all).run();
      assertThat(report.rows()).isEqualTo(50);
      assertThat(report.committed()).isTrue();
      assertThat(report.sources()).extracting(ConcatReport.Source::added).containsExactly(20L, 30L);
      assertThat(report.sources()).extracting(ConcatReport.Source::name).containsExactly("a", "b");
      assertThat(report.chunks()).isEqualTo(files(all));
      try (Dataset joined = Dataset.open(all)) {
        Map<String, Map<String, Object>> expected = new LinkedHashMap<>(cells(first.head()));
        expected.putAll(cells(second.head()));
        assertThat(cells(joined.head())).isEqualTo(expected);
        assertThat(cells(joined.head()).keySet()).containsExactlyElementsOf(expected.keySet());
        assertThat(joined.head().find("b7").orElseThrow().index()).isEqualTo(27);
        assertThat(joined.log("main", 10)).hasSize(2);
        assertThat(joined.log("main", 1).get(0).subject()).isEqualTo("Add a, b");
        assertThat(joined.log("main", 1).get(0).trailers())
            .containsEntry("Sheaf-Activity", "concat")
            .hasEntrySatisfying(
                "Sheaf-Parameters", said -> assertThat(said).contains(first.head().commit().id()));
        assertThat(joined.provenance(joined.head(), 25).get(0).source().source())
            .isEqualTo("/data/b");
        assertThat(joined.provenance(joined.head(), 25).get(0).added().kind()).isEqualTo("concat");
        assertWhole(joined);
      }
    }
  }

  @Test
  void takesTheSegmentsOfTheFirstSourceByTheirHash() {
    Path a = dataset("a", 20);
    try (Dataset first = Dataset.open(a)) {
      Concat.of(first.head()).into(path("all")).run();
      try (Dataset joined = Dataset.open(path("all"))) {
        assertThat(joined.head().dataDigest()).isEqualTo(first.head().dataDigest());
      }
    }
  }

  @Test
  void addsNothingTheSecondTimeAndOnlyWhatIsNewTheThird() throws IOException {
    Path a = dataset("a", 10);
    Path b = dataset("b", 5);
    try (Dataset source = Dataset.open(b)) {
      Concat.of(source.head()).into(a).run();
    }
    long files = files(a);
    try (Dataset source = Dataset.open(b)) {
      ConcatReport again = Concat.of(source.head(), source.head()).into(a).run();
      assertThat(again.committed()).isFalse();
      assertThat(again.rows()).isEqualTo(15);
      assertThat(again.chunks()).isZero();
      assertThat(again.sources()).allSatisfy(one -> assertThat(one.present()).isEqualTo(5));
      assertThat(files(a)).isEqualTo(files);
      append(source, "b", 5, 8);
      try (Transaction change = source.begin()) {
        change.update(source.head().sample(0).id(), Map.of("label", "changed"));
        change.delete(source.head().sample(1).id());
        change.commit("Edit");
      }
      ConcatReport grown = Concat.of(source.head()).into(a).run();
      assertThat(grown.rows()).isEqualTo(18);
      ConcatReport.Source one = grown.sources().get(0);
      assertThat(List.of(one.added(), one.present(), one.differing(), one.gone()))
          .containsExactly(3L, 4L, 1L, 0L);
    }
    try (Dataset joined = Dataset.open(a)) {
      assertThat(joined.head().find("b0").orElseThrow().text("label")).isEqualTo("b");
      assertWhole(joined);
    }
  }

  @Test
  void theSameSourceTwiceComesOnce() {
    Path a = dataset("a", 4);
    try (Dataset source = Dataset.open(a)) {
      ConcatReport report = Concat.of(source.head(), source.head()).into(path("all")).run();
      assertThat(report.rows()).isEqualTo(4);
      assertThat(report.sources().get(1).present()).isEqualTo(4);
      assertThat(report.sources().get(1).differing()).isZero();
    }
  }

  @Test
  void keepsDeletionsEditsTagsAndOrderOfASource() {
    Path b = dataset("b", 40);
    Path a = dataset("a", 3);
    try (Dataset source = Dataset.open(b)) {
      try (Transaction change = source.begin()) {
        change.addColumn(Column.of("tags", Type.list(Type.UTF8)));
        change.update(source.head().sample(2).id(), Map.of("tags", List.of("x", "y")));
        change.commit("Tag");
      }
      try (Transaction change = source.begin()) {
        change.update(source.head().sample(2).id(), Map.of("label", "again"));
        change.update(
            source.head().sample(5).id(),
            Map.of("file", Media.of(MediaKind.FILE, payload(77), Map.of())));
        change.delete(source.head().sample(0).id());
        change.delete(source.head().sample(39).id());
        change.commit("Edit");
      }
      long[] shuffled = new long[30];
      for (int i = 0; i < 30; i++) {
        shuffled[i] = (i * 7L) % 38;
      }
      try (Transaction change = source.begin()) {
        change.reorder(shuffled);
        change.commit("Shuffle");
      }
      ConcatReport report = Concat.of(source.head()).into(a).run();
      assertThat(report.rows()).isEqualTo(33);
      try (Dataset joined = Dataset.open(a)) {
        Map<String, Map<String, Object>> expected = cells(source.head());
        Map<String, Map<String, Object>> there = cells(joined.head());
        assertThat(new ArrayList<>(there.keySet()).subList(3, 33))
            .containsExactlyElementsOf(expected.keySet());
        expected.forEach((id, cells) -> assertThat(there).containsEntry(id, cells));
        assertWhole(joined);
      }
    }
  }

  @Test
  void whatTheTargetDeletedStaysAway() {
    Path a = dataset("a", 3);
    Path b = dataset("b", 4);
    try (Dataset source = Dataset.open(b);
        Dataset target = Dataset.open(a)) {
      Concat.of(source.head()).into(a).run();
      try (Transaction change = target.begin()) {
        change.delete(target.head().find("b1").orElseThrow().id());
        change.commit("Delete");
      }
      try (Transaction change = target.begin()) {
        change.reorder(0, 1, 2, 3, 4);
        change.commit("Leave one out");
      }
      ConcatReport again = Concat.of(source.head()).into(a).run();
      assertThat(again.committed()).isFalse();
      assertThat(again.sources().get(0).gone()).isEqualTo(2);
      assertThat(again.sources().get(0).present()).isEqualTo(2);
    }
  }

  @Test
  void someSamplesOfAVersionCome() {
    Path b = dataset("b", 10);
    try (Dataset source = Dataset.open(b)) {
      Concat.of(source.head().pick(7, 2, 3)).into(path("all")).run();
      try (Dataset joined = Dataset.open(path("all"))) {
        assertThat(joined.head().size()).isEqualTo(3);
        assertThat(joined.head().sample(0).key()).isEqualTo("b7");
        assertWhole(joined);
      }
    }
  }

  @Test
  void aPlanWritesNothing() throws IOException {
    Path a = dataset("a", 3);
    Path b = dataset("b", 4);
    long files = files(a);
    try (Dataset source = Dataset.open(b);
        Dataset target = Dataset.open(a)) {
      String before = target.head().commit().id();
      ConcatReport plan = Concat.of(source.head()).into(a).plan();
      assertThat(plan.dryRun()).isTrue();
      assertThat(plan.rows()).isEqualTo(7);
      assertThat(files(a)).isEqualTo(files);
      assertThat(target.head().commit().id()).isEqualTo(before);
      ConcatReport fresh = Concat.of(source.head()).into(path("none")).plan();
      assertThat(fresh.commit()).isEmpty();
      assertThat(fresh.rows()).isEqualTo(4);
      assertThat(path("none")).doesNotExist();
      ConcatReport done = Concat.of(source.head()).into(a).run();
      assertThat(done.chunks()).isEqualTo(plan.chunks());
      assertThat(done.chunkBytes()).isEqualTo(plan.chunkBytes());
    }
  }

  @Test
  void chunksGetASecondNameOrAreCopied() throws IOException {
    Path b = dataset("b", 4);
    try (Dataset source = Dataset.open(b)) {
      ConcatReport linked = Concat.of(source.head()).into(path("linked")).run();
      assertThat(linked.linkedChunks()).isEqualTo(linked.chunks()).isPositive();
      ConcatReport copied = Concat.of(source.head()).into(path("copied")).copying().run();
      assertThat(copied.linkedChunks()).isZero();
      assertThat(files(path("copied"))).isEqualTo(files(path("linked")));
    }
    Path chunk;
    try (Stream<Path> all = Files.walk(b.resolve("chunks"))) {
      chunk = all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    Path there = path("copied").resolve(b.relativize(chunk).toString());
    byte[] bytes = Files.readAllBytes(chunk);
    bytes[bytes.length / 2] ^= 1;
    Files.write(chunk, bytes);
    // A copy has its own bytes, and damage is not passed on.
    assertThat(Files.readAllBytes(there)).isNotEqualTo(bytes);
    try (Dataset source = Dataset.open(b)) {
      assertThatThrownBy(() -> Concat.of(source.head()).into(path("third")).copying().run())
          .satisfies(code("SHEAF-CHK-003"));
    }
  }

  @Test
  void linkedPayloadsAreFoundFromTheTarget() throws IOException {
    Path photos = temp.resolve("photos");
    Files.createDirectories(photos);
    for (String name : List.of("cat_01.jpg", "cat_02.jpg")) {
      Files.copy(TestFiles.PETS.resolve("cat").resolve(name), photos.resolve(name));
    }
    Ingest.from(List.of(photos)).into(path("b")).link().run();
    Path all = temp.resolve("elsewhere/deep/all.sheaf");
    try (Dataset source = Dataset.open(path("b"))) {
      Concat.of(source.head()).into(all).run();
      try (Dataset joined = Dataset.open(all)) {
        assertThat(cells(joined.head())).isEqualTo(cells(source.head()));
        assertThat(joined.links(joined.head())).hasSize(1);
        assertWhole(joined);
      }
    }
    Path other = temp.resolve("other/photos");
    Files.createDirectories(other);
    Files.copy(TestFiles.PETS.resolve("dog/dog_01.jpg"), other.resolve("dog_01.jpg"));
    Ingest.from(List.of(other)).into(path("c")).link().run();
    try (Dataset source = Dataset.open(path("c"))) {
      assertThatThrownBy(() -> Concat.of(source.head()).into(all).run())
          .satisfies(code("SHEAF-CAT-003"))
          .hasMessageContaining("sheaf absorb");
    }
  }

  @Test
  void documentsStayWithTheirSource() {
    Path b = dataset("b", 2);
    try (Dataset source = Dataset.open(b)) {
      try (Transaction change = source.begin()) {
        change.putDocument("recipes/clean.yaml", new byte[] {'x', '\n'});
        change.commit("Recipe");
      }
      ConcatReport report =
          Concat.of(source.head()).into(path("all")).checks(CheckPolicy.SKIP).run();
      assertThat(report.sources().get(0).documents()).containsExactly("recipes/clean.yaml");
      try (Dataset joined = Dataset.open(path("all"))) {
        assertThat(joined.head().documents("")).isEmpty();
      }
    }
  }
}
