package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.ipc.Cells;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * NumPy's {@code .npz}: a zip file with an array a column, its first axis the samples, stored
 * without compression as {@code numpy.savez} does. Text is {@code <U}, as wide as the longest one;
 * there is no null.
 */
public final class NpzSink implements SinkPlan {
  private static final String NAME = "NumPy";
  private static final int BLOCK = 1 << 20;

  /** Midnight of 1980-01-01, the first moment that zip files know, as their 32 bits. */
  private static final long FIRST_MOMENT = 315_532_800_000L;

  private final Version version;
  private final SinkOptions options;
  private final List<Column> columns;

  /** Creates a plan. */
  public NpzSink(Version version, SinkOptions options) {
    this.version = version;
    this.options = options;
    this.columns = version.schema().columns();
    for (Column column : columns) {
      refuse(column);
    }
  }

  private static void refuse(Column column) {
    Type type = column.type();
    String why = "";
    if (type instanceof Type.Tensor tensor && !tensor.shape().isFixed()) {
      why = "its shape differs from sample to sample";
    } else if (type instanceof Type.ListOf || type instanceof Type.Struct) {
      why = "its length or form differs from sample to sample";
    } else if (type instanceof Type.Media || type instanceof Type.Binary) {
      why = "an array has no encoded payloads";
    } else if (column.name().contains("/") || column.name().contains("\\")) {
      throw SinkErrors.badName(
          "A slash in a name makes a folder of it in a zip file", column.name());
    }
    if (!why.isEmpty()) {
      throw SinkErrors.noPlace(NAME, column, why, "export to webdataset, mds or parquet");
    }
  }

  @Override
  public List<Carried> columns() {
    List<Carried> carried = new ArrayList<>();
    for (Column column : columns) {
      Type type = column.type();
      String shape = type instanceof Type.Tensor tensor ? tensor.shape().toString() : "";
      String as = isText(type) ? "<U" : descr(type);
      String note =
          type instanceof Type.Timestamp timestamp && !timestamp.zone().isEmpty()
              ? "in UTC, without its zone"
              : type instanceof Type.Json ? "read back as text" : Plain.note(type);
      carried.add(
          new Carried(
              column.name(),
              type.toString(),
              "array " + as + (shape.isEmpty() ? "" : " " + shape),
              note));
    }
    return carried;
  }

  private static boolean isText(Type type) {
    return type instanceof Type.Utf8 || type instanceof Type.Json;
  }

  private static String descr(Type type) {
    if (type instanceof Type.Scalar scalar) {
      return NpyFormat.descr(Plain.of(scalar.dtype()));
    }
    if (type instanceof Type.Tensor tensor) {
      return NpyFormat.descr(Plain.of(tensor.dtype()));
    }
    return type instanceof Type.Date ? "<M8[D]" : "<M8[" + ((Type.Timestamp) type).unit() + "]";
  }

  /** One array: how many bytes a sample takes, and what NumPy calls the elements. */
  private record Array(Column column, String descr, long width) {}

  @Override
  public void write(SinkFolder folder, Progress progress) throws IOException {
    List<Array> arrays = new ArrayList<>();
    long width = 0;
    for (Column column : columns) {
      Array array = array(column);
      arrays.add(array);
      width += array.width();
    }
    long size = version.size();
    long perFile = size;
    if (options.shardRows() > 0) {
      perFile = options.shardRows();
    } else if (options.shardBytes() > 0) {
      perFile = Math.max(1, options.shardBytes() / Math.max(1, width));
    }
    int shard = 0;
    long from = 0;
    do {
      long to = Math.min(size, from + perFile);
      String name = SinkFolder.shard("data", options.isSharded(), shard++, "npz");
      file(folder, name, arrays, from, to, progress);
      from = to;
    } while (from < size);
  }

  private Array array(Column column) {
    Type type = column.type();
    if (isText(type)) {
      long longest = longest(column);
      return new Array(column, "<U" + longest, 4 * longest);
    }
    if (type instanceof Type.Scalar scalar) {
      return new Array(column, descr(type), bytes(Plain.of(scalar.dtype())));
    }
    if (type instanceof Type.Tensor tensor) {
      long count = tensor.shape().elementCount();
      return new Array(column, descr(type), count * bytes(Plain.of(tensor.dtype())));
    }
    return new Array(column, descr(type), 8);
  }

  private static int bytes(DType dtype) {
    return Math.max(8, dtype.bits()) / 8;
  }

