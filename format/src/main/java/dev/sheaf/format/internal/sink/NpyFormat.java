package dev.sheaf.format.internal.sink;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The header of NumPy's {@code .npy} files, version 1.0: magic, a dictionary as text, elements from
 * a multiple of 64 bytes on.
 *
 * <p>Source: NumPy, {@code numpy.lib.format}.
 */
final class NpyFormat {
  private static final int ALIGNMENT = 64;

  private NpyFormat() {}

  /** Returns NumPy's name of an element type, which is one of {@link Plain#of(DType)}. */
  static String descr(DType dtype) {
    return switch (dtype) {
      case BOOL -> "|b1";
      case INT8 -> "|i1";
      case UINT8 -> "|u1";
      case INT16 -> "<i2";
      case UINT16 -> "<u2";
      case INT32 -> "<i4";
      case UINT32 -> "<u4";
      case INT64 -> "<i8";
      case UINT64 -> "<u8";
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case BFLOAT16, U1, U2, U4, I4 -> throw new AssertionError(dtype);
    };
  }

  /** Returns the bytes before the elements of an array in C order. */
  static byte[] header(String descr, long... shape) {
    String axes = LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '"
            + descr
            + "', 'fortran_order': False, 'shape': ("
            + axes
            + (shape.length == 1 ? "," : "")
            + "), }";
    int length = 10 + dictionary.length() + 1;
    int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    String text = dictionary + " ".repeat(padding) + "\n";
    byte[] header = new byte[10 + text.length()];
    header[0] = (byte) 0x93;
    System.arraycopy("NUMPY".getBytes(StandardCharsets.US_ASCII), 0, header, 1, 5);
    header[6] = 1;
    header[8] = (byte) text.length();
    header[9] = (byte) (text.length() >>> 8);
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, header, 10, text.length());
    return header;
  }

  /** Returns a tensor as a whole file. */
  static byte[] file(Tensor tensor) {
    Shape shape = tensor.shape();
    byte[] header = header(descr(Plain.of(tensor.dtype())), shape.dims());
    ByteBuffer elements = Plain.bytes(tensor);
    byte[] file = new byte[header.length + elements.remaining()];
    System.arraycopy(header, 0, file, 0, header.length);
    elements.get(file, header.length, elements.remaining());
    return file;
  }

  /** Says what becomes of the element type, or nothing. */
  static String note(Type.Tensor type) {
    DType plain = Plain.of(type.dtype());
    return plain == type.dtype() ? "" : "widened to " + plain.id() + ", every value exact";
  }
}
