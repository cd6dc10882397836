package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads one Arrow array of any page of a chunk: knows which node and buffers are its own, for every
 * page alike. Immutable once made, safe for use by several threads.
 */
public abstract class ArrayReader {
  final int node;
  final int buffer;
  private boolean column;

  ArrayReader(int node, int buffer) {
    this.node = node;
    this.buffer = buffer;
  }

  /** Returns a reader of a column of the page: its rows are those that may have been purged. */
  static ArrayReader ofColumn(Physical layout, int node, int buffer) {
    ArrayReader reader = of(layout, node, buffer);
    reader.column = true;
    return reader;
  }

  /** Returns a reader of {@code layout} whose first node and buffer have these numbers. */
  public static ArrayReader of(Physical layout, int node, int buffer) {
    if (layout instanceof Physical.Fixed fixed) {
      return new Fixed(fixed.bits(), node, buffer);
    }
    if (layout instanceof Physical.Variable variable) {
      return new Variable(variable.large(), node, buffer);
    }
    if (layout instanceof Physical.Lists lists) {
      return new Lists(of(lists.child(), node + 1, buffer + 2), node, buffer);
    }
    if (layout instanceof Physical.FixedLists lists) {
      return new FixedLists(lists.length(), of(lists.child(), node + 1, buffer + 1), node, buffer);
    }
    if (layout instanceof Physical.Structs structs) {
      ArrayReader[] children = new ArrayReader[structs.children().size()];
      int childNode = node + 1;
      int childBuffer = buffer + 1;
      for (int i = 0; i < children.length; i++) {
        Physical child = structs.children().get(i);
        children[i] = of(child, childNode, childBuffer);
        childNode += child.nodes();
        childBuffer += child.buffers();
      }
      return new Structs(children, node, buffer);
    }
    throw new AssertionError(layout);
  }

  /**
   * Tells whether the value at {@code row} is null.
   *
   * @throws dev.sheaf.format.PurgedException if it is null because the row was purged
   */
  public final boolean isNull(Page page, int row) {
    int nulls = page.nodeNulls[node];
    if (nulls == 0) {
      return false;
    }
    if (nulls == page.nodeLength[node] || isNullByBit(page, row)) {
      if (column) {
        page.purged().check(row);
      }
      return true;
    }
    return false;
  }

  private boolean isNullByBit(Page page, int row) {
    byte[] copied = page.rowCopy == null ? null : page.rowCopy.validity(node);
    int bits =
        copied != null ? copied[row >>> 3] : page.body.get(page.bufferOffset[buffer] + (row >>> 3));
    return (bits & (1 << (row & 7))) == 0;
  }

  /** Tells whether the values are in the page's copy by rows. */
  public final boolean isCopied(Page page) {
    return page.rowCopy != null && page.rowCopy.has(buffer + 1);
  }

  /** Tells whether no value of the page is null. */
  public final boolean noNulls(Page page) {
    return page.nodeNulls[node] == 0;
  }

  /** Tells whether every value of the page is null, and none because it was purged. */
  public final boolean allNull(Page page) {
    return page.nodeNulls[node] == page.nodeLength[node] && page.purged().isEmpty();
  }

  /** Values of a fixed width. */
  public static final class Fixed extends ArrayReader {
    private final int bits;

    Fixed(int bits, int node, int buffer) {
      super(node, buffer);
      this.bits = bits;
    }

    int bits() {
      return bits;
    }

    /** Returns a bit. */
    public boolean bit(Page page, int row) {
      return (page.body.get(page.bufferOffset[buffer + 1] + (row >>> 3)) & (1 << (row & 7))) != 0;
    }

    /** Returns a value of 8 bits. */
    public byte int8(Page page, int row) {
      RowCopy copy = page.rowCopy;
      return copy != null && copy.has(buffer + 1)
          ? copy.int8Of(buffer + 1, row)
          : page.body.get(page.bufferOffset[buffer + 1] + row);
    }

    /** Returns a value of 16 bits. */
    public short int16(Page page, int row) {
      RowCopy copy = page.rowCopy;
      return copy != null && copy.has(buffer + 1)
          ? copy.int16Of(buffer + 1, row)
          : page.body.getShort(page.bufferOffset[buffer + 1] + row * 2);
    }

    /** Returns a value of 32 bits. */
    public int int32(Page page, int row) {
      RowCopy copy = page.rowCopy;
      return copy != null && copy.has(buffer + 1)
          ? copy.int32Of(buffer + 1, row)
          : page.body.getInt(page.bufferOffset[buffer + 1] + row * 4);
    }

