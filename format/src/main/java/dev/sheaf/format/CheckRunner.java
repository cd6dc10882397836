package dev.sheaf.format;

/**
 * Runs the checks that a version keeps below {@code checks/}, before a branch moves to it. Found by
 * {@link java.util.ServiceLoader}; the one for SQL comes with {@code sheaf-query}.
 *
 * <p>A branch moves only if every runner on the class path returns. A dataset whose versions have
 * checks cannot be committed to without any runner, unless it is opened with {@link
 * CheckPolicy#SKIP}: a check is never passed over silently.
 *
 * <p>Safe for use by several threads.
 */
public interface CheckRunner {
  /**
   * Runs all checks of a version.
   *
   * @param dataset where other versions are looked up; must not be written to
   * @param version the version as it would be committed. Its commit is not stored yet, so that
   *     {@link Dataset#at} does not find it
   * @throws DatasetException if a check refuses the version or cannot be run
   */
  void run(Dataset dataset, Version version);
}
