package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories of a dataset against a plain model of every commit. */
class RandomDatasetTest {
  private static final int STEPS = 10;

  @TempDir Path temp;

  @Test
  void everyCommitHoldsWhatWasWrittenOnEveryWayToReadIt() {
    Randomness.repeat(6, random -> history(random, temp.resolve(random.seed() + ".sheaf")));
  }

  private static void history(Randomness random, Path path) throws IOException {
    try (RandomHistory history = new RandomHistory(random, path)) {
      for (int step = 0; step < STEPS; step++) {
        if (random.chance(20)) {
          history.reopen();
        }
        String commit = history.step();
        check(history, commit, random);
      }
      deleteRecursively(path.resolve("local"));
      history.reopen();
      for (String commit : history.commits().keySet()) {
        check(history, commit, random);
      }
      for (Map.Entry<String, String> branch : history.branches().entrySet()) {
        assertThat(history.dataset().at(branch.getKey()).commit().id())
            .isEqualTo(branch.getValue());
      }
      FsckReport report = history.dataset().fsck(true, Progress.NONE);
      assertThat(report.damaged()).isEmpty();
    }
  }

  private static void check(RandomHistory history, String commit, Randomness random) {
    Dataset dataset = history.dataset();
    Version version = dataset.at(commit);
    Model model = history.commits().get(commit);
    VersionCheck.check(version, model, history.everyId(), random);
    DigestCheck.check(dataset, version, model);
    assertThat(dataset.chunks(version)).extracting(ChunkInfo::bytes).allMatch(bytes -> bytes > 0);
    assertThat(dataset.filesJson(version)).contains("\"rows\":" + version.size());
  }

  private static void deleteRecursively(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.sorted(Comparator.reverseOrder()).forEach(files::add);
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
