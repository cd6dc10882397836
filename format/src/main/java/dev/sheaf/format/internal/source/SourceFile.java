package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Objects;

/**
 * One file of a source.
 *
 * @param path where it lies
 * @param name its path relative to the source that was given, with {@code /}; the same on every
 *     machine
 */
public record SourceFile(Path path, String name) {
  /** Requires both. */
  public SourceFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(name, "name");
  }

  /** Returns the file as a location. */
  public Location location() {
    String shown = path.toString();
    if (path.getFileSystem() != FileSystems.getDefault()) {
      shown = path.getFileSystem() + "!" + shown; // a member of a zip
    }
    return Location.of(Names.show(shown));
  }
}
