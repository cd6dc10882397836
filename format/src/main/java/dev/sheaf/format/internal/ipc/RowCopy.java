package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The narrow cells of a page once more, row after row, in heap memory. In a page the cells of one
 * row lie in as many cache lines (and memory pages) as it has columns, and a sample read at random
 * waits for each; in a copy by rows they lie side by side. Made for pages that samples are read
 * from often; the page itself stays what it is for everything else. Immutable, safe for use by
 * several threads.
 */
public final class RowCopy {
  private static final int CACHE_LINE = 64;
  private static final int KIND_BITS = 4;
  private static final int STRING = 15;

  /** The numbers that are read in one step; their kind is their position here, and one. */
  private static final List<DType> KINDS =
      List.of(
          DType.INT8,
          DType.UINT8,
          DType.INT16,
          DType.UINT16,
          DType.INT32,
          DType.UINT32,
          DType.INT64,
          DType.FLOAT32,
          DType.FLOAT64);

  private static final int FIRST_FLOAT = KINDS.indexOf(DType.FLOAT32) + 1;

  private final Plan plan;
  private final ByteBuffer bytes;
  private final int[] starts;
  private final int[] offsets;
  private final byte[][] validity;
  private final int[] codes;

  private RowCopy(
      Plan plan, ByteBuffer bytes, int[] starts, int[] offsets, byte[][] validity, int[] codes) {
    this.plan = plan;
    this.bytes = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    this.starts = starts;
    this.offsets = offsets;
    this.validity = validity;
    this.codes = codes;
  }

  /**
   * How the cell of a column is read from a row: in one step, where no cell of the page is null.
   */
  private record Direct(
      int column, ArrayReader value, int kind, List<ArrayReader> whole, ArrayReader absent) {}

  /** Which arrays of a page are copied. Immutable. */
  public static final class Plan {
    /** Rows whose values of fixed width take more are not copied: they fill cache lines as is. */
    private static final int MAX_FIXED_BYTES = 512;

    private final List<ArrayReader> arrays;
    private final List<Direct> direct;
    private final int columns;

    private Plan(List<ArrayReader> arrays, List<Direct> direct, int columns) {
      this.arrays = arrays;
      this.direct = direct;
      this.columns = columns;
    }

    /** Tells whether there is nothing to copy. */
    public boolean isEmpty() {
      return arrays.isEmpty();
    }

    /** Returns the copy of a page. */
    public RowCopy copy(Page page) {
      return new Copying(page, this).copy();
    }
  }

  /** Collects arrays. */
  public static final class Builder {
    private final List<ArrayReader> arrays = new ArrayList<>();
    private final List<Direct> direct = new ArrayList<>();
    private final int columns;
    private int column;
    private int fixedBytes;

    /** Creates a builder for a number of columns. */
    public Builder(int columns) {
      this.columns = columns;
    }

    /** Says of which column the arrays are that are added next. */
    public Builder column(int number) {
      column = number;
      return this;
    }

    /** Says that the cells of the column are the numbers of an array that was added. */
    public void numbers(ArrayReader array, DType dtype) {
      int kind = KINDS.indexOf(dtype) + 1;
      if (kind > 0) {
        direct.add(new Direct(column, array, kind, List.of(array), null));
      }
    }

    /**
     * Says that the cells of the column are the byte strings of an array that was added, where no
     * value of {@code whole} is null and all of {@code absent} are.
     */
    public void strings(ArrayReader array, List<ArrayReader> whole, ArrayReader absent) {
      direct.add(new Direct(column, array, STRING, whole, absent));
    }

    /**
     * Adds an array: of values of 1, 2, 4 or 8 bytes, of byte strings, or a struct, of which only
     * the nulls are copied.
     *
     * @return whether reads of the array will find all they need in the copy
     */
    public boolean add(ArrayReader array) {
      if (array instanceof ArrayReader.Structs) {
        arrays.add(array);
        return true;
      }
      int width = width(array);
      if (width == 0) {
        return false;
      }
      arrays.add(array);
      fixedBytes += width;
      return true;
    }

