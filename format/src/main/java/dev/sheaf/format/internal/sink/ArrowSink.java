package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.Cells;
import dev.sheaf.format.internal.ipc.IpcWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow IPC files (Feather version 2) with a row a sample: tensors are the canonical extension
 * types, JSON {@code arrow.json}, payloads a struct of {@code bytes} and {@code path}. Buffers are
 * not compressed, so that a file can be mapped.
 */
public final class ArrowSink extends ShardedSink {
  private static final String NAME = "Arrow";
  private static final long SHARD_BYTES = 512L << 20;
  private static final long BATCH_BYTES = 32L << 20;
  private static final int BATCH_ROWS = 8_192;
  private static final Type PAYLOAD =
      new Type.Struct(
          List.of(new Type.Field("bytes", Type.BINARY), new Type.Field("path", Type.UTF8)));

  private final Payloads payloads;
  private final List<Column> columns;
  private final List<ArrowLayout> layouts = new ArrayList<>();
  private final List<Carried> carried = new ArrayList<>();
  private OutputStream file;
  private IpcWriter writer;
  private List<ArrayBuilder> builders;
  private int batchRows;

  /** Creates a plan. */
  public ArrowSink(Version version, SinkOptions options) {
    super(version, options.orBytes(SHARD_BYTES));
    this.payloads = new Payloads(NAME, version.schema().columns());
    this.columns = payloads.columns();
    for (Column column : columns) {
      layouts.add(ArrowLayout.plain(column.name(), plain(column.type())));
    }
    for (Column column : version.schema()) {
      String owner = payloads.owner(column);
      String as = owner.isEmpty() ? as(column) : owner + ".path";
      String note = Plain.note(column.type());
      carried.add(new Carried(column.name(), column.type().toString(), as, note));
    }
  }

  private static Type plain(Type type) {
    return type instanceof Type.Media ? PAYLOAD : Plain.of(type);
  }

  private static String as(Column column) {
    if (column.type() instanceof Type.Media) {
      return "struct of bytes and path";
    }
    if (column.type() instanceof Type.Tensor tensor) {
      String name = tensor.shape().isFixed() ? "fixed" : "variable";
      return tensor.dtype() == DType.BOOL
          ? "sheaf.packed_" + (tensor.shape().isFixed() ? "tensor" : "ragged_tensor")
          : "arrow." + name + "_shape_tensor";
    }
    return column.type() instanceof Type.Json ? "arrow.json" : Plain.of(column.type()).toString();
  }

  @Override
  public List<Carried> columns() {
    return List.copyOf(carried);
  }

  @Override
  void open(int number) throws IOException {
    file = folder().create(SinkFolder.shard("data", true, number, "arrow"));
    writer =
        new IpcWriter(new Schema(layouts.stream().map(ArrowLayout::field).toList()), this::put);
    fresh();
  }

  private void put(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    try {
      if (rest.hasArray()) {
        file.write(rest.array(), rest.arrayOffset() + rest.position(), rest.remaining());
        return;
      }
      byte[] copy = new byte[rest.remaining()];
      rest.get(copy);
      file.write(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fresh() {
    builders = layouts.stream().map(layout -> ArrayBuilder.of(layout.physical())).toList();
    batchRows = 0;
  }

  private long batchBytes() {
    return builders.stream().mapToLong(ArrayBuilder::byteSize).sum();
  }

  @Override
  long written() {
    return writer.position() + batchBytes();
  }

  @Override
  void append(Sample sample) throws IOException {
    if (batchRows == BATCH_ROWS || batchBytes() > BATCH_BYTES) {
      flush();
    }
    for (int i = 0; i < builders.size(); i++) {
      Column column = columns.get(i);
      Object value = payloads.value(sample, i);
      Object plain =
          value instanceof Payloads.Payload payload
              ? struct(payload)
              : Plain.value(column.type(), value);
      Cells.append(builders.get(i), plain(column.type()), plain, column.name());
    }
    batchRows++;
  }

  private static Map<String, Object> struct(Payloads.Payload payload) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bytes", payload.media().toBytes());
    fields.put("path", payload.path());
    return fields;
  }

  private void flush() {
    BatchParts parts = new BatchParts();
    builders.forEach(builder -> builder.emit(0, batchRows, parts));
    writer.writeBatch(batchRows, parts, false);
    fresh();
  }

  @Override
  void end() throws IOException {
    if (batchRows > 0) {
      flush();
    }
    writer.end();
    file.close();
  }

  @Override
  void abort() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
