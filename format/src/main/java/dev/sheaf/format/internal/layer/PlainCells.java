package dev.sheaf.format.internal.layer;

import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Values in the page. */
final class PlainCells extends CellReader {
  private final ArrayReader array;
  private final DType dtype;

  PlainCells(LayerReader layer, int position, LayerColumn column, ArrayReader array) {
    super(layer, position, column);
    this.array = array;
    this.dtype = column.type() instanceof Type.Scalar scalar ? scalar.dtype() : null;
  }

  @Override
  ArrayReader array() {
    return array;
  }

  @Override
  public void addTo(PageTouch.Builder touch) {
    touch.add(array);
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    boolean oneValue =
        array instanceof ArrayReader.Variable
            || dtype != null
            || column.type() instanceof Type.Date
            || column.type() instanceof Type.Timestamp;
    if (!oneValue || !rows.add(array)) {
      return false;
    }
    if (array instanceof ArrayReader.Variable) {
      rows.strings(array, List.of(array), null);
    } else if (dtype != null) {
      rows.numbers(array, dtype);
    }
    return true;
  }

  @Override
  public boolean isNull(Page page, int row) {
    return array.isNull(page, row - page.firstRow());
  }

  @Override
  public Object value(Page page, int row) {
    return PlainReader.value(array, column.type(), page, row - page.firstRow());
  }

  @Override
  public ByteBuffer bytes(Page page, int row) {
    if (!(array instanceof ArrayReader.Variable variable)) {
      return super.bytes(page, row);
    }
    int at = row - page.firstRow();
    return variable.isNull(page, at) ? null : PlainReader.kept(variable.view(page, at));
  }

  @Override
  public long int64(Page page, int row) {
    if (dtype == null || dtype.kind() == DType.Kind.FLOAT) {
      return super.int64(page, row);
    }
    return PlainReader.int64((ArrayReader.Fixed) array, dtype, page, row - page.firstRow());
  }

  @Override
  public double float64(Page page, int row) {
    if (dtype == null) {
      return super.float64(page, row);
    }
    return PlainReader.float64((ArrayReader.Fixed) array, dtype, page, row - page.firstRow());
  }

  @Override
  public Optional<ByteBuffer> matrix(int from, int to) {
    int number = layer.record().pageOf(from);
    Page page = layer.page(number);
    int first = from - layer.record().firstRow(number);
    if (to > layer.record().firstRow(number + 1) || !array.noNulls(page)) {
      return Optional.empty();
    }
    if (dtype != null && !dtype.isPacked()) {
      return Optional.of(((ArrayReader.Fixed) array).view(page, first, to - from));
    }
    if (array instanceof ArrayReader.FixedLists lists && column.type() instanceof Type.Tensor) {
      int length = lists.length();
      return Optional.of(
          ((ArrayReader.Fixed) lists.child()).view(page, first * length, (to - from) * length));
    }
    return Optional.empty();
  }
}