    /** Returns the plan; empty, where the rows are too long to gain from it. */
    public Plan build() {
      boolean copied = fixedBytes > 0 && fixedBytes <= Plan.MAX_FIXED_BYTES;
      return new Plan(copied ? List.copyOf(arrays) : List.of(), List.copyOf(direct), columns);
    }
  }

  /** Returns the bytes a value takes in the fixed part of a row, or 0 if it is not copied. */
  private static int width(ArrayReader array) {
    if (array instanceof ArrayReader.Fixed fixed) {
      return switch (fixed.bits()) {
        case 8, 16, 32, 64 -> fixed.bits() / 8;
        default -> 0;
      };
    }
    return array instanceof ArrayReader.Variable ? 8 : 0;
  }

  /** The making of one copy. */
  private static final class Copying {
    private final Page page;
    private final Plan plan;
    private final int[] offsets;
    private final byte[][] validity;
    private final List<ArrayReader.Fixed> fixed = new ArrayList<>();
    private final List<ArrayReader.Variable> variable = new ArrayList<>();
    private int fixedBytes;

    Copying(Page page, Plan plan) {
      this.page = page;
      this.plan = plan;
      this.offsets = new int[page.bufferOffset.length];
      this.validity = new byte[page.nodeNulls.length][];
      java.util.Arrays.fill(offsets, -1);
      List<ArrayReader> widestFirst = new ArrayList<>(plan.arrays);
      widestFirst.sort(Comparator.comparingInt(RowCopy::width).reversed());
      for (ArrayReader array : widestFirst) {
        place(array);
      }
    }

    private void place(ArrayReader array) {
      int nulls = page.nodeNulls[array.node];
      if (nulls == page.nodeLength[array.node]) {
        return;
      }
      if (nulls > 0) {
        byte[] bitmap = new byte[(page.rows + 7) / 8];
        page.body.get(page.bufferOffset[array.buffer], bitmap);
        validity[array.node] = bitmap;
      }
      if (array instanceof ArrayReader.Fixed one) {
        fixed.add(one);
      } else if (array instanceof ArrayReader.Variable one) {
        variable.add(one);
      } else {
        return;
      }
      offsets[array.buffer + 1] = fixedBytes;
      fixedBytes += width(array);
    }

    RowCopy copy() {
      int[] starts = new int[page.rows + 1];
      for (int row = 0; row < page.rows; row++) {
        int length = fixedBytes;
        for (ArrayReader.Variable one : variable) {
          length = Math.addExact(length, one.length(page, row));
        }
        starts[row + 1] = Math.addExact(starts[row], length);
      }
      ByteBuffer bytes = ByteBuffer.allocate(starts[page.rows]).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < page.rows; row++) {
        fill(bytes, starts[row], row);
      }
      int[] codes = new int[plan.columns];
      for (Direct one : plan.direct) {
        codes[one.column()] = code(one);
      }
      return new RowCopy(plan, bytes, starts, offsets, validity, codes);
    }

    private int code(Direct direct) {
      boolean possible = offsets[direct.value().buffer + 1] >= 0;
      for (ArrayReader one : direct.whole()) {
        possible &= page.nodeNulls[one.node] == 0;
      }
      if (direct.absent() != null) {
        int node = direct.absent().node;
        possible &= page.nodeNulls[node] == page.nodeLength[node];
      }
      return possible ? direct.kind() | offsets[direct.value().buffer + 1] << KIND_BITS : 0;
    }

