package dev.sheaf.format;

import java.util.Objects;

/**
 * The cells of one column of several samples, column-wise. One of four kinds of arrays holds them,
 * chosen by the type; the arrays are fresh and belong to the caller. Not safe for use by several
 * threads once an array is changed.
 */
public final class ColumnValues {
  private final Type type;
  private final int size;
  private final boolean[] nulls;
  private final long[] longs;
  private final double[] doubles;
  private final byte[] bytes;
  private final int[] offsets;
  private final Object[] objects;

  private ColumnValues(
      Type type,
      int size,
      boolean[] nulls,
      long[] longs,
      double[] doubles,
      byte[] bytes,
      int[] offsets,
      Object[] objects) {
    this.type = Objects.requireNonNull(type, "type");
    this.size = size;
    this.nulls = nulls;
    this.longs = longs;
    this.doubles = doubles;
    this.bytes = bytes;
    this.offsets = offsets;
    this.objects = objects;
  }

  /** The kinds of arrays. */
  public enum Kind {
    /** 64-bit integers. */
    LONGS,
    /** Floating point numbers. */
    DOUBLES,
    /** Byte strings. */
    BYTES,
    /** Values as {@link Sample#value(String)} gives them. */
    OBJECTS
  }

  /** Returns the kind of arrays that hold the cells of a type. */
  public static Kind kindOf(Type type) {
    if (type instanceof Type.Scalar scalar) {
      return scalar.dtype().kind() == DType.Kind.FLOAT ? Kind.DOUBLES : Kind.LONGS;
    }
    if (type instanceof Type.Date || type instanceof Type.Timestamp) {
      return Kind.LONGS;
    }
    return type instanceof Type.Utf8 || type instanceof Type.Json || type instanceof Type.Binary
        ? Kind.BYTES
        : Kind.OBJECTS;
  }

  /** Returns integers, bool, dates or timestamps. */
  public static ColumnValues ofLongs(Type type, long[] values, boolean[] nulls) {
    return new ColumnValues(type, values.length, nulls, values, null, null, null, null);
  }

  /** Returns floating point numbers. */
  public static ColumnValues ofDoubles(Type type, double[] values, boolean[] nulls) {
    return new ColumnValues(type, values.length, nulls, null, values, null, null, null);
  }

  /** Returns text, JSON or bytes; {@code offsets} has one element more than there are cells. */
  public static ColumnValues ofBytes(Type type, byte[] bytes, int[] offsets, boolean[] nulls) {
    return new ColumnValues(type, offsets.length - 1, nulls, null, null, bytes, offsets, null);
  }

  /** Returns anything else; a null element is a null cell. */
  public static ColumnValues ofObjects(Type type, Object[] values) {
    boolean[] nulls = null;
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null) {
        nulls = nulls == null ? new boolean[values.length] : nulls;
        nulls[i] = true;
      }
    }
    return new ColumnValues(type, values.length, nulls, null, null, null, null, values);
  }

  /** Returns the type of the cells. */
  public Type type() {
    return type;
  }

  /** Returns the number of cells. */
  public int size() {
    return size;
  }

  /** Returns which of the arrays holds the cells. */
  public Kind kind() {
    return longs != null
        ? Kind.LONGS
        : doubles != null ? Kind.DOUBLES : bytes != null ? Kind.BYTES : Kind.OBJECTS;
  }

  /**
   * Returns which cells are null, or null if none is. What stands at a null cell is not defined.
   */
  public boolean[] nulls() {
    return nulls;
  }

  /** Tells whether a cell is null. */
  public boolean isNull(int row) {
    return nulls != null && nulls[row];
  }

  /**
   * Returns integers of any width; {@code uint64} as its 64 bits; bool as 0 and 1; dates as days
   * and timestamps in their unit since 1970-01-01. Null for other kinds.
   */
  public long[] longs() {
    return longs;
  }

  /** Returns floating point numbers of any width. Null for other kinds. */
  public double[] doubles() {
    return doubles;
  }

  /** Returns the bytes that {@link #offsets()} cuts into cells. Null for other kinds. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns where each cell begins and the one before ends. Null for other kinds. */
  public int[] offsets() {
    return offsets;
  }

  /** Returns other values: tensors, media, lists, structs. Null for other kinds. */
  public Object[] objects() {
    return objects;
  }
}
