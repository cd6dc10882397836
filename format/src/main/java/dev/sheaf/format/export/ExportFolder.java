package dev.sheaf.format.export;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.sink.SinkErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * The folder of an export while it is written: {@code .NAME.exporting} beside the one wanted, which
 * it becomes at the end. A leftover of an interrupted export is removed. A lock beside it keeps two
 * exports to one folder apart.
 */
final class ExportFolder implements AutoCloseable {
  /** Tells an export from a folder that happens to have the name; hidden from readers. */
  static final String MARKER = ".sheaf-export.json";

  private final Path wanted;
  private final Path fresh;
  private final Path old;
  private final Path lockFile;
  private final FileChannel lock;

  private ExportFolder(Path wanted, FileChannel lock, Path lockFile) {
    this.wanted = wanted;
    this.fresh = sibling(wanted, "exporting");
    this.old = sibling(wanted, "replaced");
    this.lock = lock;
    this.lockFile = lockFile;
  }

  private static Path sibling(Path folder, String what) {
    return folder.resolveSibling("." + folder.getFileName() + "." + what);
  }

  /** Makes the folder to write into. */
  static ExportFolder begin(Path folder, boolean overwrite) throws IOException {
    Path wanted = folder.toAbsolutePath().normalize();
    refuseDatasets(wanted);
    Files.createDirectories(wanted.getParent());
    Path lockFile = sibling(wanted, "exporting.lock");
    FileChannel lock =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!locked(lock)) {
        throw new CommitConflictException(
            "SHEAF-EXP-006",
            "Another export is writing this folder",
            Location.of(folder),
            "Wait for it, or choose another folder");
      }
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
    ExportFolder target = new ExportFolder(wanted, lock, lockFile);
    try {
      target.recover();
      target.check(overwrite);
      remove(target.fresh);
      Files.createDirectory(target.fresh);
      return target;
    } catch (IOException | RuntimeException | Error e) {
      target.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void refuseDatasets(Path wanted) {
    if (wanted.getFileName() == null) {
      throw SinkErrors.exists(wanted);
    }
    for (Path at = wanted; at != null && at.getFileName() != null; at = at.getParent()) {
      if (at.getFileName().toString().endsWith(".sheaf")) {
        throw SinkErrors.of(
            11,
            "The folder is a dataset or lies in one",
            Location.of(wanted),
            "Choose a folder beside the dataset whose name does not end in .sheaf");
      }
    }
  }

  /** Brings back what an interrupted replacement had moved aside. */
  private void recover() throws IOException {
    if (Files.exists(old) && !Files.exists(wanted)) {
      DurableFiles.move(old, wanted);
    }
    remove(old);
  }

  private void check(boolean overwrite) throws IOException {
    if (!Files.exists(wanted)) {
      return;
    }
    if (!Files.isDirectory(wanted)) {
      throw SinkErrors.notAnExport(wanted);
    }
    if (isEmpty(wanted)) {
      return;
    }
    if (!overwrite) {
      throw SinkErrors.exists(wanted);
    }
    if (!Files.exists(wanted.resolve(MARKER))) {
      throw SinkErrors.notAnExport(wanted);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Returns the folder to write into. */
  Path path() {
    return fresh;
  }

  /** Puts the folder where it is wanted. */
  void finish(String marker) throws IOException {
    DurableFiles.write(fresh.resolve(MARKER), marker.getBytes(StandardCharsets.UTF_8));
    DurableFiles.syncDirectory(fresh);
    if (Files.exists(wanted)) {
      if (isEmpty(wanted)) {
        Files.delete(wanted);
      } else {
        DurableFiles.move(wanted, old);
      }
    }
    DurableFiles.move(fresh, wanted);
    DurableFiles.syncDirectory(wanted.getParent());
    remove(old);
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path emptied, IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(emptied);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    try {
      remove(fresh);
      // Before it is unlocked: a file that another process waits for must not go away.
      Files.deleteIfExists(lockFile);
    } finally {
      lock.close();
    }
  }
}
