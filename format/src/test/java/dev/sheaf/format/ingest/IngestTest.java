package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestTest {
  @TempDir Path folder;

  private Path dataset() {
    return folder.resolve("d.sheaf");
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** Copies the pets; their modification times lie in the past, so that they can be recognised. */
  private Path pets() throws IOException {
    Path copy = folder.resolve("pets");
    try (Stream<Path> files = Files.walk(TestFiles.PETS)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Path target = copy.resolve(TestFiles.PETS.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          put(target, Files.readAllBytes(file));
        }
      }
    }
    return copy;
  }

  private static void put(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  }

  private static String counts(IngestReport report) {
    return "added=%d updated=%d unchanged=%d skipped=%d read=%d recognised=%d"
        .formatted(
            report.rowsAdded(),
            report.rowsUpdated(),
            report.rowsUnchanged(),
            report.skipped().size(),
            report.filesRead(),
            report.filesRecognised());
  }

  @Test
  void takesAFolderOfImagesWithItsClassFolders() throws IOException {
    IngestReport report = Ingest.from(pets()).into(dataset()).message("Add pets").run();
    assertThat(counts(report))
        .isEqualTo("added=24 updated=0 unchanged=0 skipped=0 read=24 recognised=0");
    try (Dataset pets = Dataset.open(dataset())) {
      Version version = pets.head();
      assertThat(version.commit().id()).isEqualTo(report.commit());
      assertThat(version.commit().subject()).isEqualTo("Add pets");
      assertThat(version.size()).isEqualTo(24);
      Sample sample = version.sample(8);
      assertThat(sample.key()).isEqualTo("cat/cat_01.jpg");
      assertThat(sample.text("label")).isEqualTo("cat");
      Media image = sample.media("image");
      byte[] bytes = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
      assertThat(image.toBytes()).isEqualTo(bytes);
      assertThat(image.facts()).containsEntry("codec", "jpeg").containsEntry("width", 96);
      assertThat(sample.origin()).contains(Origin.file("cat/cat_01.jpg", image.sha256()));
    }
  }

  @Test
  void addsNothingTheSecondTimeAndReadsNoFile() throws IOException {
    Path source = pets();
    IngestReport first = Ingest.from(source).into(dataset()).run();
    IngestReport second = Ingest.from(source).into(dataset()).run();
    assertThat(counts(second))
        .isEqualTo("added=0 updated=0 unchanged=24 skipped=0 read=0 recognised=24");
    assertThat(second.changed()).isFalse();
    assertThat(second.commit()).isEqualTo(first.commit());
    IngestReport third = Ingest.from(source).into(dataset()).checksum().run();
    assertThat(counts(third))
        .isEqualTo("added=0 updated=0 unchanged=24 skipped=0 read=24 recognised=0");
  }

  @Test
  void updatesAChangedFileAndKeepsItsIdentity() throws IOException {
    Path source = pets();
    Ingest.from(source).into(dataset()).run();
    SampleId before = find("cat/cat_02.jpg").id();
    byte[] other = Files.readAllBytes(source.resolve("cat/cat_03.jpg"));
    Files.write(source.resolve("cat/cat_02.jpg"), other);
    IngestReport report = Ingest.from(source).into(dataset()).run();
    assertThat(counts(report))
        .isEqualTo("added=0 updated=1 unchanged=23 skipped=0 read=1 recognised=23");
    try (Dataset pets = Dataset.open(dataset())) {
      Sample after = pets.head().find("cat/cat_02.jpg").orElseThrow();
      assertThat(after.id()).isEqualTo(before);
      assertThat(after.media("image").toBytes()).isEqualTo(other);
      assertThat(after.origin().orElseThrow().sha256()).isEqualTo(after.media("image").sha256());
      assertThat(pets.head().size()).isEqualTo(24);
    }
  }

  private Sample find(String key) {
    try (Dataset opened = Dataset.open(dataset())) {
      return opened.head().find(key).orElseThrow();
    }
  }

  @Test
  void givesTheSameTreeWhateverTheNumberOfThreads() throws IOException {
    Path source = pets();
    List<String> trees = new ArrayList<>();
    for (int threads : new int[] {1, 4, 13}) {
      Path target = folder.resolve("t" + threads + ".sheaf");
      Ingest.from(List.of(source, TestFiles.TABLES.resolve("captions.jsonl")))
          .into(target)
          .threads(threads)
          .run();
      try (Dataset opened = Dataset.open(target)) {
        trees.add(opened.head().commit().tree());
        assertThat(opened.head().size()).isEqualTo(36);
      }
    }
    assertThat(trees).containsOnly(trees.get(0));
  }

  @Test
  void joinsShardsToTheWhole() throws IOException {
    Path source = pets();
    Ingest.from(source).into(folder.resolve("whole.sheaf")).run();
    long added = 0;
    for (int shard = 1; shard <= 3; shard++) {
      added += Ingest.from(source).into(dataset()).shard(shard, 3).run().rowsAdded();
    }
    assertThat(added).isEqualTo(24);
    assertThat(contents(dataset())).isEqualTo(contents(folder.resolve("whole.sheaf")));
  }

  @Test
  void joinsShardsOfATableWithRepeatedRows() throws IOException {
    Path table = file("t.csv", "a,b\n1,x\n2,y\n1,x\n1,x\n3,z\n");
    Ingest.from(table).into(folder.resolve("whole.sheaf")).run();
    for (int shard = 1; shard <= 2; shard++) {
      Ingest.from(table).into(dataset()).shard(shard, 2).run();
    }
    assertThat(contents(dataset())).isEqualTo(contents(folder.resolve("whole.sheaf"))).hasSize(5);
  }

  /** Returns the hash of every sample by its key. */
  private static Map<String, String> contents(Path path) {
    Map<String, String> contents = new TreeMap<>();
    try (Dataset opened = Dataset.open(path)) {
      Version version = opened.head();
      for (long i = 0; i < version.size(); i++) {
        Sample sample = version.sample(i);
        contents.put(sample.key(), sample.origin().orElseThrow().sha256());
      }
    }
    return contents;
  }

  @Test
  void leavesOutWhatIsBrokenAndListsIt() throws IOException {
    Path source = pets();
    byte[] whole = Files.readAllBytes(source.resolve("cat/cat_01.jpg"));
    Files.write(source.resolve("cat/broken.jpg"), Arrays.copyOf(whole, 1000));
    Files.writeString(source.resolve("cat/clip.mp4"), "x");
    Files.writeString(source.resolve("dog/empty.png"), "");
    Files.writeString(source.resolve("README.md"), "# Pets");
    Files.writeString(source.resolve(".hidden.jpg"), "x");
    assertThatThrownBy(() -> Ingest.from(source).into(dataset()).run())
        .hasMessageContaining("broken.jpg");
    assertThat(dataset()).doesNotExist();
    IngestReport report = Ingest.from(source).into(dataset()).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(24);
    assertThat(report.skipped().stream().map(Skipped::toString))
        .containsExactly(
            source + "/README.md: Not media, text or a table: passed over [SHEAF-INP-026]",
            source
                + "/cat/broken.jpg: Broken jpeg image: no end marker: it is cut short at byte"
                + " 1000 [SHEAF-INP-025]",
            source
                + "/cat/clip.mp4: Not a video: its first bytes are those of no known format"
                + " [SHEAF-INP-026]",
            source + "/dog/empty.png: The file is empty [SHEAF-INP-024]");
  }

  @Test
  void leavesOutBrokenRowsAndTakesTheRest() throws IOException {
    Path table = file("t.csv", "a,b\n1,x\n2\n\"3\"4,y\n5,z\n");
    IngestReport report = Ingest.from(table).into(dataset()).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(2);
    assertThat(report.skipped().stream().map(skipped -> skipped.where() + " " + skipped.code()))
        .containsExactly(table + ", row=1, line=3 SHEAF-INP-033", table + ", line=4 SHEAF-INP-034");
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().schema().column("a").type()).hasToString("int64");
      assertThat(opened.head().sample(1).int64("a")).isEqualTo(5);
    }
  }

  @Test
  void keepsKeysWhenARowIsInserted() throws IOException {
    Path table = file("t.jsonl", "{\"a\": 1}\n{\"a\": 2}\n{\"a\": 2}\n");
    Ingest.from(table).into(dataset()).run();
    Map<String, String> before = contents(dataset());
    file("t.jsonl", "{\"a\": 7}\n{ \"a\":1 }\n{\"a\": 2}\n{\"a\": 2}\n");
    IngestReport report = Ingest.from(table).into(dataset()).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
    assertThat(report.rowsUnchanged()).isEqualTo(3);
    assertThat(contents(dataset())).containsAllEntriesOf(before);
  }

  @Test
  void updatesByTheKeyOfAColumn() throws IOException {
    Path table = file("t.csv", "id,v,w\na,1,x\nb,2,y\n");
    Ingest.from(table).into(dataset()).key(KeyPolicy.parse("column:id")).run();
    file("t.csv", "id,v,w\nb,3,\nc,4,z\n");
    IngestReport report =
        Ingest.from(table).into(dataset()).key(KeyPolicy.parse("column:id")).run();
    assertThat(counts(report)).startsWith("added=1 updated=1 unchanged=0");
    assertThat(contents(dataset())).containsOnlyKeys("a", "b", "c");
    try (Dataset opened = Dataset.open(dataset())) {
      Sample b = opened.head().find("b").orElseThrow();
      assertThat(b.int64("v")).isEqualTo(3);
      assertThat(b.isNull("w")).isTrue();
      assertThat(opened.head().find("a").orElseThrow().int64("v")).isEqualTo(1);
    }
  }

  @Test
  void keysByRowAndByHash() throws IOException {
    Path table = file("t.csv", "a\n1\n1\n");
    Ingest.from(table).into(dataset()).key(KeyPolicy.parse("row")).run();
    assertThat(contents(dataset())).containsOnlyKeys("t.csv#0", "t.csv#1");
    Path twice = folder.resolve("h.sheaf");
    Ingest.from(table).into(twice).key(KeyPolicy.parse("hash")).run();
    assertThat(contents(twice).keySet()).allMatch(key -> key.matches("[0-9a-f]{32}#[12]"));
  }

  @Test
  void refusesTheSameKeyFromTwoSources() throws IOException {
    Files.createDirectories(folder.resolve("x"));
    Files.createDirectories(folder.resolve("y"));
    Files.copy(TestFiles.PETS.resolve("cat/cat_01.jpg"), folder.resolve("x/1.jpg"));
    Files.copy(TestFiles.PETS.resolve("cat/cat_02.jpg"), folder.resolve("y/1.jpg"));
    assertThatThrownBy(
            () ->
                Ingest.from(List.of(folder.resolve("x"), folder.resolve("y")))
                    .into(dataset())
                    .run())
        .hasMessageStartingWith(
            "Duplicate key \"1.jpg\": it was given before at "
                + folder
                + "/x/1.jpg at "
                + folder
                + "/y/1.jpg.");
  }

  @Test
  void takesLabelsFromNames() throws IOException {
    Path source = Files.createDirectories(folder.resolve("flat"));
    Files.copy(TestFiles.PETS.resolve("cat/cat_01.jpg"), source.resolve("n02123045_tabby_cat.jpg"));
    Ingest.from(source).into(dataset()).labelFrom("name").run();
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().sample(0).text("label")).isEqualTo("tabby_cat");
    }
    Ingest.from(source).into(folder.resolve("plain.sheaf")).run();
    try (Dataset opened = Dataset.open(folder.resolve("plain.sheaf"))) {
      assertThat(opened.head().schema().contains("label")).isFalse();
    }
  }

  @Test
  void readsEveryTableFormatIntoTheSameCells() throws IOException {
    List<List<Object>> all = new ArrayList<>();
    for (String format : List.of("jsonl", "json", "parquet", "arrow")) {
      Path target = folder.resolve(format + ".sheaf");
      Ingest.from(TestFiles.TABLES.resolve("captions." + format)).into(target).run();
      List<Object> cells = new ArrayList<>();
      try (Dataset opened = Dataset.open(target)) {
        Version version = opened.head();
        for (long i = 0; i < version.size(); i++) {
          for (String name : List.of("caption", "likes", "score", "day", "tags", "embedding")) {
            cells.add(version.sample(i).value(name));
          }
          cells.add(version.sample(i).media("image").sha256());
        }
      }
      all.add(cells);
    }
    assertThat(all.get(0)).hasSize(12 * 7);
    assertThat(all).allMatch(cells -> cells.equals(all.get(0)));
  }

  @Test
  void updatesARowWhoseMediaFileChanged() throws IOException {
    Files.copy(TestFiles.PETS.resolve("cat/cat_01.jpg"), folder.resolve("1.jpg"));
    Path table = file("t.csv", "image,text\n1.jpg,one\n");
    Ingest.from(table).into(dataset()).run();
    assertThat(counts(Ingest.from(table).into(dataset()).run())).contains("unchanged=1");
    Files.write(
        folder.resolve("1.jpg"), Files.readAllBytes(TestFiles.PETS.resolve("dog/dog_01.jpg")));
    assertThat(counts(Ingest.from(table).into(dataset()).run())).startsWith("added=0 updated=1");
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().size()).isEqualTo(1);
      assertThat(opened.head().sample(0).media("image").byteLength())
          .isEqualTo(Files.size(folder.resolve("1.jpg")));
    }
  }

  @Test
  void findsMediaBelowTheMediaRoot() throws IOException {
    Path table = file("t.jsonl", "{\"image\": \"cat/cat_01.jpg\"}\n{\"image\": null}\n");
    Ingest.from(table).into(dataset()).mediaRoot(TestFiles.PETS).run();
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().sample(0).media("image").codec()).isEqualTo("jpeg");
      assertThat(opened.head().sample(1).isNull("image")).isTrue();
    }
  }

  @Test
  void saysWhatAColumnMixes() throws IOException {
    Path table = file("t.jsonl", "{\"a\": 1}\n{\"a\": \"x\"}\n");
    IngestReport report = Ingest.from(table).into(dataset()).run();
    assertThat(report.notes())
        .containsExactly(
            table
                + ": column \"a\" is json: it mixes an integer (first in line 1), text (first in"
                + " line 2)");
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().sample(1).text("a")).isEqualTo("\"x\"");
    }
  }

  @Test
  void bringsTheTypesOfSourcesTogether() throws IOException {
    Path one = file("1.csv", "a,b\n1,2\n");
    Path two = file("2.csv", "b,c\nx,\n");
    Path three = file("3.jsonl", "{\"a\": 1.5}\n");
    Ingest.from(List.of(one, two, three)).into(dataset()).run();
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().schema().column("a").type()).hasToString("float64");
      assertThat(opened.head().schema().column("b").type()).hasToString("utf8");
      assertThat(opened.head().sample(0).text("b")).isEqualTo("2");
      assertThat(opened.head().sample(0).float64("a")).isEqualTo(1.0);
      assertThat(opened.head().sample(1).isNull("a")).isTrue();
    }
  }

  @Test
  void widensAColumnOfTheDataset() throws IOException {
    try (Dataset created = Dataset.create(dataset());
        Transaction change = created.begin()) {
      change.addColumn(Column.of("a", Type.scalar(DType.INT32)));
      change.append(Row.of().key("x").set("a", 1));
      change.commit("Add a");
    }
    Ingest.from(file("2.csv", "a,b\n2.5,y\n")).into(dataset()).run();
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().schema().column("a").type()).hasToString("float64");
      assertThat(opened.head().sample(0).float64("a")).isEqualTo(1.0);
      assertThat(opened.head().sample(1).float64("a")).isEqualTo(2.5);
    }
  }

  @Test
  void plansWithoutChangingAnything() throws IOException {
    Path source = pets();
    IngestPlan plan = Ingest.from(source).into(dataset()).plan();
    assertThat(Files.exists(dataset())).isFalse();
    assertThat(plan.rows()).isEqualTo(24);
    assertThat(plan.rowsToAdd()).isEqualTo(24);
    assertThat(plan.sample()).containsEntry("label", "bird").containsKey("image");
    assertThat(plan.schema().columns().toString()).contains("media<image>", "utf8");
    IngestReport report = Ingest.from(source).into(dataset()).run();
    Files.delete(source.resolve("dog/dog_01.jpg"));
    Files.write(
        source.resolve("dog/dog_02.jpg"), Files.readAllBytes(source.resolve("dog/dog_03.jpg")));
    Files.copy(source.resolve("dog/dog_03.jpg"), source.resolve("dog/new.jpg"));
    plan = Ingest.from(source).into(dataset()).plan();
    assertThat(List.of(plan.rowsToAdd(), plan.rowsToUpdate(), plan.rowsUnchanged()))
        .containsExactly(1L, 1L, 22L);
    try (Dataset opened = Dataset.open(dataset())) {
      assertThat(opened.head().commit().id()).isEqualTo(report.commit());
    }
  }

  @Test
  void takesOddFileNames() throws IOException {
    assumeThat(System.getProperty("sun.jnu.encoding")).as("file names").isEqualTo("UTF-8");
    Path source = Files.createDirectories(folder.resolve("odd"));
    byte[] picture = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    List<String> names = List.of("a b.jpg", "line\nend.jpg", "猫.jpg", "😀.jpg", "%41.jpg", "ﬀ.jpg");
    for (String name : names) {
      Files.write(source.resolve(name), picture);
    }
    Ingest.from(source).into(dataset()).run();
    assertThat(contents(dataset()).keySet()).isEqualTo(new TreeSet<>(names));
    try (Dataset opened = Dataset.open(dataset())) {
      List<String> order = new ArrayList<>();
      for (long i = 0; i < opened.head().size(); i++) {
        order.add(opened.head().sample(i).key());
      }
      assertThat(order)
          .containsExactly("%41.jpg", "a b.jpg", "line\nend.jpg", "猫.jpg", "ﬀ.jpg", "😀.jpg");
    }
  }

  @Test
  void takesUpAnInterruptedIngestWithoutReadingAgain() throws IOException {
    Path source = Files.createDirectories(folder.resolve("large"));
    byte[] picture = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    for (int i = 0; i < 40; i++) {
      byte[] large = Arrays.copyOf(picture, 300_000);
      new Random(i).nextBytes(large);
      System.arraycopy(picture, 0, large, 0, picture.length - 2);
      large[large.length - 2] = (byte) 0xff;
      large[large.length - 1] = (byte) 0xd9;
      put(source.resolve(String.format("%02d.jpg", i)), large);
    }
    put(source.resolve("99.jpg"), Arrays.copyOf(picture, 1000));
    assertThatThrownBy(() -> Ingest.from(source).into(dataset()).run())
        .hasMessageStartingWith("Broken jpeg image");
    Files.delete(source.resolve("99.jpg"));
    IngestReport report = Ingest.from(source).into(dataset()).run();
    assertThat(report.rowsAdded()).isEqualTo(40);
    assertThat(report.filesRecognised()).isGreaterThanOrEqualTo(20);
    assertThat(report.filesRead() + report.filesRecognised()).isEqualTo(40);
    Ingest.from(source).into(folder.resolve("fresh.sheaf")).run();
    assertThat(contents(dataset())).isEqualTo(contents(folder.resolve("fresh.sheaf")));
  }

  @Test
  void recognisesATransactionThatWasCommitted() throws IOException {
    Path table = file("t.csv", "a\n1\n");
    IngestReport first = Ingest.from(table).into(dataset()).transactionId("load-7").run();
    file("t.csv", "a\n1\n2\n");
    IngestReport second = Ingest.from(table).into(dataset()).transactionId("load-7").run();
    assertThat(second.commit()).isEqualTo(first.commit());
  }
}