    /** Returns a value of 64 bits. */
    public long int64(Page page, int row) {
      RowCopy copy = page.rowCopy;
      return copy != null && copy.has(buffer + 1)
          ? copy.int64Of(buffer + 1, row)
          : page.body.getLong(page.bufferOffset[buffer + 1] + row * 8);
    }

    /** Returns a view of the bytes of {@code count} values from {@code row}; whole bytes only. */
    public ByteBuffer view(Page page, int row, int count) {
      int width = bits / 8;
      return page.body
          .slice(page.bufferOffset[buffer + 1] + row * width, count * width)
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Byte strings. */
  public static final class Variable extends ArrayReader {
    private final boolean large;

    Variable(boolean large, int node, int buffer) {
      super(node, buffer);
      this.large = large;
    }

    boolean isLarge() {
      return large;
    }

    /** Returns where a value begins among the bytes of all values. */
    public int offset(Page page, int row) {
      int at = page.bufferOffset[buffer + 1];
      return large ? (int) page.body.getLong(at + row * 8) : page.body.getInt(at + row * 4);
    }

    /** Copies where the values {@code [row, row + target.length)} begin. */
    public void offsets(Page page, int row, int[] target) {
      int at = page.bufferOffset[buffer + 1];
      if (large) {
        for (int i = 0; i < target.length; i++) {
          target[i] = (int) page.body.getLong(at + (row + i) * 8);
        }
      } else {
        ByteBuffer view = page.body.slice(at + row * 4, target.length * 4);
        view.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(target);
      }
    }

    /** Returns the length of a value in bytes. */
    public int length(Page page, int row) {
      RowCopy copy = page.rowCopy;
      return copy != null && copy.has(buffer + 1)
          ? copy.length(buffer + 1, row)
          : offset(page, row + 1) - offset(page, row);
    }

    /** Returns a view of a value. */
    public ByteBuffer view(Page page, int row) {
      RowCopy rows = page.rowCopy;
      if (rows != null && rows.has(buffer + 1)) {
        return rows.view(buffer + 1, row);
      }
      int from = offset(page, row);
      return page.body
          .slice(page.bufferOffset[buffer + 2] + from, offset(page, row + 1) - from)
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Copies the bytes of all values between two of these offsets. */
    public void copy(Page page, int from, int to, byte[] target, int at) {
      page.body.get(page.bufferOffset[buffer + 2] + from, target, at, to - from);
    }

    /** Returns a copy of the bytes of all values between two of these offsets. */
    public byte[] copy(Page page, int from, int to) {
      // By way of a view: memory is taken only for a range that lies within the page.
      ByteBuffer view = page.body.slice(page.bufferOffset[buffer + 2] + from, to - from);
      byte[] copy = new byte[view.remaining()];
      view.get(copy);
      return copy;
    }

    /** Returns a copy of a value. */
    public byte[] copy(Page page, int row) {
      RowCopy rows = page.rowCopy;
      if (rows != null && rows.has(buffer + 1)) {
        return rows.copy(buffer + 1, row);
      }
      // By way of a view: memory is taken only for a range that lies within the page.
      ByteBuffer view = view(page, row);
      byte[] copy = new byte[view.remaining()];
      view.get(copy);
      return copy;
    }
  }

  /** Lists. */
  public static final class Lists extends ArrayReader {
    private final ArrayReader child;

    Lists(ArrayReader child, int node, int buffer) {
      super(node, buffer);
      this.child = child;
    }

    /** Returns the reader of the elements. */
    public ArrayReader child() {
      return child;
    }

    /** Returns the row of the first element. */
    public int from(Page page, int row) {
      return page.body.getInt(page.bufferOffset[buffer + 1] + row * 4);
    }

    /** Returns the row after the last element. */
    public int to(Page page, int row) {
      return from(page, row + 1);
    }
  }

  /** Lists of one length. */
  public static final class FixedLists extends ArrayReader {
    private final int length;
    private final ArrayReader child;

    FixedLists(int length, ArrayReader child, int node, int buffer) {
      super(node, buffer);
      this.length = length;
      this.child = child;
    }

    /** Returns the number of elements of each list. */
    public int length() {
      return length;
    }

    /** Returns the reader of the elements. */
    public ArrayReader child() {
      return child;
    }
  }

  /** Structs. */
  public static final class Structs extends ArrayReader {
    private final ArrayReader[] children;

    Structs(ArrayReader[] children, int node, int buffer) {
      super(node, buffer);
      this.children = children;
    }

    /** Returns the reader of one field. */
    public ArrayReader child(int field) {
      return children[field];
    }
  }
}
