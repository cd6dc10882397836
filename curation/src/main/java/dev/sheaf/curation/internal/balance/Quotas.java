package dev.sheaf.curation.internal.balance;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chooses samples such that categories, and within each category the categories of the next level,
 * are as even as what is there allows. Which samples of a category are chosen depends on the seed
 * and their identity only, so neither order nor threads matter, and a sample that was chosen stays
 * so when another category changes, as long as the quota of its own does not shrink.
 */
public final class Quotas {
  private static final Hasher64 HASH = Hashing.xxh3_64();

  private final long seed;
  private final List<List<String>> categories;
  private final List<SampleId> ids;
  private final BitSet chosen = new BitSet();
  private final List<Quota> quotas = new ArrayList<>();

  /**
   * One category of one level.
   *
   * @param path the category's values from the first level on
   * @param available how many samples it has
   * @param quota how many are chosen
   * @param missing by how many the minimum is not met, 0 if it is
   */
  public record Quota(List<String> path, long available, long quota, long missing) {
    /** Copies the path. */
    public Quota {
      path = List.copyOf(path);
    }
  }

  /**
   * The wishes for a category of the first level.
   *
   * @param minimum how many samples it should have at least
   * @param hard whether falling short is an error
   * @param maximum how many at most
   */
  public record Bounds(long minimum, boolean hard, long maximum) {
    /** No wishes. */
    public static final Bounds NONE = new Bounds(0, false, Long.MAX_VALUE);
  }

  /** A hard minimum cannot be met. */
  public static final class UnmetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmetException(String message) {
      super(message);
    }
  }

  private Quotas(long seed, List<List<String>> categories, List<SampleId> ids) {
    this.seed = seed;
    this.categories = categories;
    this.ids = ids;
  }

  /**
   * Chooses.
   *
   * @param total how many samples are wanted, or {@link Long#MAX_VALUE} for all within the bounds
   * @param seed the seed
   * @param categories for each sample its category on each level; all of one length
   * @param ids the identities of the samples
   * @param bounds by category of the first level
   * @param otherwise the bounds of categories that are not named
   * @throws UnmetException if a hard minimum cannot be met; the message says by how much
   */
  public static Quotas choose(
      long total,
      long seed,
      List<List<String>> categories,
      List<SampleId> ids,
      Map<String, Bounds> bounds,
      Bounds otherwise) {
    Quotas quotas = new Quotas(seed, categories, ids);
    int[] all = new int[ids.size()];
    Arrays.setAll(all, i -> i);
    quotas.fill(List.of(), all, total, bounds, otherwise);
    return quotas;
  }

  /** Returns the positions of the chosen samples. */
  public BitSet chosen() {
    return (BitSet) chosen.clone();
  }

  /** Returns the categories of all levels, outer before inner, by name. */
  public List<Quota> quotas() {
    return List.copyOf(quotas);
  }

  private void fill(
      List<String> path, int[] members, long total, Map<String, Bounds> bounds, Bounds otherwise) {
    int level = path.size();
    boolean leaf = members.length == 0 || level == categories.get(members[0]).size();
    if (leaf) {
      Arrays.stream(members)
          .boxed()
          .sorted(Comparator.comparingLong(this::rank).thenComparing(ids::get))
          .limit(total)
          .forEach(chosen::set);
      return;
    }
    Map<String, List<Integer>> parts = new TreeMap<>();
    for (int member : members) {
      parts.computeIfAbsent(categories.get(member).get(level), k -> new ArrayList<>()).add(member);
    }
    requireHard(parts, bounds);
    List<String> names = List.copyOf(parts.keySet());
    long[] shares = shares(total, path, names, parts, bounds, otherwise);
    for (int i = 0; i < names.size(); i++) {
      List<String> inner = new ArrayList<>(path);
      inner.add(names.get(i));
      int[] part = parts.get(names.get(i)).stream().mapToInt(Integer::intValue).toArray();
      long minimum = bounds.getOrDefault(names.get(i), otherwise).minimum();
      quotas.add(new Quota(inner, part.length, shares[i], Math.max(0, minimum - shares[i])));
      fill(inner, part, shares[i], Map.of(), Bounds.NONE);
    }
  }

  private static void requireHard(Map<String, List<Integer>> parts, Map<String, Bounds> bounds) {
    bounds.forEach(
        (name, bound) -> {
          int there = parts.getOrDefault(name, List.of()).size();
          if (bound.hard() && there < bound.minimum()) {
            throw new UnmetException(
                "\"" + name + "\" must have " + bound.minimum() + " samples, there are " + there);
          }
        });
  }

  private long[] shares(
      long total,
      List<String> path,
      List<String> names,
      Map<String, List<Integer>> parts,
      Map<String, Bounds> bounds,
      Bounds otherwise) {
    int n = names.size();
    long[] upper = new long[n];
    long[] hard = new long[n];
    long[] wished = new long[n];
    long[] tie = new long[n];
    for (int i = 0; i < n; i++) {
      Bounds bound = bounds.getOrDefault(names.get(i), otherwise);
      upper[i] = Math.min(parts.get(names.get(i)).size(), bound.maximum());
      wished[i] = Math.min(upper[i], bound.minimum());
      hard[i] = bound.hard() ? wished[i] : 0;
      tie[i] = HASH.hashLongLongToLong(seed, HASH.hashCharsToLong(path + "/" + names.get(i)));
    }
    long musts = Arrays.stream(hard).sum();
    if (musts > total) {
      throw new UnmetException("the minimums add up to " + musts + ", the total is " + total);
    }
    boolean allWishes = Arrays.stream(wished).sum() <= total;
    return allWishes
        ? WaterFill.share(total, wished, upper, tie)
        : WaterFill.share(total, hard, wished, tie);
  }

  private long rank(int member) {
    SampleId id = ids.get(member);
    return HASH.hashLongLongLongToLong(seed, id.run(), id.ordinal());
  }
}
