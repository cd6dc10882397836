package dev.sheaf.format;

/**
 * Whether the checks that a version keeps below {@code checks/} may refuse what is committed
 * through an open dataset.
 */
public enum CheckPolicy {
  /** Every commit and merge is checked before the branch moves. */
  ENFORCE,
  /** Nothing is checked, as with {@code git commit --no-verify}. */
  SKIP
}
