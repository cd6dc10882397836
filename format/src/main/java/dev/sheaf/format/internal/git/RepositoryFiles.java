package dev.sheaf.format.internal.git;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.UnsupportedFormatException;
import dev.sheaf.format.internal.io.DurableFiles;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lays out a new bare repository, and checks an existing one before it is used. */
final class RepositoryFiles {
  private static final int MAX_CONFIG_BYTES = 1 << 20;

  /** Durable refs with a log for ever, and no collection behind our back, by Git or by JGit. */
  private static final String CONFIG =
      """
      [core]
      \trepositoryformatversion = 0
      \tfilemode = false
      \tbare = true
      \tlogAllRefUpdates = true
      \tfsyncRefFiles = true
      [gc]
      \tauto = 0
      \tautoDetach = false
      \treflogExpire = never
      \treflogExpireUnreachable = never
      [receive]
      \tautogc = false
      [maintenance]
      \tauto = false
      """;

  private RepositoryFiles() {}

  /** Writes a repository without commits; HEAD comes last, and only with it is it one. */
  static void create(Path gitDir, String defaultBranch, Damage damage) {
    if (Files.exists(gitDir.resolve("HEAD"))) {
      throw new InvalidInputException(
          "SHEAF-GIT-002",
          "Dataset exists already",
          damage.location(),
          "Open it, or give another path");
    }
    checkBranch(defaultBranch, damage.location());
    try {
      for (String directory : List.of("objects/pack", "objects/info", "refs/heads", "refs/tags")) {
        DurableFiles.createDirectories(gitDir.resolve(directory));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create " + gitDir, e);
    }
    DurableFiles.write(gitDir.resolve("config"), CONFIG.getBytes(StandardCharsets.UTF_8));
    String head = "ref: " + RefName.HEADS + defaultBranch + "\n";
    DurableFiles.write(gitDir.resolve("HEAD"), head.getBytes(StandardCharsets.UTF_8));
  }

  static void checkBranch(String name, Location where) {
    if (!RefName.isValidShort(name) || !isFileName(name)) {
      throw new InvalidInputException(
          "SHEAF-GIT-003",
          "Not a name for a branch or tag: \"" + name + "\"",
          where,
          "Leave out spaces, \"..\", \"@{\", any of ~^:?*[\\, and a leading \"-\" or \".\"");
    }
  }

  private static boolean isFileName(String name) {
    try {
      return !Path.of(name).isAbsolute();
    } catch (InvalidPathException e) {
      return false; // The system's character set cannot write it.
    }
  }

  /** Checks that there is a repository of a kind that is understood. Writes nothing. */
  static void check(Path gitDir, Damage damage) {
    if (!Files.isDirectory(gitDir)) {
      throw new NotFoundException(
          "SHEAF-NF-001", "There is no dataset", damage.location(), "Check the path");
    }
    if (!Files.isRegularFile(gitDir.resolve("HEAD"))
        || !Files.isDirectory(gitDir.resolve("objects"))) {
      throw damage.of("HEAD or the objects are missing", "HEAD");
    }
    Map<String, String> config = config(gitDir, damage);
    String version = config.getOrDefault("core.repositoryformatversion", "0");
    boolean sha1 = config.getOrDefault("extensions.objectformat", "sha1").equals("sha1");
    boolean files = config.getOrDefault("extensions.refstorage", "files").equals("files");
    if (!version.matches("[01]") || !sha1 || !files) {
      throw new UnsupportedFormatException(
          "SHEAF-GIT-004",
          "Git repository is of an unknown kind: expected repositoryformatversion=0 or 1 with SHA-1 and ref files",
          damage.location(),
          "Check the file git/config, or use a newer Sheaf");
    }
  }

  /**
   * Reads the plain {@code name = value} lines; what else there may be does not matter for reading.
   */
  private static Map<String, String> config(Path gitDir, Damage damage) {
    Map<String, String> values = new HashMap<>();
    Path file = gitDir.resolve("config");
    if (!Files.isRegularFile(file)) {
      return values;
    }
    byte[] bytes;
    try (InputStream in = new FileInputStream(file.toFile())) {
      bytes = in.readNBytes(MAX_CONFIG_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    if (bytes.length > MAX_CONFIG_BYTES) {
      throw damage.of("config is too large", "config");
    }
    String section = "";
    for (String line :
        new String(bytes, StandardCharsets.UTF_8).lines().map(String::strip).toList()) {
      int equals = line.indexOf('=');
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1).toLowerCase(Locale.ROOT);
      } else if (equals > 0) {
        String name = line.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        values.put(
            section + "." + name, line.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
      }
    }
    return values;
  }
}
