package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.ChunkSlot;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.IpcWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.roaringbitmap.RoaringBitmap;

/**
 * Collects rows and writes them as one layer. What it writes depends on the rows alone. Not safe
 * for use by several threads.
 */
public final class LayerBuilder {
  /** A page ends when its rows have reached about this many bytes. */
  public static final int PAGE_BYTES = 256 << 10;

  /** A page that is compressed ends when its rows have reached about this many bytes. */
  public static final int COMPRESSED_PAGE_BYTES = 512 << 10;

  /** A segment ends when its pages together have reached about this many bytes. */
  public static final long SEGMENT_PAGE_BYTES = 64L << 20;

  /** A segment ends when its fixed tensors together have reached this many bytes. */
  public static final long SEGMENT_TENSOR_BYTES = 256L << 20;

  /** Edits that take no more than this, in bytes, lie in the version tree itself. */
  static final int LEAF_BYTES = 32 << 10;

  /**
   * The pages of a layer whose rows have at least this much text on average, in bytes, are
   * compressed; long texts that lie elsewhere count.
   */
  static final int COMPRESSED_TEXT_BYTES = 256;

  /**
   * Where the tensors of a tensor chunk begin in the file: a row then straddles no more pages than
   * it must.
   */
  static final int TENSOR_ALIGNMENT = 4096;

  private final List<ColumnBuilder> columns = new ArrayList<>();
  private final List<String> aspects = new ArrayList<>();
  private final WideValues wide;
  private final List<Integer> rowBytes = new ArrayList<>();
  private long pageBytes;

  /** Creates a builder without columns. */
  public LayerBuilder(WideValues wide) {
    this.wide = wide;
  }

  /**
   * Adds a column; rows that were added before get null.
   *
   * @return the position of its cell in {@link #add}
   */
  public int addColumn(String name, String aspect, Type type) {
    ColumnBuilder column = ColumnBuilder.of(name, type, wide);
    for (int i = 0; i < rowBytes.size(); i++) {
      column.add(null);
    }
    columns.add(column);
    aspects.add(aspect);
    return columns.size() - 1;
  }

  /** Appends a row: one cell a column, in the order of {@link #addColumn}. */
  public void add(List<Object> cells) {
    int bytes = 0;
    for (int i = 0; i < columns.size(); i++) {
      bytes += columns.get(i).add(cells.get(i));
    }
    rowBytes.add(bytes);
    pageBytes += bytes;
  }

  /** Returns the number of rows. */
  public int rows() {
    return rowBytes.size();
  }

  /** Tells whether a segment with these rows is full. */
  public boolean isFull() {
    long tensorBytes = 0;
    for (ColumnBuilder column : columns) {
      tensorBytes += column.tensorBytes();
    }
    return rows() >= LayerRecord.MAX_ROWS
        || pageBytes >= SEGMENT_PAGE_BYTES
        || tensorBytes >= SEGMENT_TENSOR_BYTES;
  }

