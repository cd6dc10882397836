package dev.sheaf.format.internal.layer;

import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Cells;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PlainReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Copies cells of one column, or of a field of it, out of pages into the arrays of a {@link
 * ColumnValues}: whole stretches of a page at a time where the layout allows. Text and bytes are to
 * be copied in the order of their targets. For one thread.
 */
public final class CellCopy {
  private final Type type;
  private final String[] path;
  private final ColumnValues.Kind kind;
  private final Reads reads;
  private final Map<CellReader, Leaf> leaves = new IdentityHashMap<>();
  private final int size;
  private boolean[] nulls;
  private long[] longs;
  private double[] doubles;
  private byte[] bytes;
  private int[] offsets;
  private Object[] objects;

  /** Told what is read. */
  public interface Reads {
    /** Cells were taken from a page. */
    void page(LayerReader layer, int page);

    /** So many bytes were read that lie outside pages. */
    void wide(long bytes);
  }

  private enum Take {
    /** The values of an array of the page. */
    ARRAY,
    /** Text or bytes that may lie in the page or outside. */
    VARYING,
    /** Whole cells by {@link CellReader#value}. */
    CELL,
    /** The length of a payload. */
    LENGTH,
    /** The hash of a payload. */
    SHA256,
    /** The layer does not have this field. */
    MISSING
  }

  /** Where the values of a layer lie: structs to go through, then the array itself. */
  private static final class Leaf {
    private final Take take;
    private final ArrayReader[] through;
    private final ArrayReader array;
    private final Type written;

    Leaf(Take take, ArrayReader[] through, ArrayReader array, Type written) {
      this.take = take;
      this.through = through;
      this.array = array;
      this.written = written;
    }

    Take take() {
      return take;
    }

    ArrayReader[] through() {
      return through;
    }

    ArrayReader array() {
      return array;
    }

    Type written() {
      return written;
    }
  }

  /**
   * Creates arrays of nulls.
   *
   * @param type the type of the cells or of the field
   * @param path the field to take, outermost first; empty for the cells themselves
   * @param size the number of cells
   */
  public CellCopy(Type type, String[] path, int size, Reads reads) {
    this.type = type;
    this.path = path;
    this.size = size;
    this.reads = reads;
    this.kind = ColumnValues.kindOf(type);
    switch (kind) {
      case LONGS -> longs = new long[size];
      case DOUBLES -> doubles = new double[size];
      case BYTES -> {
        offsets = new int[size + 1];
        bytes = new byte[Math.min(size, 1 << 16) * 16 + 16];
      }
      case OBJECTS -> objects = new Object[size];
    }
  }

  /** Copies the cells {@code [row, row + count)} of a layer to {@code [at, at + count)}. */
  public void copy(CellReader cell, int row, int count, int at) {
    Leaf leaf = leafOf(cell);
    LayerRecord record = cell.layer().record();
    int done = 0;
    while (done < count) {
      int number = record.pageOf(row + done);
      int end = Math.min(row + count, record.firstRow(number + 1));
      Page page = cell.layer().page(number);
      reads.page(cell.layer(), number);
      int rows = end - row - done;
      copy(cell, leaf, page, row + done - record.firstRow(number), rows, at + done);
      done += rows;
    }
  }

  /**
   * Copies the cells of some rows of a layer, in any order, to {@code at} and on.
   *
   * @param rows the rows; overwritten
   */
  public void copy(CellReader cell, int[] rows, int at) {
    Leaf leaf = leafOf(cell);
    LayerRecord record = cell.layer().record();
    int from = 0;
    while (from < rows.length) {
      int number = record.pageOf(rows[from]);
      int first = record.firstRow(number);
      int end = record.firstRow(number + 1);
      int to = from;
      while (to < rows.length && rows[to] >= first && rows[to] < end) {
        rows[to++] -= first;
      }
      Page page = cell.layer().page(number);
      reads.page(cell.layer(), number);
      some(cell, leaf, page, rows, from, to, at);
      from = to;
    }
  }

  /** Copies the rows {@code rows[from, to)} of a page; the first of all rows goes to {@code at}. */
  private void some(CellReader cell, Leaf leaf, Page page, int[] rows, int from, int to, int at) {
    if (leaf.array() instanceof ArrayReader.Fixed array
        && leaf.through().length == 0
        && array.noNulls(page)
        && leaf.written() instanceof Type.Scalar scalar
        && !scalar.dtype().isPacked()) {
      numbers(array, scalar.dtype(), page, rows, from, to, at);
      return;
    }
    ArrayReader.Variable text = nulls == null ? plainText(leaf, page) : null;
    if (text != null && isDense(rows, from, to)) {
      texts(text, page, rows, from, to, at);
      return;
    }
    for (int i = from; i < to; i++) {
      copy(cell, leaf, page, rows[i], 1, at + i);
    }
  }

