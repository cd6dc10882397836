package dev.sheaf.format.crash;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Commits to a dataset on a small file system that is filled up to a few bytes before each commit:
 * {@code FOLDER ROUNDS}. Fails unless every commit is made or refused with a message that names the
 * dataset, and the last version is whole each time.
 */
final class FullDiskDriver {
  private static final long BLOCK = 4096;
  private static final long MOST_FREE = 2_500_000;

  private final Randomness random = Randomness.ofThisRun();
  private final Path folder;
  private final Path path;
  private final Path ballast;

  private FullDiskDriver(Path folder) {
    this.folder = folder;
    this.path = folder.resolve("full.sheaf");
    this.ballast = folder.resolve("ballast");
  }

  public static void main(String[] arguments) throws IOException {
    FullDiskDriver driver = new FullDiskDriver(Path.of(arguments[0]));
    try {
      driver.run(Integer.parseInt(arguments[1]));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(driver.random.replay(), e);
    }
  }

  private void run(int rounds) throws IOException {
    int made = 0;
    int refused = 0;
    int refusedByGit = 0;
    Dataset.create(path).close();
    CommitScript script = new CommitScript(3, "w");
    for (int i = 0; i < rounds; i++) {
      script = new CommitScript(3, "w");
      try (Dataset dataset = Dataset.open(path)) {
        script.replay(script.newest(dataset));
        fill();
        try {
          script.commit(dataset);
          made++;
        } catch (UncheckedIOException e) {
          requireClear(e);
          if (e.getMessage().contains("git")) {
            refusedByGit++;
          }
          refused++;
        }
        // The handle that met the full disk reads on, and so does a fresh one.
        check(dataset, script);
      }
      try (Dataset dataset = Dataset.open(path)) {
        check(dataset, script);
        Files.deleteIfExists(ballast);
        if (free() < 2 * MOST_FREE) {
          break;
        }
      }
    }
    Files.deleteIfExists(ballast);
    try (Dataset dataset = Dataset.open(path)) {
      script.commit(dataset);
      check(dataset, script);
    }
    System.out.printf(
        "full disk: %d commits made, %d refused, %d of them while the version was written%n",
        made + 1, refused, refusedByGit);
    if (refused == 0) {
      throw new AssertionError("the disk was never full");
    }
  }

  private void check(Dataset dataset, CommitScript script) {
    int newest = script.newest(dataset);
    if (newest != script.commits()) {
      throw new AssertionError("expected version " + script.commits() + ", got " + newest);
    }
    script.check(dataset.head());
    if (!dataset.fsck(true, Progress.NONE).ok()) {
      throw new AssertionError(dataset.fsck(true, Progress.NONE).damaged());
    }
  }

  private void requireClear(UncheckedIOException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains(path.toString()) || !message.contains("No space left on device")) {
      throw new AssertionError("the message does not say where and why: " + message, e);
    }
  }

  /** Returns how many bytes of the disk the next commit takes, tried on a copy elsewhere. */
  private long need() throws IOException {
    Path scratch = Files.createTempDirectory("full-disk");
    Path copy = scratch.resolve(path.getFileName());
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, copy.resolve(path.relativize(file).toString()));
      }
    }
    long before = used(copy);
    try (Dataset dataset = Dataset.open(copy)) {
      CommitScript script = new CommitScript(3, "w");
      script.replay(script.newest(dataset));
      script.commit(dataset);
    }
    long after = used(copy);
    KilledWriterTest.deleteRecursively(scratch);
    return after - before;
  }

  private static long used(Path path) throws IOException {
    long used = 0;
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        used += (Files.size(file) + BLOCK - 1) / BLOCK * BLOCK;
      }
    }
    return used;
  }

  private long free() throws IOException {
    FileStore store = Files.getFileStore(folder);
    return store.getUsableSpace();
  }

  /** Leaves about as much as the next commit needs, or anything up to {@link #MOST_FREE} bytes. */
  private void fill() throws IOException {
    long keep =
        random.chance(70)
            ? Math.max(0, need() + random.between(-60_000, 30_000))
            : random.below((int) MOST_FREE);
    long size = free() - keep;
    if (size > 0) {
      Files.write(ballast, new byte[Math.toIntExact(size)]);
    }
  }
}
