package dev.sheaf.format.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The media of {@code testdata/media}. */
public final class TestMedia {
  private TestMedia() {}

  /** Returns the bytes of a file below {@code testdata/media}. */
  public static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(folder().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the names of the clips with pictures. */
  public static List<String> videos() {
    return names("clips").stream().filter(name -> !name.startsWith("clips/tone")).toList();
  }

  /** Returns the names of the files in a folder, sorted. */
  public static List<String> names(String folder) {
    try (Stream<Path> files = Files.list(folder().resolve(folder))) {
      return files.map(file -> folder + "/" + file.getFileName()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path folder() {
    return Path.of(System.getProperty("sheaf.root", ".."), "testdata", "media");
  }
}
