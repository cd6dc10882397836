package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Diff;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a diff reads: the trees that differ, and the pages of the cells that do. */
class DiffReadsTest {
  private static final int ROWS = 1_000_000;
  private static final int MOST_OBJECTS = 40;

  @TempDir Path temporary;

  @Test
  void oneEditInAMillionSamplesReadsAHandfulOfLeaves() {
    Path path = temporary.resolve("a.sheaf");
    String before;
    String after;
    try (LocalDataset made = LocalDataset.create(path)) {
      try (Transaction change = made.begin()) {
        for (int i = 0; i < ROWS; i++) {
          change.append(Row.of().key("k" + i).set("n", (long) i));
        }
        before = change.commit("a million").commit().id();
      }
      try (Transaction change = made.begin()) {
        change.update(change.base().sample(700_000).id(), Map.of("n", -1L));
        after = change.commit("one edit").commit().id();
      }
    }
    CountingStore[] store = new CountingStore[1];
    try (LocalDataset opened =
        LocalDataset.open(
            path,
            inner -> {
              store[0] = new CountingStore(inner);
              return store[0];
            })) {
      Version first = opened.at(before);
      Version last = opened.at(after);
      store[0].drain();
      long loads = ((LocalVersion) last).state().tree().loads();

      Diff.Summary summary = first.diff(last).summary();

      assertThat(summary).isEqualTo(new Diff.Summary(0, 0, 0, 1, Map.of("n", 1L)));
      List<CountingStore.Range> ranges = store[0].drain();
      assertThat(ranges).as("one page with the old cell").hasSize(1);
      assertThat(((LocalVersion) last).state().tree().loads() - loads)
          .as("Git objects read")
          .isLessThanOrEqualTo(MOST_OBJECTS);
    }
  }
}
