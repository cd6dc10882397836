package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs longer than a segment, whose bounds must not be seen. */
class ManySegmentsTest {
  private static final int SEGMENT = 65_536;
  private static final int ROWS = 2 * SEGMENT + 1000;

  @TempDir Path temp;

  @Test
  void aRunOfSeveralSegmentsReadsAsOne() {
    Randomness random = Randomness.ofThisRun();
    try (Dataset dataset = Dataset.create(temp.resolve("long.sheaf"))) {
      List<Integer> numbers = new ArrayList<>();
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < ROWS; i++) {
          change.append(Row.of().key("k" + i).set("n", i).set("even", i % 2 == 0));
          numbers.add(i);
        }
        check(random, change.commit("many"), numbers);
      }
      assertThat(dataset.filesJson(dataset.head())).contains("\"first\":\"" + 2 * SEGMENT + "\"");
      edit(random, dataset, numbers);
      try (Transaction change = dataset.begin()) {
        long[] order = new long[numbers.size()];
        for (int i = 0; i < order.length; i++) {
          order[i] = order.length - 1L - i;
        }
        Collections.reverse(numbers);
        check(random, change.reorder(order).commit("reversed"), numbers);
      }
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
  }

  private static void edit(Randomness random, Dataset dataset, List<Integer> numbers) {
    try (Transaction change = dataset.begin()) {
      Version base = change.base();
      for (int at : List.of(0, SEGMENT - 1, SEGMENT, 2 * SEGMENT - 1, 2 * SEGMENT, ROWS - 1)) {
        change.update(base.sample(at).id(), Map.of("n", -at - 1));
        numbers.set(at, -at - 1);
      }
      // From the end, so that the places before stay right.
      for (int at = ROWS - 10; at > SEGMENT - 100; at -= random.between(100, 5000)) {
        change.delete(base.sample(at).id());
        numbers.remove(at);
      }
      check(random, change.commit("edited"), numbers);
    }
  }

  private static void check(Randomness random, Version version, List<Integer> numbers) {
    assertThat(version.size()).isEqualTo(numbers.size());
    int next = 0;
    for (Batch batch : version.select("n").scan()) {
      for (int i = 0; i < batch.size(); i++) {
        assertThat(batch.sample(i).int64("n")).isEqualTo((long) numbers.get(next++));
      }
    }
    assertThat(next).isEqualTo(numbers.size());
    long[] indices = new long[500];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.below(numbers.size());
    }
    List<Sample> taken = version.take(indices);
    for (int i = 0; i < indices.length; i++) {
      assertThat(taken.get(i).int64("n")).isEqualTo((long) numbers.get((int) indices[i]));
      SampleId id = taken.get(i).id();
      assertThat(version.indexOf(id)).isEqualTo(OptionalLong.of(indices[i]));
      assertThat(version.find("k" + id.ordinal()).orElseThrow().index()).isEqualTo(indices[i]);
    }
  }
}
