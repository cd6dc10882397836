package dev.sheaf.format.internal.git;

import dev.sheaf.format.CorruptDataException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads HEAD, loose and packed refs and reflogs. Keeps nothing, so it always sees what other
 * processes wrote. Safe for use by several threads.
 */
final class RefFiles {
  private static final String SYMBOLIC = "ref: ";
  private static final int MAX_REF_BYTES = 4096;
  private static final int MAX_FILE_BYTES = 64 << 20;
  private static final int MAX_LINKS = 5;
  private static final Pattern LOG_LINE =
      Pattern.compile(
          "([0-9a-f]{40}) ([0-9a-f]{40}) ([^>]*)> (-?[0-9]{1,18}) [+-][0-9]{4}(?:\\t(.*))?",
          Pattern.DOTALL);

  private final Path gitDir;
  private final Damage damage;

  RefFiles(Path gitDir, Damage damage) {
    this.gitDir = gitDir;
    this.damage = damage;
  }

  /**
   * One step in the life of a ref; {@code before} is zero at its birth.
   *
   * @param who the name of who did it
   * @param message what was done
   */
  record Step(Oid before, Oid after, Instant time, String who, String message) {}

  /**
   * Returns the full name of the branch that HEAD names, whether or not it has a commit.
   *
   * @throws CorruptDataException if HEAD is missing or names no ref
   */
  String head() {
    String text = readText("HEAD").orElseThrow(() -> damage.of("HEAD is missing", "HEAD"));
    if (text.startsWith(SYMBOLIC) && RefName.isValid(text.substring(SYMBOLIC.length()))) {
      return text.substring(SYMBOLIC.length());
    }
    throw damage.of("HEAD names no branch", "HEAD");
  }

  /**
   * Returns what a ref points to, or empty if there is no such ref.
   *
   * @param name a valid full name
   */
  Optional<Oid> find(String name) {
    String at = name;
    for (int i = 0; i < MAX_LINKS; i++) {
      Optional<String> text = readText(at);
      if (text.isEmpty()) {
        Optional<Oid> packed = Optional.ofNullable(packed().get(at));
        // Packing a ref adds it there first and then deletes the file, undoing it does the reverse.
        text = packed.isPresent() ? Optional.empty() : readText(at);
        if (text.isEmpty()) {
          return packed;
        }
      }
      String value = text.get();
      if (Oid.isHex(value)) {
        return Optional.of(Oid.parse(value));
      }
      if (!value.startsWith(SYMBOLIC) || !RefName.isValid(value.substring(SYMBOLIC.length()))) {
        throw damage.of("ref is neither an id nor the name of a ref", at);
      }
      at = value.substring(SYMBOLIC.length());
    }
    throw damage.of("ref names a ref too many times over", name);
  }

  /** Returns the refs whose names begin with a prefix such as {@code refs/heads/}, by full name. */
  Map<String, Oid> list(String prefix) {
    Map<String, Oid> found = new TreeMap<>();
    packed().forEach((name, id) -> addIf(name.startsWith(prefix), found, name, id));
    for (String name : looseNames(prefix)) {
      find(name).ifPresent(id -> found.put(name, id));
    }
    return found;
  }

  private static void addIf(boolean wanted, Map<String, Oid> found, String name, Oid id) {
    if (wanted) {
      found.put(name, id);
    }
  }

  private List<String> looseNames(String prefix) {
    Path root = gitDir.resolve(prefix);
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try {
      Files.walkFileTree(root, new Names(names));
      return names.stream().filter(RefName::isValid).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the refs of " + gitDir, e);
    }
  }

  /** Collects the names of files, of which some go while they are listed: lock files above all. */
  private final class Names extends SimpleFileVisitor<Path> {
    private final List<String> names;

    Names(List<String> names) {
      this.names = names;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (Files.isRegularFile(file)) {
        names.add(gitDir.relativize(file).toString().replace('\\', '/'));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  private Map<String, Oid> packed() {
    Map<String, Oid> found = new TreeMap<>();
    for (String line : readLines("packed-refs")) {
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("^")) {
        continue;
      }
      boolean fits = line.length() > Oid.HEX_DIGITS + 1 && line.charAt(Oid.HEX_DIGITS) == ' ';
      if (!fits || !Oid.isHex(line.substring(0, Oid.HEX_DIGITS))) {
        throw damage.of("packed-refs has a damaged line: \"" + line + "\"", "packed-refs");
      }
      found.put(line.substring(Oid.HEX_DIGITS + 1), Oid.parse(line.substring(0, Oid.HEX_DIGITS)));
    }
    return found;
  }

  /** Returns the history of a ref on this machine, oldest first; empty if none was kept. */
  List<Step> log(String name) {
    return steps("logs/" + name);
  }

  /** The file that has a line for each branch and tag that was deleted, as a reflog has them. */
  static final String DELETIONS = "sheaf.deleted";

  /**
   * Returns the reflogs of all refs and of HEAD and the deletions, each oldest first, by the names
   * of their files in the repository.
   */
  Map<String, List<Step>> logs() {
    Map<String, List<Step>> logs = new TreeMap<>();
    Path folder = gitDir.resolve("logs");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = folder.relativize(file).toString().replace('\\', '/');
          if (name.equals("HEAD") || RefName.isValid(name)) {
            logs.put("logs/" + name, log(name));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot list the reflogs of " + gitDir, e);
      }
    }
    if (Files.isRegularFile(gitDir.resolve(DELETIONS))) {
      logs.put(DELETIONS, steps(DELETIONS));
    }
    return logs;
  }

  private List<Step> steps(String name) {
    List<String> lines = readLines(name);
    List<Step> steps = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LOG_LINE.matcher(lines.get(i));
      if (!line.matches()) {
        if (i == lines.size() - 1) {
          break; // A writer was killed, or is at it.
        }
        throw damage.of("reflog has a damaged line: line=" + (i + 1), name);
      }
      try {
        Instant time = Instant.ofEpochSecond(Long.parseLong(line.group(4)));
        String who = line.group(3).replaceFirst(" ?<[^<]*$", "");
        String message = line.group(5) == null ? "" : line.group(5);
        steps.add(new Step(Oid.parse(line.group(1)), Oid.parse(line.group(2)), time, who, message));
      } catch (DateTimeException e) {
        throw damage.of("reflog has an impossible time: line=" + (i + 1), name);
      }
    }
    return steps;
  }

  private Optional<String> readText(String name) {
    return read(name, MAX_REF_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
  }

  private List<String> readLines(String name) {
    return read(name, MAX_FILE_BYTES)
        .map(
            bytes -> List.of(new String(bytes, StandardCharsets.UTF_8).stripTrailing().split("\n")))
        .orElse(List.of());
  }

  private Optional<byte[]> read(String name, int maxBytes) {
    Path file;
    try {
      file = gitDir.resolve(name);
    } catch (InvalidPathException e) {
      return Optional
          .empty(); // The system's character set cannot write the name, so no file has it.
    }
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = new FileInputStream(file.toFile())) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw damage.of("file is too large: expected at most " + maxBytes + " bytes", name);
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
