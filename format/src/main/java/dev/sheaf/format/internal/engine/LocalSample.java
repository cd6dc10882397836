package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.RowCopy;
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
  private final boolean inOrder;
  private Page page;
  private RowCopy rows;
  private int numbersRead;

  /** Takes what {@link BaseLayer#touch} returns, so that its loads are not optimised away. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

  /**
   * Creates a sample.
   *
   * @param inOrder whether it is one of many that are read in order
   */
  LocalSample(LocalVersion version, SegmentView segment, int slot, long index, boolean inOrder) {
    this.version = version;
    this.segment = segment;
    this.slot = slot;
    this.index = index;
    this.inOrder = inOrder;
  }

  /** Reads one cell that is not missing. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(CellReader cell, Page page, int row);
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
    Object cell = systemCell(SystemColumns.ORIGIN);
    if (cell == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(SystemColumns.origin(cell));
    } catch (CorruptDataException e) {
      throw problem(e, version.state().schema().indexOf(SystemColumns.ORIGIN));
    }
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
        (cell, found, row) ->
            Defaults.widen(cell.value(found, row), cell.column().type(), column.type()),
        fallback);
  }

  private <T> T read(int position, Reading<T> reading, T missing) {
    try {
      CellReader direct = segment.base().reader(position);
      CellReader cell = direct != null ? direct : segment.cell(position, slot);
      if (cell == null) {
        return missing;
      }
      int row = direct != null ? slot : cell.layer().rowOf(slot);
      Page found = direct != null ? page() : cell.pageOf(row);
      T value = reading.read(cell, found, row);
      settle(direct, found, position);
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException
        | PurgedException e) {
      throw problem(e, position);
    }
  }

  /** Returns the page of the base layer, found once a sample. Threads that race find the same. */
  private Page page() {
    Page known = page;
    if (known == null) {
      known = segment.base().page(slot, inOrder);
      page = known;
    }
    return known;
  }

  /** Returns the cells of the page by rows, or null if it has not been copied, or read. */
  private RowCopy rows() {
    RowCopy known = rows;
    if (known != null || page != null || inOrder) {
      return known;
    }
    Page copied = segment.base().copiedPage(slot);
    if (copied == null) {
      return null;
    }
    known = segment.base().rowCopy(copied);
    touched = known.touch(slot - copied.firstRow());
    page = copied;
    rows = known;
    return known;
  }

  private int row() {
    return slot - page.firstRow();
  }

  /** Who reads two numbers of a sample mostly reads them all: loads the rest of them together. */
  private void touch(Page found) {
    if (numbersRead < 2 && ++numbersRead == 2) {
      touched = segment.base().touch(found, slot);
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
    return read(position, (cell, found, row) -> cell.isNull(found, row), missing);
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
    RowCopy copied = rows();
    int code = copied == null ? 0 : copied.code(position);
    return RowCopy.isInteger(code) ? copied.int64(code, row()) : int64(position, column);
  }

  private long int64(int position, String column) {
    try {
      CellReader direct = segment.base().reader(position);
      CellReader cell = direct != null ? direct : segment.cell(position, slot);
      if (cell == null) {
        return missingNumber(column, position).longValue();
      }
      int row = direct != null ? slot : cell.layer().rowOf(slot);
      Page found = direct != null ? page() : cell.pageOf(row);
      if (direct != null) {
        touch(found);
      }
      boolean missing = cell.isNull(found, row);
      long value = missing ? 0 : cell.int64(found, row);
      settle(direct, found, position);
      if (missing) {
        throw nullCell(column);
      }
      return value;
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException | PurgedException e) {
      throw problem(e, position);
    }
  }

  @Override
  public double float64(String column) {
    int position = position(column);
    RowCopy copied = rows();
    int code = copied == null ? 0 : copied.code(position);
    return RowCopy.isNumber(code) ? copied.float64(code, row()) : float64(position, column);
  }

  private double float64(int position, String column) {
    try {
      CellReader direct = segment.base().reader(position);
      CellReader cell = direct != null ? direct : segment.cell(position, slot);
      if (cell == null) {
        return missingNumber(column, position).doubleValue();
      }
      int row = direct != null ? slot : cell.layer().rowOf(slot);
      Page found = direct != null ? page() : cell.pageOf(row);
      if (direct != null) {
        touch(found);
      }
      boolean missing = cell.isNull(found, row);
      double value = missing ? 0 : cell.float64(found, row);
      settle(direct, found, position);
      if (missing) {
        throw nullCell(column);
      }
      return value;
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException | PurgedException e) {
      throw problem(e, position);
    }
  }

  private Number missingNumber(String column, int position) {
    if (version.state().defaultOf(position) instanceof Number number) {
      return number;
    }
    throw nullCell(column);
  }

  private void settle(CellReader direct, Page found, int position) {
    boolean mapped = direct != null ? segment.base().isMapped(found, position) : found.isMapped();
    if (mapped) {
      (direct != null ? direct : segment.cell(position, slot)).settle();
    }
  }

  private DatasetException problem(Throwable e, int position) {
    if (e instanceof PurgedException known) {
      return new PurgedException(known.headline(), located(known.location(), position), known);
    }
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
    return read(
        position,
        (cell, found, row) -> cell.text(found, row),
        missing instanceof String text ? text : null);
  }

  @Override
  public ByteBuffer bytes(String column) {
    int position = position(column);
    RowCopy copied = rows();
    int code = copied == null ? 0 : copied.code(position);
    return RowCopy.isString(code) ? copied.string(code, row()) : bytes(position);
  }

  private ByteBuffer bytes(int position) {
    try {
      BaseLayer base = segment.base();
      CellReader direct = base.reader(position);
      if (direct != null) {
        Page found = page();
        ByteBuffer value = direct.bytes(found, slot);
        if (base.isMapped(found, position)) {
          direct.settle();
        }
        return value;
      }
      CellReader cell = segment.cell(position, slot);
      if (cell == null) {
        return version.state().defaultOf(position) instanceof String text
            ? ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))
            : null;
      }
      int row = cell.layer().rowOf(slot);
      Page found = cell.pageOf(row);
      ByteBuffer value = cell.bytes(found, row);
      if (found.isMapped()) {
        cell.settle();
      }
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException
        | PurgedException e) {
      throw problem(e, position);
    }
  }

  private Object valueOf(int position) {
    try {
      BaseLayer base = segment.base();
      CellReader direct = base.reader(position);
      if (direct != null) {
        Page found = page();
        Object value = direct.value(found, slot);
        if (base.isMapped(found, position)) {
          direct.settle();
        }
        return value;
      }
      CellReader cell = segment.cell(position, slot);
      if (cell == null) {
        return null;
      }
      int row = cell.layer().rowOf(slot);
      Page found = cell.pageOf(row);
      Object value = cell.value(found, row);
      if (found.isMapped()) {
        cell.settle();
      }
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException
        | PurgedException e) {
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
    } catch (InternalError | IndexOutOfBoundsException | CorruptDataException | PurgedException e) {
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
          cell.pageOf(before.rowOf(slot));
        } catch (CorruptDataException | PurgedException e) {
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
