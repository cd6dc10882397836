package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer whose files the system refuses to grow: a full disk that needs no disk. The real one is
 * {@code .ci/extra/30-full-and-read-only-disk.sh}.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitedWriterTest {
  @TempDir Path temp;

  /** Commits until it is refused. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) {
      Path path = Path.of(arguments[0]);
      CommitScript script = new CommitScript(12, "w");
      try (Dataset dataset = Dataset.open(path)) {
        script.replay(script.newest(dataset));
        for (int i = 0; i < 1000; i++) {
          try {
            script.commit(dataset);
          } catch (UncheckedIOException e) {
            System.out.println("refused " + e.getMessage());
            script.check(dataset.head());
            return;
          }
        }
      }
    }
  }

  @Test
  void aWriterThatCannotGrowItsFilesSaysSoAndLosesNothing() {
    Path path = temp.resolve("limited.sheaf");
    Dataset.create(path).close();
    // Room for the native ZSTD library, too little for the payloads of some commits.
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 1200; exec \"$@\"", "-"));
    command.addAll(Processes.java(Committer.class, path.toString()));
    String output = Processes.finish(Processes.start(command));
    assertThat(output)
        .startsWith("refused Cannot write ")
        .contains(path.toString())
        .contains("File too large");
    try (Dataset dataset = Dataset.open(path)) {
      CommitScript script = new CommitScript(12, "w");
      int newest = script.newest(dataset);
      assertThat(newest).isPositive();
      script.replay(newest);
      script.check(dataset.head());
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      script.commit(dataset);
      script.check(dataset.head());
    }
  }
}
