package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.RowCopy;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;

/**
 * The dense layer that holds the columns of a segment as they were appended. A sample finds its
 * page there once, for all columns that no other layer covers. Immutable, safe for use by several
 * threads.
 */
final class BaseLayer {
  private final LayerReader layer;
  private final CellReader[] readers;
  private final PageTouch touch;
  private final RowCopy.Plan rows;
  private final boolean[] copied;

  private BaseLayer(
      LayerReader layer,
      CellReader[] readers,
      PageTouch touch,
      RowCopy.Plan rows,
      boolean[] copied) {
    this.layer = layer;
    this.readers = readers;
    this.touch = touch;
    this.rows = rows;
    this.copied = copied;
  }

  static BaseLayer of(SegmentView segment, int columns) {
    LayerReader layer = null;
    CellReader[] readers = new CellReader[columns];
    PageTouch.Builder touch = new PageTouch.Builder();
    RowCopy.Builder rows = new RowCopy.Builder(columns);
    boolean[] copied = new boolean[columns];
    for (int i = 0; i < columns; i++) {
      CellReader[] found;
      try {
        found = segment.cells(i);
      } catch (CorruptDataException e) {
        // Who reads this column is told; the others are whole.
        continue;
      }
      if (found.length != 1 || !found[0].layer().isDense()) {
        continue;
      }
      layer = layer == null ? found[0].layer() : layer;
      if (found[0].layer().equals(layer)) {
        readers[i] = found[0];
        if (!segment.isSystem(i)) {
          found[0].addTo(touch);
          copied[i] = found[0].addTo(rows.column(i));
        }
      }
    }
    return new BaseLayer(layer, readers, touch.build(), rows.build(), copied);
  }

  /** Returns the reader of a column by its position, or null if its cells are not all here. */
  CellReader reader(int position) {
    return readers[position];
  }

  /**
   * Returns the page of a slot; only where {@link #reader} found one.
   *
   * @param inOrder whether the slot is read as one of many in order
   */
  Page page(int slot, boolean inOrder) {
    return inOrder ? layer.pageOf(slot) : layer.pageOfSample(slot, rows);
  }

  /** Returns the page of a slot if it has been read and copied by rows, else null. Never reads. */
  Page copiedPage(int slot) {
    Page page = layer == null ? null : layer.loaded(layer.record().pageOf(slot));
    return page == null || page.rowCopy(rows) == null ? null : page;
  }

  /** Returns the cells of a page by rows, or null if it has not been copied. */
  RowCopy rowCopy(Page page) {
    return page.rowCopy(rows);
  }

  /** Tells whether cells of a column are read from mapped memory. */
  boolean isMapped(Page page, int position) {
    return page.isMapped() && !(copied[position] && page.rowCopy(rows) != null);
  }

  /** Loads the cells of a slot; see {@link PageTouch#touch}. */
  int touch(Page page, int slot) {
    return touch.touch(page, slot - page.firstRow());
  }
}
