package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that is killed in the middle of a commit, a merge, a collection of garbage, a
 * compaction, a purge or a concat leaves a whole dataset with all that was acknowledged, and what
 * was purged stays purged.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledKeeperTest {
  @TempDir Path temp;

  /** Commits, compactions and collections are killed by the tests of writers and editors, too. */
  @Test
  void killedMergesPurgesAndTheirLikeLeaveAWholeDataset() throws Exception {
    kill("merge", 1);
    kill("purge", 2);
    kill("concat", 2);
    kill("repack", 2);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"commit", "merge", "gc", "compact", "purge", "concat", "repack"})
  void aHundredKillsLeaveAWholeDataset(String work) throws Exception {
    kill(work, Integer.getInteger("tests.kills", 100));
  }

  private void kill(String work, int kills) throws Exception {
    Randomness random = Randomness.ofThisRun();
    Path path = temp.resolve(work + ".sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      change.addColumn(Column.of("file", Type.media(MediaKind.FILE)));
      change.append(Row.of().key("first").set("n", 0L).set("data", new byte[2000]));
      change.commit("Begin");
    }
    int within = 0;
    int unfinished = 0;
    long edits = 0;
    try {
      for (int i = 0; i < kills; i++) {
        Killed killed = writeAndKill(random, path, work);
        within += killed.within() ? 1 : 0;
        try (Dataset dataset = Dataset.open(path)) {
          if (dataset.unfinishedPurge().isPresent()) {
            unfinished++;
            dataset.finishPurge(Progress.NONE);
          }
        }
        edits = check(path, work, killed, edits);
      }
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
    System.out.printf(
        "kill -9 during %s: %d kills, %d of them within the work, %d unfinished%n",
        work, kills, within, unfinished);
  }

  /** Returns the number of edits, after reading every sample. */
  private static long check(Path path, String work, Killed killed, long edits) {
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).as(work).isEmpty();
      Version head = dataset.head();
      assertThat(head.size()).isGreaterThanOrEqualTo(killed.samples());
      for (long i = 0; i < head.size(); i++) {
        head.sample(i).toMap();
        Media file = head.sample(i).media("file");
        if (file != null) {
          assertThat(file.toBytes()).hasSize((int) file.byteLength());
        }
      }
      long now = (Long) head.sample(0).value("n");
      assertThat(now).isGreaterThanOrEqualTo(edits);
      if (work.equals("purge")) {
        checkPurged(dataset);
      } else if (work.equals("concat")) {
        finishConcat(path);
      }
      return now;
    }
  }

  /** What was interrupted is repeated by running it again, and then all is there. */
  private static void finishConcat(Path path) {
    Path more = path.resolveSibling("more.sheaf");
    if (!Files.isDirectory(more.resolve("git"))) {
      return;
    }
    try (Dataset source = Dataset.open(more)) {
      Concat.of(source.head()).into(path).copying().run();
      ConcatReport again = Concat.of(source.head()).into(path).plan();
      assertThat(again.sources().get(0).present()).isEqualTo(source.head().size());
      assertThat(again.chunks()).isZero();
      try (Dataset dataset = Dataset.open(path)) {
        assertThat(dataset.head().size()).isEqualTo(1 + source.head().size());
        assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      }
    }
  }

  /** Whatever was deleted by a purge is purged where it was. */
  private static void checkPurged(Dataset dataset) {
    List<CommitInfo> log = dataset.log("main", 1_000_000);
    for (CommitInfo commit : log) {
      if (commit.subject().startsWith("Purge ")) {
        Version before = dataset.at(commit.parents().get(0));
        Sample gone = before.sample(before.size() - 1);
        assertThatThrownBy(() -> gone.value("data")).isInstanceOf(PurgedException.class);
        assertThatThrownBy(gone::key).isInstanceOf(PurgedException.class);
      }
    }
  }

  /** What was acknowledged before a kill, and whether it came between begin and done. */
  private record Killed(long samples, boolean within) {}

  private static Killed writeAndKill(Randomness random, Path path, String work)
      throws IOException, InterruptedException {
    Process writer = Processes.start(Processes.java(KeepingWriter.class, path.toString(), work));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("open");
      int wanted = random.between(1, 3);
      long samples = 0;
      boolean within = false;
      for (int begun = 0; begun < wanted; ) {
        String line = lines.readLine();
        within = line.equals("begin");
        begun += within ? 1 : 0;
        samples = within ? samples : Long.parseLong(line.substring("done ".length()));
      }
      assertThat(writer.waitFor(random.below(40_000), TimeUnit.MICROSECONDS)).isFalse();
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        within = line.equals("begin");
        samples = within ? samples : Long.parseLong(line.substring("done ".length()));
      }
      return new Killed(samples, within);
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }
  }
}
