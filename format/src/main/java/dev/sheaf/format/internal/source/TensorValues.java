package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;

/** Packs nested arrays of numbers into the bytes of a tensor. */
final class TensorValues {
  private TensorValues() {}

  /** Returns an empty little-endian buffer for the elements. */
  public static ByteBuffer allocate(DType dtype, long elementCount) throws Cells.MisfitException {
    long bytes = dtype.byteLength(elementCount);
    if (bytes > Limits.VALUE_BYTES) {
      throw new Cells.MisfitException(bytes + " bytes are above " + Limits.VALUE_BYTES);
    }
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds the lengths of nested arrays, as their first elements show them. */
  public static void measure(Object raw, List<Long> dims) throws Cells.MisfitException {
    Object at = raw;
    while (isArray(at) && dims.size() < dev.sheaf.format.Shape.MAX_RANK) {
      if (at instanceof Tensor tensor) {
        for (long dim : tensor.shape().dims()) {
          dims.add(dim);
        }
        return;
      }
      dims.add((long) size(at));
      Iterator<?> values = values(at);
      if (!values.hasNext()) {
        return;
      }
      at = values.next();
    }
    if (dims.isEmpty()) {
      throw new Cells.MisfitException("expected an array, got " + Cells.describe(raw));
    }
  }

  /** Writes the elements in C order and checks that every array has its axis' length. */
  public static void fill(Object raw, List<Long> dims, int axis, DType dtype, ByteBuffer out)
      throws Cells.MisfitException {
    if (raw instanceof Tensor tensor) {
      for (long i = 0; i < tensor.shape().elementCount(); i++) {
        put(tensor.element(i), dtype, out);
      }
    } else if (axis == dims.size()) {
      put(raw, dtype, out);
    } else if (!isArray(raw) || size(raw) != dims.get(axis)) {
      throw new Cells.MisfitException(
          "expected "
              + dims.get(axis)
              + " elements on axis "
              + axis
              + ", got "
              + (isArray(raw) ? size(raw) : Cells.describe(raw)));
    } else {
      for (Iterator<?> it = values(raw); it.hasNext(); ) {
        fill(it.next(), dims, axis + 1, dtype, out);
      }
    }
  }

  private static boolean isArray(Object raw) {
    return raw instanceof List
        || raw instanceof Tensor
        || raw instanceof JsonNode node && node.isArray();
  }

  private static int size(Object raw) {
    return raw instanceof JsonNode node ? node.size() : ((List<?>) raw).size();
  }

  private static Iterator<?> values(Object raw) {
    return raw instanceof JsonNode node ? node.elements() : ((List<?>) raw).iterator();
  }

  private static void put(Object raw, DType dtype, ByteBuffer out) throws Cells.MisfitException {
    Object value = Cells.convert(raw, Type.scalar(dtype));
    if (value == null) {
      throw new Cells.MisfitException("expected numbers only, got null");
    }
    switch (dtype) {
      case INT8, UINT8 -> out.put((byte) longOf(value));
      case INT16, UINT16 -> out.putShort((short) longOf(value));
      case INT32, UINT32 -> out.putInt((int) longOf(value));
      case INT64, UINT64 -> out.putLong(longOf(value));
      case FLOAT16 -> out.putShort(HalfFloat.fromFloat((Float) value));
      case BFLOAT16 -> out.putShort(bfloat16((Float) value));
      case FLOAT32 -> out.putFloat((Float) value);
      case FLOAT64 -> out.putDouble((Double) value);
      case BOOL, U1, U2, U4, I4 ->
          throw new Cells.MisfitException("numbers cannot be packed into " + dtype.id());
    }
  }

  /** Returns the upper 16 bits, rounded to nearest, ties to even. */
  public static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  private static long longOf(Object value) {
    return value instanceof BigInteger big ? big.longValue() : (Long) value;
  }
}
