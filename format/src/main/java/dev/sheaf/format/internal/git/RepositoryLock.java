package dev.sheaf.format.internal.git;

import dev.sheaf.format.internal.io.FolderLock;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The commit lock of a repository: one holder among all threads and processes. */
final class RepositoryLock {
  private RepositoryLock() {}

  /**
   * Waits for the lock, does the work, and releases it.
   *
   * @throws IllegalStateException if this thread holds it: a commit that is being built cannot make
   *     another
   */
  static <T> T during(Path gitDir, Supplier<T> work) {
    return FolderLock.during(gitDir, "sheaf.lock", work);
  }
}
