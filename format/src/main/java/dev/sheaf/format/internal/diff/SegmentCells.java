package dev.sheaf.format.internal.diff;

import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.Mapped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/** The cells of a segment as its oldest layers show them. Safe for use by several threads. */
public final class SegmentCells {
  private final SegmentReader segment;
  private final int layers;

  /**
   * Creates a view of a segment.
   *
   * @param layers how many layers count, from the oldest
   */
  public SegmentCells(SegmentReader segment, int layers) {
    this.segment = segment;
    this.layers = layers;
  }

  /** Creates a view of a segment with all its layers. */
  public SegmentCells(SegmentReader segment) {
    this(segment, segment.layers().size());
  }

  /** Returns the segment. */
  public SegmentReader segment() {
    return segment;
  }

  /** Tells whether all layers count. */
  public boolean isWhole() {
    return layers == segment.layers().size();
  }

  /** Returns how many layers count, from the oldest. */
  public int layers() {
    return layers;
  }

  /** Returns how many of their oldest layers two views share. */
  public static int sharedLayers(SegmentCells a, SegmentCells b) {
    List<String> first = a.segment.record().layers();
    List<String> second = b.segment.record().layers();
    int most = Math.min(a.layers, b.layers);
    for (int i = 0; i < most; i++) {
      if (!first.get(i).equals(second.get(i))) {
        return i;
      }
    }
    return most;
  }

  /** Returns per column the slots of which the layers from {@code first} on hold a cell. */
  public Map<String, RoaringBitmap> written(int first) {
    Map<String, RoaringBitmap> slots = new TreeMap<>();
    for (LayerReader layer : segment.layers().subList(first, layers)) {
      for (LayerColumn column : layer.record().columns()) {
        if (column.aspect().equals(LayerColumn.CELLS)) {
          RoaringBitmap of = slots.computeIfAbsent(column.column(), id -> new RoaringBitmap());
          layer.record().slots().ifPresentOrElse(of::or, () -> of.add(0L, segment.record().rows()));
        }
      }
    }
    return slots;
  }

  /** Returns the reader whose layer holds the cell of a slot, or null if none does. */
  public CellReader holder(String columnId, int slot) {
    return holder(segment.cells(columnId), slot);
  }

  /** The same for the digest of what a derived cell was computed from. */
  public CellReader inputsHolder(String columnId, int slot) {
    return holder(segment.inputs(columnId), slot);
  }

  private CellReader holder(CellReader[] newestFirst, int slot) {
    boolean all = isWhole();
    for (CellReader candidate : newestFirst) {
      if (candidate.layer().rowOf(slot) >= 0 && (all || isOld(candidate.layer()))) {
        return candidate;
      }
    }
    return null;
  }

  private boolean isOld(LayerReader layer) {
    for (int i = 0; i < layers; i++) {
      if (segment.layers().get(i).name().equals(layer.name())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the value of a cell as a value of the column's type, or what a missing cell shows.
   *
   * @param fallback the value of the column's default
   */
  public Object value(Column column, int slot, Object fallback) {
    CellReader holder = holder(column.id(), slot);
    if (holder == null) {
      return fallback;
    }
    Object value = read(holder, slot);
    return Defaults.widen(value, holder.column().type(), column.type());
  }

  /** Returns the cell of a slot that a reader holds, of the type with which it was written. */
  public Object read(CellReader holder, int slot) {
    int row = holder.layer().rowOf(slot);
    try {
      Page page = holder.pageOf(row);
      Object value = holder.value(page, row);
      if (page.isMapped()) {
        holder.settle();
      }
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException e) {
      boolean cut = Mapped.takeFault() || e instanceof InternalError;
      throw new CorruptDataException(
          "SHEAF-CHK-006",
          cut
              ? "File was cut short while it was mapped"
              : "Cell does not lie within its page: " + e.getMessage(),
          location(holder, slot),
          "Run `sheaf fsck` to list all damaged chunks",
          e);
    } catch (CorruptDataException e) {
      throw new CorruptDataException(
          e.code(), e.headline(), e.location().with("sample", sample(slot)), e.hint(), e);
    }
  }

  private Location location(CellReader holder, int slot) {
    return Location.NONE.with("column", holder.column().name()).with("sample", sample(slot));
  }

  private String sample(int slot) {
    return String.format("%016x-%d", segment.key().run(), segment.key().first() + slot);
  }

  /** Returns the canonical bytes of a value, or null for a null. */
  public static byte[] canonical(Column column, Object value) {
    return value == null ? null : CellHash.canonical(column.type(), value, column.name());
  }

  /** Tells whether two values of a column are the same, floating point numbers by their bits. */
  public static boolean same(Column column, Object a, Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    return Arrays.equals(canonical(column, a), canonical(column, b));
  }
}
