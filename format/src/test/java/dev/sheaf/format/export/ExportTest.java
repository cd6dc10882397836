package dev.sheaf.format.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  @TempDir Path folder;

  private Dataset many(boolean withNulls) {
    return ManyTypes.write(folder.resolve("many.sheaf"), TestFiles.PETS, withNulls);
  }

  /** A dataset of one column with these values, under the keys k0, k1 … */
  private Dataset one(Type type, Object... values) {
    Dataset dataset = Dataset.create(folder.resolve("one.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("x", type));
      for (int i = 0; i < values.length; i++) {
        change.append(Row.of().key("k" + i).set("x", values[i]));
      }
      change.commit("Add values");
    }
    return dataset;
  }

  private Map<String, byte[]> files(Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private List<String> besides() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void equalVersionsGiveEqualFiles() throws IOException {
    try (Dataset dataset = many(false)) {
      Version version = dataset.head();
      for (ExportFormat format : ExportFormat.values()) {
        String[] columns = {"image", "caption", "grid", "score"};
        if (format == ExportFormat.NPZ) {
          columns[0] = "day";
        }
        Path first = folder.resolve(format.id() + 1);
        Path second = folder.resolve(format.id() + 2);
        ExportReport report = Export.of(version).to(format, first).columns(columns).run();
        Export.of(version).to(format, second).columns(columns).run();
        Map<String, byte[]> files = files(first);
        assertThat(files(second).keySet()).isEqualTo(files.keySet());
        files.forEach(
            (name, bytes) ->
                assertThat(second.resolve(name)).as(format + " " + name).hasBinaryContent(bytes));
        files.remove(ExportFolder.MARKER);
        assertThat(report.files()).as(format.id()).isEqualTo(files.size());
        assertThat(report.bytes())
            .as(format.id())
            .isEqualTo(files.values().stream().mapToLong(bytes -> bytes.length).sum());
        assertThat(report.columns().stream().map(ExportedColumn::name)).containsExactly(columns);
      }
      assertThat(besides()).noneMatch(name -> name.startsWith("."));
    }
  }

  @Test
  void cutsFilesBySamplesAndBytes() throws IOException {
    try (Dataset dataset = many(false)) {
      for (ExportFormat format : ExportFormat.values()) {
        if (format == ExportFormat.IMAGEFOLDER) {
          continue;
        }
        Path out = folder.resolve(format.id());
        Export.of(dataset.head())
            .to(format, out)
            .columns("caption", "score")
            .shardSize(ShardSize.ofRows(2))
            .run();
        long shards =
            files(out).keySet().stream().filter(name -> name.matches(".*[0-9]{5,6}\\..*")).count();
        assertThat(shards).as(format.id()).isEqualTo(3);
      }
      Path bytes = folder.resolve("bytes");
      ShardSize small = ShardSize.parse("4kb");
      Export.of(dataset.head()).to(ExportFormat.WEBDATASET, bytes).shardSize(small).run();
      assertThat(files(bytes)).hasSize(ManyTypes.SAMPLES + 1);
    }
  }

  @Test
  void readsSizesOfShards() {
    assertThat(ShardSize.parse("256MB")).isEqualTo(ShardSize.ofBytes(256_000_000));
    assertThat(ShardSize.parse("1GiB")).isEqualTo(ShardSize.ofBytes(1L << 30));
    assertThat(ShardSize.parse("10000")).isEqualTo(ShardSize.ofRows(10_000));
    assertThat(ShardSize.parse("7 rows")).isEqualTo(ShardSize.ofRows(7));
    for (String bad : List.of("0", "-1", "12x", "", "9999999999TB", "1.5GB")) {
      assertThatThrownBy(() -> ShardSize.parse(bad))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Bad size of a shard: \"" + bad + "\"")
          .hasMessageContaining("256MB");
    }
  }

  @Test
  void refusesWhatAFormatCannotCarry() {
    Map<Type, String> arrays = new LinkedHashMap<>();
    arrays.put(Type.tensor(DType.FLOAT32, Shape.ANY), "its shape differs from sample to sample");
    arrays.put(Type.list(Type.UTF8), "its length or form differs");
    arrays.put(Type.BINARY, "an array has no encoded payloads");
    arrays.put(Type.media(MediaKind.VIDEO), "an array has no encoded payloads");
    int number = 0;
    for (Map.Entry<Type, String> one : arrays.entrySet()) {
      try (Dataset dataset = Dataset.create(folder.resolve(number++ + ".sheaf"))) {
        try (Transaction change = dataset.begin()) {
          change.addColumn(Column.of("x", one.getKey()));
          change.commit("Add a column");
        }
        Export export = Export.of(dataset.head()).to(ExportFormat.NPZ, folder.resolve("out"));
        assertThatThrownBy(export::plan)
            .isInstanceOf(DatasetException.class)
            .hasMessageContaining("NumPy cannot carry " + one.getKey() + ": " + one.getValue())
            .hasMessageContaining("column=\"x\"")
            .hasMessageContaining("without \"x\" (--columns), or export to webdataset");
        assertThatThrownBy(export::run).isInstanceOf(DatasetException.class);
        assertThatThrownBy(
                () ->
                    Export.of(dataset.head())
                        .to(ExportFormat.IMAGEFOLDER, folder.resolve("out"))
                        .run())
            .hasMessageContaining("needs a column of images, and none is exported");
      }
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void namesTheSampleOfAValueThatCannotBeCarried() throws IOException {
    try (Dataset dataset = one(Type.scalar(DType.INT64), 1L, null, 3L)) {
      Path out = folder.resolve("out");
      assertThatThrownBy(() -> Export.of(dataset.head()).to(ExportFormat.NPZ, out).run())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("NumPy cannot carry a value: an array has no null")
          .hasMessageContaining("column=\"x\", sample=1");
      assertThatThrownBy(() -> Export.of(dataset.head()).to(ExportFormat.CSV, out).run())
          .hasMessageContaining("a line with one null field is blank")
          .hasMessageContaining("sample=1");
      // Nothing is left of what failed, and the samples that can be carried are.
      assertThat(besides()).containsExactly("one.sheaf");
      Version rest = dataset.head().pick(0, 2);
      assertThat(Export.of(rest).to(ExportFormat.NPZ, out).run().rows()).isEqualTo(2);
    }
  }

  @Test
  void refusesTextsThatFormatsChange() {
    try (Dataset dataset = one(Type.UTF8, "fine", "ends\0")) {
      assertThatThrownBy(
              () -> Export.of(dataset.head()).to(ExportFormat.NPZ, folder.resolve("n")).run())
          .hasMessageContaining("it drops the NUL characters at the end of a text")
          .hasMessageContaining("sample=1");
    }
  }

  @Test
  void refusesDocumentsThatAreNoJson() {
    try (Dataset dataset = one(Type.JSON, "{\"a\":\n 1}", "{broken")) {
      assertThatThrownBy(
              () -> Export.of(dataset.head()).to(ExportFormat.JSONL, folder.resolve("j")).run())
          .hasMessageContaining("the cell is no JSON document")
          .hasMessageContaining("column=\"x\", sample=1");
    }
  }

  @Test
  void refusesNamesThatMembersWouldShare() {
    try (Dataset dataset = Dataset.create(folder.resolve("d.sheaf"))) {
      try (Transaction change = dataset.begin()) {
        change.addColumn(Column.of("Vec", Type.tensor(DType.FLOAT32, 2)));
        change.addColumn(Column.of("vec", Type.tensor(DType.FLOAT32, 2)));
        change.commit("Add two columns");
      }
      assertThatThrownBy(
              () ->
                  Export.of(dataset.head()).to(ExportFormat.WEBDATASET, folder.resolve("w")).plan())
          .hasMessageContaining(
              "The members of \"Vec\" and this column would share the name .vec.npy")
          .hasMessageContaining("column=\"vec\"");
    }
  }

  @Test
  void neverReplacesWhatIsNoExport() throws IOException {
    try (Dataset dataset = one(Type.UTF8, "a")) {
      Path out = folder.resolve("out");
      Files.createDirectory(out);
      Files.writeString(out.resolve("precious"), "mine");
      Export export = Export.of(dataset.head()).to(ExportFormat.JSONL, out);
      assertThatThrownBy(export::run)
          .hasMessageContaining("The folder exists and is not empty")
          .hasMessageContaining("--overwrite");
      assertThatThrownBy(export.overwrite()::run)
          .hasMessageContaining("The folder is not an export of Sheaf, so it is not replaced");
      assertThat(out.resolve("precious")).hasContent("mine");
      assertThatThrownBy(
              () ->
                  Export.of(dataset.head())
                      .to(ExportFormat.JSONL, folder.resolve("one.sheaf/chunks/out"))
                      .run())
          .hasMessageContaining("The folder is a dataset or lies in one");
      assertThat(besides()).containsExactly("one.sheaf", "out");
    }
  }

  @Test
  void replacesAnExportOnlyWhenTheNewOneIsWhole() throws IOException {
    try (Dataset dataset = one(Type.scalar(DType.INT64), 1L, null)) {
      Path out = folder.resolve("out");
      Export.of(dataset.head()).to(ExportFormat.JSONL, out).run();
      Map<String, byte[]> before = files(out);
      assertThatThrownBy(
              () -> Export.of(dataset.head()).to(ExportFormat.NPZ, out).overwrite().run())
          .hasMessageContaining("no null");
      assertThat(files(out).keySet()).isEqualTo(before.keySet());
      Export.of(dataset.head()).to(ExportFormat.PARQUET, out).overwrite().run();
      assertThat(files(out)).containsOnlyKeys(ExportFolder.MARKER, "data-000000.parquet");
      assertThat(besides()).containsExactly("one.sheaf", "out");
    }
  }

  @Test
  void goesOnAfterAnInterruption() throws IOException {
    try (Dataset dataset = one(Type.UTF8, "a")) {
      // As a killed export leaves it: some files, and the earlier export moved aside.
      Path out = folder.resolve("out");
      Export.of(dataset.head()).to(ExportFormat.JSONL, out).run();
      Files.move(out, folder.resolve(".out.replaced"));
      Files.createDirectory(folder.resolve(".out.exporting"));
      Files.writeString(folder.resolve(".out.exporting/data.jsonl"), "half");
      Files.writeString(folder.resolve(".out.exporting.lock"), "");
      assertThatThrownBy(() -> Export.of(dataset.head()).to(ExportFormat.CSV, out).run())
          .hasMessageContaining("The folder exists");
      assertThat(out.resolve("data.jsonl")).content().isEqualTo("{\"x\":\"a\"}\n");
      Export.of(dataset.head()).to(ExportFormat.CSV, out).overwrite().run();
      assertThat(out.resolve("data.csv")).content().isEqualTo("x\na\n");
      assertThat(besides()).containsExactly("one.sheaf", "out");
    }
  }

  @Test
  void keepsTwoExportsToOneFolderApart() throws IOException {
    try (Dataset dataset = one(Type.UTF8, "a");
        FileChannel other =
            FileChannel.open(
                folder.resolve(".out.exporting.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
      other.lock();
      assertThatThrownBy(
              () -> Export.of(dataset.head()).to(ExportFormat.CSV, folder.resolve("out")).run())
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("Another export is writing this folder");
    }
  }

  @Test
  void makesKeysIntoNamesAndBack() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
    List<String> keys =
        List.of("a", "a.png", "a.png/b", "../../x", "", "A.PNG", "dir/.hidden", "50%", "tab\tend.");
    Path path = folder.resolve("keys.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        for (String key : keys) {
          Media image = Media.of(MediaKind.IMAGE, png, Map.of("codec", "png"));
          change.append(Row.of().key(key.isEmpty() ? "x".repeat(300) : key).set("image", image));
        }
        change.commit("Add odd keys");
      }
      Path out = folder.resolve("out");
      Export.of(dataset.head()).to(ExportFormat.IMAGEFOLDER, out).run();
      Map<String, byte[]> files = files(out);
      files.remove(ExportFolder.MARKER);
      assertThat(files).hasSize(keys.size());
      assertThat(files.keySet())
          .contains("a.png", "a%2.png", "a.png%2Fb.png", "%2E%2E/%2E%2E/x.png")
          .contains("dir/%2Ehidden.png", "50%25.png", "tab%09end%2E.png")
          .allMatch(name -> name.getBytes(StandardCharsets.UTF_8).length < 255);
      assertThat(besides()).containsExactly("keys.sheaf", "out");
    }
  }

  @Test
  void tellsHowFarItIs() {
    try (Dataset dataset = many(false)) {
      for (ExportFormat format : ExportFormat.values()) {
        List<Long> told = new ArrayList<>();
        Progress progress =
            (phase, done, total) -> {
              assertThat(phase).isEqualTo("export");
              assertThat(total).isEqualTo(ManyTypes.SAMPLES);
              told.add(done);
            };
        String media = format == ExportFormat.NPZ ? "flag" : "image";
        Export.of(dataset.head())
            .to(format, folder.resolve(format.id()))
            .columns(media, "caption")
            .progress(progress)
            .run();
        assertThat(told).as(format.id()).isSorted().endsWith((long) ManyTypes.SAMPLES);
      }
    }
  }

  @Test
  void plansWithoutWriting() throws IOException {
    try (Dataset dataset = many(true)) {
      ExportPlan plan =
          Export.of(dataset.head()).to(ExportFormat.PARQUET, folder.resolve("out")).plan();
      assertThat(plan.rows()).isEqualTo(ManyTypes.SAMPLES);
      assertThat(plan.columns()).hasSize(ManyTypes.columns().size());
      assertThat(plan.columns().stream().filter(column -> column.name().equals("brain")))
          .singleElement()
          .satisfies(
              column -> {
                assertThat(column.type()).isEqualTo("bfloat16");
                assertThat(column.note()).isEqualTo("widened to float32, every value exact");
              });
      assertThat(besides()).containsExactly("many.sheaf");
      assertThatThrownBy(
              () -> Export.of(dataset.head()).to(ExportFormat.CSV, folder).columns("nope").plan())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("Unknown column \"nope\"");
      assertThatThrownBy(() -> ExportFormat.of("parket"))
          .hasMessageContaining("Unknown format \"parket\"")
          .hasMessageContaining("Did you mean \"parquet\"?");
    }
  }

  @Test
  void saysThatCellsAreStale() {
    try (Dataset dataset = one(Type.UTF8, "a", "b")) {
      try (Transaction change = dataset.begin()) {
        Column.Derivation from = new Column.Derivation(List.of("x"), "length/1");
        change.addColumn(new Column("", "length", Type.scalar(DType.INT64), "null", from));
        change.update(dataset.head().sample(0).id(), Map.of("length", 1L));
        change.update(dataset.head().sample(1).id(), Map.of("length", 1L));
        change.commit("Measure");
      }
      try (Transaction change = dataset.begin()) {
        change.update(dataset.head().sample(1).id(), Map.of("x", "longer"));
        change.commit("Edit");
      }
      ExportReport report =
          Export.of(dataset.head()).to(ExportFormat.CSV, folder.resolve("out")).run();
      assertThat(report.notes())
          .containsExactly(
              "1 cells of column \"length\" are stale: their inputs have changed since they were"
                  + " computed");
    }
  }
}
