package dev.sheaf.format.internal.source.folder;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.source.Heads;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.MediaFiles;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceFormat;
import java.io.IOException;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a folder, in the order of the UTF-8 bytes of their relative names. Names that begin
 * with a dot and datasets ({@code *.sheaf}) are passed over; symbolic links are followed.
 *
 * <p>Media are told by their first bytes, all else by the name.
 */
public final class FileWalk {
  /** What accompanies data and is none. */
  private static final Set<String> ABOUT =
      Set.of("readme", "license", "licence", "notice", "copying", "changelog", "requirements");

  /** What a file is to a folder of samples. */
  public enum Role {
    /** An encoded payload. */
    MEDIA,
    /** Text, alone or beside a payload. */
    TEXT,
    /** Cues beside a payload. */
    SUBTITLES,
    /** A table, a tensor file or an archive. */
    TABLE
  }

  /**
   * A file that was found.
   *
   * @param file the file
   * @param size its length in bytes
   * @param role what it is
   * @param kind what the payload is, {@link MediaKind#FILE} for no payload
   */
  public record Found(SourceFile file, long size, Role role, MediaKind kind) {}

  private record Plain(SourceFile file, long size) {}

  private final Path root;
  private final List<Found> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<DatasetException> problems = new ArrayList<>();
  private final List<DatasetException> passedOver = new ArrayList<>();

  private FileWalk(Path root) {
    this.root = root;
  }

  /** Walks a folder. */
  public static FileWalk of(Path root) throws IOException {
    FileWalk walk = new FileWalk(root);
    List<Plain> files = new ArrayList<>();
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

  /** Returns a walk over one file. */
  public static FileWalk ofFile(SourceFile file) throws IOException {
    FileWalk walk = new FileWalk(file.path());
    walk.classify(new Plain(file, Files.size(file.path())));
    return walk;
  }

  private static boolean isHidden(Path path) {
    return path.getFileName() != null && path.getFileName().toString().startsWith(".");
  }

  private void add(Path path, long size, List<Plain> found) {
    Optional<String> name = Names.relative(root, path);
    if (name.isPresent()) {
      found.add(new Plain(new SourceFile(path, name.get()), size));
    } else {
      problems.add(InputErrors.badFileName(Location.of(Names.show(path.toString()))));
    }
  }

  private void classify(Plain plain) {
    SourceFile file = plain.file();
    if (file.name().matches(".*\\.mds(\\.[a-z0-9]+)?")) {
      return; // taken by the index.json beside it
    }
    Optional<Role> role = roleByName(file.name());
    Optional<MediaKind> kind = Optional.empty();
    if (role.isEmpty()) {
      try {
        byte[] head = Heads.of(file.path());
        kind = MediaFiles.kindOf(head, file.name());
        if (kind.isPresent()) {
          role = Optional.of(Role.MEDIA);
          note(file, kind.get());
        } else if (SourceFormat.byMagic(head).isPresent()) {
          role = Optional.of(Role.TABLE);
        }
      } catch (IOException e) {
        problems.add(InputErrors.unreadable(e, file.location()));
        return;
      }
    }
    if (role.isEmpty() || role.get() == Role.TEXT && isAbout(file.name())) {
      passedOver.add(InputErrors.passedOver(file.location()));
    } else {
      files.add(new Found(file, plain.size(), role.get(), kind.orElse(MediaKind.FILE)));
    }
  }

  private static Optional<Role> roleByName(String name) {
    return switch (Names.extension(name)) {
      case "txt" -> Optional.of(Role.TEXT);
      case "srt", "vtt" -> Optional.of(Role.SUBTITLES);
      default -> SourceFormat.byName(name).map(format -> Role.TABLE);
    };
  }

  private void note(SourceFile file, MediaKind kind) {
    Optional<MediaKind> named = MediaProbe.byName(file.name());
    if (named.isPresent() && named.get() != kind) {
      notes.add(
          "\""
              + Names.brief(file.name())
              + "\" has the extension of "
              + named.get().id()
              + " and holds "
              + kind.id()
              + ": taken as "
              + kind.id());
    }
  }

  private static boolean isAbout(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    return ABOUT.contains((dot < 0 ? last : last.substring(0, dot)).toLowerCase(Locale.ROOT));
  }

  /** Returns the files that have a role, in order. */
  public List<Found> files() {
    return files;
  }

  /** Returns the files of a role, in order. */
  public List<Found> files(Role role) {
    return files.stream().filter(found -> found.role() == role).toList();
  }

  /** Returns what a user may want to know of single files. */
  public List<String> notes() {
    return notes;
  }

  /** Returns what is wrong with files that were meant to be taken. */
  public List<DatasetException> problems() {
    return problems;
  }

  /** Returns the files that are neither media, text nor tables. */
  public List<DatasetException> passedOver() {
    return passedOver;
  }
}
