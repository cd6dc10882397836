package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blame, log and commit with a history of ten thousand edits; prints what they take. */
class LongHistoryTest {
  private static final int SAMPLES = 1000;

  @TempDir Path temp;

  @Test
  void blameIsRightAfterTwoHundredCommits() throws IOException {
    run(200);
  }

  @Test
  @Tag("slow")
  void blameIsRightAfterTenThousandCommits() throws IOException {
    run(10_000);
  }

  private void run(int commits) throws IOException {
    Path path = temp.resolve("long.sheaf");
    String[] last = new String[SAMPLES];
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < SAMPLES; i++) {
          change.append(Row.of().key("k" + i).set("n", -1L).set("label", "l" + i));
        }
        Version version = change.commit("Begin");
        java.util.Arrays.fill(last, version.commit().id());
      }
      SampleId[] ids = new SampleId[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        ids[i] = dataset.head().sample(i).id();
      }
      long began = System.nanoTime();
      for (int commit = 0; commit < commits; commit++) {
        // Half of the samples are edited again and again, the other half never.
        int sample = commit * 7 % (SAMPLES / 2);
        try (Transaction change = dataset.begin()) {
          change.update(ids[sample], Map.of("n", (long) commit));
          last[sample] = change.commit("Edit " + commit).commit().id();
        }
        if ((commit + 1) % (commits / 10) == 0) {
          System.out.printf(
              "  %,d commits: %.2f ms each, %,d bytes in git/%n",
              commit + 1,
              (System.nanoTime() - began) * 10.0 / 1e6 / commits,
              bytes(path.resolve("git")));
          began = System.nanoTime();
        }
      }
      Version head = dataset.head();
      for (int round = 0; round < 2; round++) {
        for (int sample : List.of(0, 1, 250, SAMPLES - 1)) {
          long start = System.nanoTime();
          Blame blame = dataset.blame(head, ids[sample], "n").get(0);
          double millis = (System.nanoTime() - start) / 1e6;
          assertThat(blame.commit().id()).isEqualTo(last[sample]);
          System.out.printf("  blame of sample %d: %.1f ms%n", sample, millis);
        }
      }
      long start = System.nanoTime();
      int found = dataset.log("main", 100_000, LogFilter.ALL.ofSample(ids[0])).size();
      System.out.printf(
          "  log --sample: %d commits in %.1f ms%n", found, (System.nanoTime() - start) / 1e6);
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
