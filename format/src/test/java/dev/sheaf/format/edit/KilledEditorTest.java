package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.crash.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An editor that is killed while it stages, commits, compacts or collects loses nothing. */
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledEditorTest {
  @TempDir Path temp;

  @Test
  void fourKillsLoseNothing() throws Exception {
    kill(4);
  }

  @Test
  @Tag("slow")
  void aHundredKillsLoseNothing() throws Exception {
    kill(100);
  }

  private void kill(int kills) throws Exception {
    Randomness random = Randomness.ofThisRun();
    Path path = temp.resolve("killed.sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      for (int i = 0; i < EditingWriter.SAMPLES; i++) {
        change.append(Row.of().key("k" + i).set("n", 0L));
      }
      change.commit("Begin");
    }
    long acknowledged = 0;
    long waiting = 0;
    try {
      for (int i = 0; i < kills; i++) {
        acknowledged = writeAndKill(random, path);
        try (Dataset dataset = Dataset.open(path)) {
          long newest = check(dataset);
          assertThat(newest).isBetween(acknowledged, acknowledged + 1);
          waiting += dataset.staged("editor", "main").changes().cells().size();
        }
      }
      Processes.finish(Processes.start(Processes.java(EditingWriter.class, path.toString(), "3")));
      try (Dataset dataset = Dataset.open(path)) {
        assertThat(check(dataset)).isBetween(acknowledged + 3, acknowledged + 5);
        assertThat(dataset.staged("editor", "main").isEmpty()).isTrue();
      }
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
    System.out.printf(
        "kill -9 of an editor: %d kills, %d commits, %d times edits were left staged%n",
        kills, acknowledged, waiting);
  }

  /** Returns the number of the newest commit, after comparing every sample. */
  private static long check(Dataset dataset) {
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    Version head = dataset.head();
    long newest = EditingWriter.newest(head);
    for (long sample = 0; sample < EditingWriter.SAMPLES; sample++) {
      long last = newest - Math.floorMod(newest - sample, (long) EditingWriter.SAMPLES);
      assertThat(head.sample(sample).value("n")).isEqualTo(Math.max(0, last));
    }
    return newest;
  }

  /** Returns the number of the last commit that was acknowledged before the kill. */
  private static long writeAndKill(Randomness random, Path path)
      throws IOException, InterruptedException {
    Process writer =
        Processes.start(Processes.java(EditingWriter.class, path.toString(), "1000000"));
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      long acknowledged = Long.parseLong(lines.readLine().substring("open at ".length()));
      int wanted = random.between(1, 12);
      for (int i = 0; i < wanted; i++) {
        acknowledged = Long.parseLong(lines.readLine().substring("done ".length()));
      }
      // Somewhere within the next commit, compaction or collection.
      assertThat(writer.waitFor(random.below(60_000), TimeUnit.MICROSECONDS)).isFalse();
      // Unlike the process itself, its handle leaves the stream open.
      writer.toHandle().destroyForcibly();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = Long.parseLong(line.substring("done ".length()));
      }
      return acknowledged;
    } finally {
      writer.destroyForcibly();
      writer.waitFor();
    }
  }
}
