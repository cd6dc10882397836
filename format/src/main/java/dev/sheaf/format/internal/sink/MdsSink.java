package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.ipc.Cells;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * MosaicML Streaming's MDS, version 2: shards of rows and {@code index.json}.
 *
 * <pre>
 * shard  = u32 samples, u32 offset[samples + 1], configuration as JSON, sample...
 * sample = u32 length of each column of varying size, then the values, columns sorted by name
 * </pre>
 *
 * <p>It has no null: a column of single values, text, lists or structs that has one is carried as
 * {@code json}. Which columns have nulls, and which images are all JPEG or all PNG, is found by a
 * pass over all samples, without reading payloads.
 *
 * <p>Source: mosaicml/streaming, {@code streaming/base/format/mds}.
 */
public final class MdsSink extends RowSink {
  private static final String NAME = "MDS";
  private static final long SHARD_BYTES = 64L << 20;

  /** Offsets have 32 bits, and a shard is put together in memory. */
  private static final long MOST_BYTES = 1L << 30;

  private static final String INDEX = "index.json";

  private final SinkOptions options;
  private final List<Encoded> columns = new ArrayList<>();
  private final ArrayNode shards = JsonNodeFactory.instance.arrayNode();
  private SinkFolder folder;
  private List<byte[]> samples = new ArrayList<>();
  private long bytes;

  /**
   * How a column is written.
   *
   * @param column the column
   * @param encoding MDS's name of it
   * @param size the bytes of a value, or 0 if they differ
   */
  private record Encoded(Column column, String encoding, int size) {}

  /** Creates a plan; looks at all samples. */
  public MdsSink(Version version, SinkOptions options) {
    super(version);
    this.options = options.orBytes(SHARD_BYTES);
    if (options.shardBytes() > MOST_BYTES) {
      throw SinkErrors.of(
          7,
          "A shard of MDS holds at most " + MOST_BYTES + " bytes",
          dev.sheaf.format.Location.NONE,
          "Give a smaller --shard-size");
    }
    for (Column column : version.schema()) {
      columns.add(encoded(column));
    }
    columns.sort(Comparator.comparing(one -> one.column().name()));
  }

  private Encoded encoded(Column column) {
    Type type = column.type();
    if (type instanceof Type.Media media) {
      return new Encoded(column, payload(column, media), 0);
    }
    if (type instanceof Type.ListOf || type instanceof Type.Struct || type instanceof Type.Json) {
      return new Encoded(column, "json", 0);
    }
    if (type instanceof Type.Binary) {
      return new Encoded(column, "bytes", 0);
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(column, tensor);
    }
    if (hasNull(column)) {
      return new Encoded(column, "json", 0);
    }
    if (type instanceof Type.Scalar scalar) {
      DType dtype = Plain.of(scalar.dtype());
      return dtype == DType.BOOL
          ? new Encoded(column, "json", 0)
          : new Encoded(column, dtype.id(), dtype.bits() / 8);
    }
    return new Encoded(column, "str", 0);
  }

  private Encoded tensor(Column column, Type.Tensor type) {
    DType dtype = Plain.of(type.dtype());
    String element = (dtype == DType.BOOL ? DType.UINT8 : dtype).id();
    Shape shape = type.shape();
    for (long dim : shape.dims()) {
      if (dim == 0) {
        throw SinkErrors.noPlace(NAME, column, "an axis of no length", "export to webdataset");
      }
    }
    if (shape.rank() == 0) {
      return new Encoded(column, element, bytes(dtype));
    }
    if (!shape.isFixed()) {
      return new Encoded(column, "ndarray:" + element, 0);
    }
    StringBuilder axes = new StringBuilder();
    for (long dim : shape.dims()) {
      axes.append(axes.length() == 0 ? "" : ",").append(dim);
    }
    int size = Math.toIntExact(shape.elementCount() * bytes(dtype));
    return new Encoded(column, "ndarray:" + element + ":" + axes, size);
  }

  private static int bytes(DType dtype) {
    return Math.max(8, dtype.bits()) / 8;
  }

