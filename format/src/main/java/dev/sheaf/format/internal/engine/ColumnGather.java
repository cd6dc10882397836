package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.layer.CellCopy;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.Mapped;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads one column of stretches of segments, newest layer first, a stretch of a layer at a time.
 * For one thread.
 */
final class ColumnGather {
  private final LocalVersion version;
  private final int position;
  private final CellCopy copy;
  private final Object missing;
  private int at;

  /** Whose cells were copied last and may be from a file that was cut short meanwhile. */
  private CellReader unsettled;

  private ColumnGather(
      LocalVersion version, int position, String[] path, int size, ScanCounts counts) {
    this.version = version;
    this.position = position;
    this.missing = version.state().defaultOf(position);
    Column column = version.state().schema().column(position);
    this.copy = new CellCopy(typeOf(column, path), path, size, counts);
  }

  /** Reads the cells of rows of a batch. */
  static ColumnValues read(
      LocalBatch batch, int[] rows, int position, String[] path, ScanCounts counts) {
    int size = rows == null ? batch.size() : rows.length;
    ColumnGather gather = new ColumnGather(batch.version(), position, path, size, counts);
    try {
      if (rows == null) {
        for (Stretch stretch : batch.stretches()) {
          gather.stretch(stretch, 0, stretch.size());
        }
      } else {
        gather.rows(batch, rows);
      }
      gather.settle();
      return gather.copy.finish();
    } catch (InternalError
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException
        | CorruptDataException
        | PurgedException e) {
      throw gather.problem(e);
    }
  }

  private static Type typeOf(Column column, String[] path) {
    Type type = column.type();
    for (String name : path) {
      Type.Struct struct =
          type instanceof Type.Media media
              ? media.kind().facts()
              : type instanceof Type.Struct given ? given : new Type.Struct(List.of());
      type =
          struct.fields().stream()
              .filter(field -> field.name().equals(name))
              .map(Type.Field::type)
              .findFirst()
              .orElseThrow(() -> noField(column, name, struct));
    }
    return type;
  }

  private static NotFoundException noField(Column column, String name, Type.Struct struct) {
    return new NotFoundException(
        "SHEAF-NF-007",
        "Column \"" + column.name() + "\" has no field \"" + name + "\"",
        Location.NONE,
        Suggestion.of(name, struct.fields().stream().map(Type.Field::name).toList(), "fields"));
  }

  private void rows(LocalBatch batch, int[] rows) {
    int i = 0;
    while (i < rows.length) {
      Stretch stretch = batch.stretchOf(rows[i]);
      int first = batch.firstRowOf(rows[i]);
      int count = 1;
      while (i + count < rows.length
          && rows[i + count] >= first
          && rows[i + count] < first + stretch.size()) {
        count++;
      }
      CellReader[] cells = stretch.segment().cells(position);
      if (cells.length == 1 && cells[0].layer().isDense()) {
        int[] ofLayer = new int[count];
        int shift = stretch.firstSlot() - first;
        for (int k = 0; k < count; k++) {
          // A dense layer has a row for every slot, in order.
          ofLayer[k] =
              stretch.slots() == null ? rows[i + k] + shift : stretch.slot(rows[i + k] - first);
        }
        settleAllBut(cells[0]);
        copy.copy(cells[0], ofLayer, at);
        at += count;
      } else {
        for (int k = 0; k < count; k++) {
          int row = rows[i + k] - first;
          stretch(stretch, row, row + 1);
        }
      }
      i += count;
    }
  }

  private void stretch(Stretch stretch, int from, int to) {
    int row = from;
    while (row < to) {
      int slot = stretch.slot(row);
      int count = 1;
      while (row + count < to && stretch.slot(row + count) == slot + count) {
        count++;
      }
      slots(stretch.segment(), slot, slot + count);
      row += count;
    }
  }

  /** Reads consecutive slots. */
  private void slots(SegmentView segment, int from, int to) {
    CellReader[] cells = segment.cells(position);
    int slot = from;
    while (slot < to) {
      CellReader cell = segment.cell(position, slot);
      int end = slot + 1;
      if (cell == null || cell.layer().isDense()) {
        end = untilEdited(cells, slot, to);
      }
      if (cell == null) {
        for (int i = slot; i < end; i++) {
          copy.missing(missing, at + i - slot);
        }
      } else {
        settleAllBut(cell);
        copy.copy(cell, cell.layer().rowOf(slot), end - slot, at);
      }
      at += end - slot;
      slot = end;
    }
  }

  /** Settles another layer that cells were copied from; it costs too much to do after each copy. */
  private void settleAllBut(CellReader cell) {
    if (cell != unsettled) {
      settle();
      unsettled = cell;
    }
  }

  private void settle() {
    if (unsettled != null) {
      unsettled.settle();
    }
  }

  /** Returns the first slot after this one that a sparse layer holds. */
  private static int untilEdited(CellReader[] cells, int slot, int to) {
    int end = to;
    for (CellReader cell : cells) {
      RoaringBitmap slots = cell.layer().record().slots().orElse(null);
      if (slots != null) {
        long next = slots.nextValue(slot + 1);
        end = next < 0 ? end : (int) Math.min(end, next);
      }
    }
    return end;
  }

  private DatasetException problem(Throwable e) {
    String name = version.state().schema().column(position).name();
    boolean cut = Mapped.takeFault() || e instanceof InternalError;
    if (!cut && e instanceof DatasetException known) {
      boolean named =
          known.location().parts().stream().anyMatch(part -> part.startsWith("column="));
      Location location = named ? known.location() : known.location().with("column", name);
      return known instanceof PurgedException
          ? new PurgedException(known.headline(), location, known)
          : new CorruptDataException(known.code(), known.headline(), location, known.hint(), known);
    }
    String what =
        cut
            ? "File was cut short while it was mapped"
            : "Cell does not lie within its page: " + e.getMessage();
    return new CorruptDataException(
        "SHEAF-CHK-006",
        what,
        version.location().with("column", name),
        "Run `sheaf fsck` to list all damaged chunks",
        e);
  }
}
