package dev.sheaf.curation.internal.cluster;

/**
 * Disjoint sets over {@code 0..n-1} whose root is always the least member, so that the result does
 * not depend on the order of unions. Not safe for use by several threads.
 */
public final class UnionFind {
  private final int[] parent;

  /** Creates n sets of one member each. */
  public UnionFind(int n) {
    parent = new int[n];
    for (int i = 0; i < n; i++) {
      parent[i] = i;
    }
  }

  /** Returns the least member of the set of {@code member}. */
  public int find(int member) {
    int at = member;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Unites two sets and tells whether they were two. */
  public boolean unite(int a, int b) {
    int first = find(a);
    int second = find(b);
    if (first == second) {
      return false;
    }
    parent[Math.max(first, second)] = Math.min(first, second);
    return true;
  }
}
