package dev.sheaf.format.internal.source;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * The files of a folder, in the order of the UTF-8 bytes of their relative names. Names that begin
 * with a dot and datasets ({@code *.sheaf}) are passed over; symbolic links are followed.
 */
final class FileWalk {
  private static final int HEAD = 32;

  /**
   * A file that was found.
   *
   * @param file the file
   * @param size its length in bytes
   */
  record Found(SourceFile file, long size) {}

  private final Path root;
  private final List<Found> images = new ArrayList<>();
  private final List<Found> tables = new ArrayList<>();
  private final List<DatasetException> problems = new ArrayList<>();
  private final List<DatasetException> passedOver = new ArrayList<>();

  private FileWalk(Path root) {
    this.root = root;
  }

  /** Walks a folder. */
  static FileWalk of(Path root) throws IOException {
    FileWalk walk = new FileWalk(root);
    List<Found> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes facts) {
            boolean skip =
                !folder.equals(root) && (isHidden(folder) || folder.toString().endsWith(".sheaf"));
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes facts) {
            if (!isHidden(path) && facts.isRegularFile()) {
              walk.add(path, facts.size(), files);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            if (!isHidden(path)) {
              Location where = Location.of(Names.show(path.toString()));
              walk.problems.add(
                  e instanceof FileSystemLoopException
                      ? InputErrors.loop(where)
                      : InputErrors.unreadable(e, where));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(Comparator.comparing(found -> found.file().name(), Names.UTF8_ORDER));
    files.forEach(walk::classify);
    walk.problems.sort(Comparator.comparing(Throwable::getMessage));
    return walk;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName() != null && path.getFileName().toString().startsWith(".");
  }

  private void add(Path path, long size, List<Found> files) {
    Optional<String> name = Names.relative(root, path);
    if (name.isPresent()) {
      files.add(new Found(new SourceFile(path, name.get()), size));
    } else {
      problems.add(InputErrors.badFileName(Location.of(Names.show(path.toString()))));
    }
  }

  private void classify(Found found) {
    SourceFile file = found.file();
    Optional<MediaKind> kind = MediaProbe.byName(file.name());
    boolean table = SourceFormat.byName(file.name()).isPresent();
    if (kind.isEmpty() && !table) {
      try {
        byte[] head = head(file.path());
        kind = MediaProbe.sniff(head);
        table = SourceFormat.byMagic(head).isPresent();
      } catch (IOException e) {
        problems.add(InputErrors.unreadable(e, file.location()));
        return;
      }
    }
    if (table) {
      tables.add(found);
    } else if (kind.isEmpty()) {
      passedOver.add(InputErrors.passedOver(file.location()));
    } else if (kind.get() == MediaKind.IMAGE) {
      images.add(found);
    } else {
      problems.add(
          InputErrors.notAnImage(kind.get().id() + " cannot be ingested yet", file.location()));
    }
  }

  /** Returns the first bytes of a file. */
  static byte[] head(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(HEAD);
    }
  }

  List<Found> images() {
    return images;
  }

  List<Found> tables() {
    return tables;
  }

  /** Returns what is wrong with files that were meant to be taken. */
  List<DatasetException> problems() {
    return problems;
  }

  /** Returns the files that are neither images nor tables. */
  List<DatasetException> passedOver() {
    return passedOver;
  }
}
