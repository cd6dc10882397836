package dev.sheaf.format.internal.source.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.StrictUtf8;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a column of an MDS shard is encoded, by the name that its index gives.
 *
 * <p>Source: {@code streaming/base/format/mds/encodings.py} of mosaicml-streaming.
 */
record MdsEncoding(String name) {
  private static final Map<String, DType> SCALARS =
      Map.ofEntries(
          Map.entry("int", DType.INT64),
          Map.entry("uint8", DType.UINT8),
          Map.entry("uint16", DType.UINT16),
          Map.entry("uint32", DType.UINT32),
          Map.entry("uint64", DType.UINT64),
          Map.entry("int8", DType.INT8),
          Map.entry("int16", DType.INT16),
          Map.entry("int32", DType.INT32),
          Map.entry("int64", DType.INT64),
          Map.entry("float16", DType.FLOAT16),
          Map.entry("float32", DType.FLOAT32),
          Map.entry("float64", DType.FLOAT64));

  /** The numbers by which an array without a declared dtype names it. */
  private static final Map<Integer, DType> NUMBERED =
      Map.ofEntries(
          Map.entry(8, DType.UINT8),
          Map.entry(9, DType.INT8),
          Map.entry(16, DType.UINT16),
          Map.entry(17, DType.INT16),
          Map.entry(18, DType.FLOAT16),
          Map.entry(32, DType.UINT32),
          Map.entry(33, DType.INT32),
          Map.entry(34, DType.FLOAT32),
          Map.entry(64, DType.UINT64),
          Map.entry(65, DType.INT64),
          Map.entry(66, DType.FLOAT64));

  /**
   * Checks that the encoding is one that is read.
   *
   * @throws InvalidInputException if it is not, pickles always
   */
  void check(Location where) {
    if (name.equals("pkl")) {
      throw InputErrors.of(
          41,
          "Cannot be read: a column of pickles, because reading a pickle runs its code",
          where,
          "Write it as json, str, bytes or ndarray");
    }
    boolean known =
        SCALARS.containsKey(name)
            || name.equals("ndarray")
            || name.startsWith("ndarray:")
            || List.of("bytes", "str", "str_int", "str_float", "str_decimal", "json", "jpeg", "png")
                .contains(name);
    if (!known) {
      throw InputErrors.of(
          41,
          "Cannot be read: MDS encoding \"" + Names.brief(name) + "\"",
          where,
          "Write it as json, str, bytes, jpeg, png or ndarray");
    }
  }

  /** Returns the type of the column, or empty if the values have to be seen. */
  Optional<Type> type() {
    if (SCALARS.containsKey(name)) {
      return Optional.of(Type.scalar(SCALARS.get(name)));
    }
    return switch (name) {
      case "str", "str_decimal" -> Optional.of(Type.UTF8);
      case "str_float" -> Optional.of(Type.scalar(DType.FLOAT64));
      case "bytes" -> Optional.of(Type.BINARY);
      case "jpeg", "png" -> Optional.of(Type.media(MediaKind.IMAGE));
      default -> Optional.empty();
    };
  }

  /** Reads one value. */
  Object decode(byte[] bytes, Location where) {
    try {
      if (SCALARS.containsKey(name)) {
        return scalar(bytes);
      }
      return switch (name) {
        case "bytes" -> bytes;
        case "str", "str_decimal" -> text(bytes, where);
        case "str_float" -> Double.valueOf(text(bytes, where));
        case "str_int" ->
            Json.MAPPER.getNodeFactory().numberNode(new BigInteger(text(bytes, where)));
        case "json" -> Json.MAPPER.readTree(text(bytes, where));
        case "jpeg", "png" -> new MediaBytes(bytes, "x." + name);
        default -> array(bytes, where);
      };
    } catch (JsonProcessingException e) {
      throw InputErrors.badJson(Json.reason(e), where);
    } catch (NumberFormatException | BufferUnderflowException | ArithmeticException e) {
      throw malformed(bytes, where);
    }
  }

  private InvalidInputException malformed(byte[] bytes, Location where) {
    return InputErrors.of(
        39,
        "Malformed MDS value: " + bytes.length + " bytes are no " + Names.brief(name),
        where,
        "Write the shard again, or pass --on-error skip to leave the row out");
  }

  private static String text(byte[] bytes, Location where) {
    int bad = StrictUtf8.firstBad(bytes, 0, bytes.length);
    if (bad >= 0) {
      throw InputErrors.badUtf8(where, bad);
    }
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private Object scalar(byte[] bytes) {
    DType dtype = SCALARS.get(name);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (data.remaining() * 8 != dtype.bits()) {
      throw new BufferUnderflowException();
    }
    Object value = Tensor.of(dtype, Shape.of(1), data).element(0);
    return dtype == DType.UINT64
        ? new BigInteger(Long.toUnsignedString((Long) value)) // an element has its 64 bits
        : value;
  }

  private Tensor array(byte[] bytes, Location where) {
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    String[] parts = name.split(":", -1);
    DType dtype;
    if (parts.length > 1) {
      dtype = SCALARS.get(parts[1]);
    } else {
      dtype = NUMBERED.get((int) data.get());
    }
    long[] dims = parts.length > 2 ? declared(parts[2]) : stored(data);
    if (dtype == null || dims.length > Shape.MAX_RANK) {
      throw malformed(bytes, where);
    }
    long count = 1;
    for (long dim : dims) {
      count = Math.multiplyExact(count, dim);
    }
    if (count < 0 || Math.multiplyExact(count, dtype.bits() / 8) != data.remaining()) {
      throw malformed(bytes, where);
    }
    return Tensor.of(dtype, Shape.of(dims), data.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  private static long[] declared(String dims) {
    String[] parts = dims.split(",", -1);
    long[] shape = new long[parts.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Long.parseLong(parts[i]);
    }
    return shape;
  }

  private static long[] stored(ByteBuffer data) {
    int packed = data.get() & 0xff;
    long[] shape = new long[packed >> 2];
    for (int i = 0; i < shape.length; i++) {
      shape[i] =
          switch (packed & 3) {
            case 0 -> data.get() & 0xffL;
            case 1 -> data.getShort() & 0xffffL;
            case 2 -> data.getInt() & 0xffffffffL;
            default -> data.getLong();
          };
      if (shape[i] < 0) {
        throw new ArithmeticException();
      }
    }
    return shape;
  }
}
