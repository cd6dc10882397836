package dev.sheaf.format.internal.git;

import dev.sheaf.format.internal.io.DurableFiles;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The file {@code shallow} of a repository, as Git has it: the commits whose parents are forgotten.
 * Notices when another process writes it. Safe for use by several threads.
 *
 * <p>Spec: docs/format-spec.md#shallow.
 */
final class ShallowFile {
  static final String NAME = "shallow";
  private static final int MAX_BYTES = 64 << 20;

  private final Path file;
  private final Damage damage;
  private volatile Content content = new Content(0, 0, Set.of());

  private record Content(long modified, long size, Set<Oid> commits) {}

  ShallowFile(Path gitDir, Damage damage) {
    this.file = gitDir.resolve(NAME);
    this.damage = damage;
  }

  /** Returns the commits; none where there is no file. Costs a look at the file's time and size. */
  Set<Oid> commits() {
    Content known = content;
    long modified = file.toFile().lastModified();
    long size = file.toFile().length();
    if (known.modified() != modified || known.size() != size) {
      known = new Content(modified, size, read());
      content = known;
    }
    return known.commits();
  }

  private Set<Oid> read() {
    byte[] bytes;
    try (InputStream in = new FileInputStream(file.toFile())) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Set.of();
      }
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    if (bytes.length > MAX_BYTES) {
      throw damage.of("file is too large: expected at most " + MAX_BYTES + " bytes", NAME);
    }
    Set<Oid> commits = new HashSet<>();
    for (String line : new String(bytes, StandardCharsets.US_ASCII).split("\n")) {
      if (!line.isEmpty()) {
        if (!Oid.isHex(line)) {
          throw damage.of("shallow has a damaged line: \"" + line + "\"", NAME);
        }
        commits.add(Oid.parse(line));
      }
    }
    return Set.copyOf(commits);
  }

  /** Replaces the commits; to be called under the commit lock. */
  void write(Set<Oid> commits) {
    StringBuilder text = new StringBuilder();
    new TreeSet<>(commits).forEach(commit -> text.append(commit.hex()).append('\n'));
    DurableFiles.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
  }
}
