package dev.sheaf.format.purge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeReport;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Purging removes the bytes of samples from every version, and nothing else. */
class PurgeTest {
  @TempDir Path temp;

  private static PurgeRequest request(SampleId... samples) {
    return new PurgeRequest(Set.of(samples), "consent withdrawn", PurgeRequest.Shared.REFUSE);
  }

  @Test
  void removesEveryCellOfASampleFromEveryVersion() throws IOException {
    Path path = People.write(temp.resolve("people.sheaf"), 40, true);
    SampleId victim;
    Map<String, Object> before;
    try (Dataset dataset = Dataset.open(path)) {
      victim = dataset.at("v1").sample(7).id();
      before = People.cells(dataset.at("v1").sample(8));
      PurgeReport report = dataset.purge(request(victim), Progress.NONE);
      assertThat(report.samples()).containsExactly(victim);
      assertThat(report.branches()).containsExactly("main", "side");
      assertThat(report.tags()).containsExactly("v1");
      assertThat(report.rows()).isEqualTo(1);
      assertThat(report.left()).isEmpty();
      // The payload, the document, the embedding and its newer version.
      assertThat(report.values()).isEqualTo(4);
      assertThat(report.commits()).isEqualTo(2);
    }
    try (Dataset dataset = Dataset.open(path)) {
      Sample gone = dataset.at("v1").sample(7);
      assertThat(gone.id()).isEqualTo(victim);
      for (String column : People.COLUMNS) {
        assertThatThrownBy(() -> People.read(gone, column))
            .as(column)
            .isInstanceOf(PurgedException.class)
            .hasMessageContaining("Value was purged on 20")
            .hasMessageContaining("consent withdrawn at " + path)
            .hasMessageContaining("column=\"" + column + "\", sample=7");
      }
      assertThat(People.cells(dataset.at("v1").sample(8))).isEqualTo(before);
      assertThat(dataset.head().size()).isEqualTo(39);
      assertThat(dataset.head().indexOf(victim)).isEmpty();
      dataset.head().scan().forEach(batch -> batch.column("name"));
      assertThat(dataset.at("v1").find("person-7")).isEmpty();
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void leavesNoByteInAnyChunk() throws IOException {
    Path path = People.write(temp.resolve("people.sheaf"), 12, false);
    String name = "person-7-name";
    assertThat(filesWith(path, name)).isNotEmpty();
    try (Dataset dataset = Dataset.open(path)) {
      PurgeRequest request = request(dataset.head().sample(7).id());
      PurgeReport preview = dataset.previewPurge(request);
      assertThat(preview.dryRun()).isTrue();
      assertThat(filesWith(path, name)).isNotEmpty();
      PurgeReport report = dataset.purge(request, Progress.NONE);
      assertThat(report.rows()).isEqualTo(preview.rows());
      assertThat(report.values()).isEqualTo(preview.values());
      assertThat(report.bytes()).isEqualTo(preview.bytes());
    }
    assertThat(filesWith(path, name)).isEmpty();
    assertThat(filesWith(path, "secret of person 7")).isEmpty();
    assertThat(filesWith(path, "PORTRAIT-7-")).isEmpty();
    assertThat(filesWith(path, "PORTRAIT-8-")).hasSize(1);
    assertThat(filesWith(path, "person-8-name")).hasSize(1);
  }

  @Test
  void theRestOfAnOldVersionIsScanned() {
    Path path = People.write(temp.resolve("people.sheaf"), 40, true);
    try (Dataset dataset = Dataset.open(path)) {
      Version whole = dataset.at("v1");
      assertThat(whole.withoutPurged()).isSameAs(whole);
      dataset.purge(request(whole.sample(7).id(), whole.sample(30).id()), Progress.NONE);
    }
    try (Dataset dataset = Dataset.open(path)) {
      Version old = dataset.at("v1");
      assertThatThrownBy(() -> old.scan().forEach(batch -> batch.column("name")))
          .isInstanceOf(PurgedException.class);
      Version rest = old.withoutPurged();
      assertThat(rest.size()).isEqualTo(38);
      assertThat(rest.commit()).isEqualTo(old.commit());
      for (long i = 0; i < rest.size(); i++) {
        Map<String, Object> cells = People.cells(rest.sample(i));
        long age = i < 7 ? i : i < 29 ? i + 1 : i + 2;
        assertThat(cells).containsEntry("age", age).containsEntry("_key", "person-" + age);
      }
      rest.scan().forEach(batch -> People.COLUMNS.forEach(batch::column));
      assertThat(rest.select("age").withoutPurged().schema().size()).isEqualTo(1);
      assertThat(dataset.head().withoutPurged()).isNotNull();
      assertThat(dataset.head().withoutPurged().size()).isEqualTo(38);
    }
  }

  /** Two people with one portrait, a third with another. */
  private Path twins() {
    Path path = temp.resolve("twins.sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      for (int i = 0; i < 3; i++) {
        byte[] portrait = People.portrait(i / 2);
        change.append(Row.of().key("t" + i).set("name", "twin " + i).set("portrait", portrait));
      }
      change.commit("Twins");
    }
    return path;
  }

  @Test
  void refusesBytesThatAnotherSampleHas() {
    Path path = twins();
    try (Dataset dataset = Dataset.open(path)) {
      Version before = dataset.head();
      SampleId first = before.sample(0).id();
      assertThatThrownBy(() -> dataset.purge(request(first), Progress.NONE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Other samples have the same bytes: 1 (" + before.sample(1).id())
          .hasMessageContaining("--shared purge");
      assertThat(dataset.head().commit()).isEqualTo(before.commit());
      assertThat(dataset.unfinishedPurge()).isEmpty();
    }
  }

  @Test
  void keepsSharedBytesIfAsked() throws IOException {
    Path path = twins();
    try (Dataset dataset = Dataset.open(path)) {
      SampleId first = dataset.head().sample(0).id();
      PurgeReport report =
          dataset.purge(
              new PurgeRequest(Set.of(first), "one of two", PurgeRequest.Shared.KEEP),
              Progress.NONE);
      assertThat(report.values()).isZero();
      assertThat(report.left()).hasSize(1);
      assertThat(report.left().get(0).columns()).containsExactly("portrait");
      assertThat(report.left().get(0).why()).isEqualTo(PurgeReport.Why.SHARED);
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.head().sample(0).value("portrait")).isNotNull();
      assertThatThrownBy(() -> dataset.at("main~1").sample(0).value("portrait"))
          .isInstanceOf(PurgedException.class);
    }
    assertThat(filesWith(path, "twin 0")).isEmpty();
    assertThat(filesWith(path, "twin 1")).hasSize(1);
  }

  @Test
  void purgesSharersTooIfAsked() throws IOException {
    Path path = twins();
    try (Dataset dataset = Dataset.open(path)) {
      SampleId first = dataset.head().sample(0).id();
      SampleId second = dataset.head().sample(1).id();
      PurgeReport report =
          dataset.purge(
              new PurgeRequest(Set.of(first), "both", PurgeRequest.Shared.PURGE), Progress.NONE);
      assertThat(report.samples()).containsExactly(first, second);
      assertThat(dataset.head().size()).isEqualTo(1);
    }
    assertThat(filesWith(path, "PORTRAIT-0-")).isEmpty();
    assertThat(filesWith(path, "PORTRAIT-1-")).hasSize(1);
  }

  /** A commit stores the same bytes once, and does not look for those of earlier commits. */
  @Test
  void leavesTheCopyThatAnotherCommitHas() throws IOException {
    Path path = twins();
    try (Dataset dataset = Dataset.open(path)) {
      Sample first = dataset.head().sample(0);
      Sample second = dataset.head().sample(1);
      Object portrait = People.read(first, "portrait");
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("later").set("portrait", People.portrait(0)));
        change.commit("The same once more");
      }
      assertThat(filesWith(path, "PORTRAIT-0-")).hasSize(2);
      PurgeReport report =
          dataset.purge(
              new PurgeRequest(Set.of(first.id()), "both", PurgeRequest.Shared.PURGE),
              Progress.NONE);
      assertThat(report.samples()).containsExactly(first.id(), second.id());
      assertThat(filesWith(path, "PORTRAIT-0-")).hasSize(1);
      Sample later = dataset.head().find("later").orElseThrow();
      assertThat(People.read(later, "portrait")).isEqualTo(portrait);
    }
  }

  @Test
  void saysWhichCellsStayInGitObjects() {
    Path path = People.write(temp.resolve("people.sheaf"), 4, false);
    try (Dataset dataset = Dataset.open(path)) {
      SampleId victim = dataset.head().sample(2).id();
      try (Transaction change = dataset.begin("main")) {
        change.update(victim, Map.of("name", "renamed"));
        change.commit("Rename");
      }
      PurgeReport report = dataset.purge(request(victim), Progress.NONE);
      assertThat(report.left()).hasSize(2);
      assertThat(report.left())
          .allSatisfy(one -> assertThat(one.why()).isEqualTo(PurgeReport.Why.GIT))
          .anySatisfy(one -> assertThat(one.columns()).containsExactly("name"));
    }
    try (Dataset dataset = Dataset.open(path)) {
      Sample gone = dataset.at("main~1").sample(2);
      assertThat(gone.value("name")).isEqualTo("renamed");
      assertThatThrownBy(() -> gone.value("age")).isInstanceOf(PurgedException.class);
    }
  }

  @Test
  void aPurgedDatasetIsClonedCollectedAndCompacted() throws IOException {
    Path path = People.write(temp.resolve("people.sheaf"), 40, true);
    for (int victim : new int[] {5, 9}) {
      try (Dataset dataset = Dataset.open(path)) {
        dataset.purge(request(dataset.at("v1").sample(victim).id()), Progress.NONE);
      }
    }
    Path clone = temp.resolve("clone.sheaf");
    try (Dataset dataset = Dataset.open(path)) {
      dataset.copyTo(clone);
      dataset.gc(Duration.ZERO, false);
      dataset.compact("main");
    }
    for (Path one : List.of(path, clone)) {
      try (Dataset dataset = Dataset.open(one)) {
        assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
        assertThat(People.cells(dataset.at("v1").sample(6))).containsEntry("age", 6L);
        assertThatThrownBy(() -> dataset.at("v1").sample(9).value("story"))
            .isInstanceOf(PurgedException.class);
        assertThat(dataset.filesJson(dataset.at("v1")))
            .contains("\"purged\":[5,9]")
            .contains("\"moved\":[{\"file\":\"chunks/");
      }
    }
  }

  @Test
  void tellsOfPurgedBytesThatAreStillThereAndFinishes() throws IOException {
    Path path = People.write(temp.resolve("people.sheaf"), 12, false);
    List<Path> before = filesWith(path, "PORTRAIT-7-");
    byte[] bytes = Files.readAllBytes(before.get(0));
    SampleId victim;
    try (Dataset dataset = Dataset.open(path)) {
      victim = dataset.head().sample(7).id();
      dataset.purge(request(victim), Progress.NONE);
    }
    Files.write(before.get(0), bytes);
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(false, Progress.NONE).damaged())
          .singleElement()
          .satisfies(
              damage -> assertThat(damage.what()).startsWith("Purged bytes are still there"));
      dataset.purge(request(victim), Progress.NONE);
      assertThat(before.get(0)).doesNotExist();
      assertThat(dataset.fsck(false, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void refusesAnotherPurgeUntilTheInterruptedOneIsFinished() throws IOException {
    Path path = People.write(temp.resolve("people.sheaf"), 4, false);
    try (Dataset dataset = Dataset.open(path)) {
      SampleId victim = dataset.head().sample(1).id();
      assertThatThrownBy(() -> dataset.finishPurge(Progress.NONE))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("No purge is unfinished");
      Files.createDirectories(path.resolve("local"));
      Files.writeString(
          path.resolve("local").resolve("purge.json"),
          "{\"samples\":[\"" + victim + "\"],\"reason\":\"r\",\"shared\":\"KEEP\",\"time\":5}");
      assertThat(dataset.unfinishedPurge())
          .contains(new PurgeRequest(Set.of(victim), "r", PurgeRequest.Shared.KEEP));
      assertThatThrownBy(() -> dataset.purge(request(victim), Progress.NONE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("A purge was interrupted and must be finished first");
      assertThat(dataset.finishPurge(Progress.NONE).samples()).containsExactly(victim);
      assertThat(dataset.unfinishedPurge()).isEmpty();
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThatThrownBy(() -> dataset.at("v1").sample(1).value("name"))
          .hasMessageContaining("Value was purged on 1970-01-01T00:00:05Z: r");
    }
  }

  @Test
  void theSameBytesDoNotComeBack() {
    Path path = temp.resolve("one.sheaf");
    Row row = Row.of().key("a").set("data", People.portrait(1));
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        change.append(row);
        change.commit("One");
      }
      dataset.purge(request(dataset.head().sample(0).id()), Progress.NONE);
      try (Transaction change = dataset.begin()) {
        change.append(row);
        assertThatThrownBy(() -> change.commit("Again"))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("Exactly these bytes were purged from the dataset before");
      }
    }
  }

  @Test
  void refusesReasonsThatAreNoLine() {
    SampleId some = new SampleId(1, 2);
    for (String reason : List.of("", " ", "a\nb", "x".repeat(5000))) {
      assertThatThrownBy(() -> new PurgeRequest(Set.of(some), reason, PurgeRequest.Shared.REFUSE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Reason of a purge is not one line of 1 to 4096 bytes");
    }
    assertThatThrownBy(() -> new PurgeRequest(Set.of(), "why", PurgeRequest.Shared.REFUSE))
        .hasMessageContaining("No sample is to be purged");
  }

  /** Returns the chunks that hold some bytes, uncompressed. */
  static List<Path> filesWith(Path dataset, String text) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      return files.filter(Files::isRegularFile).filter(file -> contains(file, text)).toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
