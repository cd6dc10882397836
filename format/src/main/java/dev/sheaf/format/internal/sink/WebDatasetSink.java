package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * WebDataset: tar files in which the members of a sample follow one another and share the part of
 * their names before the first dot.
 *
 * <p>A payload is {@code KEY.jpg}, or {@code KEY.COLUMN.jpg} where there are several columns of
 * them; text is {@code KEY.txt}; a tensor {@code KEY.COLUMN.npy}, or {@code KEY.npy} of a column
 * {@code npy}; bytes {@code KEY.COLUMN.bin}; everything else an object in {@code KEY.json}. A null
 * has no member, or is a null in the object.
 */
public final class WebDatasetSink extends RowSink {
  private static final long SHARD_BYTES = 512L << 20;
  private static final int BLOCK = 512;

  /** The text column that is a member of its own: the first of these names. */
  private static final List<String> TEXTS = List.of("txt", "text", "caption");

  private final SinkOptions options;
  private final List<Column> columns;
  private final int payloads;
  private final int text;
  private final boolean json;
  private final List<Optional<String>> suffixes = new ArrayList<>();
  private SinkFolder folder;
  private OutputStream file;
  private TarArchiveOutputStream tar;
  private int shard;
  private long rows;
  private long bytes;

  /** Creates a plan. */
  public WebDatasetSink(Version version, SinkOptions options) {
    super(version);
    this.options = options.orBytes(SHARD_BYTES);
    this.columns = version.schema().columns();
    this.payloads =
        (int) columns.stream().filter(column -> column.type() instanceof Type.Media).count();
    this.text = text();
    boolean anyInObject = false;
    Map<String, String> taken = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Optional<String> suffix = suffix(i, column);
      suffixes.add(suffix);
      anyInObject |= suffix.isEmpty();
      // The library folds the case of suffixes and refuses two that are equal then.
      String folded = suffix.orElse("").toLowerCase(Locale.ROOT);
      String other = suffix.isEmpty() ? null : taken.put(folded, column.name());
      if (other != null) {
        throw SinkErrors.badName(
            "The members of \"" + other + "\" and this column would share the name ." + folded,
            column.name());
      }
    }
    this.json = anyInObject;
  }

  private int text() {
    for (String wanted : TEXTS) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).type() instanceof Type.Utf8 && columns.get(i).name().equals(wanted)) {
          return i;
        }
      }
    }
    return -1;
  }

  /**
   * Returns what follows the key and a dot, * for the extension; empty for what is in the object.
   */
  private Optional<String> suffix(int position, Column column) {
    String name = FileNames.member(column.name());
    if (column.type() instanceof Type.Media) {
      return Optional.of(payloads == 1 ? "*" : name + ".*");
    }
    if (column.type() instanceof Type.Tensor) {
      // A column that came from KEY.npy goes back there.
      return Optional.of(name.equals("npy") ? name : name + ".npy");
    }
    if (column.type() instanceof Type.Binary) {
      return Optional.of(name + ".bin");
    }
    return position == text ? Optional.of("txt") : Optional.empty();
  }

  @Override
  public List<Carried> columns() {
    List<Carried> carried = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Type type = column.type();
      Optional<String> suffix = suffixes.get(i);
      String note = type instanceof Type.Tensor tensor ? NpyFormat.note(tensor) : "";
      carried.add(
          new Carried(
              column.name(),
              type.toString(),
              suffix.map(end -> "member KEY." + end).orElse("in KEY.json"),
              suffix.isEmpty() ? JsonCells.note(type) : note));
    }
    return carried;
  }

  @Override
  void begin(SinkFolder into) throws IOException {
    folder = into;
    next();
  }

  private void next() throws IOException {
    file = folder.create(SinkFolder.shard("shard", true, shard++, "tar"));
    tar = new TarArchiveOutputStream(file, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    rows = 0;
    bytes = 0;
  }

  @Override
  void add(Sample sample) throws IOException {
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = sample.value(i);
      Optional<String> suffix = suffixes.get(i);
      if (value != null && suffix.isPresent()) {
        String extension = value instanceof Media media ? FileNames.extension(media) : "";
        members.put(suffix.get().replace("*", extension), content(value));
      }
    }
    if (json || members.isEmpty()) {
      members.put("json", object(sample));
    }
    long size = 0;
    for (byte[] content : members.values()) {
      size += BLOCK + (content.length + BLOCK - 1L) / BLOCK * BLOCK;
    }
    if (options.isFull(rows, bytes, size)) {
      end();
      next();
    }
    String key = FileNames.member(sample.key());
    for (Map.Entry<String, byte[]> member : members.entrySet()) {
      TarArchiveEntry entry = new TarArchiveEntry(key + "." + member.getKey());
      entry.setSize(member.getValue().length);
      entry.setModTime(0);
      entry.setMode(0644);
      tar.putArchiveEntry(entry);
      tar.write(member.getValue());
      tar.closeArchiveEntry();
    }
    rows++;
    bytes += size;
  }

  private static byte[] content(Object value) {
    if (value instanceof Media media) {
      return media.toBytes();
    }
    if (value instanceof Tensor tensor) {
      return NpyFormat.file(tensor);
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    return ((String) value).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] object(Sample sample) throws IOException {
    ByteArrayOutputStream bytesOut = new ByteArrayOutputStream();
    try (JsonGenerator out = JsonCells.generator(bytesOut)) {
      out.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        Column column = columns.get(i);
        if (suffixes.get(i).isEmpty()) {
          out.writeFieldName(column.name());
          JsonCells.write(out, column.type(), sample.value(i), column.name());
        }
      }
      out.writeEndObject();
    }
    return bytesOut.toByteArray();
  }

  @Override
  void end() throws IOException {
    tar.close();
  }

  @Override
  void abort() throws IOException {
    if (file != null) {
      file.close(); // the archive itself would not close within an entry
    }
  }
}
