package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.internal.ipc.ArrayBuilder;

/** The least and greatest of the scalars of a page, as decimal text. */
final class ScalarBounds {
  private ScalarBounds() {}

  static String[] of(DType dtype, ArrayBuilder.Fixed cells, int from, int to) {
    if (dtype.kind() == DType.Kind.FLOAT) {
      return floats(dtype, cells, from, to);
    }
    return dtype.kind() == DType.Kind.SIGNED ? signed(cells, from, to) : unsigned(cells, from, to);
  }

  static String[] signed(ArrayBuilder.Fixed cells, int from, int to) {
    boolean any = false;
    long least = 0;
    long greatest = 0;
    for (int row = from; row < to; row++) {
      if (cells.isNull(row)) {
        continue;
      }
      long value = cells.signed(row);
      least = any ? Math.min(least, value) : value;
      greatest = any ? Math.max(greatest, value) : value;
      any = true;
    }
    return any
        ? new String[] {Long.toString(least), Long.toString(greatest)}
        : new String[] {null, null};
  }

  private static String[] unsigned(ArrayBuilder.Fixed cells, int from, int to) {
    boolean any = false;
    long least = 0;
    long greatest = 0;
    for (int row = from; row < to; row++) {
      if (cells.isNull(row)) {
        continue;
      }
      long value = cells.unsigned(row);
      least = !any || Long.compareUnsigned(value, least) < 0 ? value : least;
      greatest = !any || Long.compareUnsigned(value, greatest) > 0 ? value : greatest;
      any = true;
    }
    return any
        ? new String[] {Long.toUnsignedString(least), Long.toUnsignedString(greatest)}
        : new String[] {null, null};
  }

  private static String[] floats(DType dtype, ArrayBuilder.Fixed cells, int from, int to) {
    boolean any = false;
    double least = 0;
    double greatest = 0;
    for (int row = from; row < to; row++) {
      double value = cells.isNull(row) ? Double.NaN : number(dtype, cells.unsigned(row));
      if (Double.isNaN(value)) {
        continue;
      }
      least = any ? Math.min(least, value) : value;
      greatest = any ? Math.max(greatest, value) : value;
      any = true;
    }
    return any ? new String[] {text(least), text(greatest)} : new String[] {null, null};
  }

  /**
   * The shortest decimal that reads back the same; {@code Double.toString} differs between JDKs.
   */
  private static String text(double value) {
    return NumberOutput.toString(value, true);
  }

  private static double number(DType dtype, long bits) {
    return switch (dtype) {
      case FLOAT16 -> HalfFloat.toFloat((short) bits);
      case BFLOAT16 -> Float.intBitsToFloat((int) bits << 16);
      case FLOAT32 -> Float.intBitsToFloat((int) bits);
      default -> Double.longBitsToDouble(bits);
    };
  }
}
