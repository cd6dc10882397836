package dev.sheaf.format.internal.io;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where this machine has the folders that links begin at. The first that names a root counts: the
 * environment variable {@value #VARIABLE}, the file {@code local/links}, and else the folder of the
 * root's name beside the dataset. Safe for use by several threads.
 *
 * <p>Spec: {@code docs/format-spec.md#links}.
 */
public final class LinkRoots {
  /** Roots as {@code NAME=FOLDER}, separated as the folders of {@code PATH} are. */
  public static final String VARIABLE = "SHEAF_LINKS";

  private static final String FILE = "links";

  private final Path dataset;
  private final Map<String, String> environment;
  private volatile Map<String, String> written;

  /**
   * Creates it; reads nothing.
   *
   * @param dataset the folder of the dataset
   * @param variable the value of {@value #VARIABLE}, or null
   */
  public LinkRoots(Path dataset, String variable) {
    this.dataset = dataset.toAbsolutePath().normalize();
    this.environment =
        parse(variable == null ? new String[0] : variable.split(File.pathSeparator, -1));
  }

  private static Map<String, String> parse(String[] lines) {
    Map<String, String> roots = new TreeMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0 && equals < line.length() - 1) {
        roots.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return roots;
  }

  /** Returns the folder of a root, which need not exist. */
  public Path folder(String root) {
    String found = environment.get(root);
    if (found == null) {
      found = written().get(root);
    }
    // A relative folder, and without any the root's own name, begins where the dataset lies.
    return dataset.resolveSibling(found == null ? root : found).normalize();
  }

  /** Returns the file of a link, which need not exist. */
  Path file(String link) {
    Path folder = folder(LinkName.root(link));
    String path = LinkName.path(link);
    return path.isEmpty() ? folder : folder.resolve(path);
  }

  /** Writes down where a root is, unless that is known without. */
  public void put(String root, Path folder) {
    Path wanted = folder.toAbsolutePath().normalize();
    synchronized (this) {
      written = null;
      if (folder(root).equals(wanted)) {
        return;
      }
      Map<String, String> roots = new TreeMap<>(written());
      roots.put(root, wanted.toString());
      StringBuilder lines = new StringBuilder();
      roots.forEach((name, at) -> lines.append(name).append('=').append(at).append('\n'));
      try {
        DurableFiles.createDirectories(file().getParent());
        DurableFiles.write(file(), lines.toString().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write " + file() + ": " + e.getMessage(), e);
      }
      written = roots;
    }
  }

  private Path file() {
    return dataset.resolve("local").resolve(FILE);
  }

  /** Forgets what was read of the file, which another process may have changed. */
  void refresh() {
    written = null;
  }

  private Map<String, String> written() {
    Map<String, String> known = written;
    if (known == null) {
      try {
        known = parse(Files.readString(file()).split("\n", -1));
      } catch (NoSuchFileException e) {
        known = Map.of();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file() + ": " + e.getMessage(), e);
      }
      written = known;
    }
    return known;
  }
}
