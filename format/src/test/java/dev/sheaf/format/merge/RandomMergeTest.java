package dev.sheaf.format.merge;

import dev.sheaf.format.Randomness;
import java.nio.file.Path;
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
    Randomness.repeatFrom(
        1,
        4,
        random -> new MergeHistory(random, temporary.resolve(random.seed() + ".sheaf")).run(60));
  }

  @Test
  @Tag("slow")
  void mergesLikeTheModelForThousandsOfSteps() {
    int steps = Integer.getInteger("tests.steps", 3000);
    Randomness.repeat(
        3,
        random -> new MergeHistory(random, temporary.resolve(random.seed() + ".sheaf")).run(steps));
  }
}
