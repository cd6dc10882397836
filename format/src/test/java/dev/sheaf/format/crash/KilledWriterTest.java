package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed at random moments leaves the last version whole, every time. */
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledWriterTest {
  @TempDir Path temp;

  @Test
  void eightKillsLeaveTheLastVersionWhole() throws Exception {
    kill(8);
  }

  @Test
  @Tag("slow")
  void aHundredKillsLeaveTheLastVersionWhole() throws Exception {
    kill(100);
  }

  private void kill(int kills) throws Exception {
    Randomness random = Randomness.ofThisRun();
    Path path = temp.resolve("killed.sheaf");
    Dataset.create(path).close();
    long seed = random.below(1_000_000);
    int acknowledged = 0;
    int inFlight = 0;
    try {
      for (int i = 0; i < kills; i++) {
        acknowledged = writeAndKill(random, path, seed, acknowledged);
        if (random.chance(30)) {
          deleteRecursively(path.resolve("local"));
        }
        int newest = check(path, seed);
        assertThat(newest).isBetween(acknowledged, acknowledged + 1);
        inFlight += newest - acknowledged;
        acknowledged = newest;
      }
      Processes.finish(
          Processes.start(
              Processes.java(ScriptedWriter.class, path.toString(), seed + "", "w", "2")));
      assertThat(check(path, seed)).isEqualTo(acknowledged + 2);
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
    System.out.printf(
        "kill -9: %d kills, %d commits, %d of them made but not acknowledged%n",
        kills, acknowledged + 2, inFlight);
  }

  /** Returns the number of the last commit that the writer acknowledged before it was killed. */
  private static int writeAndKill(Randomness random, Path path, long seed, int known)
      throws IOException, InterruptedException {
    List<String> command =
        Processes.java(ScriptedWriter.class, path.toString(), seed + "", "w", "1000000");
    Process writer = Processes.start(command);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
      int acknowledged = known;
      assertThat(lines.readLine()).isEqualTo("open at " + known);
      for (int i = random.below(4); i > 0; i--) {
        acknowledged = number(lines.readLine());
      }
      assertThat(writer.waitFor(random.below(150_000), TimeUnit.MICROSECONDS)).isFalse();
      // Not Process.destroyForcibly, which would close the pipe with the last acknowledgements.
      assertThat(writer.toHandle().destroyForcibly()).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledged = number(line);
      }
      assertThat(writer.waitFor()).isEqualTo(128 + 9);
      return acknowledged;
    } finally {
      writer.destroyForcibly();
    }
  }

  private static int number(String line) {
    assertThat(line).startsWith("done ");
    return Integer.parseInt(line.substring("done ".length()));
  }

  /** Checks every sample of the newest version and returns the number of its commit. */
  private static int check(Path path, long seed) {
    try (Dataset dataset = Dataset.open(path)) {
      CommitScript script = new CommitScript(seed, "w");
      int newest = script.newest(dataset);
      script.replay(newest);
      script.check(dataset.head());
      FsckReport report = dataset.fsck(true, Progress.NONE);
      assertThat(report.damaged()).isEmpty();
      return newest;
    }
  }

  static void deleteRecursively(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
