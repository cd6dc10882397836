package dev.sheaf.format.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the cells of a version as JSON lines: first the columns, then one array a sample.
 *
 * <ul>
 *   <li>Floating point as the hex of its bits: 8 digits (float16, bfloat16 and float32 as what the
 *       API returns, a float) or 16.
 *   <li>Bytes as hex, from 65 bytes on as {@code {"bytes","sha256"}}; texts as themselves, from 201
 *       bytes on like that too.
 *   <li>Dates and moments as the number of their units. Tensors as {@code {"shape","data"}}, and
 *       {@code "elements"} if they are few integers. Media as {@code {"kind","facts","stored",
 *       "bytes","sha256"}}, {@code stored} being the digest that the cell has.
 * </ul>
 */
final class ExpectedCells {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ExpectedCells() {}

  static void write(Version version, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      List<Map<String, String>> columns = new ArrayList<>();
      for (Column column : version.schema()) {
        columns.add(Map.of("name", column.name(), "type", column.type().toString()));
      }
      line(out, Map.of("columns", columns, "rows", version.size()));
      for (long i = 0; i < version.size(); i++) {
        Sample sample = version.sample(i);
        Map<String, Object> values = sample.toMap();
        List<Object> cells = new ArrayList<>();
        for (Column column : version.schema()) {
          cells.add(cell(column.type(), values.get(column.name())));
        }
        line(out, cells);
      }
    }
  }

  private static void line(BufferedWriter out, Object value) throws IOException {
    out.write(JSON.writeValueAsString(value));
    out.write('\n');
  }

  private static Object cell(Type type, Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Float number) {
      return String.format("%08x", Float.floatToRawIntBits(number));
    }
    if (value instanceof Double number) {
      return String.format("%016x", Double.doubleToRawLongBits(number));
    }
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return bytes.length <= 200 ? text : digest(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return bytes(buffer);
    }
    if (value instanceof LocalDate day) {
      return day.toEpochDay();
    }
    if (value instanceof Instant moment) {
      return units((Type.Timestamp) type, moment);
    }
    if (value instanceof LocalDateTime clock) {
      return units((Type.Timestamp) type, clock.toInstant(ZoneOffset.UTC));
    }
    if (value instanceof Tensor tensor) {
      return tensor(tensor);
    }
    if (value instanceof Media media) {
      Map<String, Object> cell = new LinkedHashMap<>(digest(media.toBytes()));
      cell.put("kind", media.kind().id());
      cell.put("facts", media.facts());
      cell.put("stored", media.sha256());
      return cell;
    }
    if (type instanceof Type.ListOf list) {
      List<Object> cells = new ArrayList<>();
      ((List<?>) value).forEach(element -> cells.add(cell(list.element(), element)));
      return cells;
    }
    if (type instanceof Type.Struct struct) {
      Map<?, ?> fields = (Map<?, ?>) value;
      Map<String, Object> cells = new LinkedHashMap<>();
      for (Type.Field field : struct.fields()) {
        cells.put(field.name(), cell(field.type(), fields.get(field.name())));
      }
      return cells;
    }
    return value;
  }

  private static long units(Type.Timestamp type, Instant moment) {
    int perSecond =
        switch (type.unit()) {
          case "s" -> 1;
          case "ms" -> 1_000;
          case "us" -> 1_000_000;
          default -> 1_000_000_000;
        };
    long nanosPerUnit = 1_000_000_000 / perSecond;
    return moment.getEpochSecond() * perSecond + moment.getNano() / nanosPerUnit;
  }

  private static Map<String, Object> tensor(Tensor tensor) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("shape", tensor.shape().dims());
    cell.put("data", bytes(tensor.data()));
    long count = tensor.shape().elementCount();
    if (count <= 16 && tensor.dtype().kind() != DType.Kind.FLOAT) {
      List<Object> elements = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        Object element = tensor.element(i);
        boolean isBits = tensor.dtype() == DType.UINT64;
        elements.add(isBits ? Long.toUnsignedString((long) element) : element.toString());
      }
      cell.put("elements", elements);
    }
    return cell;
  }

  private static Object bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes.length <= 64 ? HexFormat.of().formatHex(bytes) : digest(bytes);
  }

  private static Map<String, Object> digest(byte[] bytes) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Map.of("bytes", bytes.length, "sha256", HexFormat.of().formatHex(sha256));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
