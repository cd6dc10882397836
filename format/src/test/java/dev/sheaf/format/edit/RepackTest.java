package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.GcReport;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.export.Export;
import dev.sheaf.format.export.ExportFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks of payloads that are mostly dead are written anew, and give their room back. */
class RepackTest {
  private static final int SAMPLES = 10;

  @TempDir Path temp;

  private static byte[] payload(int seed) {
    return new Randomness(seed).bytes(20_000 + seed);
  }

  private static Row row(int seed) {
    return Row.of()
        .key("k" + seed)
        .set("n", (long) seed)
        .set("file", Media.of(MediaKind.FILE, payload(seed), Map.of()));
  }

  /** Ten samples in one chunk. */
  private Path write(String name) {
    Path path = temp.resolve(name + ".sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      for (int i = 0; i < SAMPLES; i++) {
        change.append(row(i));
      }
      change.commit("Ten");
    }
    return path;
  }

  private static long bytes(Path dataset) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static void delete(Dataset dataset, int... seeds) {
    try (Transaction change = dataset.begin()) {
      for (int seed : seeds) {
        change.delete(dataset.head().find("k" + seed).orElseThrow().id());
      }
      change.commit("Delete " + seeds.length);
    }
  }

  /** Forgets all but the newest version. */
  private static void forget(Dataset dataset) {
    dataset.expire(Instant.now().plusSeconds(60), false);
  }

  private static void assertWhole(Path path, int... seeds) {
    try (Dataset dataset = Dataset.open(path)) {
      Version head = dataset.head();
      assertThat(head.size()).isEqualTo(seeds.length);
      for (int i = 0; i < seeds.length; i++) {
        Sample sample = head.sample(i);
        assertThat(sample.key()).isEqualTo("k" + seeds[i]);
        assertThat(sample.media("file").toBytes()).isEqualTo(payload(seeds[i]));
      }
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void givesBackWhatNoVersionNeeds() throws IOException {
    Path path = write("a");
    String commit;
    try (Dataset dataset = Dataset.open(path)) {
      delete(dataset, 0, 2, 3, 5, 6, 8);
      commit = dataset.head().commit().id();
      GcReport held = dataset.gc(Duration.ZERO, false);
      assertThat(held.rewrittenChunks()).as("an older version shows them").isZero();
      forget(dataset);
      long before = bytes(path);
      GcReport dry = dataset.gc(Duration.ZERO, true);
      assertThat(bytes(path)).isEqualTo(before);
      assertThat(dry.rewrittenChunks()).isEqualTo(1);
      GcReport done = dataset.gc(Duration.ZERO, false);
      assertThat(done.rewrittenChunks()).isEqualTo(1);
      assertThat(done.rewrittenBytes()).isBetween(6 * 20_000L, dry.rewrittenBytes());
      assertThat(done.rewrittenBytes()).isGreaterThan(dry.rewrittenBytes() - 8_000);
      assertThat(bytes(path)).isLessThan(before - 6 * 19_000L);
      assertThat(dataset.gc(Duration.ZERO, false).bytes()).isZero();
      assertThat(dataset.head().commit().id()).isEqualTo(commit);
    }
    assertWhole(path, 1, 4, 7, 9);
  }

  @Test
  void leavesChunksThatAreYoungOrNotDeadEnough() {
    Path path = write("a");
    try (Dataset dataset = Dataset.open(path)) {
      delete(dataset, 0, 2, 3, 5);
      forget(dataset);
      assertThat(dataset.gc(Duration.ofDays(14), 1, true).rewrittenChunks()).isZero();
      assertThat(dataset.gc(Duration.ZERO, true).rewrittenChunks()).isZero();
      assertThat(dataset.gc(Duration.ZERO, 101, true).rewrittenChunks()).isZero();
      assertThat(dataset.gc(Duration.ZERO, 30, true).rewrittenChunks()).isEqualTo(1);
    }
  }

  @Test
  void aPurgeGivesItsRoomBack() throws IOException {
    Path path = write("a");
    try (Dataset dataset = Dataset.open(path)) {
      Set<SampleId> victims = new java.util.TreeSet<>();
      for (int i = 0; i < 6; i++) {
        victims.add(dataset.head().sample(i).id());
      }
      dataset.purge(
          new PurgeRequest(victims, "asked to", PurgeRequest.Shared.REFUSE), Progress.NONE);
      long before = bytes(path);
      GcReport done = dataset.gc(Duration.ZERO, false);
      assertThat(done.rewrittenChunks()).isEqualTo(1);
      assertThat(bytes(path)).isLessThan(before - 6 * 19_000L);
    }
    assertWhole(path, 6, 7, 8, 9);
    try (Dataset dataset = Dataset.open(path)) {
      Version before = dataset.at("main~1");
      // The older version says purged where it was, and shows the rest.
      assertThatThrownBy(() -> before.sample(2).media("file").toBytes())
          .isInstanceOf(PurgedException.class)
          .hasMessageContaining("asked to");
      assertThat(before.sample(8).media("file").toBytes()).isEqualTo(payload(8));
      SampleId next = dataset.head().sample(0).id();
      dataset.purge(
          new PurgeRequest(Set.of(next), "as well", PurgeRequest.Shared.REFUSE), Progress.NONE);
      dataset.gc(Duration.ZERO, 1, false);
    }
    assertWhole(path, 7, 8, 9);
    Path clone = temp.resolve("clone.sheaf");
    try (Dataset dataset = Dataset.open(path)) {
      dataset.copyTo(clone);
    }
    assertWhole(clone, 7, 8, 9);
    try (Dataset dataset = Dataset.open(clone)) {
      assertThatThrownBy(() -> dataset.at("main~1").sample(0).media("file").toBytes())
          .isInstanceOf(PurgedException.class)
          .hasMessageContaining("as well");
    }
  }

  @Test
  void payloadsThatWereReplacedAreDead() throws IOException {
    Path path = write("a");
    try (Dataset dataset = Dataset.open(path)) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < 7; i++) {
          change.update(
              dataset.head().sample(i).id(),
              Map.of("file", Media.of(MediaKind.FILE, payload(100 + i), Map.of())));
        }
        change.commit("Replace seven");
      }
      dataset.createTag("kept", "main");
      forget(dataset);
      GcReport done = dataset.gc(Duration.ZERO, false);
      assertThat(done.rewrittenChunks()).isEqualTo(1);
      assertThat(done.rewrittenBytes()).isGreaterThan(7 * 19_000L);
    }
    try (Dataset dataset = Dataset.open(path)) {
      for (int i = 0; i < SAMPLES; i++) {
        assertThat(dataset.head().sample(i).media("file").toBytes())
            .isEqualTo(payload(i < 7 ? 100 + i : i));
      }
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      assertThat(dataset.fsck(true, Progress.NONE).purged()).isZero();
      Path out = temp.resolve("out");
      Export.of(dataset.head()).to(ExportFormat.of("webdataset"), out).run();
      assertThat(out).isDirectory();
      dataset.compact("main");
      dataset.purge(
          new PurgeRequest(
              Set.of(dataset.head().sample(0).id()), "asked to", PurgeRequest.Shared.REFUSE),
          Progress.NONE);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void readersOfTheOldFileStayRight() {
    Path path = write("a");
    try (Dataset dataset = Dataset.open(path);
        Dataset reader = Dataset.open(path)) {
      Version old = reader.head();
      byte[] first = old.sample(0).media("file").toBytes();
      Media later = old.sample(4).media("file");
      delete(dataset, 0, 2, 3, 5, 6, 8);
      forget(dataset);
      assertThat(dataset.gc(Duration.ZERO, false).rewrittenChunks()).isEqualTo(1);
      assertThat(first).isEqualTo(payload(0));
      assertThat(later.toBytes()).isEqualTo(payload(4));
      for (int seed : new int[] {1, 4, 7, 9}) {
        assertThat(reader.head().find("k" + seed).orElseThrow().media("file").toBytes())
            .isEqualTo(payload(seed));
      }
    }
  }

  @Test
  void theSameChunkMayComeBack() throws IOException {
    Path path = write("a");
    Path other = write("b");
    try (Dataset dataset = Dataset.open(path)) {
      delete(dataset, 0, 1, 2, 3, 4, 5, 6, 7, 8);
      forget(dataset);
      assertThat(dataset.gc(Duration.ZERO, false).rewrittenChunks()).isEqualTo(1);
      // Exactly the same payloads as before, so a chunk of the same name.
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < SAMPLES; i++) {
          change.append(row(i).key("again" + i));
        }
        change.commit("Again");
      }
    }
    try (Dataset dataset = Dataset.open(path)) {
      for (int i = 0; i < SAMPLES; i++) {
        assertThat(dataset.head().find("again" + i).orElseThrow().media("file").toBytes())
            .isEqualTo(payload(i));
      }
      assertThat(dataset.head().find("k9").orElseThrow().media("file").toBytes())
          .isEqualTo(payload(9));
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
    Path third = write("c");
    try (Dataset dataset = Dataset.open(third)) {
      delete(dataset, 0, 1, 2, 3, 4, 5, 6, 7, 8);
      try (Transaction change = dataset.begin()) {
        change.append(row(50));
        change.commit("More");
      }
      forget(dataset);
      assertThat(dataset.gc(Duration.ZERO, false).rewrittenChunks()).isEqualTo(1);
      try (Dataset source = Dataset.open(other)) {
        try (Transaction change = source.begin()) {
          change.appendDerived(
              source.head().sample(3).id(),
              "crop",
              "",
              Row.of().key("part").set("file", source.head().sample(3).media("file")));
          change.commit("A part");
        }
        ConcatReport report = Concat.of(source.head()).into(third).run();
        assertThat(report.sources().get(0).added()).isEqualTo(1);
      }
    }
    try (Dataset dataset = Dataset.open(third)) {
      assertThat(dataset.head().find("part").orElseThrow().media("file").toBytes())
          .isEqualTo(payload(3));
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void saysThatBytesWereNotKeptWhereAVersionComesBackThatNobodyNeeded() throws IOException {
    Path path = write("a");
    Path copy = temp.resolve("copy.sheaf");
    try (Dataset dataset = Dataset.open(path)) {
      dataset.copyTo(copy);
      delete(dataset, 0, 2, 3, 5, 6, 8);
      forget(dataset);
      dataset.gc(Duration.ZERO, false);
    }
    // The Git repository of another copy, which has versions that this one forgot.
    deleteTree(path.resolve("git"));
    copyTree(copy.resolve("git"), path.resolve("git"));
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.head().sample(1).media("file").toBytes()).isEqualTo(payload(1));
      assertThatThrownBy(() -> dataset.head().sample(0).media("file").toBytes())
          .satisfies(e -> assertThat(((DatasetException) e).code()).isEqualTo("SHEAF-CHK-009"))
          .hasMessageContaining("were neither kept nor purged")
          .hasMessageContaining("chunk=");
      assertThat(dataset.fsck(false, Progress.NONE).damaged()).hasSize(6);
    }
  }

  @Test
  void anInterruptedRewriteIsRepeated() throws IOException {
    Path path = write("a");
    try (Dataset dataset = Dataset.open(path)) {
      delete(dataset, 0, 2, 3, 5, 6, 8);
      forget(dataset);
      Path chunk =
          path.resolve("chunks")
              .resolve(
                  dataset.chunks(dataset.head()).stream()
                      .filter(one -> one.role().equals("wide"))
                      .map(one -> one.id().substring(0, 2) + "/" + one.id() + ".arrow")
                      .findFirst()
                      .orElseThrow());
      byte[] before = Files.readAllBytes(chunk);
      dataset.gc(Duration.ZERO, false);
      assertThat(chunk).doesNotExist();
      // Killed between the file that says where it went and the removal.
      Files.write(chunk, before);
      Files.setLastModifiedTime(chunk, FileTime.from(Instant.now().minusSeconds(9)));
    }
    assertWhole(path, 1, 4, 7, 9);
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.gc(Duration.ZERO, false).rewrittenChunks()).isEqualTo(1);
    }
    assertWhole(path, 1, 4, 7, 9);
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.copy(file, target);
      }
    }
  }

  /** Which samples are dead in which order, at random, with versions that come and go. */
  @Test
  void randomHistoriesKeepWhatTheyShow() {
    Randomness random = Randomness.ofThisRun();
    for (int round = 0; round < 4; round++) {
      Path path = temp.resolve("r" + round + ".sheaf");
      try (Dataset dataset = Dataset.create(path)) {
        int next = 0;
        for (int step = 0; step < 8; step++) {
          Version head = dataset.head();
          try (Transaction change = dataset.begin()) {
            for (int i = 0; i < 3; i++) {
              change.append(row(next++));
            }
            for (long i = 0; i < head.size(); i++) {
              int dice = random.below(10);
              if (dice == 0) {
                change.delete(head.sample(i).id());
              } else if (dice == 1) {
                long n = next++;
                change.update(
                    head.sample(i).id(),
                    Map.of("n", n, "file", Media.of(MediaKind.FILE, payload((int) n), Map.of())));
              }
            }
            change.commit("Step " + step);
          }
          if (step % 4 == 1) {
            dataset.createTag("t" + step, "main");
          }
          if (random.below(3) == 0) {
            forget(dataset);
            dataset.gc(Duration.ZERO, 1 + random.below(60), false);
          }
        }
        for (String rev : Stream.concat(Stream.of("main"), dataset.tags().stream()).toList()) {
          Version version = dataset.at(rev);
          for (long i = 0; i < version.size(); i++) {
            int seed = ((Long) version.sample(i).value("n")).intValue();
            assertThat(version.sample(i).media("file").toBytes())
                .as(random.replay() + " " + rev + " " + i)
                .isEqualTo(payload(seed));
          }
        }
        assertThat(dataset.fsck(true, Progress.NONE).damaged()).as(random.replay()).isEmpty();
      }
    }
  }

  @Test
  void refusesAPartThatIsNone() {
    try (Dataset dataset = Dataset.open(write("a"))) {
      assertThatThrownBy(() -> dataset.gc(Duration.ZERO, 0, true))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(List.of(dataset.gc(Duration.ZERO, 1, true).rewrittenChunks())).containsOnly(0L);
    }
  }
}
