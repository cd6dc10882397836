package dev.sheaf.curation.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.curation.internal.balance.Quotas.Bounds;
import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuotasTest {
  @Test
  void fillsAsEvenlyAsCapacitiesAllow() {
    assertThat(WaterFill.share(100, new long[3], new long[] {200, 10, 200}, new long[] {2, 1, 3}))
        .containsExactly(45, 10, 45);
    assertThat(WaterFill.share(101, new long[3], new long[] {200, 10, 200}, new long[] {9, 1, 3}))
        .containsExactly(45, 10, 46);
    assertThat(WaterFill.share(500, new long[2], new long[] {7, 8}, new long[2]))
        .containsExactly(7, 8);
    assertThat(WaterFill.share(10, new long[] {6, 0, 0}, new long[] {9, 9, 9}, new long[3]))
        .containsExactly(6, 2, 2);
    assertThat(WaterFill.share(0, new long[0], new long[0], new long[0])).isEmpty();
  }

  @Test
  void sharesAreNeverFarFromEachOtherUnlessBoundsSaySo() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      int n = 1 + random.nextInt(8);
      long[] lower = random.longs(n, 0, 5).toArray();
      long[] upper = Arrays.stream(lower).map(l -> l + random.nextInt(30)).toArray();
      long total = Arrays.stream(lower).sum() + random.nextInt(60);
      long[] shares = WaterFill.share(total, lower, upper, random.longs(n).toArray());

      assertThat(Arrays.stream(shares).sum())
          .isEqualTo(Math.min(total, Arrays.stream(upper).sum()));
      for (int i = 0; i < n; i++) {
        assertThat(shares[i]).isBetween(lower[i], upper[i]);
        for (int j = 0; j < n; j++) {
          boolean couldGive = shares[i] > lower[i] && shares[j] < upper[j];
          assertThat(couldGive && shares[i] > shares[j] + 1).isFalse();
        }
      }
    }
  }

  @Test
  void balancesInnerLevelsWithinOuterOnes() {
    List<List<String>> categories = new ArrayList<>();
    add(categories, 182, "pick", "left");
    add(categories, 18, "pick", "right");
    add(categories, 500, "place", "left");
    Quotas chosen = choose(200, categories, 1, Map.of());

    assertThat(chosen.quotas())
        .containsExactly(
            new Quotas.Quota(List.of("pick"), 200, 100, 0),
            new Quotas.Quota(List.of("pick", "left"), 182, 82, 0),
            new Quotas.Quota(List.of("pick", "right"), 18, 18, 0),
            new Quotas.Quota(List.of("place"), 500, 100, 0),
            new Quotas.Quota(List.of("place", "left"), 500, 100, 0));
    assertThat(chosen.chosen().cardinality()).isEqualTo(200);
  }

  @Test
  void choiceDependsOnSeedAndIdentityOnly() {
    List<List<String>> categories = new ArrayList<>();
    add(categories, 50, "a");
    add(categories, 50, "b");
    List<SampleId> ids = ids(100);
    BitSet first = Quotas.choose(20, 7, categories, ids, Map.of(), Bounds.NONE).chosen();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(1));
    BitSet shuffled =
        Quotas.choose(
                20,
                7,
                order.stream().map(categories::get).toList(),
                order.stream().map(ids::get).toList(),
                Map.of(),
                Bounds.NONE)
            .chosen();
    BitSet back = new BitSet();
    shuffled.stream().forEach(i -> back.set(order.get(i)));

    assertThat(back).isEqualTo(first);
    assertThat(choose(20, categories, 8, Map.of()).chosen()).isNotEqualTo(first);
  }

  @Test
  void meetsMinimaFirstAndReportsWhatIsMissing() {
    List<List<String>> categories = new ArrayList<>();
    add(categories, 100, "common");
    add(categories, 5, "rare");
    add(categories, 60, "wanted");
    Quotas chosen =
        choose(
            50,
            categories,
            1,
            Map.of("rare", new Bounds(10, false, 99), "wanted", new Bounds(40, true, 99)));

    assertThat(chosen.quotas())
        .containsExactly(
            new Quotas.Quota(List.of("common"), 100, 5, 0),
            new Quotas.Quota(List.of("rare"), 5, 5, 5),
            new Quotas.Quota(List.of("wanted"), 60, 40, 0));
  }

  @Test
  void refusesHardMinimaThatCannotBeMet() {
    List<List<String>> categories = new ArrayList<>();
    add(categories, 5, "rare");

    assertThatThrownBy(() -> choose(5, categories, 1, Map.of("rare", new Bounds(6, true, 9))))
        .isInstanceOf(Quotas.UnmetException.class)
        .hasMessage("\"rare\" must have 6 samples, there are 5");
    assertThatThrownBy(() -> choose(3, categories, 1, Map.of("rare", new Bounds(4, true, 9))))
        .hasMessage("the minimums add up to 4, the total is 3");
  }

  private static Quotas choose(
      long total, List<List<String>> categories, long seed, Map<String, Bounds> bounds) {
    return Quotas.choose(total, seed, categories, ids(categories.size()), bounds, Bounds.NONE);
  }

  private static void add(List<List<String>> categories, int count, String... path) {
    for (int i = 0; i < count; i++) {
      categories.add(List.of(path));
    }
  }

  private static List<SampleId> ids(int count) {
    List<SampleId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(new SampleId(42, i));
    }
    return ids;
  }
}
