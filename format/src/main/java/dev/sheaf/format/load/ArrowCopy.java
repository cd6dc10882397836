package dev.sheaf.format.load;

import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.Cells;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;

/** Copies cells of samples into Arrow vectors. Immutable, safe for use by several threads. */
final class ArrowCopy {
  private final List<Column> columns;
  private final List<ArrowLayout> layouts = new ArrayList<>();
  private final org.apache.arrow.vector.types.pojo.Schema schema;

  ArrowCopy(Schema schema) {
    this.columns = schema.columns();
    List<Field> fields = new ArrayList<>();
    for (Column column : columns) {
      ArrowLayout layout = ArrowLayout.plain(column.name(), plain(column.type()));
      layouts.add(layout);
      fields.add(layout.field());
    }
    this.schema = new org.apache.arrow.vector.types.pojo.Schema(fields);
  }

  private static Type plain(Type type) {
    return type instanceof Type.Media ? Type.BINARY : type;
  }

  /** Returns the cells of samples; the caller closes them. */
  VectorSchemaRoot copy(List<Sample> samples, BufferAllocator allocator) {
    BatchParts parts = new BatchParts();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      ArrayBuilder builder = ArrayBuilder.of(layouts.get(i).physical());
      for (Sample sample : samples) {
        Object value = sample.value(i);
        Object plain = value instanceof Media media ? media.bytes() : value;
        Cells.append(builder, plain(column.type()), plain, column.name());
      }
      builder.emit(0, samples.size(), parts);
    }
    return load(samples.size(), parts, allocator);
  }

  private VectorSchemaRoot load(int rows, BatchParts parts, BufferAllocator allocator) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    parts.forEachNode((length, nulls) -> nodes.add(new ArrowFieldNode(length, nulls)));
    List<ArrowBuf> buffers = new ArrayList<>();
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try {
      for (ByteBuffer bytes : parts.buffers()) {
        ArrowBuf buffer = allocator.buffer(bytes.remaining());
        buffers.add(buffer);
        buffer.setBytes(0, bytes.duplicate());
        buffer.writerIndex(bytes.remaining());
      }
      try (ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers)) {
        new VectorLoader(root).load(batch);
      }
      return root;
    } catch (RuntimeException | Error e) {
      root.close();
      throw e;
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
  }

  /** Returns the bytes that the cells of vectors take. */
  static long bytes(VectorSchemaRoot root) {
    return root.getFieldVectors().stream().mapToLong(vector -> vector.getBufferSize()).sum();
  }
}
