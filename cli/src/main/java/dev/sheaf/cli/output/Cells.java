package dev.sheaf.cli.output;

import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cells of samples as JSON values and as text for people. */
public final class Cells {
  private static final int MOST_ELEMENTS = 64;
  private static final int MOST_BYTES = 1 << 20;
  private static final int SHOWN_ELEMENTS = 8;
  private static final int SHOWN_DIGITS = 12;

  private Cells() {}

  /**
   * Returns a cell as {@link Json} takes it.
   *
   * @param full whether long tensors and bytes are written whole
   */
  public static Object json(Object cell, Type type, boolean full) {
    if (cell instanceof Media media) {
      return media(media);
    }
    if (cell instanceof Tensor tensor) {
      return tensor(tensor, full);
    }
    if (cell instanceof byte[] bytes) {
      return binary(ByteBuffer.wrap(bytes), full);
    }
    if (cell instanceof ByteBuffer bytes) {
      return binary(bytes, full);
    }
    if (cell instanceof List<?> list) {
      Type element = type instanceof Type.ListOf of ? of.element() : null;
      List<Object> values = new ArrayList<>(list.size());
      list.forEach(value -> values.add(json(value, element, full)));
      return values;
    }
    if (cell instanceof Map<?, ?> map) {
      Map<String, Object> values = new LinkedHashMap<>();
      map.forEach(
          (name, value) -> values.put(name.toString(), json(value, field(type, name), full)));
      return values;
    }
    if (type instanceof Type.Json && cell instanceof String text && JsonReader.isJson(text)) {
      return new Json.Raw(text.replace('\n', ' ').replace('\r', ' '));
    }
    return cell == null || cell instanceof Number || cell instanceof Boolean
        ? cell
        : cell.toString();
  }

  private static Type field(Type type, Object name) {
    if (type instanceof Type.Struct struct) {
      for (Type.Field field : struct.fields()) {
        if (field.name().equals(name)) {
          return field.type();
        }
      }
    }
    return null;
  }

  private static Map<String, Object> media(Media media) {
    Map<String, Object> facts =
        Json.object(
            "kind",
            media.kind().id(),
            "codec",
            media.codec().isEmpty() ? null : media.codec(),
            "width",
            media.width() < 0 ? null : (Object) media.width(),
            "height",
            media.height() < 0 ? null : (Object) media.height(),
            "bytes",
            media.byteLength(),
            "sha256",
            media.sha256());
    media.facts().forEach((name, value) -> facts.putIfAbsent(name, json(value, null, false)));
    return facts;
  }

  private static Map<String, Object> tensor(Tensor tensor, boolean full) {
    long count = tensor.shape().elementCount();
    long shown = full ? count : Math.min(count, MOST_ELEMENTS);
    List<Object> values = new ArrayList<>((int) Math.min(shown, 1 << 20));
    for (long i = 0; i < shown; i++) {
      values.add(element(tensor, i));
    }
    List<Long> shape = new ArrayList<>();
    for (long dim : tensor.shape().dims()) {
      shape.add(dim);
    }
    Map<String, Object> json =
        Json.object("dtype", tensor.dtype().id(), "shape", shape, "values", values);
    if (shown < count) {
      json.put("truncated", true);
    }
    return json;
  }

  /** A float32 shown as float64 would show digits that it does not have. */
  private static Object element(Tensor tensor, long index) {
    Object element = tensor.element(index);
    if (element instanceof Double value && tensor.dtype() != DType.FLOAT64) {
      return value.floatValue();
    }
    if (tensor.dtype() == DType.UINT64 && element instanceof Long bits && bits < 0) {
      return new BigInteger(Long.toUnsignedString(bits));
    }
    return element;
  }

  private static Map<String, Object> binary(ByteBuffer cell, boolean full) {
    int length = cell.remaining();
    byte[] bytes = new byte[full ? length : Math.min(length, MOST_BYTES)];
    cell.duplicate().get(bytes);
    Map<String, Object> json =
        Json.object("bytes", length, "base64", Base64.getEncoder().encodeToString(bytes));
    if (bytes.length < length) {
      json.put("truncated", true);
    }
    return json;
  }

  /**
   * Returns a cell as text on one line.
   *
   * @param columns about how many columns will be shown; what lies far beyond may be left out
   */
  public static String text(Object cell, int columns) {
    if (cell == null) {
      return "null";
    }
    if (cell instanceof Media media) {
      return mediaText(media);
    }
    if (cell instanceof Tensor tensor) {
      return tensorText(tensor);
    }
    if (cell instanceof byte[] bytes) {
      return bytesText(ByteBuffer.wrap(bytes));
    }
    if (cell instanceof ByteBuffer bytes) {
      return bytesText(bytes);
    }
    String text =
        cell instanceof List<?> || cell instanceof Map<?, ?>
            ? Json.write(json(cell, null, false))
            : cell.toString();
    int most = Math.min(text.length(), Math.max(16, columns) * 2);
    return Text.visible(text.substring(0, most)) + (most < text.length() ? "…" : "");
  }

  /** Returns a cell as text for a table: as {@link #text}, media without its checksum. */
  public static String brief(Object cell, int columns) {
    return cell instanceof Media media ? mediaFacts(media) : text(cell, columns);
  }

  private static String mediaText(Media media) {
    String sha256 = media.sha256();
    String digits = sha256.substring(0, Math.min(SHOWN_DIGITS, sha256.length()));
    return mediaFacts(media) + "  sha256 " + digits + "…";
  }

  private static String mediaFacts(Media media) {
    StringBuilder text = new StringBuilder();
    text.append(media.codec().isEmpty() ? media.kind().id() : media.codec());
    if (media.width() >= 0 && media.height() >= 0) {
      text.append(' ').append(media.width()).append('x').append(media.height());
    }
    text.append("  ").append(Amounts.bytes(media.byteLength()));
    return Text.visible(text.toString());
  }

  private static String tensorText(Tensor tensor) {
    long count = tensor.shape().elementCount();
    StringBuilder text = new StringBuilder(tensor.toString()).append("  ");
    for (long i = 0; i < Math.min(count, SHOWN_ELEMENTS); i++) {
      text.append(i == 0 ? "" : ", ").append(element(tensor, i));
    }
    return text.append(count > SHOWN_ELEMENTS ? ", …" : "").toString();
  }

  private static String bytesText(ByteBuffer cell) {
    ByteBuffer bytes = cell.duplicate();
    StringBuilder text = new StringBuilder(Amounts.bytes(bytes.remaining()));
    text.append(bytes.hasRemaining() ? "  " : "");
    for (int i = 0; i < SHOWN_ELEMENTS && bytes.hasRemaining(); i++) {
      text.append(HexFormat.of().toHexDigits(bytes.get()));
    }
    return text.append(bytes.hasRemaining() ? "…" : "").toString();
  }
}
