package dev.sheaf.format.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A golden dataset of {@code testdata/format/v1}.
 *
 * @param folder its folder, with the dataset and what it must show
 */
public record Golden(Path folder) {
  static final String DATASET = "dataset.sheaf";
  static final String EXPECTED = "expected.json";
  static final String ORIGIN =
      "struct<source: utf8, unit: uint8, position: int64, sha256: tensor<uint8, [32]>>";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Returns the folder of all golden datasets. */
  public static Path root() {
    String checkout = System.getProperty("sheaf.root", "");
    return Path.of(checkout.isEmpty() ? ".." : checkout, "testdata", "format", "v1");
  }

  /** Returns all golden datasets by name. */
  public static List<Golden> all() {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.filter(Files::isDirectory).sorted().map(Golden::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** Returns the dataset in the checkout, which tests must not write. */
  public Path dataset() {
    return folder.resolve(DATASET);
  }

  /** Returns what every version must show, the oldest first. */
  public JsonNode expected() {
    return document().get("versions");
  }

  /** Returns the tags and the versions that they name. */
  public Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    document()
        .get("tags")
        .fields()
        .forEachRemaining(e -> tags.put(e.getKey(), e.getValue().textValue()));
    return tags;
  }

  private JsonNode document() {
    try {
      return MAPPER.readTree(folder.resolve(EXPECTED).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies the files of the dataset, but no empty folders: a checkout has none. What is linked
   * comes to lie beside the copy.
   */
  public Path copyTo(Path parent) {
    Path copy = parent.resolve(name() + ".sheaf");
    for (Path file : filesAndLinks()) {
      Path target =
          file.startsWith(dataset())
              ? copy.resolve(dataset().relativize(file).toString())
              : parent.resolve(folder.relativize(file).toString());
      try {
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        if (!target.toFile().setWritable(true)) {
          throw new IOException("cannot make writable: " + target);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return copy;
  }

  /** Returns the files of the dataset. */
  public List<Path> files() {
    return files(dataset());
  }

  /** Returns the files of the dataset, and those beside it that it links to. */
  public List<Path> filesAndLinks() {
    List<Path> all = files(folder);
    all.remove(folder.resolve(EXPECTED));
    return all;
  }

  private static List<Path> files(Path top) {
    try (Stream<Path> files = Files.walk(top)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
