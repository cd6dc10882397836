package dev.sheaf.format.internal.workspace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.ByteArrayInputStream;
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
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.InflaterInputStream;

/**
 * The file of one staged transaction: a header, then an entry for each set of edits, oldest first.
 * Each is a line: the CRC-32C of the rest in 8 hex digits; then a space and a JSON object, or where
 * that is shorter, a {@code z} and the object compressed by zlib, in which {@link #ESCAPE} and the
 * ends of lines are escaped.
 *
 * <p>A last line that is cut short was never acknowledged: it is ignored, and cut off by the next
 * writer. Keeps nothing in memory; writers hold the lock of the folder.
 */
public final class StagedJournal {
  /** How file names of journals end. */
  public static final String SUFFIX = ".edits";

  /** Format 1 had no compressed lines. */
  private static final int FORMAT = 2;

  private static final Pattern CRC = Pattern.compile("[0-9a-f]{8}");
  private static final int HEAD = 9;
  private static final int ESCAPE = 0x1b;
  private static final int ESCAPED = 0x40;
  private static final char PLAIN = ' ';
  private static final char COMPRESSED = 'z';

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
    Json.number(head, "format", 1, FORMAT, path);
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
    String crc = new String(line, 0, Math.min(HEAD - 1, line.length), StandardCharsets.US_ASCII);
    if (line.length < HEAD
        || !CRC.matcher(crc).matches()
        || Integer.parseUnsignedInt(crc, 16) != Checksums.crc32c(line, HEAD, line.length - HEAD)) {
      throw damaged("checksum does not match", number);
    }
    byte[] json = Arrays.copyOfRange(line, HEAD, line.length);
    if (line[HEAD - 1] == COMPRESSED) {
      json = inflate(json, number);
    } else if (line[HEAD - 1] != PLAIN) {
      throw damaged("unknown kind of line", number);
    }
    return Json.parse(json, file + " line " + number);
  }

  private byte[] inflate(byte[] escaped, int number) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(escaped.length);
    for (int i = 0; i < escaped.length; i++) {
      boolean isEscape = escaped[i] == ESCAPE && i + 1 < escaped.length;
      compressed.write(isEscape ? escaped[++i] - ESCAPED : escaped[i]);
    }
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(compressed.toByteArray()))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw damaged("cannot be inflated: " + e.getMessage(), number);
    }
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
    byte[] ended = Json.bytes(node);
    byte[] json = Arrays.copyOf(ended, ended.length - 1);
    byte[] compressed = deflate(json);
    boolean isShorter = compressed.length < json.length;
    byte[] content = isShorter ? compressed : json;
    ByteArrayOutputStream line = new ByteArrayOutputStream(content.length + HEAD + 1);
    String crc = String.format("%08x", Checksums.crc32c(content, 0, content.length));
    line.writeBytes(crc.getBytes(StandardCharsets.US_ASCII));
    line.write(isShorter ? COMPRESSED : PLAIN);
    line.writeBytes(content);
    line.write('\n');
    return line.toByteArray();
  }

  private static byte[] deflate(byte[] json) {
    ByteArrayOutputStream escaped = new ByteArrayOutputStream(json.length);
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(json);
      deflater.finish();
      byte[] buffer = new byte[1 << 13];
      while (!deflater.finished()) {
        int length = deflater.deflate(buffer);
        for (int i = 0; i < length; i++) {
          boolean needsEscape = buffer[i] == ESCAPE || buffer[i] == '\n';
          if (needsEscape) {
            escaped.write(ESCAPE);
          }
          escaped.write(needsEscape ? buffer[i] + ESCAPED : buffer[i]);
        }
      }
    } finally {
      deflater.end();
    }
    return escaped.toByteArray();
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
