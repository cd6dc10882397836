package dev.sheaf.format.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cells as JSON that loses nothing and that any language can make: floating point as the hex digits
 * of its bits, dates and moments as counts, tensors as shape and bytes, and what is longer than
 * {@link #SHOWN} bytes as its SHA-256.
 */
public final class CellJson {
  private static final int SHOWN = 48;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private CellJson() {}

  /** Returns a cell as JSON. */
  public static JsonNode of(Type type, Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (type instanceof Type.Scalar scalar) {
      return scalar(scalar.dtype(), value);
    }
    if (type instanceof Type.Utf8 || type instanceof Type.Json) {
      byte[] utf8 = ((String) value).getBytes(StandardCharsets.UTF_8);
      return utf8.length > SHOWN ? digest(utf8) : NODES.textNode((String) value);
    }
    if (type instanceof Type.Binary) {
      return bytes(array(value));
    }
    if (type instanceof Type.Tensor) {
      Tensor tensor = (Tensor) value;
      return tensor(tensor.shape(), tensor.data());
    }
    if (type instanceof Type.Date) {
      return NODES.numberNode(((LocalDate) value).toEpochDay());
    }
    if (type instanceof Type.Timestamp timestamp) {
      return NODES.numberNode(units(timestamp, value));
    }
    if (type instanceof Type.ListOf list) {
      ArrayNode array = NODES.arrayNode();
      ((List<?>) value).forEach(element -> array.add(of(list.element(), element)));
      return array;
    }
    if (type instanceof Type.Struct struct) {
      ObjectNode object = NODES.objectNode();
      struct
          .fields()
          .forEach(
              field ->
                  object.set(
                      field.name(), of(field.type(), ((Map<?, ?>) value).get(field.name()))));
      return object;
    }
    return media((Media) value);
  }

  private static JsonNode scalar(DType dtype, Object value) {
    return switch (dtype) {
      case BOOL -> NODES.booleanNode((Boolean) value);
      case FLOAT16 -> hex("%04x", HalfFloat.fromFloat((Float) value) & 0xffff);
      case BFLOAT16 -> hex("%04x", Float.floatToRawIntBits((Float) value) >>> 16);
      case FLOAT32 -> hex("%08x", Float.floatToRawIntBits((Float) value));
      case FLOAT64 -> hex("%016x", Double.doubleToRawLongBits((Double) value));
      default ->
          value instanceof BigInteger big
              ? NODES.numberNode(big)
              : NODES.numberNode(((Number) value).longValue());
    };
  }

  /** Returns a cell that was written as one number type as a cell of a wider one. */
  static JsonNode widened(Type.Scalar from, Type.Scalar to, Object value) {
    DType wide = to.dtype();
    if (wide.kind() != DType.Kind.FLOAT) {
      return of(from, value);
    }
    String format = "%0" + wide.bits() / 4 + "x";
    return hex(
        format,
        from.dtype().kind() == DType.Kind.FLOAT
            ? widenedFloat(from.dtype(), wide, bits(from.dtype(), value))
            : floatOf(wide, ((Number) value).longValue()));
  }

  private static long bits(DType dtype, Object value) {
    return Long.parseUnsignedLong(scalar(dtype, value).textValue(), 16);
  }

  private static int mantissaBits(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> 10;
      case BFLOAT16 -> 7;
      case FLOAT32 -> 23;
      case FLOAT64 -> 52;
      default -> throw new AssertionError(dtype);
    };
  }

  private static int exponentBits(DType dtype) {
    return dtype.bits() - 1 - mantissaBits(dtype);
  }

  private static int bias(DType dtype) {
    return (1 << (exponentBits(dtype) - 1)) - 1;
  }

  /** Returns the bits of a number that the type holds exactly. */
  private static long floatOf(DType dtype, long number) {
    if (number == 0) {
      return 0;
    }
    long sign = number < 0 ? 1L << (dtype.bits() - 1) : 0;
    return sign | normal(dtype, Math.abs(number), 0);
  }

  /** Returns the bits of {@code mantissa * 2^exponent}, which is a normal number of the type. */
  private static long normal(DType dtype, long mantissa, int exponent) {
    int top = 63 - Long.numberOfLeadingZeros(mantissa);
    int width = mantissaBits(dtype);
    long fraction = (mantissa << (width - top)) & ((1L << width) - 1);
    return (long) (top + exponent + bias(dtype)) << width | fraction;
  }

  private static long widenedFloat(DType from, DType to, long bits) {
    int width = mantissaBits(from);
    long mantissa = bits & ((1L << width) - 1);
    long exponent = (bits >>> width) & ((1L << exponentBits(from)) - 1);
    long sign = bits >>> (from.bits() - 1) << (to.bits() - 1);
    long shifted = mantissa << (mantissaBits(to) - width);
    if (exponent == (1L << exponentBits(from)) - 1) {
      return sign | ((1L << exponentBits(to)) - 1) << mantissaBits(to) | shifted;
    }
    if (exponent != 0) {
      return sign | (exponent - bias(from) + bias(to)) << mantissaBits(to) | shifted;
    }
    if (mantissa == 0 || exponentBits(from) == exponentBits(to)) {
      return sign | shifted;
    }
    return sign | normal(to, mantissa, 1 - bias(from) - width);
  }

  private static JsonNode hex(String format, Object bits) {
    return NODES.textNode(String.format(format, bits));
  }

  /** Returns a tensor as JSON. */
  public static JsonNode tensor(Shape shape, ByteBuffer data) {
    ObjectNode object = NODES.objectNode();
    ArrayNode dims = object.putArray("shape");
    for (long dim : shape.dims()) {
      dims.add(dim);
    }
    return object.set("data", bytes(array(data)));
  }

  private static long units(Type.Timestamp type, Object value) {
    Instant instant =
        value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) value;
    return switch (type.unit()) {
      case "s" -> instant.getEpochSecond();
      case "ms" -> instant.toEpochMilli();
      case "us" -> instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000;
      default -> instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    };
  }

  private static JsonNode media(Media media) {
    ObjectNode object = NODES.objectNode();
    object.put("kind", media.kind().id());
    object.put("sha256", media.sha256());
    object.set("payload", bytes(media.toBytes()));
    ObjectNode facts = object.putObject("facts");
    new TreeMap<>(media.facts())
        .forEach(
            (name, fact) -> {
              if (fact instanceof String text) {
                facts.put(name, text);
              } else {
                facts.put(name, ((Number) fact).longValue());
              }
            });
    return object;
  }

  private static byte[] array(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }

  private static JsonNode bytes(byte[] bytes) {
    return bytes.length > SHOWN ? digest(bytes) : NODES.textNode(HexFormat.of().formatHex(bytes));
  }

  private static JsonNode digest(byte[] bytes) {
    return NODES.objectNode().put("bytes", bytes.length).put("sha256", sha256(bytes));
  }

  /** Returns a SHA-256 in hex digits. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
