package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that commit to one branch at once lose nothing. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentWritersTest {
  private static final int COMMITS = 10;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void processesThatCommitAtOnceLoseNothing(int writers) {
    Path path = temp.resolve("shared.sheaf");
    Dataset.create(path).close();
    List<Process> processes = new ArrayList<>();
    for (int writer = 0; writer < writers; writer++) {
      processes.add(
          Processes.start(
              Processes.java(
                  ScriptedWriter.class, path.toString(), "7", "w" + writer, COMMITS + "")));
    }
    processes.forEach(Processes::finish);
    try (Dataset dataset = Dataset.open(path)) {
      long samples = 0;
      for (int writer = 0; writer < writers; writer++) {
        CommitScript script = new CommitScript(7, "w" + writer);
        assertThat(script.newest(dataset)).isEqualTo(COMMITS);
        script.replay(COMMITS);
        script.check(dataset.head());
        samples += script.revisions().size();
      }
      assertThat(dataset.head().size()).isEqualTo(samples);
      assertThat(dataset.log("", 1000)).hasSize(writers * COMMITS + 1);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      System.out.printf(
          "%d writers at once: %d commits, %d samples%n", writers, writers * COMMITS, samples);
    }
  }
}
