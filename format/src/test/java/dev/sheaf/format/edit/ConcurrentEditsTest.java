package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.crash.Processes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four processes that append, edit and count on one branch lose nothing. */
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentEditsTest {
  private static final int WRITERS = 4;

  @TempDir Path temp;

  @Test
  void fourProcessesWithTwentyFiveCommitsEachLoseNone() {
    run(25);
  }

  @Test
  @Tag("slow")
  void fourProcessesWithFiveHundredCommitsEachLoseNone() {
    run(500);
  }

  private void run(int commits) {
    Path path = temp.resolve("shared.sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      for (int i = 0; i <= WRITERS; i++) {
        change.append(Row.of().key("own-" + i).set("n", 0L));
      }
      change.commit("Begin");
    }
    List<Process> processes = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      processes.add(
          Processes.start(
              Processes.java(StagingWriter.class, path.toString(), writer + "", commits + "")));
    }
    long refused = 0;
    for (Process process : processes) {
      refused += Long.parseLong(Processes.finish(process).strip());
    }
    int appends = (commits + 2) / 3;
    int counts = commits / 3;
    int lastEdit = (commits - 2) / 3 * 3 + 1;
    try (Dataset dataset = Dataset.open(path)) {
      Version head = dataset.head();
      List<CommitInfo> log = dataset.log("main", Integer.MAX_VALUE);
      assertThat(log).hasSize(2 + WRITERS * commits);
      assertThat(log).allMatch(commit -> commit.parents().size() <= 1);
      assertThat(head.size()).isEqualTo(1 + WRITERS + (long) WRITERS * appends);
      assertThat(head.sample(0).value("n")).isEqualTo((long) WRITERS * counts);
      for (int writer = 0; writer < WRITERS; writer++) {
        assertThat(head.sample(1 + writer).value("n")).isEqualTo((long) lastEdit);
        for (int i = 0; i < commits; i += 3) {
          assertThat(head.find("w" + writer + "-" + i)).isPresent();
        }
      }
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
    System.out.printf(
        "%d processes, %d commits each: %d in the log, %d samples, %d refused and repeated%n",
        WRITERS, commits, WRITERS * commits, WRITERS * appends, refused);
  }
}
