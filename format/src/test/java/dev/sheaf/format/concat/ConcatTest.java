package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Column;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.purge.People;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joining datasets keeps samples, and writes nothing that is there already. */
class ConcatTest {
  @TempDir Path temp;

  private Path path(String name) {
    return temp.resolve(name + ".sheaf");
  }

  private static ThrowingConsumer<Throwable> code(String code) {
    return error -> assertThat(((DatasetException) error).code()).isEqualTo(code);
  }

  private static byte[] payload(int seed) {
    return new Randomness(seed).bytes(5000 + seed % 100);
  }

  /** Appends samples with narrow, wide and fixed cells: keys {@code NAMEfrom} to {@code NAMEto}. */
  private static void append(Dataset dataset, String name, int from, int to) {
    try (Transaction change = dataset.begin()) {
      for (int i = from; i < to; i++) {
        change.append(
            Row.of()
                .key(name + i)
                .origin(new Origin("/data/" + name, Origin.Unit.ROW, i, ""))
                .set("n", i)
                .set("label", name)
                .set("text", ("Long text of " + name + i + " ").repeat(200))
                .set("file", Media.of(MediaKind.FILE, payload(name.hashCode() + i), Map.of()))
                .set("vector", Tensor.ofFloats(floats(i))));
      }
      change.commit("Append " + name);
    }
  }

  private static float[] floats(int seed) {
    float[] values = new float[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = seed * 1000f + i;
    }
    return values;
  }

  private Path dataset(String name, int samples) {
    try (Dataset dataset = Dataset.create(path(name))) {
      append(dataset, name, 0, samples);
    }
    return path(name);
  }