  private long longest(Column column) {
    long longest = 1; // NumPy itself writes empty texts as <U1 too
    for (Batch batch : version.select(column.name()).scan()) {
      for (int row = 0; row < batch.size(); row++) {
        String text = batch.sample(row).text(column.name());
        longest = text == null ? longest : Math.max(longest, text.codePointCount(0, text.length()));
      }
    }
    return longest;
  }

  private void file(
      SinkFolder folder, String name, List<Array> arrays, long from, long to, Progress progress)
      throws IOException {
    try (FileChannel channel = folder.open(name)) {
      try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(channel)) {
        zip.setUseZip64(Zip64Mode.AsNeeded);
        zip.setEncoding("UTF-8");
        for (int i = 0; i < arrays.size(); i++) {
          Array array = arrays.get(i);
          byte[] header = header(array, to - from);
          ZipArchiveEntry entry = new ZipArchiveEntry(array.column().name() + ".npy");
          entry.setMethod(ZipArchiveEntry.STORED);
          entry.setSize(header.length + array.width() * (to - from));
          entry.setTime(FIRST_MOMENT);
          zip.putArchiveEntry(entry);
          zip.write(header);
          elements(array, from, to, zip);
          zip.closeArchiveEntry();
          long done = from * arrays.size() + (to - from) * (i + 1);
          progress.at("export", done / arrays.size(), version.size());
        }
        zip.finish();
        folder.count(channel.position());
        channel.force(true);
      }
    }
  }

  private static byte[] header(Array array, long rows) {
    long[] inner =
        array.column().type() instanceof Type.Tensor tensor ? tensor.shape().dims() : new long[0];
    long[] shape = new long[inner.length + 1];
    shape[0] = rows;
    System.arraycopy(inner, 0, shape, 1, inner.length);
    return NpyFormat.header(array.descr(), shape);
  }

  private void elements(Array array, long from, long to, ZipArchiveOutputStream zip)
      throws IOException {
    if (from == to) {
      return;
    }
    int width = Math.toIntExact(array.width());
    ByteBuffer block = ByteBuffer.allocate(Math.max(BLOCK, width)).order(ByteOrder.LITTLE_ENDIAN);
    String name = array.column().name();
    for (Batch batch : version.select(name).scan().range(from, to)) {
      for (int row = 0; row < batch.size(); row++) {
        if (block.remaining() < width) {
          zip.write(block.array(), 0, block.position());
          block.clear();
        }
        Sample sample = batch.sample(row);
        try {
          put(array, sample.value(name), block);
        } catch (DatasetException e) {
          throw SinkErrors.located(e, sample.index());
        }
      }
    }
    zip.write(block.array(), 0, block.position());
  }

  private static void put(Array array, Object value, ByteBuffer out) {
    Type type = array.column().type();
    String name = array.column().name();
    if (value == null) {
      throw SinkErrors.badValue(
          NAME, "an array has no null", name, "export to parquet, arrow or jsonl");
    }
    if (type instanceof Type.Tensor) {
      out.put(Plain.bytes((Tensor) value));
    } else if (isText(type)) {
      text((String) value, name, (int) array.width(), out);
    } else if (type instanceof Type.Scalar scalar) {
      DType dtype = Plain.of(scalar.dtype());
      long bits = Cells.bits(dtype, value, name);
      switch (bytes(dtype)) {
        case 1 -> out.put((byte) bits);
        case 2 -> out.putShort((short) bits);
        case 4 -> out.putInt((int) bits);
        default -> out.putLong(bits);
      }
    } else {
      out.putLong(
          type instanceof Type.Timestamp timestamp
              ? moment(timestamp, value, name)
              : Cells.day(type, value, name));
    }
  }

  private static long moment(Type.Timestamp type, Object value, String column) {
    long moment = Cells.moment(type, value, column);
    if (moment == Long.MIN_VALUE) {
      throw SinkErrors.badValue(NAME, "this moment is what NumPy has for no time", column, "");
    }
    return moment;
  }

  private static void text(String text, String column, int width, ByteBuffer out) {
    if (text.endsWith("\0")) {
      throw SinkErrors.badValue(
          NAME, "it drops the NUL characters at the end of a text", column, "export to parquet");
    }
    int end = out.position() + width;
    text.codePoints().forEach(out::putInt);
    while (out.position() < end) {
      out.putInt(0);
    }
  }
}