  private boolean hasNull(Column column) {
    for (Batch batch : version().select(column.name()).scan()) {
      for (int row = 0; row < batch.size(); row++) {
        if (batch.sample(row).isNull(column.name())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Images that are all JPEG or all PNG are decoded by the library; others stay bytes. */
  private String payload(Column column, Type.Media type) {
    if (type.kind() != MediaKind.IMAGE) {
      return "bytes";
    }
    String only = null;
    for (Batch batch : version().select(column.name()).scan()) {
      for (int row = 0; row < batch.size(); row++) {
        Media media = batch.sample(row).media(column.name());
        String codec = media == null ? "" : media.codec();
        boolean known = codec.equals("jpeg") || codec.equals("png");
        if (!known || (only != null && !only.equals(codec))) {
          return "bytes";
        }
        only = codec;
      }
    }
    return only == null ? "bytes" : only;
  }

  @Override
  public List<Carried> columns() {
    List<Carried> carried = new ArrayList<>();
    for (Column column : version().schema()) {
      Encoded one =
          columns.stream().filter(found -> found.column().equals(column)).findFirst().orElseThrow();
      carried.add(new Carried(column.name(), column.type().toString(), one.encoding(), note(one)));
    }
    return carried;
  }

  private static String note(Encoded one) {
    Type type = one.column().type();
    if (type instanceof Type.Tensor tensor) {
      return tensor.dtype() == DType.BOOL ? "true is 1" : NpyFormat.note(tensor);
    }
    if (one.encoding().equals("json")) {
      return JsonCells.note(type);
    }
    return type instanceof Type.Date || type instanceof Type.Timestamp
        ? "ISO 8601 text"
        : Plain.note(type);
  }

  @Override
  void begin(SinkFolder into) {
    folder = into;
  }

  @Override
  void add(Sample sample) throws IOException {
    byte[] encoded = encode(sample);
    if (options.isFull(samples.size(), bytes, encoded.length)
        || (!samples.isEmpty() && bytes + encoded.length > MOST_BYTES)) {
      flush();
    }
    samples.add(encoded);
    bytes += encoded.length;
  }

  private byte[] encode(Sample sample) throws IOException {
    List<byte[]> values = new ArrayList<>();
    long length = 0;
    int varying = 0;
    for (Encoded one : columns) {
      byte[] value = encode(one, sample.value(one.column().name()));
      values.add(value);
      length += value.length;
      varying += one.size() == 0 ? 1 : 0;
    }
    if (length > MOST_BYTES) {
      throw SinkErrors.of(
          3,
          "MDS cannot carry a sample of " + length + " bytes: at most " + MOST_BYTES,
          dev.sheaf.format.Location.NONE,
          "Export a view without it, or to webdataset");
    }
    ByteBuffer encoded =
        ByteBuffer.allocate((int) length + 4 * varying).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.size(); i++) {
      if (columns.get(i).size() == 0) {
        encoded.putInt(values.get(i).length);
      }
    }
    values.forEach(encoded::put);
    return encoded.array();
  }

  private static byte[] encode(Encoded one, Object value) throws IOException {
    Type type = one.column().type();
    String name = one.column().name();
    if (one.encoding().equals("json")) {
      return JsonCells.bytes(type, value, name);
    }
    if (value == null) {
      throw SinkErrors.badValue(
          NAME, "it has no null for " + type, name, "export to webdataset, parquet or jsonl");
    }
    if (value instanceof Media media) {
      return media.toBytes();
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    if (type instanceof Type.Tensor) {
      return tensor(one, (Tensor) value);
    }
    if (type instanceof Type.Scalar scalar) {
      DType dtype = Plain.of(scalar.dtype());
      long bits = Cells.bits(dtype, value, name);
      byte[] little = new byte[bytes(dtype)];
      for (int i = 0; i < little.length; i++) {
        little[i] = (byte) (bits >>> (8 * i));
      }
      return little;
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    String json = JsonCells.text(type, value, name);
    return json.substring(1, json.length() - 1).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] tensor(Encoded one, Tensor tensor) {
    ByteBuffer elements = Plain.bytes(tensor);
    Shape shape = tensor.shape();
    ByteBuffer out =
        ByteBuffer.allocate(1 + 4 * shape.rank() + elements.remaining())
            .order(ByteOrder.LITTLE_ENDIAN);
    if (one.size() == 0) {
      long longest = 0;
      for (long dim : shape.dims()) {
        if (dim == 0) {
          throw SinkErrors.badValue(
              NAME, "an empty tensor", one.column().name(), "export to webdataset");
        }
        longest = Math.max(longest, dim);
      }
      int code = longest < 1 << 8 ? 0 : longest < 1 << 16 ? 1 : 2;
      out.put((byte) ((shape.rank() << 2) | code));
      for (long dim : shape.dims()) {
        switch (code) {
          case 0 -> out.put((byte) dim);
          case 1 -> out.putShort((short) dim);
          default -> out.putInt(Math.toIntExact(dim));
        }
      }
    }
    out.put(elements).flip();
    byte[] encoded = new byte[out.remaining()];
    out.get(encoded);
    return encoded;
  }

  private void flush() throws IOException {
    String name = String.format("shard.%05d.mds", shards.size());
    byte[] configuration = configuration().toString().getBytes(StandardCharsets.UTF_8);
    long first = 4 + 4L * (samples.size() + 1) + configuration.length;
    ByteBuffer head =
        ByteBuffer.allocate(Math.toIntExact(first - configuration.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(samples.size()).putInt((int) first);
    long at = first;
    for (byte[] sample : samples) {
      at += sample.length;
      head.putInt((int) at);
    }
    try (OutputStream out = folder.create(name)) {
      out.write(head.array());
      out.write(configuration);
      for (byte[] sample : samples) {
        out.write(sample);
      }
    }
    ObjectNode shard = configuration();
    shard.set("raw_data", file(name, at));
    shard.put("samples", samples.size());
    shard.putNull("zip_data");
    shards.add(shard);
    samples = new ArrayList<>();
    bytes = 0;
  }

  private static ObjectNode file(String name, long length) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("basename", name).put("bytes", length).putObject("hashes");
    return file;
  }

  private ObjectNode configuration() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode encodings = node.putArray("column_encodings");
    ArrayNode names = node.putArray("column_names");
    ArrayNode sizes = node.putArray("column_sizes");
    for (Encoded one : columns) {
      encodings.add(one.encoding());
      names.add(one.column().name());
      if (one.size() == 0) {
        sizes.addNull();
      } else {
        sizes.add(one.size());
      }
    }
    node.putNull("compression").put("format", "mds").putArray("hashes");
    if (options.shardBytes() > 0) {
      node.put("size_limit", options.shardBytes());
    } else {
      node.putNull("size_limit");
    }
    return node.put("version", 2);
  }

  @Override
  void end() throws IOException {
    if (!samples.isEmpty()) {
      flush();
    }
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.set("shards", shards);
    index.put("version", 2);
    try (OutputStream out = folder.create(INDEX)) {
      out.write(index.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  void abort() {
    samples = new ArrayList<>();
  }
}
