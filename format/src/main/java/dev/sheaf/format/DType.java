package dev.sheaf.format;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The element type of a scalar or tensor.
 *
 * <p>Spec: {@code docs/format-spec.md#dtypes}. The {@link #id()} is what is stored; ordinals never
 * are.
 */
public enum DType {
  /** One bit; true or false. */
  BOOL("bool", 1, Kind.BOOL),
  /** Signed 8-bit integer. */
  INT8("int8", 8, Kind.SIGNED),
  /** Signed 16-bit integer. */
  INT16("int16", 16, Kind.SIGNED),
  /** Signed 32-bit integer. */
  INT32("int32", 32, Kind.SIGNED),
  /** Signed 64-bit integer. */
  INT64("int64", 64, Kind.SIGNED),
  /** Unsigned 8-bit integer. */
  UINT8("uint8", 8, Kind.UNSIGNED),
  /** Unsigned 16-bit integer. */
  UINT16("uint16", 16, Kind.UNSIGNED),
  /** Unsigned 32-bit integer. */
  UINT32("uint32", 32, Kind.UNSIGNED),
  /** Unsigned 64-bit integer. */
  UINT64("uint64", 64, Kind.UNSIGNED),
  /** IEEE 754 binary16. */
  FLOAT16("float16", 16, Kind.FLOAT),
  /** The upper 16 bits of an IEEE 754 binary32. */
  BFLOAT16("bfloat16", 16, Kind.FLOAT),
  /** IEEE 754 binary32. */
  FLOAT32("float32", 32, Kind.FLOAT),
  /** IEEE 754 binary64. */
  FLOAT64("float64", 64, Kind.FLOAT),
  /** Unsigned 1-bit integer, eight to a byte in tensors, lowest bit first. */
  U1("u1", 1, Kind.UNSIGNED),
  /** Unsigned 2-bit integer, four to a byte in tensors, lowest bits first. */
  U2("u2", 2, Kind.UNSIGNED),
  /** Unsigned 4-bit integer, two to a byte in tensors, lowest bits first. */
  U4("u4", 4, Kind.UNSIGNED),
  /** Signed 4-bit integer (two's complement), two to a byte in tensors, lowest bits first. */
  I4("i4", 4, Kind.SIGNED);

  /** The families of element types. */
  public enum Kind {
    /** Truth values. */
    BOOL,
    /** Two's complement integers. */
    SIGNED,
    /** Integers from zero up. */
    UNSIGNED,
    /** Floating point numbers. */
    FLOAT
  }

  private static final List<DType> ALL = Arrays.asList(values());

  private final String id;
  private final int bits;
  private final Kind kind;

  DType(String id, int bits, Kind kind) {
    this.id = id;
    this.bits = bits;
    this.kind = kind;
  }

  /** Returns the stored name, for example {@code float32}. */
  public String id() {
    return id;
  }

  /** Returns the width of one element in bits. */
  public int bits() {
    return bits;
  }

  /** Returns the family. */
  public Kind kind() {
    return kind;
  }

  /**
   * Tells whether elements are narrower than a byte and packed in tensors (bool, u1, u2, u4, i4).
   */
  public boolean isPacked() {
    return bits < 8;
  }

  /** Returns the bytes that {@code elementCount} elements take in a tensor: packed, rounded up. */
  public long byteLength(long elementCount) {
    return bits < 8
        ? (Math.multiplyExact(elementCount, bits) + 7) / 8
        : Math.multiplyExact(elementCount, bits / 8);
  }

  /**
   * Returns the type with this stored name.
   *
   * @throws UnsupportedFormatException if there is none
   */
  public static DType of(String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    for (DType type : ALL) {
      if (type.id.equals(wanted)) {
        return type;
      }
    }
    throw new UnsupportedFormatException(
        "SHEAF-FMT-003",
        "Unknown dtype \"" + id + "\"",
        Location.NONE,
        "Known: " + String.join(", ", ALL.stream().map(DType::id).toList()));
  }
}
