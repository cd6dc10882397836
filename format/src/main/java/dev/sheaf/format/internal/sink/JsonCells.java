package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/**
 * Cells as JSON. Numbers have the digits of their exact float64, so that a reader that keeps
 * float64 loses nothing; NaN and the infinities are written as Python's json does; bytes are Base64
 * text; dates and moments ISO 8601; tensors nested arrays.
 */
final class JsonCells {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private JsonCells() {}

  /** Begins to write values one behind the other, a line feed after each if the caller says so. */
  static JsonGenerator generator(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out).setRootValueSeparator(null);
  }

  /** Returns a cell as text on one line. */
  static String text(Type type, Object value, String column) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      write(out, type, value, column);
    }
    return text.toString();
  }

  /** Returns a cell as UTF-8 on one line. */
  static byte[] bytes(Type type, Object value, String column) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      write(out, type, value, column);
    }
    return bytes.toByteArray();
  }

  /** Says what readers of JSON do not see of a type, or nothing. */
  static String note(Type type) {
    if (type instanceof Type.Binary) {
      return "read back as text";
    }
    if (type instanceof Type.Tensor) {
      return "without its dtype";
    }
    if (type instanceof Type.ListOf list) {
      return note(list.element());
    }
    if (type instanceof Type.Struct struct) {
      return struct.fields().stream()
          .map(field -> note(field.type()))
          .filter(note -> !note.isEmpty())
          .findFirst()
          .orElse("");
    }
    return "";
  }

  /** Returns what a type is in JSON, in words. */
  static String as(Type type) {
    if (type instanceof Type.Scalar scalar) {
      return scalar.dtype() == DType.BOOL ? "true or false" : "number";
    }
    if (type instanceof Type.Binary) {
      return "Base64 text";
    }
    if (type instanceof Type.Date || type instanceof Type.Timestamp) {
      return "ISO 8601 text";
    }
    if (type instanceof Type.Tensor) {
      return "nested arrays";
    }
    return type instanceof Type.Utf8
        ? "text"
        : type instanceof Type.ListOf ? "array" : type instanceof Type.Json ? "value" : "object";
  }

  /** Writes a cell that is no media. */
  static void write(JsonGenerator out, Type type, Object value, String column) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (type instanceof Type.Tensor) {
      new Elements((Tensor) value).write(out);
    } else if (type instanceof Type.ListOf list) {
      out.writeStartArray();
      for (Object element : (List<?>) value) {
        write(out, list.element(), element, column);
      }
      out.writeEndArray();
    } else if (type instanceof Type.Struct struct) {
      out.writeStartObject();
      for (Type.Field field : struct.fields()) {
        out.writeFieldName(field.name());
        write(out, field.type(), ((Map<?, ?>) value).get(field.name()), column);
      }
      out.writeEndObject();
    } else if (type instanceof Type.Json) {
      out.writeRawValue(oneLine((String) value, column));
    } else {
      writePlain(out, value);
    }
  }

  private static void writePlain(JsonGenerator out, Object value) throws IOException {
    if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof BigInteger number) {
      out.writeNumber(number);
    } else if (value instanceof Float number) {
      out.writeNumber((double) number);
    } else if (value instanceof Double number) {
      out.writeNumber(number);
    } else if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      out.writeBinary(copy);
    } else if (value instanceof LocalDateTime moment) {
      out.writeString(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment));
    } else {
      out.writeString(value.toString());
    }
  }

  /** A document may have line ends between its values, never within one. */
  private static String oneLine(String json, String column) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        throw SinkErrors.badValue("JSON", "the cell is no JSON document: it is empty", column, "");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw SinkErrors.badValue("JSON", "the cell is several JSON documents", column, "");
      }
    } catch (JsonProcessingException e) {
      throw SinkErrors.badValue(
          "JSON", "the cell is no JSON document: " + e.getOriginalMessage(), column, "");
    }
    return json.replace('\n', ' ').replace('\r', ' ').strip();
  }

  /** The elements of a tensor, as nested arrays. */
  private static final class Elements {
    private final Tensor tensor;
    private final Shape shape;
    private final ByteBuffer data;
    private int next;

    Elements(Tensor tensor) {
      this.tensor = tensor;
      this.shape = tensor.shape();
      // On the heap, and checked: reads of a mapped file would have to be, one by one.
      this.data = ByteBuffer.allocate(tensor.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
      tensor.copyTo(data);
      data.flip();
    }

    void write(JsonGenerator out) throws IOException {
      write(out, 0);
    }

    private void write(JsonGenerator out, int axis) throws IOException {
      if (axis == shape.rank()) {
        element(out);
        return;
      }
      out.writeStartArray();
      for (long i = 0; i < shape.dim(axis); i++) {
        write(out, axis + 1);
      }
      out.writeEndArray();
    }

    private void element(JsonGenerator out) throws IOException {
      int at = next++;
      switch (tensor.dtype()) {
        case BOOL -> out.writeBoolean(((data.get(at >>> 3) >>> (at & 7)) & 1) == 1);
        case U1, U2, U4, I4 -> out.writeNumber((Long) tensor.element(at));
        case INT8 -> out.writeNumber((int) data.get(at));
        case UINT8 -> out.writeNumber(data.get(at) & 0xff);
        case INT16 -> out.writeNumber((int) data.getShort(2 * at));
        case UINT16 -> out.writeNumber(data.getShort(2 * at) & 0xffff);
        case INT32 -> out.writeNumber(data.getInt(4 * at));
        case UINT32 -> out.writeNumber(data.getInt(4 * at) & 0xffffffffL);
        case INT64 -> out.writeNumber(data.getLong(8 * at));
        case UINT64 -> {
          long bits = data.getLong(8 * at);
          if (bits < 0) {
            out.writeNumber(new BigInteger(Long.toUnsignedString(bits)));
          } else {
            out.writeNumber(bits);
          }
        }
        case FLOAT16 -> out.writeNumber((double) HalfFloat.toFloat(data.getShort(2 * at)));
        case BFLOAT16 ->
            out.writeNumber((double) Float.intBitsToFloat(data.getShort(2 * at) << 16));
        case FLOAT32 -> out.writeNumber((double) data.getFloat(4 * at));
        case FLOAT64 -> out.writeNumber(data.getDouble(8 * at));
      }
    }
  }
}