  /**
   * Writes the layer.
   *
   * @param chunks makes chunks for tensors and pages
   * @param slots the slots that the rows are, or null for all of a segment
   */
  public DraftLayer finish(Supplier<ChunkWriter> chunks, RoaringBitmap slots) {
    wide.flush();
    ChunkNumbers numbers = new ChunkNumbers();
    List<ArrayBuilder> built = new ArrayList<>();
    List<LayerColumn> layerColumns = new ArrayList<>();
    Map<Integer, LayerRecord.TensorChunk> tensors = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      ColumnBuilder column = columns.get(i);
      built.add(column.build(numbers));
      layerColumns.add(
          new LayerColumn(
              "", aspects.get(i), column.name, column.type, column.form(), column.facts()));
      if (column.form() == Form.FIXED) {
        tensors.put(i, writeTensors(chunks, (Type.Tensor) column.type, column));
      }
    }
    List<Field> fields = layerColumns.stream().map(column -> column.layout().field()).toList();
    boolean sparse = slots != null;
    ByteArrayOutputStream leaf = new ByteArrayOutputStream();
    String chunk = null;
    List<LayerRecord.PageEntry> pages;
    if (sparse && pageBytes <= LEAF_BYTES) {
      pages = writePages(new IpcWriter(new Schema(fields), bytes -> drain(bytes, leaf)), built);
    } else {
      try (ChunkWriter writer = chunks.get()) {
        pages = writePages(new IpcWriter(new Schema(fields), writer::write), built);
        chunk = writer.seal();
      }
    }
    LayerStats stats = LayerStats.of(layerColumns, built, starts());
    LayerRecord draft =
        new LayerRecord(rows(), slots, layerColumns, chunk, pages, tensors, List.of());
    return new DraftLayer(
        draft,
        chunk == null ? leaf.toByteArray() : null,
        numbers.slots(),
        numbers.valueBytes(),
        stats);
  }

  private static void drain(ByteBuffer bytes, ByteArrayOutputStream out) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.writeBytes(copy);
  }

  private boolean isCompressed() {
    long textBytes = 0;
    for (ColumnBuilder column : columns) {
      textBytes += column.textBytes();
    }
    return textBytes >= (long) COMPRESSED_TEXT_BYTES * rows();
  }

  /** Returns the first row of each page, and the number of rows. */
  private int[] starts() {
    long target = isCompressed() ? COMPRESSED_PAGE_BYTES : PAGE_BYTES;
    List<Integer> starts = new ArrayList<>(List.of(0));
    long bytes = 0;
    for (int i = 0; i < rowBytes.size(); i++) {
      if (bytes > 0 && bytes + rowBytes.get(i) > target) {
        starts.add(i);
        bytes = 0;
      }
      bytes += rowBytes.get(i);
    }
    starts.add(rowBytes.size());
    return starts.stream().mapToInt(Integer::intValue).toArray();
  }

  private List<LayerRecord.PageEntry> writePages(IpcWriter file, List<ArrayBuilder> built) {
    int[] starts = starts();
    List<LayerRecord.PageEntry> pages = new ArrayList<>();
    for (int page = 0; page + 1 < starts.length; page++) {
      int rows = starts[page + 1] - starts[page];
      if (rows == 0) {
        continue;
      }
      BatchParts parts = new BatchParts();
      for (ArrayBuilder column : built) {
        column.emit(starts[page], starts[page + 1], parts);
      }
      IpcWriter.Written written = file.writeBatch(rows, parts, isCompressed());
      IpcWriter.Placed placed = written.placed();
      pages.add(
          new LayerRecord.PageEntry(
              placed.offset(), Math.toIntExact(placed.length()), rows, written.crc32c()));
    }
    file.end();
    return pages;
  }

  private LayerRecord.TensorChunk writeTensors(
      Supplier<ChunkWriter> chunks, Type.Tensor type, ColumnBuilder column) {
    ArrowLayout layout = ArrowLayout.tensorChunk("data", type);
    ByteBuffer data = column.tensors();
    int rows = rows();
    int width = data.remaining() / rows;
    int elements = Math.toIntExact(type.shape().elementCount());
    boolean packed = type.dtype().isPacked();
    BatchParts nodes = packed ? BatchParts.nodes(rows) : BatchParts.nodes(rows, rows * elements);
    long[] lengths =
        packed ? new long[] {0, data.remaining()} : new long[] {0, 0, data.remaining()};
    try (ChunkWriter writer = chunks.get()) {
      IpcWriter file = new IpcWriter(new Schema(List.of(layout.field())), writer::write);
      long offset = file.beginBatch(rows, nodes, lengths, TENSOR_ALIGNMENT).bodyOffset();
      file.write(data);
      file.pad(8);
      file.end();
      return new LayerRecord.TensorChunk(writer.seal(), offset, width);
    }
  }

  /**
   * A layer whose chunks are written but whose columns have no ids and whose payload chunks may
   * lack names.
   */
  public static final class DraftLayer {
    private final LayerRecord draft;
    private final byte[] leaf;
    private final List<ChunkSlot> blobs;
    private final List<Long> blobBytes;
    private final LayerStats stats;

    private DraftLayer(
        LayerRecord draft,
        byte[] leaf,
        List<ChunkSlot> blobs,
        List<Long> blobBytes,
        LayerStats stats) {
      this.draft = draft;
      this.leaf = leaf;
      this.blobs = blobs;
      this.blobBytes = blobBytes;
      this.stats = stats;
    }

    /** Returns the number of rows. */
    public int rows() {
      return draft.rows();
    }

    /** Returns the columns, without ids. */
    public List<LayerColumn> columns() {
      return draft.columns();
    }

    /**
     * Returns the pages of a layer that is to lie in the version tree, or null if they are a chunk.
     */
    public byte[] leaf() {
      return leaf;
    }

    /** Returns per payload chunk the bytes of the values in it, before compression. */
    public List<Long> blobBytes() {
      return blobBytes;
    }

    /** Returns the statistics of the pages. */
    public LayerStats stats() {
      return stats;
    }

    /**
     * Returns the record, once every payload chunk is sealed.
     *
     * @param ids the id of each column
     */
    public LayerRecord toRecord(List<String> ids) {
      return draft.named(ids, blobs.stream().map(ChunkSlot::id).toList());
    }
  }
}
