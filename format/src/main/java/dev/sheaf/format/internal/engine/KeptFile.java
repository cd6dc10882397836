package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something of a workspace that survives a restart: {@code local/FOLDER/NAME.json}. Another process
 * finds the old content or the new one, never a part.
 */
final class KeptFile {
  private static final String SUFFIX = ".json";

  private final Path file;

  /**
   * Names a file; nothing is read or written yet.
   *
   * @param folder the folder below {@code local}
   * @param code the code of the error if the name is no name
   * @param what what is kept, for that error: "a merge"
   * @throws InvalidInputException if the name is no name
   */
  KeptFile(LocalDataset dataset, String folder, String name, String code, String what) {
    if (!name.matches("[A-Za-z0-9@._%-]{1,200}") || name.startsWith(".")) {
      throw new InvalidInputException(
          code,
          "Bad name of " + what + " \"" + name + "\"",
          Location.NONE,
          "Use letters, digits and @ . _ % -");
    }
    this.file = dataset.local().resolve(folder).resolve(name + SUFFIX);
  }

  /** Returns the names that a folder has files of. */
  static List<String> names(LocalDataset dataset, String folder) {
    Path path = dataset.local().resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(one -> one.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + path, e);
    }
  }

  /** Returns the path, as errors name it. */
  String path() {
    return file.toString();
  }

  /** Replaces what is kept, durably. */
  void write(ObjectNode content) {
    try {
      DurableFiles.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
    DurableFiles.write(file, Json.bytes(content));
  }

  /** Returns what is kept, if anything is. */
  Optional<ObjectNode> read() {
    try {
      return Optional.of(Json.parse(Files.readAllBytes(file), path()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Forgets what is kept, if anything is. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }
}
