package dev.sheaf.format.internal.layer;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.BlobSink;
import dev.sheaf.format.internal.ipc.Cells;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The canonical bytes of a cell, the same for every layout and for every wider type it is read as,
 * and their hash.
 *
 * <p>Spec: {@code docs/format-spec.md#cell-hashes}. The hash is XXH3-128.
 */
public final class CellHash {
  private CellHash() {}

  /**
   * Returns the hash of a cell that is not null: XXH3-128 over the ordinal (u64) and the canonical
   * bytes.
   */
  public static Hash128 of(long ordinal, byte[] canonical) {
    byte[] bytes = new byte[8 + canonical.length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(ordinal).put(canonical);
    return Hash128.of(Hashing.xxh3_128().hashBytesTo128Bits(bytes));
  }

  /** Returns the 64-bit hash of canonical bytes. */
  public static long digest64(byte[] canonical) {
    return Hashing.xxh3_64().hashBytesToLong(canonical);
  }

  /**
   * Returns the canonical bytes of a value that is not null.
   *
   * @throws dev.sheaf.format.InvalidSchemaException if the value does not fit the type: what has
   *     canonical bytes can be stored
   * @throws InvalidInputException if it is too long
   */
  public static byte[] canonical(Type type, Object value, String column) {
    if (type instanceof Type.Media kind) {
      Media media = Cells.media(kind, value, column);
      checkLength(media.byteLength(), column);
      if (!(media instanceof StoredMedia)) {
        write(new Output(), MediaFacts.of(kind.kind()), media.facts(), column);
      }
      return HexFormat.of().parseHex(media.sha256());
    }
    Output out = new Output();
    write(out, type, value, column);
    checkLength(out.size(), column);
    return out.toByteArray();
  }

  private static void checkLength(long bytes, String column) {
    if (bytes > BlobSink.MAX_PAYLOAD) {
      throw new InvalidInputException(
          "SHEAF-INP-003",
          "Value is too long: at most " + BlobSink.MAX_PAYLOAD + " bytes, got " + bytes,
          Location.NONE.with("column", column),
          "Split it, for a video into clips");
    }
  }

  private static void write(Output out, Type type, Object value, String column) {
    if (type instanceof Type.Scalar scalar) {
      scalar(out, scalar.dtype(), value, column);
    } else if (type instanceof Type.Tensor tensor) {
      Tensor cell = Cells.tensor(tensor, value, column);
      for (long dim : cell.shape().dims()) {
        out.put64(dim);
      }
      out.put(cell.data());
    } else if (type instanceof Type.ListOf list) {
      List<?> elements = Cells.list(list, value, column);
      out.put64(elements.size());
      for (Object element : elements) {
        nested(out, list.element(), element, column);
      }
    } else if (type instanceof Type.Struct struct) {
      Map<?, ?> fields = Cells.fields(struct, value, column);
      for (Type.Field field : struct.fields()) {
        nested(out, field.type(), fields.get(field.name()), column + "." + field.name());
      }
    } else if (type instanceof Type.Date) {
      out.put64(Cells.day(type, value, column));
    } else if (type instanceof Type.Timestamp timestamp) {
      out.put64(Cells.moment(timestamp, value, column));
    } else {
      out.put(Cells.bytes(type, value, column));
    }
  }

  /** Nested values say whether they are null and how long they are. */
  private static void nested(Output out, Type type, Object value, String column) {
    if (value == null) {
      out.write(0);
      return;
    }
    Output inner = new Output();
    write(inner, type, value, column);
    out.write(1);
    out.put64(inner.size());
    out.writeBytes(inner.toByteArray());
  }

  /** Integers as 64 bits, floating point numbers as float64: so a wider type has the same bytes. */
  private static void scalar(Output out, DType dtype, Object value, String column) {
    if (dtype.kind() == DType.Kind.FLOAT) {
      long stored = Cells.bits(dtype, value, column);
      double number =
          switch (dtype) {
            case FLOAT16 -> HalfFloat.widen(HalfFloat.toFloat((short) stored));
            case BFLOAT16 -> HalfFloat.widen(Float.intBitsToFloat((int) stored << 16));
            case FLOAT32 -> HalfFloat.widen(Float.intBitsToFloat((int) stored));
            default -> Double.longBitsToDouble(stored);
          };
      out.put64(Double.doubleToRawLongBits(number));
    } else {
      out.put64(Cells.bits(dtype, value, column));
    }
  }

  /** Bytes that grow, little-endian. */
  private static final class Output extends ByteArrayOutputStream {
    void put64(long value) {
      for (int shift = 0; shift < 64; shift += 8) {
        write((int) (value >>> shift));
      }
    }

    void put(ByteBuffer source) {
      byte[] copy = new byte[source.remaining()];
      source.duplicate().get(copy);
      writeBytes(copy);
    }
  }
}
