package dev.sheaf.format;

import java.nio.ByteBuffer;

/** Reads single elements of any dtype out of little-endian bytes. */
final class Elements {
  private Elements() {}

  /** Returns the element at {@code index}: Boolean, Long or Double. */
  static Object get(DType dtype, ByteBuffer data, long index) {
    if (dtype.isPacked()) {
      return packed(dtype, data, index);
    }
    int at = Math.toIntExact(index * (dtype.bits() / 8));
    return switch (dtype) {
      case INT8 -> (long) data.get(at);
      case UINT8 -> (long) (data.get(at) & 0xff);
      case INT16 -> (long) data.getShort(at);
      case UINT16 -> (long) (data.getShort(at) & 0xffff);
      case INT32 -> (long) data.getInt(at);
      case UINT32 -> data.getInt(at) & 0xffffffffL;
      case INT64, UINT64 -> data.getLong(at);
      case FLOAT16 -> (double) HalfFloat.toFloat(data.getShort(at));
      case BFLOAT16 -> (double) Float.intBitsToFloat(data.getShort(at) << 16);
      case FLOAT32 -> (double) data.getFloat(at);
      case FLOAT64 -> data.getDouble(at);
      case BOOL, U1, U2, U4, I4 -> throw new AssertionError(dtype);
    };
  }

  private static Object packed(DType dtype, ByteBuffer data, long index) {
    int bits = dtype.bits();
    long bit = index * bits;
    int raw = (data.get(Math.toIntExact(bit >>> 3)) >>> (int) (bit & 7)) & ((1 << bits) - 1);
    if (dtype == DType.BOOL) {
      return raw == 1;
    }
    return dtype == DType.I4 ? (long) ((raw << 28) >> 28) : (long) raw;
  }
}
