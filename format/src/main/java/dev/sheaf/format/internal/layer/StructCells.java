package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cells that are structs: the value itself as child 0, or as child 1 the descriptor of where it
 * lies.
 */
abstract class StructCells extends CellReader {
  final ArrayReader.Structs struct;
  final WideCells wide;

  /**
   * Creates a reader.
   *
   * @param link the paths of linked files, or null where no value lies in one
   */
  StructCells(
      LayerReader layer,
      int position,
      LayerColumn column,
      ArrayReader.Structs struct,
      ArrayReader link) {
    super(layer, position, column);
    this.struct = struct;
    this.wide = new WideCells(this, struct.child(1), link);
  }

  /** Returns the reader of values that lie in the page. */
  final ArrayReader inline() {
    return struct.child(0);
  }

  @Override
  final ArrayReader array() {
    return struct;
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    return rows.add(struct) & rows.add(inline()) & wide.addTo(rows);
  }

  @Override
  public final boolean isNull(Page page, int row) {
    return struct.isNull(page, row - page.firstRow());
  }

  @Override
  public ByteBuffer bytes(Page page, int row) {
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    return wide.isInline(inline(), page, at, row)
        ? PlainReader.kept(((ArrayReader.Variable) inline()).view(page, at))
        : wide.bytes(page, at, row);
  }

  @Override
  final boolean isMapped(Page page) {
    return wide.isMapped(page);
  }

  @Override
  final void settleValue(Page page, int row) {
    super.settleValue(page, row);
    wide.settle(page, row);
  }

  @Override
  public final Optional<Place> place(int row) {
    Page page = pageOf(row);
    int at = row - page.firstRow();
    return struct.isNull(page, at) || wide.isNull(page, at)
        ? Optional.empty()
        : Optional.of(wide.place(page, at, row));
  }
}
