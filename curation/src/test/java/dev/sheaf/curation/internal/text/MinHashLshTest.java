package dev.sheaf.curation.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MinHashLshTest {
  @Test
  void takesTheMostRowsThatStillFindPairsAtTheThreshold() {
    MinHashLsh scheme = MinHashLsh.tuned(0.5, 256, 0.98);

    assertThat(scheme.rows()).isEqualTo(4);
    assertThat(scheme.bands()).isEqualTo(64);
    assertThat(MinHashLsh.meets(0.5, 64, 4)).isGreaterThanOrEqualTo(0.98);
    assertThat(MinHashLsh.meets(0.5, 51, 5)).isLessThan(0.98);
  }

  @Test
  void setsMeetAsOftenAsTheirSimilarityForetells() {
    MinHashLsh scheme = new MinHashLsh(20, 4);
    Random random = new Random(5);
    int met = 0;
    int pairs = 600;
    for (int i = 0; i < pairs; i++) {
      // 200 of 400 in common: similarity 0.5
      long[] all = random.longs(400).toArray();
      long[] a = LongStream.of(Arrays.copyOfRange(all, 0, 300)).sorted().toArray();
      long[] b = LongStream.of(Arrays.copyOfRange(all, 100, 400)).sorted().toArray();
      assertThat(Shingles.jaccard(a, b)).isEqualTo(0.5);
      long[] first = scheme.bandHashes(a);
      long[] second = scheme.bandHashes(b);
      boolean any = false;
      for (int band = 0; band < first.length; band++) {
        any |= first[band] == second[band];
      }
      met += any ? 1 : 0;
    }

    assertThat((double) met / pairs).isCloseTo(MinHashLsh.meets(0.5, 20, 4), within(0.08));
  }

  @Test
  void shinglesHaveEveryLengthUpToN() {
    assertThat(Shingles.of("one two three", 1)).hasSize(3);
    assertThat(Shingles.of("one two three", 2)).hasSize(5);
    assertThat(Shingles.of("one two three", 5)).hasSize(6);
    assertThat(Shingles.of("ONE,  two three!", 2)).isEqualTo(Shingles.of("one two three", 2));
    assertThat(Shingles.of(" ?! ", 2)).isEmpty();
  }

  @Test
  void comparesSetsExactly() {
    assertThat(Shingles.jaccard(new long[] {1, 2, 3}, new long[] {2, 3, 4})).isEqualTo(0.5);
    assertThat(Shingles.jaccard(new long[] {1}, new long[] {2})).isZero();
    assertThat(Shingles.jaccard(new long[] {}, new long[] {})).isZero();
  }
}
