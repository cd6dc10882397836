package dev.sheaf.curation.internal.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The recipes that were committed from this machine: the folder on the first line, then the text.
 */
public final class RecipeStore {
  private final Path folder;

  /** Creates the store within a folder of the dataset's {@code local/}. */
  public RecipeStore(Path state) {
    this.folder = state.resolve("recipes");
  }

  /**
   * A recipe as it was.
   *
   * @param folder what its paths are relative to
   * @param text what it says
   */
  public record Stored(Path folder, String text) {}

  /** Keeps a recipe. */
  public void put(String name, Path relativeTo, String text) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + ".yaml"), relativeTo + "\n" + text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a recipe. */
  public Optional<Stored> get(String name) {
    Path file = folder.resolve(name + ".yaml");
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      List<String> parts = List.of(Files.readString(file).split("\n", 2));
      return Optional.of(new Stored(Path.of(parts.get(0)), parts.size() < 2 ? "" : parts.get(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
