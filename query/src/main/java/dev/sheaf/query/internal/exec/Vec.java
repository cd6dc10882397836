package dev.sheaf.query.internal.exec;

import java.util.Arrays;

/**
 * The values of one column of a batch, in one array: no object a value but for {@link Objects}.
 * What stands at a null is not defined. Treated as immutable once made.
 */
public abstract sealed class Vec {
  private final int size;
  private final boolean[] nulls;

  private Vec(int size, boolean[] nulls) {
    this.size = size;
    this.nulls = nulls;
  }

  /** Returns the number of values. */
  public final int size() {
    return size;
  }

  /** Returns which values are null, or null if none is. */
  public final boolean[] nulls() {
    return nulls;
  }

  /** Tells whether a value is null. */
  public final boolean isNull(int row) {
    return nulls != null && nulls[row];
  }

  /** Returns the values of some rows. */
  public abstract Vec take(int[] rows);

  /** Returns about how much memory the values take. */
  public abstract long bytes();

  final boolean[] takeNulls(int[] rows) {
    if (nulls == null) {
      return null;
    }
    boolean[] taken = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = nulls[rows[i]];
    }
    return taken;
  }

  /** Returns which values of either are null, or null if none is. */
  static boolean[] eitherNull(Vec a, Vec b) {
    if (a.nulls == null || b.nulls == null) {
      return a.nulls == null ? b.nulls : a.nulls;
    }
    boolean[] either = new boolean[a.size];
    for (int i = 0; i < either.length; i++) {
      either[i] = a.nulls[i] | b.nulls[i];
    }
    return either;
  }

  /** Integers, dates and moments. */
  public static final class Longs extends Vec {
    final long[] values;

    /** Wraps the arrays. */
    public Longs(long[] values, boolean[] nulls) {
      super(values.length, nulls);
      this.values = values;
    }

    /** Returns the array. */
    public long[] values() {
      return values;
    }

    @Override
    public Longs take(int[] rows) {
      long[] taken = new long[rows.length];
      for (int i = 0; i < rows.length; i++) {
        taken[i] = values[rows[i]];
      }
      return new Longs(taken, takeNulls(rows));
    }

    @Override
    public long bytes() {
      return 8L * values.length + (nulls() == null ? 0 : values.length);
    }
  }

  /** Floating point numbers; those of REAL are rounded to it. */
  public static final class Doubles extends Vec {
    final double[] values;

    /** Wraps the arrays. */
    public Doubles(double[] values, boolean[] nulls) {
      super(values.length, nulls);
      this.values = values;
    }

    /** Returns the array. */
    public double[] values() {
      return values;
    }

    @Override
    public Doubles take(int[] rows) {
      double[] taken = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        taken[i] = values[rows[i]];
      }
      return new Doubles(taken, takeNulls(rows));
    }

    @Override
    public long bytes() {
      return 8L * values.length + (nulls() == null ? 0 : values.length);
    }
  }

  /** Truth values. */
  public static final class Bools extends Vec {
    final boolean[] values;

    /** Wraps the arrays. */
    public Bools(boolean[] values, boolean[] nulls) {
      super(values.length, nulls);
      this.values = values;
    }

    /** Returns the array. */
    public boolean[] values() {
      return values;
    }

    @Override
    public Bools take(int[] rows) {
      boolean[] taken = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        taken[i] = values[rows[i]];
      }
      return new Bools(taken, takeNulls(rows));
    }

    @Override
    public long bytes() {
      return values.length * (nulls() == null ? 1L : 2L);
    }
  }

  /** UTF-8 text, or bytes. */
  public static final class Texts extends Vec {
    final byte[] bytes;
    final int[] offsets;

    /** Wraps the arrays; {@code offsets} has one element more than there are values. */
    public Texts(byte[] bytes, int[] offsets, boolean[] nulls) {
      super(offsets.length - 1, nulls);
      this.bytes = bytes;
      this.offsets = offsets;
    }

    /** Returns the bytes of all values. */
    public byte[] values() {
      return bytes;
    }

    /** Returns where the values begin and end. */
    public int[] offsets() {
      return offsets;
    }

    /** Returns a text. */
    public String text(int row) {
      return new String(
          bytes,
          offsets[row],
          offsets[row + 1] - offsets[row],
          java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Compares two values by their bytes, unsigned: text in the order of code points. */
    static int compare(Texts a, int i, Texts b, int j) {
      return Arrays.compareUnsigned(
          a.bytes, a.offsets[i], a.offsets[i + 1], b.bytes, b.offsets[j], b.offsets[j + 1]);
    }

    @Override
    public Texts take(int[] rows) {
      int[] taken = new int[rows.length + 1];
      for (int i = 0; i < rows.length; i++) {
        taken[i + 1] = Math.addExact(taken[i], offsets[rows[i] + 1] - offsets[rows[i]]);
      }
      byte[] copy = new byte[taken[rows.length]];
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(bytes, offsets[rows[i]], copy, taken[i], taken[i + 1] - taken[i]);
      }
      return new Texts(copy, taken, takeNulls(rows));
    }

    @Override
    public long bytes() {
      return 4L * offsets.length + offsets[offsets.length - 1] + (nulls() == null ? 0 : size());
    }
  }

  /** Tensors, media, lists, structs, decimals. */
  public static final class Objects extends Vec {
    final Object[] values;

    /** Wraps the array; a null element is a null. */
    public Objects(Object[] values) {
      super(values.length, nullsOf(values));
      this.values = values;
    }

    private static boolean[] nullsOf(Object[] values) {
      boolean[] nulls = null;
      for (int i = 0; i < values.length; i++) {
        if (values[i] == null) {
          nulls = nulls == null ? new boolean[values.length] : nulls;
          nulls[i] = true;
        }
      }
      return nulls;
    }

    /** Returns the array. */
    public Object[] values() {
      return values;
    }

    @Override
    public Objects take(int[] rows) {
      Object[] taken = new Object[rows.length];
      for (int i = 0; i < rows.length; i++) {
        taken[i] = values[rows[i]];
      }
      return new Objects(taken);
    }

    @Override
    public long bytes() {
      long bytes = 16L * values.length;
      for (Object value : values) {
        bytes += value instanceof dev.sheaf.format.Tensor tensor ? tensor.byteLength() : 64;
      }
      return bytes;
    }
  }
}
