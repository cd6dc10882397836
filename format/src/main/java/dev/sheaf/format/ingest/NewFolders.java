package dev.sheaf.format.ingest;

import dev.sheaf.format.internal.engine.UnusedDataset;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders that an ingest makes for a dataset that is not there yet: when it fails, it leaves
 * none of them behind, unless there is something in them that its repetition can use.
 */
final class NewFolders {
  private final Path dataset;
  private final boolean isNew;

  /** The folders above the dataset that are missing, the innermost first. */
  private final List<Path> parents = new ArrayList<>();

  private NewFolders(Path dataset) {
    this.dataset = dataset;
    this.isNew = !Files.exists(dataset);
    Path parent = dataset.toAbsolutePath().getParent();
    while (parent != null && !Files.exists(parent)) {
      parents.add(parent);
      parent = parent.getParent();
    }
  }

  /** Looks what is missing, before anything is made. */
  static NewFolders above(Path dataset) {
    return new NewFolders(dataset);
  }

  /**
   * Removes what was made and not used.
   *
   * @param cause why the ingest failed, which trouble here is added to
   */
  void removeUnused(Throwable cause) {
    try {
      if (isNew && UnusedDataset.removeIfUnused(dataset)) {
        // Folders that something else is in meanwhile stay: File.delete says no.
        parents.stream().map(Path::toFile).forEach(File::delete);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
