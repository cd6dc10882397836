package dev.sheaf.format.internal.workspace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file of one staged transaction: a header, then an entry for each set of edits, oldest first.
 * Each is a line: the CRC-32C of a JSON object in 8 hex digits, a space, the object.
 *
 * <p>A last line that is cut short was never acknowledged: it is ignored, and cut off by the next
 * writer. Keeps nothing in memory; writers hold the lock of the folder.
 */
public final class StagedJournal {
  /** How file names of journals end. */
  public static final String SUFFIX = ".edits";

  private static final int FORMAT = 1;
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{8}) (\\{.*\\})");

  private final Path file;

  /** Names a journal; touches nothing. */
  public StagedJournal(Path file) {
    this.file = file;
  }

  /**
   * What the edits have in common.
   *
   * @param transaction the id of the transaction
   * @param workspace whose edits they are
   * @param branch the branch that they are for
   * @param base the commit that they started from, 40 hex digits
   */
  public record Header(String transaction, String workspace, String branch, String base) {
    private ObjectNode toJson() {
      return Json.object()
          .put("format", FORMAT)
          .put("transaction", transaction)
          .put("workspace", workspace)
          .put("branch", branch)
          .put("base", base);
    }
  }

  /** The header and the entries after it. */
  public record Content(Header header, List<ObjectNode> entries) {}

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /**
   * Reads the journal, or returns empty if there is none.
   *
   * @throws CorruptDataException if a line but the last does not match its checksum
   */
  public Optional<Content> read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
    List<ObjectNode> lines = new ArrayList<>();
    int start = 0;
    for (int end = next(bytes, start); end >= 0; end = next(bytes, start)) {
      lines.add(parse(Arrays.copyOfRange(bytes, start, end), lines.size() + 1));
      start = end + 1;
    }
    if (lines.isEmpty()) {
      // The file appears by a rename with its header in it, so this is no crash of ours.
      throw damaged("no header", 1);
    }
    ObjectNode head = lines.get(0);
    String path = file.toString();
    Json.number(head, "format", FORMAT, FORMAT, path);
    Header header =
        new Header(
            Json.text(head, "transaction", path),
            Json.text(head, "workspace", path),
            Json.text(head, "branch", path),
            Json.text(head, "base", path));
    return Optional.of(new Content(header, List.copyOf(lines.subList(1, lines.size()))));
  }

  private static int next(byte[] bytes, int start) {
    for (int i = start; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private ObjectNode parse(byte[] line, int number) {
    Matcher matcher = LINE.matcher(new String(line, StandardCharsets.UTF_8));
    if (!matcher.matches()
        || Integer.parseUnsignedInt(matcher.group(1), 16)
            != Checksums.crc32c(line, 9, line.length - 9)) {
      throw damaged("checksum does not match", number);
    }
    return Json.parse(Arrays.copyOfRange(line, 9, line.length), file + " line " + number);
  }

  private CorruptDataException damaged(String what, int line) {
    return new CorruptDataException(
        "SHEAF-STG-001",
        "Staged edits are damaged: " + what,
        Location.of(file).with("line", line),
        "`sheaf restore` drops them; nothing that is committed is hit");
  }

  /** Writes a journal in place of one that is there; durable when this returns. */
  public void write(Header header, List<ObjectNode> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(line(header.toJson()));
    entries.forEach(entry -> bytes.writeBytes(line(entry)));
    try {
      DurableFiles.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + file.getParent(), e);
    }
    DurableFiles.write(file, bytes.toByteArray());
  }

  /** Appends an entry to a journal that is there; durable when this returns. */
  public void append(ObjectNode entry) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = wholeLines(channel);
      channel.truncate(end);
      channel.position(end);
      ByteBuffer rest = ByteBuffer.wrap(line(entry));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns where the last whole line ends. */
  private static long wholeLines(FileChannel channel) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    long end = channel.size();
    while (end > 0 && channel.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
      end--;
    }
    return end;
  }

  private static byte[] line(ObjectNode node) {
    byte[] json = Json.bytes(node);
    String crc = String.format("%08x ", Checksums.crc32c(json, 0, json.length - 1));
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    line.writeBytes(crc.getBytes(StandardCharsets.US_ASCII));
    line.writeBytes(json);
    return line.toByteArray();
  }

  /** Removes the journal; does nothing if there is none. */
  public void delete() {
    try {
      if (Files.deleteIfExists(file)) {
        DurableFiles.syncDirectory(file.getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file + ": " + e.getMessage(), e);
    }
  }
}