    private void fill(ByteBuffer bytes, int start, int row) {
      for (ArrayReader.Fixed one : fixed) {
        int at = start + offsets[one.buffer + 1];
        switch (one.bits()) {
          case 8 -> bytes.put(at, one.int8(page, row));
          case 16 -> bytes.putShort(at, one.int16(page, row));
          case 32 -> bytes.putInt(at, one.int32(page, row));
          case 64 -> bytes.putLong(at, one.int64(page, row));
          default -> throw new AssertionError(one.bits());
        }
      }
      int next = start + fixedBytes;
      for (ArrayReader.Variable one : variable) {
        byte[] value = one.copy(page, row);
        int at = start + offsets[one.buffer + 1];
        bytes.putInt(at, next).putInt(at + 4, value.length);
        bytes.put(next, value);
        next += value.length;
      }
    }
  }

  /**
   * Returns how the cells of a column are read in one step, or 0 if they are not: they are of
   * another kind, or some cell of the page is null.
   */
  public int code(int column) {
    return codes[column];
  }

  /** Tells whether a code is of integers. */
  public static boolean isInteger(int code) {
    int kind = code & (1 << KIND_BITS) - 1;
    return kind != 0 && kind < FIRST_FLOAT;
  }

  /** Tells whether a code is of numbers. */
  public static boolean isNumber(int code) {
    int kind = code & (1 << KIND_BITS) - 1;
    return kind != 0 && kind != STRING;
  }

  /** Tells whether a code is of byte strings. */
  public static boolean isString(int code) {
    return (code & (1 << KIND_BITS) - 1) == STRING;
  }

  /** Returns the integer at a row. */
  public long int64(int code, int row) {
    int at = starts[row] + (code >>> KIND_BITS);
    return switch (code & (1 << KIND_BITS) - 1) {
      case 1 -> bytes.get(at);
      case 2 -> Byte.toUnsignedLong(bytes.get(at));
      case 3 -> bytes.getShort(at);
      case 4 -> Short.toUnsignedLong(bytes.getShort(at));
      case 5 -> bytes.getInt(at);
      case 6 -> Integer.toUnsignedLong(bytes.getInt(at));
      case 7 -> bytes.getLong(at);
      default -> throw new AssertionError(code);
    };
  }

  /** Returns the number at a row as floating point. */
  public double float64(int code, int row) {
    int at = starts[row] + (code >>> KIND_BITS);
    return switch (code & (1 << KIND_BITS) - 1) {
      case 8 -> bytes.getFloat(at);
      case 9 -> bytes.getDouble(at);
      default -> int64(code, row);
    };
  }

  /** Returns a view of the byte string at a row. */
  public ByteBuffer string(int code, int row) {
    int at = starts[row] + (code >>> KIND_BITS);
    return bytes.slice(bytes.getInt(at), bytes.getInt(at + 4)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Tells whether this copy was made by a plan. */
  @SuppressWarnings("ReferenceEquality") // A plan is its own only equal.
  boolean isBy(Plan other) {
    return plan == other;
  }

  /** Tells whether the values of a buffer are in this copy. */
  boolean has(int buffer) {
    return offsets[buffer] >= 0;
  }

  /** Returns the bitmap of a node, or null if it is not in this copy. */
  byte[] validity(int node) {
    return validity[node];
  }

  byte int8Of(int buffer, int row) {
    return bytes.get(starts[row] + offsets[buffer]);
  }

  short int16Of(int buffer, int row) {
    return bytes.getShort(starts[row] + offsets[buffer]);
  }

  int int32Of(int buffer, int row) {
    return bytes.getInt(starts[row] + offsets[buffer]);
  }

  long int64Of(int buffer, int row) {
    return bytes.getLong(starts[row] + offsets[buffer]);
  }

  /** Returns the length of a byte string. */
  int length(int buffer, int row) {
    return bytes.getInt(starts[row] + offsets[buffer] + 4);
  }

  /** Returns a view of a byte string. */
  ByteBuffer view(int buffer, int row) {
    int at = starts[row] + offsets[buffer];
    return bytes.slice(bytes.getInt(at), bytes.getInt(at + 4)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a copy of a byte string. */
  byte[] copy(int buffer, int row) {
    int at = starts[row] + offsets[buffer];
    byte[] copy = new byte[bytes.getInt(at + 4)];
    bytes.get(bytes.getInt(at), copy);
    return copy;
  }

  /** Loads all cache lines of a row at once; see {@link PageTouch}. */
  public int touch(int row) {
    int seen = 0;
    for (int at = starts[row]; at < starts[row + 1]; at += CACHE_LINE) {
      seen += bytes.get(at);
    }
    return seen;
  }

  /** Returns how much memory the copy takes. */
  public long heapBytes() {
    long bitmaps = 0;
    for (byte[] bitmap : validity) {
      bitmaps += bitmap == null ? 0 : bitmap.length;
    }
    return bytes.capacity() + 4L * starts.length + 4L * offsets.length + bitmaps + 128;
  }
}
