package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.util.List;

/** Short values in the page, long ones elsewhere. */
final class VaryingCells extends StructCells {
  VaryingCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
    super(layer, position, column, struct, null);
  }

  @Override
  public void addTo(PageTouch.Builder touch) {
    touch.add(inline());
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    boolean all = super.addTo(rows);
    if (all && inline() instanceof ArrayReader.Variable inline) {
      rows.strings(inline, List.of(struct, inline), wide.ref());
    }
    return all && !(column.type() instanceof Type.Tensor);
  }

  @Override
  public ByteBuffer bytes(Page page, int row) {
    if (!(inline() instanceof ArrayReader.Variable) || column.type() instanceof Type.Tensor) {
      throw notOf("text or bytes");
    }
    return super.bytes(page, row);
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
        wide.isInline(inline(), page, at, row)
            ? PlainReader.ragged(inline(), page, at)
            : wide.bytes(page, at, row);
    Runnable settling = data.isDirect() ? wide.settling(page, at, row) : null;
    return PlainReader.raggedTensor(type, shape, data, settling);
  }

  @Override
  public long verify(int row) {
    Page page = pageOf(row);
    return wide.bytes(page, row - page.firstRow(), row).remaining();
  }
}
