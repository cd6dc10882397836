package dev.sheaf.format.merge;

import dev.sheaf.format.Randomness;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of several branches, with merges, reverts and cherry-picks, give what {@link
 * MergeModel} says. The number of steps is {@code tests.steps}.
 */
class RandomMergeTest {
  @TempDir Path temporary;

  @Test
  void mergesLikeTheModel() {
    Randomness.repeatFrom(1, 6, random -> run(random, 60));
  }

  @Test
  void mergesLikeTheModelForHundredsOfSteps() {
    Randomness.repeatFrom(77001, 1, random -> run(random, 800));
  }

  @Test
  @Tag("slow")
  void mergesLikeTheModelForThousandsOfSteps() {
    int steps = Integer.getInteger("tests.steps", 3000);
    Randomness.repeat(3, random -> run(random, steps));
  }

  private void run(Randomness random, int steps) {
    Map<String, Integer> counts =
        new MergeHistory(random, temporary.resolve(random.seed() + ".sheaf")).run(steps);
    if (Boolean.getBoolean("tests.counts")) {
      System.out.println("seed " + random.seed() + ": " + counts);
    }
  }
}
