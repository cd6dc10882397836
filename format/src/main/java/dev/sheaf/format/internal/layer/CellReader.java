package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the cells of one column of one layer, whatever their form. Rows are rows of the layer. Safe
 * for use by several threads.
 */
public abstract class CellReader {
  final LayerReader layer;
  final int position;
  final LayerColumn column;

  CellReader(LayerReader layer, int position, LayerColumn column) {
    this.layer = layer;
    this.position = position;
    this.column = column;
  }

  static CellReader of(LayerReader layer, int position, LayerColumn column, ArrayReader array) {
    return switch (column.form()) {
      case PLAIN -> new PlainCells(layer, position, column, array);
      case VARYING -> new VaryingCells(layer, position, column, (ArrayReader.Structs) array);
      case FIXED -> new FixedCells(layer, position, column, (ArrayReader.Fixed) array);
      case MEDIA, LINKED -> new MediaCells(layer, position, column, (ArrayReader.Structs) array);
    };
  }

  /** Returns the column as it was written. */
  public LayerColumn column() {
    return column;
  }

  /** Returns the layer. */
  public LayerReader layer() {
    return layer;
  }

  /** Returns the page that holds a row, read and verified at the first touch. */
  public final Page pageOf(int row) {
    return layer.pageOf(row);
  }

  /** Tells whether a cell is null. */
  public final boolean isNull(int row) {
    return isNull(pageOf(row), row);
  }

  /** Returns a cell, or null. */
  public final Object value(int row) {
    return value(pageOf(row), row);
  }

  /** Returns the bytes of a text, JSON or binary cell, or null. */
  public final ByteBuffer bytes(int row) {
    return bytes(pageOf(row), row);
  }

  /** Returns an integer cell that is not null. */
  public final long int64(int row) {
    return int64(pageOf(row), row);
  }

  /** Tells whether a cell of a page is null. */
  public abstract boolean isNull(Page page, int row);

  /** Returns a cell of a page, or null. */
  public abstract Object value(Page page, int row);

  /** Returns the bytes of a text, JSON or binary cell of a page, or null. */
  public ByteBuffer bytes(Page page, int row) {
    throw notOf("text or bytes");
  }

  /** Returns the text of a text or JSON cell of a page, or null. */
  public final String text(Page page, int row) {
    ByteBuffer bytes = bytes(page, row);
    if (bytes == null) {
      return null;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    if (bytes.isDirect()) {
      settleValue(page, row);
    }
    return new String(copy, StandardCharsets.UTF_8);
  }

  /** Returns the reader of the column's array in a page. */
  abstract ArrayReader array();

  /** Throws an {@link InternalError} if the file of mapped pages of this layer was cut short. */
  public final void settle() {
    layer.settle();
  }

  /** The same for what holds the wide value of a cell, and for its page. */
  void settleValue(Page page, int row) {
    if (isMapped(page)) {
      layer.settle();
    }
  }

  /** Tells whether {@link #bytes} of a cell looks into mapped memory to find the value. */
  boolean isMapped(Page page) {
    return page.isMapped();
  }

  /** Returns an integer cell of a page that is not null. */
  public long int64(Page page, int row) {
    throw notOf("integer");
  }

  /** Returns a number cell of a page that is not null as floating point. */
  public double float64(Page page, int row) {
    throw notOf("number");
  }

  /** Adds what a read of a cell begins with to {@code touch}. */
  public void addTo(PageTouch.Builder touch) {}

  /**
   * Adds the arrays of the cells to a copy by rows.
   *
   * @return whether {@link #value} and the other reads of a cell find all they need in that copy
   */
  public boolean addTo(RowCopy.Builder rows) {
    return false;
  }

  /** Returns where the wide value of a cell lies, or empty if the cell is null or in its page. */
  public Optional<Place> place(int row) {
    return Optional.empty();
  }

  /**
   * Returns the cells {@code [from, to)} as one contiguous matrix, or empty where they do not lie
   * so.
   */
  public Optional<ByteBuffer> matrix(int from, int to) {
    return Optional.empty();
  }

  /** Throws an {@link InternalError} if the file that matrices lie in was cut short. */
  public void settleMatrix() {
    layer.settle();
  }

  /** Returns the chunk that matrices lie in, or the layer where it is a leaf. */
  public String matrixChunk() {
    return layer.record().chunk().orElse(layer.name());
  }

  /**
   * Returns the chunk that holds the wide or fixed value of a cell, or the empty string if there is
   * none.
   */
  public String wideChunk(int row) {
    return place(row).map(place -> place.chunk().id()).orElse("");
  }

  /** Reads the wide or fixed value of a cell and verifies it; returns the bytes read. */
  public long verify(int row) {
    ByteBuffer read = bytes(row);
    return read == null ? 0 : read.remaining();
  }

  final IllegalArgumentException notOf(String what) {
    return new IllegalArgumentException(
        "column \"" + column.name() + "\" is " + column.type() + ", not " + what);
  }

  final Location location(int row) {
    return layer.context().dataset().with("column", column.name()).with("row", row);
  }

  ByteBuffer range(Page page, int row, long offset, int count) {
    throw notOf("media");
  }

  ByteBuffer unverifiedRange(Page page, int row, long offset, int count) {
    throw notOf("media");
  }

  Optional<ByteBuffer> frameTable(int row) {
    throw notOf("media");
  }

  String sha256(Page page, int row) {
    throw notOf("media");
  }

  Map<String, Object> facts(Page page, int row) {
    throw notOf("media");
  }
}