  /** The data cells of a version, by sample, read to the last byte. */
  private static Map<String, Map<String, Object>> cells(Version version) {
    Map<String, Map<String, Object>> cells = new LinkedHashMap<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      Map<String, Object> of = new LinkedHashMap<>();
      for (Column column : version.schema()) {
        if (!column.name().startsWith("_")) {
          Object value = People.read(sample, column.name());
          if (value != null) {
            of.put(column.name(), value);
          }
        }
      }
      of.put("_key", sample.key());
      of.put("_origin", sample.origin());
      cells.put(sample.id().toString(), of);
    }
    return cells;
  }

  private static void assertWhole(Dataset dataset) {
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    Sums.check(dataset.head());
  }

  private static long files(Path dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

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
  void unitesColumnsByNameAndWidensTypes() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.addColumn(Column.of("narrow", Type.scalar(DType.INT32)));
        change.addColumn(Column.of("wide", Type.scalar(DType.FLOAT64)));
        change.addColumn(Column.of("third", Type.scalar(DType.UINT32)));
        change.append(
            Row.of().key("a").set("narrow", 1).set("wide", 0.5).set("third", 7).set("mine", "m"));
        change.commit("a");
      }
      try (Transaction change = b.begin()) {
        change.addColumn(Column.of("narrow", Type.scalar(DType.INT64)));
        change.addColumn(Column.of("wide", Type.scalar(DType.FLOAT32)));
        change.addColumn(Column.of("third", Type.scalar(DType.INT32)));
        change.append(
            Row.of()
                .key("b")
                .set("narrow", 1L << 40)
                .set("wide", 0.25f)
                .set("third", -7)
                .set("theirs", "t"));
        change.commit("b");
      }
      ConcatReport report = Concat.of(b.head()).into(path("a")).run();
      assertThat(report.columns())
          .extracting(change -> change.name() + " " + change.type() + " " + change.what())
          .containsExactlyInAnyOrder(
              "narrow int64 widened from int32",
              "third int64 widened from uint32",
              "theirs utf8 added");
    }
    try (Dataset joined = Dataset.open(path("a"))) {
      Version head = joined.head();
      assertThat(head.schema().column("wide").type()).isEqualTo(Type.scalar(DType.FLOAT64));
      assertThat(head.sample(0).toMap())
          .containsEntry("narrow", 1L)
          .containsEntry("third", 7L)
          .containsEntry("mine", "m")
          .containsEntry("theirs", null);
      assertThat(head.sample(1).toMap())
          .containsEntry("narrow", 1L << 40)
          .containsEntry("wide", 0.25)
          .containsEntry("third", -7L)
          .containsEntry("mine", null)
          .containsEntry("theirs", "t");
      assertWhole(joined);
    }
  }

  @Test
  void refusesColumnsThatNoTypeHolds() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.append(Row.of().key("a").set("label", "cat").set("n", 1L << 60));
        change.commit("a");
      }
      try (Transaction change = b.begin()) {
        change.append(Row.of().key("b").set("label", 3L).set("n", 0.5));
        change.commit("b");
      }
      String before = a.head().commit().id();
      Concat concat = Concat.of(b.head()).into(path("a"));
      for (Runnable work : List.<Runnable>of(concat::plan, concat::run)) {
        assertThatThrownBy(work::run)
            .isInstanceOf(InvalidSchemaException.class)
            .satisfies(code("SHEAF-CAT-002"))
            .hasMessageContaining("\"label\" is utf8 in a.sheaf and int64 in b")
            .hasMessageContaining("\"n\" is int64 in a.sheaf and float64 in b");
      }
      assertThat(a.head().commit().id()).isEqualTo(before);
      assertThatThrownBy(() -> Concat.of(a.head(), b.head()).into(path("fresh")).run())
          .satisfies(code("SHEAF-CAT-002"));
      assertThat(path("fresh")).doesNotExist();
    }
  }

  private static Column column(String name, Type type, String json) {
    return new Column("", name, type, json, null);
  }

  @Test
  void samplesShowTheDefaultsOfTheirSource() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.append(Row.of().key("a0").set("x", 1L));
        change.commit("a");
      }
      try (Transaction change = a.begin()) {
        change.addColumn(column("split", Type.UTF8, "\"train\""));
        change.addColumn(column("only", Type.UTF8, "\"ours\""));
        change.commit("a columns");
      }
      try (Transaction change = b.begin()) {
        change.append(Row.of().key("b0").set("x", 1L));
        change.append(Row.of().key("b1").set("x", 2L));
        change.commit("b");
      }
      try (Transaction change = b.begin()) {
        change.addColumn(column("split", Type.UTF8, "\"test\""));
        change.addColumn(column("other", Type.scalar(DType.INT64), "5"));
        change.commit("b columns");
      }
      try (Transaction change = b.begin()) {
        change.update(b.head().sample(1).id(), Map.of("split", "val"));
        change.commit("b edit");
      }
      ConcatReport report = Concat.of(b.head()).into(path("a")).run();
      assertThat(report.columns())
          .extracting(ConcatReport.Change::what)
          .containsExactly("added, without its default 5");
    }
    try (Dataset joined = Dataset.open(path("a"))) {
      List<List<Object>> shown = new ArrayList<>();
      for (long i = 0; i < 3; i++) {
        Sample sample = joined.head().sample(i);
        Object other = sample.value("other");
        shown.add(
            List.of(sample.text("split"), sample.text("only"), other == null ? "null" : other));
      }
      assertThat(shown)
          .containsExactly(
              List.of("train", "ours", "null"),
              List.of("test", "ours", 5L),
              List.of("val", "ours", 5L));
      assertWhole(joined);
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
  void derivedCellsStayFreshWhereTheyAreComputedAlike() {
    for (String name : List.of("a", "b", "c")) {
      try (Dataset dataset = Dataset.create(path(name));
          Transaction change = dataset.begin()) {
        change.addColumn(Column.of("text", Type.UTF8));
        change.addColumn(
            new Column(
                "",
                "length",
                Type.scalar(DType.INT64),
                "null",
                new Column.Derivation(List.of("text"), name.equals("c") ? "v2" : "v1")));
        change.append(Row.of().key(name).set("text", name).set("length", 1L));
        change.commit(name);
      }
    }
    try (Dataset b = Dataset.open(path("b"));
        Dataset c = Dataset.open(path("c"))) {
      Concat.of(b.head(), c.head()).into(path("a")).run();
    }
    try (Dataset a = Dataset.open(path("a"))) {
      Version head = a.head();
      assertThat(head.sample(0).isStale("length")).isFalse();
      assertThat(head.sample(1).isStale("length")).isFalse();
      assertThat(head.sample(2).isStale("length")).isTrue();
      assertThat(head.sample(2).value("length")).isEqualTo(1L);
      assertWhole(a);
    }
  }

  @Test
  void aCloneThatWentItsOwnWayComesBack() {
    Path a = dataset("a", 6);
    try (Dataset dataset = Dataset.open(a)) {
      dataset.copyTo(path("clone"));
    }
    try (Dataset dataset = Dataset.open(a);
        Dataset clone = Dataset.open(path("clone"))) {
      try (Transaction change = clone.begin()) {
        change.dropColumn("n");
        change.renameColumn("label", "class");
        change.commit("Change columns");
      }
      append(clone, "new", 0, 3);
      ConcatReport report = Concat.of(clone.head()).into(a).run();
      assertThat(report.sources().get(0).present()).isEqualTo(6);
      assertThat(report.rows()).isEqualTo(9);
      Version head = dataset.head();
      // The new samples brought "n" and "label" with them, as columns of their own.
      assertThat(head.sample(7).value("n")).isEqualTo(1L);
      assertThat(head.sample(7).value("label")).isEqualTo("new");
      assertThat(head.sample(1).value("label")).isEqualTo("a");
      assertWhole(dataset);
    }
  }

  @Test
  void cellsOfDroppedColumnsDoNotComeBackWithTheirIds() {
    Path a = dataset("a", 2);
    try (Dataset dataset = Dataset.open(a)) {
      dataset.copyTo(path("clone"));
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("more").set("label", "more"));
        change.commit("More");
      }
      try (Transaction change = dataset.begin()) {
        change.dropColumn("label");
        change.commit("Drop");
      }
    }
    try (Dataset dataset = Dataset.open(a);
        Dataset clone = Dataset.open(path("clone"))) {
      append(clone, "new", 0, 1);
      // The target dropped the column: what it had there stays hidden.
      Concat.of(clone.head()).into(a).run();
      assertThat(dataset.head().sample(0).value("label")).isNull();
      assertThat(dataset.head().find("new0").orElseThrow().value("label")).isEqualTo("new");
      // The source dropped the column: what new samples had there stays hidden.
      try (Transaction change = clone.begin()) {
        change.dropColumn("n");
        change.commit("Drop n");
      }
      Concat.of(dataset.head()).into(path("clone")).run();
      append(dataset, "late", 0, 1);
      try (Transaction change = dataset.begin()) {
        change.dropColumn("n");
        change.commit("Drop n here");
      }
      dataset.createBranch("other", "main~2");
      assertWhole(dataset);
      assertWhole(clone);
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
          People.COLUMNS.forEach(column -> assertThat(column).isNotNull());
          joined.head().sample(i).toMap();
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
