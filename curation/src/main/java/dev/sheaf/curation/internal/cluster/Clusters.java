package dev.sheaf.curation.internal.cluster;

import java.util.Arrays;

/**
 * Groups of duplicates among {@code n} members, and for each member but the first of its group a
 * witness: the most similar earlier member that was found or, where none is, a later one.
 * Immutable.
 *
 * <p>Members are numbered in order of preference: of each group the least number is kept.
 */
public final class Clusters {
  private final int[] representative;
  private final int[] witness;
  private final double[] similarity;

  private Clusters(int[] representative, int[] witness, double[] similarity) {
    this.representative = representative;
    this.witness = witness;
    this.similarity = similarity;
  }

  /** Returns the member that is kept of this member's group; itself when it is that one. */
  public int representative(int member) {
    return representative[member];
  }

  /** Tells whether another member of the group is kept instead. */
  public boolean isDuplicate(int member) {
    return representative[member] != member;
  }

  /** Returns the member that shows why, or -1. */
  public int witness(int member) {
    return witness[member];
  }

  /** Returns how similar member and witness are, in the measure of the search. */
  public double similarity(int member) {
    return similarity[member];
  }

  /** Returns the number of duplicates. */
  public int duplicates() {
    int count = 0;
    for (int i = 0; i < representative.length; i++) {
      count += isDuplicate(i) ? 1 : 0;
    }
    return count;
  }

  /** Returns the number of groups of two and more. */
  public int groups() {
    boolean[] more = new boolean[representative.length];
    int count = 0;
    for (int i = 0; i < representative.length; i++) {
      if (isDuplicate(i) && !more[representative[i]]) {
        more[representative[i]] = true;
        count++;
      }
    }
    return count;
  }

  /**
   * Collects pairs of duplicates. The result depends on the set of pairs alone, not on their order.
   * Not safe for use by several threads.
   */
  public static final class Builder {
    private final UnionFind sets;
    private final Nearest earlier;
    private final Nearest later;

    /** Begins with every member on its own. */
    public Builder(int members) {
      sets = new UnionFind(members);
      earlier = new Nearest(members);
      later = new Nearest(members);
    }

    /** Adds a pair. More similar is a greater number. */
    public void pair(int a, int b, double similarity) {
      int first = Math.min(a, b);
      int second = Math.max(a, b);
      sets.unite(first, second);
      earlier.offer(second, first, similarity);
      later.offer(first, second, similarity);
    }

    /** Tells whether two members are in one group already. */
    public boolean together(int a, int b) {
      return sets.find(a) == sets.find(b);
    }

    /** Returns the groups. */
    public Clusters build() {
      int[] roots = new int[earlier.other.length];
      Arrays.setAll(roots, sets::find);
      Nearest shown = new Nearest(roots.length);
      for (int i = 0; i < roots.length; i++) {
        if (roots[i] != i) {
          Nearest from = earlier.other[i] >= 0 ? earlier : later;
          shown.offer(i, from.other[i], from.similarity[i]);
        }
      }
      return new Clusters(roots, shown.other, shown.similarity);
    }
  }

  /** For each member the most similar other so far; of equals the one with the least number. */
  private static final class Nearest {
    private final int[] other;
    private final double[] similarity;

    Nearest(int members) {
      other = new int[members];
      similarity = new double[members];
      Arrays.fill(other, -1);
      Arrays.fill(similarity, Double.NaN);
    }

    void offer(int member, int candidate, double value) {
      boolean better =
          other[member] < 0
              || value > similarity[member]
              || value == similarity[member] && candidate < other[member];
      if (better) {
        other[member] = candidate;
        similarity[member] = value;
      }
    }
  }
}