  private void numbers(
      ArrayReader.Fixed array, DType dtype, Page page, int[] rows, int from, int to, int at) {
    ByteBuffer view = array.view(page, 0, page.rows());
    if (kind == ColumnValues.Kind.LONGS && dtype.bits() == Long.SIZE) {
      for (int i = from; i < to; i++) {
        longs[at + i] = view.getLong(rows[i] * Long.BYTES);
      }
    } else if (kind == ColumnValues.Kind.LONGS) {
      for (int i = from; i < to; i++) {
        longs[at + i] = PlainReader.int64(array, dtype, page, rows[i]);
      }
    } else if (dtype == DType.FLOAT64) {
      for (int i = from; i < to; i++) {
        doubles[at + i] = view.getDouble(rows[i] * Double.BYTES);
      }
    } else if (dtype == DType.FLOAT32) {
      for (int i = from; i < to; i++) {
        doubles[at + i] = view.getFloat(rows[i] * Float.BYTES);
      }
    } else {
      for (int i = from; i < to; i++) {
        doubles[at + i] = float64(array, dtype, page, rows[i]);
      }
    }
  }

  /** Returns the array that holds all texts of a page, or null if some lie outside or are null. */
  private static ArrayReader.Variable plainText(Leaf leaf, Page page) {
    if (leaf.take() == Take.VARYING) {
      ArrayReader.Structs struct = (ArrayReader.Structs) leaf.array();
      return isAllInline(struct, page) ? (ArrayReader.Variable) struct.child(0) : null;
    }
    return leaf.array() instanceof ArrayReader.Variable text
            && leaf.through().length == 0
            && text.noNulls(page)
        ? text
        : null;
  }

  private static boolean isAllInline(ArrayReader.Structs struct, Page page) {
    return struct.noNulls(page) && struct.child(0).noNulls(page) && struct.child(1).allNull(page);
  }

  /** Tells whether rows ascend and are so many that copying those between them costs less. */
  private static boolean isDense(int[] rows, int from, int to) {
    if (rows[to - 1] - rows[from] >= 4 * (to - from)) {
      return false;
    }
    for (int i = from + 1; i < to; i++) {
      if (rows[i] <= rows[i - 1]) {
        return false;
      }
    }
    return true;
  }

  /** Copies all texts from the first row to the last, then takes those wanted from the copy. */
  private void texts(ArrayReader.Variable array, Page page, int[] rows, int from, int to, int at) {
    int first = rows[from];
    int[] starts = new int[rows[to - 1] - first + 2];
    array.offsets(page, first, starts);
    int start = starts[0];
    byte[] all = array.copy(page, start, starts[starts.length - 1]);
    reserve(offsets[at + from], all.length);
    int end = offsets[at + from];
    for (int i = from; i < to; i++) {
      int begin = starts[rows[i] - first];
      int length = starts[rows[i] - first + 1] - begin;
      System.arraycopy(all, begin - start, bytes, end, length);
      end += length;
      offsets[at + i + 1] = end;
    }
  }

  private static double float64(ArrayReader.Fixed array, DType dtype, Page page, int row) {
    double value = PlainReader.float64(array, dtype, page, row);
    return dtype.kind() == DType.Kind.FLOAT ? HalfFloat.widen((float) value) : value;
  }

  private Leaf leafOf(CellReader cell) {
    Leaf leaf = leaves.get(cell);
    if (leaf == null) {
      leaf = leaf(cell);
      leaves.put(cell, leaf);
    }
    return leaf;
  }

  /** Puts what a sample without a cell shows. */
  public void missing(Object value, int at) {
    Object part = value;
    for (String field : path) {
      part = part instanceof Map<?, ?> map ? map.get(field) : null;
    }
    if (part == null) {
      setNull(at);
      return;
    }
    switch (kind) {
      case LONGS -> longs[at] = stored(part);
      case DOUBLES -> doubles[at] = ((Number) part).doubleValue();
      case BYTES -> put(ByteBuffer.wrap(part.toString().getBytes(StandardCharsets.UTF_8)), at);
      case OBJECTS -> objects[at] = part;
    }
  }

