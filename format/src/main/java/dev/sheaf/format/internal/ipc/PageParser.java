package dev.sheaf.format.internal.ipc;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.PurgedRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Reads the message of a record batch and checks every length, offset and count in it against the
 * bytes there are, so that later reads of the page cannot leave it. Spec: {@code
 * docs/format-spec.md#pages}.
 */
public final class PageParser {
  private static final int MAX_PAGE_BYTES = 1 << 30;

  private final Physical[] columns;
  private final int nodes;
  private final int buffers;

  /** Creates a parser for pages of these columns. */
  public PageParser(Physical... columns) {
    this.columns = columns.clone();
    int nodeCount = 0;
    int bufferCount = 0;
    for (Physical column : columns) {
      nodeCount += column.nodes();
      bufferCount += column.buffers();
    }
    this.nodes = nodeCount;
    this.buffers = bufferCount;
  }

  /** Returns one reader a column. */
  public ArrayReader[] readers() {
    ArrayReader[] readers = new ArrayReader[columns.length];
    int node = 0;
    int buffer = 0;
    for (int i = 0; i < columns.length; i++) {
      readers[i] = ArrayReader.ofColumn(columns[i], node, buffer);
      node += columns[i].nodes();
      buffer += columns[i].buffers();
    }
    return readers;
  }

  /**
   * Parses a page.
   *
   * @param bytes message and body, verified, in heap memory
   * @param expectedRows the rows that the layer declares
   * @return a page over {@code bytes}, or over fresh memory if it was compressed
   */
  public Page parse(ByteBuffer bytes, int expectedRows, Location location) {
    try {
      return parseChecked(bytes, expectedRows, location);
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | NullPointerException
        | ZstdException
        | AssertionError e) {
      throw new CorruptDataException(
          "SHEAF-CHK-004",
          "Page is not a valid Arrow record batch: " + e.getMessage(),
          location,
          "Run `sheaf fsck` to list all damaged chunks",
          e);
    }
  }

  /** Parses a page whose number of rows is not known from elsewhere. */
  public Page parseAnyRows(ByteBuffer bytes, Location location) {
    return parse(bytes, -1, location);
  }

  private Page parseChecked(ByteBuffer bytes, int expectedRows, Location location) {
    ByteBuffer page = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    require(page.remaining() >= 8 && page.getInt(0) == -1, "continuation mark", location);
    int metadataLength = page.getInt(4);
    require(metadataLength > 0 && metadataLength <= page.remaining() - 8, "metadata", location);
    ByteBuffer metadata = page.slice(8, metadataLength).order(ByteOrder.LITTLE_ENDIAN);
    Message message = Message.getRootAsMessage(metadata);
    require(message.headerType() == MessageHeader.RecordBatch, "record batch", location);
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    int bodyFrom = 8 + metadataLength;
    ByteBuffer body =
        page.slice(bodyFrom, page.remaining() - bodyFrom).order(ByteOrder.LITTLE_ENDIAN);
    require(message.bodyLength() == body.remaining(), "body length", location);
    require(
        expectedRows < 0
            ? batch.length() >= 0 && batch.length() <= bytes.capacity() * 8L
            : batch.length() == expectedRows,
        "row count",
        location);
    int rows = Math.toIntExact(batch.length());
    require(batch.nodesLength() == nodes, "node count", location);
    require(batch.buffersLength() == buffers, "buffer count", location);
    int[] nodeLength = new int[nodes];
    int[] nodeNulls = new int[nodes];
    FieldNode node = new FieldNode();
    for (int i = 0; i < nodes; i++) {
      batch.nodes(node, i);
      require(node.length() >= 0 && node.length() <= MAX_PAGE_BYTES, "node length", location);
      require(node.nullCount() >= 0 && node.nullCount() <= node.length(), "null count", location);
      nodeLength[i] = (int) node.length();
      nodeNulls[i] = (int) node.nullCount();
    }
    int[] offset = new int[buffers];
    int[] length = new int[buffers];
    Buffer buffer = new Buffer();
    for (int i = 0; i < buffers; i++) {
      batch.buffers(buffer, i);
      require(
          buffer.length() >= 0 && buffer.length() <= body.remaining(), "buffer length", location);
      require(
          buffer.offset() >= 0 && buffer.offset() <= body.remaining() - buffer.length(),
          "buffer offset",
          location);
      offset[i] = (int) buffer.offset();
      length[i] = (int) buffer.length();
    }
    boolean compressed = batch.compression() != null;
    if (compressed) {
      require(batch.compression().codec() == CompressionType.ZSTD, "ZSTD compression", location);
      body = decompress(body, offset, length, location);
    } else {
      for (int i = 0; i < buffers; i++) {
        offset[i] += bodyFrom;
      }
      body = page;
    }
    // Cells are handed out as views: none of them may write into a page that others read.
    ByteBuffer readOnly = body.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    Page result =
        new Page(
            readOnly,
            rows,
            nodeLength,
            nodeNulls,
            offset,
            length,
            compressed,
            0,
            null,
            PurgedRows.NONE);
    int nodeAt = 0;
    int bufferAt = 0;
    for (Physical column : columns) {
      check(result, column, nodeAt, bufferAt, rows, location);
      nodeAt += column.nodes();
      bufferAt += column.buffers();
    }
    return result;
  }

  private static ByteBuffer decompress(
      ByteBuffer body, int[] offset, int[] length, Location location) {
    ZstdLibrary.load();
    long total = 0;
    for (int i = 0; i < offset.length; i++) {
      if (length[i] == 0) {
        continue;
      }
      require(length[i] >= 8, "compressed buffer length", location);
      long raw = body.getLong(offset[i]);
      require(raw >= -1 && raw <= MAX_PAGE_BYTES, "uncompressed length", location);
      if (raw >= 0) {
        byte[] small = bytes(body, offset[i] + 8, length[i] - 8);
        long declared = Zstd.getFrameContentSize(small);
        require(declared == raw, "ZSTD content size", location);
        // A frame cannot honestly unfold more than ZSTD's window allows; a bomb stops here.
        require(raw <= 40_000L * small.length, "compression ratio", location);
      }
      total += raw < 0 ? length[i] - 8 : raw;
    }
    require(total <= MAX_PAGE_BYTES, "uncompressed length", location);
    ByteBuffer result = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < offset.length; i++) {
      if (length[i] == 0) {
        offset[i] = result.position();
        continue;
      }
      long raw = body.getLong(offset[i]);
      byte[] kept = bytes(body, offset[i] + 8, length[i] - 8);
      offset[i] = result.position();
      if (raw < 0) {
        length[i] = kept.length;
        result.put(kept);
      } else {
        length[i] = (int) raw;
        long written = ZstdLibrary.decompress(kept, result.array(), result.position(), (int) raw);
        require(written == raw, "ZSTD data", location);
        result.position(result.position() + (int) raw);
      }
    }
    return result.clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer from, int offset, int length) {
    byte[] copy = new byte[length];
    from.get(offset, copy);
    return copy;
  }

  /** Checks that every value of the array lies within its buffers. */
  private static void check(
      Page page, Physical layout, int node, int buffer, int rows, Location location) {
    require(
        page.nodeLength[node] == rows,
        "node length " + page.nodeLength[node] + " for " + rows,
        location);
    if (page.nodeNulls[node] > 0) {
      require(page.bufferLength[buffer] >= (rows + 7) / 8, "validity buffer", location);
    }
    if (layout instanceof Physical.Fixed fixed) {
      long needed = ((long) rows * fixed.bits() + 7) / 8;
      require(page.bufferLength[buffer + 1] >= needed, "value buffer", location);
    } else if (layout instanceof Physical.Variable variable) {
      long end = offsets(page, buffer + 1, rows, variable.large(), location);
      require(end <= page.bufferLength[buffer + 2], "offset beyond its values", location);
    } else if (layout instanceof Physical.Lists lists) {
      long end = offsets(page, buffer + 1, rows, false, location);
      require(end <= page.nodeLength[node + 1], "offset beyond its elements", location);
      check(page, lists.child(), node + 1, buffer + 2, page.nodeLength[node + 1], location);
    } else if (layout instanceof Physical.FixedLists lists) {
      int elements = Math.multiplyExact(rows, lists.length());
      check(page, lists.child(), node + 1, buffer + 1, elements, location);
    } else {
      int childNode = node + 1;
      int childBuffer = buffer + 1;
      for (Physical child : layout.children()) {
        check(page, child, childNode, childBuffer, rows, location);
        childNode += child.nodes();
        childBuffer += child.buffers();
      }
    }
  }

  private static long offsets(Page page, int buffer, int rows, boolean large, Location location) {
    int width = large ? 8 : 4;
    if (rows == 0 && page.bufferLength[buffer] == 0) {
      return 0;
    }
    require(page.bufferLength[buffer] >= (rows + 1L) * width, "offset buffer", location);
    long last = 0;
    for (int i = 0; i <= rows; i++) {
      int at = page.bufferOffset[buffer] + i * width;
      long next = large ? page.body.getLong(at) : page.body.getInt(at);
      require(next >= last && next <= Integer.MAX_VALUE, "offsets that do not fall", location);
      last = next;
    }
    return last;
  }

  private static void require(boolean holds, String what, Location location) {
    if (!holds) {
      throw new CorruptDataException(
          "SHEAF-CHK-003",
          "Page is damaged: bad " + what,
          location,
          "Run `sheaf fsck` to list all damaged chunks");
    }
  }
}
