package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Short values in the page, long ones elsewhere. */
final class VaryingCells extends CellReader {
  private final ArrayReader.Structs struct;
  private final WideCells wide;

  VaryingCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
    super(layer, position, column);
    this.struct = struct;
    this.wide = new WideCells(this, struct.child(1));
  }

  @Override
  ArrayReader array() {
    return struct;
  }

  @Override
  public void addTo(PageTouch.Builder touch) {
    touch.add(struct.child(0));
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    boolean all = rows.add(struct) & rows.add(struct.child(0)) & wide.addTo(rows);
    if (all && struct.child(0) instanceof ArrayReader.Variable inline) {
      rows.strings(inline, List.of(struct, inline), wide.ref());
    }
    return all && !(column.type() instanceof Type.Tensor);
  }

  @Override
  public boolean isNull(Page page, int row) {
    return struct.isNull(page, row - page.firstRow());
  }

  @Override
  public ByteBuffer bytes(Page page, int row) {
    if (!(struct.child(0) instanceof ArrayReader.Variable inline)
        || column.type() instanceof Type.Tensor) {
      return super.bytes(page, row);
    }
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    return wide.isInline(inline, page, at, row)
        ? PlainReader.kept(inline.view(page, at))
        : wide.bytes(page, at, row);
  }

  @Override
  public Object value(Page page, int row) {
    if (column.type() instanceof Type.Tensor tensor) {
      return tensor(tensor, page, row);
    }
    return column.type() instanceof Type.Binary ? bytes(page, row) : text(page, row);
  }

  private Tensor tensor(Type.Tensor type, Page page, int row) {
    int at = row - page.firstRow();
    if (struct.isNull(page, at)) {
      return null;
    }
    Shape shape = PlainReader.shape(type, (ArrayReader.FixedLists) struct.child(2), page, at);
    ByteBuffer data =
        wide.isInline(struct.child(0), page, at, row)
            ? PlainReader.ragged(struct.child(0), page, at)
            : wide.bytes(page, at, row);
    Runnable settling = data.isDirect() ? wide.settling(page, at, row) : null;
    return PlainReader.raggedTensor(type, shape, data, settling);
  }

  @Override
  boolean isMapped(Page page) {
    return wide.isMapped(page);
  }

  @Override
  void settleValue(Page page, int row) {
    super.settleValue(page, row);
    wide.settle(page, row);
  }

  @Override
  public long verify(int row) {
    Page page = pageOf(row);
    return wide.bytes(page, row - page.firstRow(), row).remaining();
  }

  @Override
  public Optional<Place> place(int row) {
    Page page = pageOf(row);
    int at = row - page.firstRow();
    return struct.isNull(page, at) || wide.isNull(page, at)
        ? Optional.empty()
        : Optional.of(wide.place(page, at, row));
  }
}