  private long stored(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? 1 : 0;
    }
    if (value instanceof java.time.LocalDate date) {
      return date.toEpochDay();
    }
    if (type instanceof Type.Timestamp timestamp) {
      return Cells.moment(timestamp, value, "default");
    }
    return ((Number) value).longValue();
  }

  /** Returns the arrays. */
  public ColumnValues finish() {
    return switch (kind) {
      case LONGS -> ColumnValues.ofLongs(type, longs, nulls);
      case DOUBLES -> ColumnValues.ofDoubles(type, doubles, nulls);
      case BYTES -> ColumnValues.ofBytes(type, bytes, offsets, nulls);
      case OBJECTS -> ColumnValues.ofObjects(type, objects);
    };
  }

  private Leaf leaf(CellReader cell) {
    Form form = cell.column().form();
    Type written = cell.column().type();
    if (path.length == 0) {
      if (kind == ColumnValues.Kind.OBJECTS) {
        return new Leaf(Take.CELL, null, null, written);
      }
      Take take = form == Form.VARYING ? Take.VARYING : Take.ARRAY;
      return new Leaf(take, new ArrayReader[0], cell.array(), written);
    }
    ArrayReader.Structs struct = (ArrayReader.Structs) cell.array();
    if (form == Form.MEDIA || form == Form.LINKED) {
      if (path[0].equals("bytes")) {
        return new Leaf(Take.LENGTH, null, struct, written);
      }
      if (path[0].equals("sha256")) {
        return new Leaf(Take.SHA256, null, struct, written);
      }
      return field(cell.column().facts(), (ArrayReader.Structs) struct.child(3), struct);
    }
    return field((Type.Struct) written, struct, null);
  }

  private Leaf field(Type.Struct root, ArrayReader.Structs array, ArrayReader before) {
    ArrayReader[] through = new ArrayReader[path.length + (before == null ? 0 : 1)];
    int depth = 0;
    if (before != null) {
      through[depth++] = before;
    }
    Type at = root;
    ArrayReader reader = array;
    for (String name : path) {
      int field = at instanceof Type.Struct struct ? indexOf(struct, name) : -1;
      if (field < 0) {
        return new Leaf(Take.MISSING, null, null, null);
      }
      through[depth++] = reader;
      at = ((Type.Struct) at).fields().get(field).type();
      reader = ((ArrayReader.Structs) reader).child(field);
    }
    return new Leaf(Take.ARRAY, through, reader, at);
  }

  private static int indexOf(Type.Struct struct, String name) {
    for (int i = 0; i < struct.fields().size(); i++) {
      if (struct.fields().get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private void copy(CellReader cell, Leaf leaf, Page page, int from, int count, int at) {
    switch (leaf.take()) {
      case MISSING -> {
        for (int i = 0; i < count; i++) {
          setNull(at + i);
        }
      }
      case CELL -> {
        for (int i = 0; i < count; i++) {
          objects[at + i] = cell.value(page.firstRow() + from + i);
          if (cell.column().form() == Form.FIXED && objects[at + i] != null) {
            reads.wide(((dev.sheaf.format.Tensor) objects[at + i]).byteLength());
          }
        }
      }
      case LENGTH -> lengths((ArrayReader.Structs) leaf.array(), page, from, count, at);
      case SHA256 -> hashes((ArrayReader.Structs) leaf.array(), page, from, count, at);
      case VARYING -> varying(cell, (ArrayReader.Structs) leaf.array(), page, from, count, at);
      case ARRAY -> array(leaf, page, from, count, at);
    }
  }

  private void array(Leaf leaf, Page page, int from, int count, int at) {
    for (ArrayReader struct : leaf.through()) {
      markNulls(struct, page, from, count, at);
    }
    markNulls(leaf.array(), page, from, count, at);
    switch (kind) {
      case LONGS -> longs((ArrayReader.Fixed) leaf.array(), leaf.written(), page, from, count, at);
      case DOUBLES ->
          doubles((ArrayReader.Fixed) leaf.array(), leaf.written(), page, from, count, at);
      case BYTES -> texts((ArrayReader.Variable) leaf.array(), page, from, count, at);
      case OBJECTS -> {
        for (int i = 0; i < count; i++) {
          if (!isNull(at + i)) {
            objects[at + i] = PlainReader.value(leaf.array(), leaf.written(), page, from + i);
          }
        }
      }
    }
  }

  private void markNulls(ArrayReader array, Page page, int from, int count, int at) {
    if (array.noNulls(page)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (array.isNull(page, from + i)) {
        setNull(at + i);
      }
    }
  }

  private boolean isNull(int at) {
    return nulls != null && nulls[at];
  }

  private void setNull(int at) {
    if (nulls == null) {
      nulls = new boolean[size];
    }
    nulls[at] = true;
    if (kind == ColumnValues.Kind.BYTES) {
      offsets[at + 1] = offsets[at];
    }
  }

  private void longs(
      ArrayReader.Fixed array, Type written, Page page, int from, int count, int at) {
    if (written instanceof Type.Scalar scalar && scalar.dtype() == DType.BOOL) {
      for (int i = 0; i < count; i++) {
        longs[at + i] = array.bit(page, from + i) ? 1 : 0;
      }
      return;
    }
    ByteBuffer view = array.view(page, from, count);
    if (written instanceof Type.Timestamp) {
      view.asLongBuffer().get(longs, at, count);
      return;
    }
    DType dtype = written instanceof Type.Scalar scalar ? scalar.dtype() : DType.INT32;
    switch (dtype) {
      case INT64, UINT64 -> view.asLongBuffer().get(longs, at, count);
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          longs[at + i] = view.getInt(i * 4);
        }
      }
      case UINT32 -> {
        for (int i = 0; i < count; i++) {
          longs[at + i] = view.getInt(i * 4) & 0xffffffffL;
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          longs[at + i] = PlainReader.int64(array, dtype, page, from + i);
        }
      }
    }
  }

  private void doubles(
      ArrayReader.Fixed array, Type written, Page page, int from, int count, int at) {
    DType dtype = ((Type.Scalar) written).dtype();
    if (dtype == DType.FLOAT64) {
      array.view(page, from, count).asDoubleBuffer().get(doubles, at, count);
    } else if (dtype == DType.FLOAT32) {
      ByteBuffer view = array.view(page, from, count);
      for (int i = 0; i < count; i++) {
        doubles[at + i] = view.getFloat(i * 4);
      }
    } else {
      for (int i = 0; i < count; i++) {
        doubles[at + i] = float64(array, dtype, page, from + i);
      }
    }
  }

  private void texts(ArrayReader.Variable array, Page page, int from, int count, int at) {
    if (nulls == null) {
      int first = array.offset(page, from);
      int length = array.offset(page, from + count) - first;
      int start = offsets[at];
      reserve(start, length);
      array.copy(page, first, first + length, bytes, start);
      for (int i = 1; i <= count; i++) {
        offsets[at + i] = start + array.offset(page, from + i) - first;
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      if (nulls[at + i]) {
        offsets[at + i + 1] = offsets[at + i];
      } else {
        text(array, page, from + i, at + i);
      }
    }
  }

  private void text(ArrayReader.Variable array, Page page, int row, int at) {
    int first = array.offset(page, row);
    int length = array.length(page, row);
    reserve(offsets[at], length);
    array.copy(page, first, first + length, bytes, offsets[at]);
    offsets[at + 1] = offsets[at] + length;
  }

  private void varying(
      CellReader cell, ArrayReader.Structs struct, Page page, int from, int count, int at) {
    ArrayReader.Variable inline = (ArrayReader.Variable) struct.child(0);
    ArrayReader ref = struct.child(1);
    if (isAllInline(struct, page)) {
      texts(inline, page, from, count, at);
      return;
    }
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (struct.isNull(page, row)) {
        setNull(at + i);
      } else if (ref.isNull(page, row)) {
        text(inline, page, row, at + i);
      } else {
        ByteBuffer wide = cell.bytes(page.firstRow() + row);
        reads.wide(wide.remaining());
        put(wide, at + i);
      }
    }
  }

  private void put(ByteBuffer value, int at) {
    int length = value.remaining();
    reserve(offsets[at], length);
    value.duplicate().get(bytes, offsets[at], length);
    offsets[at + 1] = offsets[at] + length;
  }

  private void reserve(int used, int more) {
    int needed = Math.addExact(used, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, needed * 3L / 2 + 16));
    }
  }

  private void lengths(ArrayReader.Structs struct, Page page, int from, int count, int at) {
    markNulls(struct, page, from, count, at);
    ArrayReader.Variable inline = (ArrayReader.Variable) struct.child(0);
    ArrayReader.Structs ref = (ArrayReader.Structs) struct.child(1);
    for (int i = 0; i < count; i++) {
      if (!isNull(at + i)) {
        longs[at + i] =
            ref.isNull(page, from + i)
                ? inline.length(page, from + i)
                : ((ArrayReader.Fixed) ref.child(2)).int64(page, from + i);
      }
    }
  }

  private void hashes(ArrayReader.Structs struct, Page page, int from, int count, int at) {
    ArrayReader.Fixed sha256 = (ArrayReader.Fixed) struct.child(2);
    byte[] digest = new byte[32];
    for (int i = 0; i < count; i++) {
      if (struct.isNull(page, from + i)) {
        setNull(at + i);
      } else {
        sha256.view(page, from + i, 1).get(digest);
        byte[] hex = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        put(ByteBuffer.wrap(hex), at + i);
      }
    }
  }
}
