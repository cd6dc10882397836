package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.Mapped;
import dev.sheaf.format.internal.order.SegmentKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A sample of a {@link LocalVersion}. */
final class LocalSample implements Sample {
  private final LocalVersion version;
  private final SegmentView segment;
  private final int slot;
  private final long index;

  LocalSample(LocalVersion version, SegmentView segment, int slot, long index) {
    this.version = version;
    this.segment = segment;
    this.slot = slot;
    this.index = index;
  }

  /** Reads one cell that is not missing. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(CellReader cell, int row);
  }

  @Override
  public long index() {
    return index;
  }

  @Override
  public SampleId id() {
    SegmentKey key = segment.reader().key();
    return new SampleId(key.run(), key.first() + slot);
  }

  int slot() {
    return slot;
  }

  SegmentView segment() {
    return segment;
  }

  @Override
  public String key() {
    Object key = systemCell(SystemColumns.KEY);
    return key == null ? "" : (String) key;
  }

  @Override
  public Optional<Origin> origin() {
    return Optional.ofNullable(systemCell(SystemColumns.ORIGIN)).map(SystemColumns::origin);
  }

  private Object systemCell(String name) {
    Schema whole = version.state().schema();
    return whole.contains(name) ? cell(whole.indexOf(name)) : null;
  }

  @Override
  public Schema schema() {
    return version.schema();
  }

  private int position(String column) {
    return version.position(version.schema().indexOf(column));
  }

  /** Returns the cell of the column at a position of the whole schema. */
  Object cell(int position) {
    Object fallback = version.state().defaultOf(position);
    Column column = version.state().schema().column(position);
    return read(
        position,
        (cell, row) -> Defaults.widen(cell.value(row), cell.column().type(), column.type()),
        fallback);
  }

  private <T> T read(int position, Reading<T> reading, T missing) {
    try {
      CellReader cell = segment.cell(position, slot);
      if (cell == null) {
        return missing;
      }
      T value = reading.read(cell, cell.layer().rowOf(slot));
      settle(cell);
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  private Location located(Location location, int position) {
    String name = version.state().schema().column(position).name();
    Location named =
        location.parts().stream().anyMatch(part -> part.startsWith("column="))
            ? location
            : location.with("column", name);
    return named.with("sample", index);
  }

  private CorruptDataException damaged(String what, int position, Throwable cause) {
    return new CorruptDataException(
        "SHEAF-CHK-006",
        what,
        located(version.location(), position),
        "Run `sheaf fsck` to list all damaged chunks",
        cause);
  }

  @Override
  public boolean isNull(String column) {
    int position = position(column);
    boolean missing = version.state().defaultOf(position) == null;
    return read(position, CellReader::isNull, missing);
  }

  @Override
  public Object value(String column) {
    return cell(position(column));
  }

  @Override
  public Object value(int column) {
    return cell(version.position(column));
  }

  @Override
  public long int64(String column) {
    int position = position(column);
    CellReader cell = segment.cell(position, slot);
    if (cell == null) {
      if (version.state().defaultOf(position) instanceof Number number) {
        return number.longValue();
      }
      throw nullCell(column);
    }
    int row = cell.layer().rowOf(slot);
    try {
      Page page = cell.page(row);
      boolean missing = cell.isNull(page, row);
      long value = missing ? 0 : cell.int64(page, row);
      settle(cell);
      if (missing) {
        throw nullCell(column);
      }
      return value;
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  @Override
  public double float64(String column) {
    int position = position(column);
    CellReader cell = segment.cell(position, slot);
    if (cell == null) {
      if (version.state().defaultOf(position) instanceof Number number) {
        return number.doubleValue();
      }
      throw nullCell(column);
    }
    int row = cell.layer().rowOf(slot);
    try {
      Page page = cell.page(row);
      boolean missing = cell.isNull(page, row);
      double value = missing ? 0 : cell.float64(page, row);
      settle(cell);
      if (missing) {
        throw nullCell(column);
      }
      return value;
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  private static void settle(CellReader cell) {
    cell.settle();
  }

  private CorruptDataException problem(Throwable e, int position) {
    if (Mapped.takeFault() || e instanceof InternalError) {
      return damaged("File was cut short while it was mapped", position, e);
    }
    if (e instanceof CorruptDataException known) {
      return new CorruptDataException(
          known.code(), known.headline(), located(known.location(), position), known.hint(), known);
    }
    return damaged("Cell does not lie within its page: " + e.getMessage(), position, e);
  }

  private IllegalStateException nullCell(String column) {
    return new IllegalStateException(
        "column \"" + column + "\" of sample " + index + " is null; ask isNull first");
  }

  @Override
  public String text(String column) {
    int position = position(column);
    Object missing = version.state().defaultOf(position);
    return read(position, CellReader::text, missing instanceof String text ? text : null);
  }

  @Override
  public ByteBuffer bytes(String column) {
    int position = position(column);
    try {
      CellReader cell = segment.cell(position, slot);
      if (cell == null) {
        return version.state().defaultOf(position) instanceof String text
            ? ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))
            : null;
      }
      ByteBuffer bytes = cell.bytes(cell.layer().rowOf(slot));
      settle(cell);
      return bytes;
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  private Object valueOf(int position) {
    try {
      CellReader cell = segment.cell(position, slot);
      if (cell == null) {
        return null;
      }
      Object value = cell.value(cell.layer().rowOf(slot));
      settle(cell);
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  @Override
  public Tensor tensor(String column) {
    return (Tensor) valueOf(position(column));
  }

  @Override
  public Media media(String column) {
    return (Media) valueOf(position(column));
  }

  @Override
  public boolean isStale(String column) {
    int position = position(column);
    try {
      return version.state().schema().column(position).derived().isPresent()
          && Staleness.isStale(version.state(), this, position);
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException e) {
      throw problem(e, position);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> cells = new LinkedHashMap<>();
    for (int i = 0; i < version.schema().size(); i++) {
      cells.put(version.schema().column(i).name(), value(i));
    }
    return Collections.unmodifiableMap(cells);
  }

  /** Reads the pages that the cells of this sample lie in. */
  void touchPages() {
    LayerReader before = null;
    for (int i = 0; i < version.schema().size(); i++) {
      int position = version.position(i);
      CellReader cell = segment.cell(position, slot);
      // The columns of a layer share its pages.
      if (cell != null && !cell.layer().equals(before)) {
        before = cell.layer();
        try {
          cell.page(before.rowOf(slot));
        } catch (CorruptDataException e) {
          throw problem(e, position);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "sample " + index + " (" + id() + ")";
  }
}
