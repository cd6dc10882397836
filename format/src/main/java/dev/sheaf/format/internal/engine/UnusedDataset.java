package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.internal.git.GitStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Takes back a dataset that was made for a first ingest and then never written to. */
public final class UnusedDataset {
  private UnusedDataset() {}

  /**
   * Removes a dataset if it holds nothing but the commit that made it: no other commit, branch or
   * tag, no chunk, nothing staged, and no sign of another writer.
   *
   * @param path the dataset; a path without one is left alone
   * @return whether it was removed
   */
  public static boolean removeIfUnused(Path path) {
    Path git = path.resolve("git");
    if (!Files.isDirectory(git) || isWrittenTo(path)) {
      return false;
    }
    try (GitStore store = GitStore.open(git)) {
      List<CommitInfo> commits = store.log("", 2);
      // Without git it is no dataset: whoever opens it from now on is told so.
      if (commits.size() != 1
          || !store.moveAway(
              commits.get(0).id(), path.resolve("local").resolve("unborn-" + UUID.randomUUID()))) {
        return false;
      }
    }
    delete(path);
    return true;
  }

  /** Tells whether anything but caches is there, or a second ingest has begun to stage. */
  private static boolean isWrittenTo(Path path) {
    Path local = path.resolve("local");
    Path staging = local.resolve("staging");
    return hasFiles(path.resolve("chunks"), path.resolve("none"))
        || hasFiles(local, local.resolve("cache"))
        || count(staging) > 1;
  }

  private static boolean hasFiles(Path folder, Path except) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> !file.startsWith(except) && !Files.isDirectory(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static long count(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void delete(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + path + ": " + e.getMessage(), e);
    }
  }
}
