package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.GcReport;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What garbage collection removes, and what it leaves alone. */
class GarbageCollectionTest {
  private static final Duration TWO_WEEKS = Duration.ofDays(14);

  @TempDir Path temp;

  private static byte[] payload(int seed) {
    return new Randomness(seed).bytes(20_000);
  }

  private static Version append(Dataset dataset, String branch, String key, int seed) {
    try (Transaction change = dataset.begin(branch)) {
      Media media = Media.of(MediaKind.FILE, payload(seed), Map.of());
      change.append(Row.of().key(key).set("file", media).set("n", (long) seed));
      return change.commit("Append " + key);
    }
  }

  private static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().equals("sheaf.lock")) {
          files.put(folder.relativize(file).toString(), Files.size(file));
        }
      }
    }
    return files;
  }

  @Test
  void keepsTheOtherSideOfASavedMerge() {
    Path path = temp.resolve("merge.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      append(dataset, "main", "base", 1);
      dataset.createBranch("dev", "main");
      String theirs = append(dataset, "dev", "theirs", 2).commit().id();
      append(dataset, "main", "ours", 3);
      dataset.merge("main", "dev").save("ada");
      dataset.deleteBranch("dev");

      dataset.gc(Duration.ZERO, false);
      assertThat(dataset.fsck(true, Progress.NONE).ok()).isTrue();
      Version merged = dataset.savedMerge("ada").orElseThrow().commit("Merge dev");
      assertThat(merged.commit().parents()).contains(theirs);
      assertThat(merged.size()).isEqualTo(3);
    }
  }

  @Test
  void removesWhatADeletedBranchAloneHeldOnceItIsOldEnough() throws IOException {
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      append(dataset, "main", "kept", 1);
      dataset.createBranch("dev", "main");
      Version dev = append(dataset, "dev", "gone", 2);
      dataset.createTag("v1", "main");
      dataset.deleteBranch("dev");
      Map<String, Long> before = files(path);

      GcReport young = dataset.gc(TWO_WEEKS, false);
      assertThat(young.bytes()).isZero();
      assertThat(files(path)).isEqualTo(before);
      assertThat(dataset.at(dev.commit().id()).size()).isEqualTo(2);

      GcReport dry = dataset.gc(Duration.ZERO, true);
      assertThat(files(path)).isEqualTo(before);
      assertThat(dry.chunks()).isPositive();
      assertThat(dry.chunkBytes()).isGreaterThan(20_000);
      assertThat(dry.objects()).isPositive();

      GcReport done = dataset.gc(Duration.ZERO, false);
      assertThat(done.chunks()).isEqualTo(dry.chunks());
      assertThat(done.chunkBytes()).isEqualTo(dry.chunkBytes());
      assertThat(done.objects()).isEqualTo(dry.objects());
      assertThat(done.usedChunks()).isEqualTo(dry.usedChunks()).isPositive();
      assertThat(dataset.gc(Duration.ZERO, false).bytes()).isZero();
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      assertThat(dataset.head().sample(0).media("file").toBytes()).isEqualTo(payload(1));
      append(dataset, "main", "again", 2);
      assertThat(dataset.head().sample(1).media("file").toBytes()).isEqualTo(payload(2));
    }
  }

  @Test
  void keepsWhatReflogsAndStagedEditsLeadTo() {
    try (Dataset dataset = Dataset.create(temp.resolve("a.sheaf"))) {
      append(dataset, "main", "a", 1);
      Version two = append(dataset, "main", "b", 2);
      dataset.staged("ada", "main").add(new EditSet().set(two.sample(1).id(), "n", 7L));
      dataset.reset("main", "main~1");

      GcReport report = dataset.gc(Duration.ZERO, false);

      assertThat(report.chunks()).isZero();
      assertThat(dataset.at("main@{1}").sample(1).media("file").toBytes()).isEqualTo(payload(2));
      dataset.reset("main", "main@{1}");
      Version committed = dataset.staged("ada", "main").commit("Late");
      assertThat(committed.sample(1).value("n")).isEqualTo(7L);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  /** Writes a payload for a sample whose key another writer takes first. */
  private static void writeAndBeRefused(Dataset dataset, String key) {
    try (Transaction one = dataset.begin();
        Transaction two = dataset.begin()) {
      one.append(Row.of().key(key).set("n", 1L));
      two.append(Row.of().key(key).set("file", Media.of(MediaKind.FILE, payload(9), Map.of())));
      one.commit("First");
      assertThatThrownBy(() -> two.commit("Refused")).isInstanceOf(CommitConflictException.class);
    }
  }

  @Test
  void takesWhatRefusedAndKilledWritersLeftButNotWhatIsWantedAgain() throws IOException {
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      append(dataset, "main", "a", 1);
      Map<String, Long> before = files(path.resolve("chunks"));
      writeAndBeRefused(dataset, "k");
      Path killed = path.resolve("local/tmp/killed.arrow");
      Files.createDirectories(killed.getParent());
      Files.write(killed, payload(5));
      Instant longAgo = Instant.now().minus(Duration.ofDays(30));
      Files.setLastModifiedTime(killed, FileTime.from(longAgo));
      Map<String, Long> left = files(path.resolve("chunks"));
      left.keySet().removeAll(before.keySet());
      for (String name : left.keySet()) {
        Files.setLastModifiedTime(path.resolve("chunks").resolve(name), FileTime.from(longAgo));
      }
      GcReport dry = dataset.gc(TWO_WEEKS, true);
      assertThat(dry.leftovers()).isEqualTo(1);
      assertThat(dry.leftoverBytes()).isEqualTo(20_000);
      assertThat(dry.chunks()).isPositive();

      // The same bytes are written once more, and refused once more: they are young again.
      writeAndBeRefused(dataset, "l");
      GcReport done = dataset.gc(TWO_WEEKS, false);
      assertThat(done.leftovers()).isEqualTo(1);
      assertThat(killed).doesNotExist();
      assertThat(done.youngChunks()).isPositive();
      assertThat(done.chunks()).isLessThan(dry.chunks());
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void bringsBackAChunkThatAKilledCollectionHadRenamed() throws IOException {
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      append(dataset, "main", "a", 1);
    }
    for (String name : files(path.resolve("chunks")).keySet()) {
      Path chunk = path.resolve("chunks").resolve(name);
      Files.move(chunk, chunk.resolveSibling(chunk.getFileName() + ".leaving"));
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(false, Progress.NONE).damaged()).isNotEmpty();
      dataset.gc(TWO_WEEKS, false);
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }
}
