package dev.sheaf.format.internal.io;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library from a copy in the user's cache folder. RocksDB by itself unpacks
 * tens of megabytes out of its jar at every start.
 */
public final class RocksLibrary {
  private static boolean loaded;

  private RocksLibrary() {}

  /** Loads the library once. */
  public static synchronized void load() throws IOException {
    if (loaded) {
      return;
    }
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL packed = RocksDB.class.getClassLoader().getResource(name);
    if (packed == null) {
      RocksDB.loadLibrary(); // knows more places to look
    } else {
      try {
        RocksDB.loadLibrary(List.of(unpacked(packed, name).toString()));
      } catch (IOException | UnsatisfiedLinkError e) {
        RocksDB.loadLibrary();
      }
    }
    loaded = true;
  }

  /**
   * Returns the folder with the library; its name has the library's length, so that an update gets
   * its own.
   */
  private static Path unpacked(URL packed, String name) throws IOException {
    var connection = packed.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      long length = connection.getContentLengthLong();
      Path folder = cacheFolder().resolve("rocksdbjni-" + length);
      Path library = folder.resolve(name);
      if (Files.exists(library) && Files.size(library) == length) {
        return folder;
      }
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, name, ".part");
      try {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      return folder;
    }
  }

  private static Path cacheFolder() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("sheaf");
  }
}
