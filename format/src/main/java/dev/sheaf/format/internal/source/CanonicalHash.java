package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The SHA-256 of a row as its source has it: columns in the order of their names, each value behind
 * a tag and its length, nulls left out. So the order of columns, blanks between JSON tokens and the
 * types that other rows call for do not matter; every other difference does.
 */
public final class CanonicalHash {
  private static final HexFormat HEX = HexFormat.of();

  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(8);

  private CanonicalHash() {
    this.digest = sha256();
  }

  /** Returns a fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Returns the hash of a row as 64 hex digits. */
  public static String of(Map<String, Object> cells) {
    CanonicalHash hash = new CanonicalHash();
    new TreeMap<>(cells)
        .forEach(
            (name, value) -> {
              if (!isNull(value)) {
                hash.text('c', name);
                hash.value(value);
              }
            });
    return HEX.formatHex(hash.digest.digest());
  }

  /** Returns the hash of a row hash and the hashes of the payload files it names. */
  public static String withPayloads(String rowHash, Map<String, String> payloadHashes) {
    if (payloadHashes.isEmpty()) {
      return rowHash;
    }
    CanonicalHash hash = new CanonicalHash();
    hash.text('r', rowHash);
    new TreeMap<>(payloadHashes)
        .forEach(
            (column, payload) -> {
              hash.text('c', column);
              hash.text('p', payload);
            });
    return HEX.formatHex(hash.digest.digest());
  }

  public static boolean isNull(Object value) {
    return value == null
        || value instanceof JsonNode node && (node.isNull() || node.isMissingNode());
  }

  private void value(Object value) {
    if (isNull(value)) {
      digest.update((byte) '0');
    } else if (value instanceof JsonNode node) {
      json(node);
    } else if (value instanceof String text) {
      text('s', text);
    } else if (value instanceof Boolean || value instanceof Number) {
      scalar(value);
    } else if (value instanceof byte[] bytes) {
      bytes('y', bytes);
    } else if (value instanceof BadText bad) {
      bytes('y', bad.bytes());
    } else if (value instanceof TypedJson json) {
      text('j', json.text());
    } else if (value instanceof PayloadRef ref) {
      text('i', ref.use().name()); // the bytes come in by withPayloads
    } else if (value instanceof MediaBytes media && media.bytes() == null) {
      text('s', media.path());
    } else if (value instanceof MediaBytes media) {
      bytes('y', media.bytes());
    } else if (value instanceof LocalDate || value instanceof Instant) {
      text('t', value.toString());
    } else if (value instanceof Tensor tensor) {
      text('x', tensor.toString());
      digest.update(tensor.data());
    } else if (value instanceof List<?> list) {
      count('l', list.size());
      list.forEach(this::value);
    } else if (value instanceof Map<?, ?> map) {
      count('m', map.size());
      map.forEach(
          (name, field) -> {
            text('c', name.toString());
            value(field);
          });
    } else {
      throw new AssertionError(value.getClass());
    }
  }

  private void json(JsonNode node) {
    if (node.isTextual()) {
      text('s', node.textValue());
    } else if (node.isContainerNode()) {
      text('j', Json.text(Json.sorted(node)));
    } else if (node.isBoolean()) {
      scalar(node.booleanValue());
    } else {
      text('n', node.asText());
    }
  }

  private void scalar(Object value) {
    if (value instanceof Boolean flag) {
      text('b', flag ? "true" : "false");
    } else if (value instanceof Float || value instanceof Double) {
      digest.update((byte) 'f');
      digest.update(
          number.putLong(0, Double.doubleToRawLongBits(((Number) value).doubleValue())).array());
    } else {
      text('n', value.toString());
    }
  }

  private void text(char tag, String text) {
    bytes(tag, text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(char tag, byte[] bytes) {
    count(tag, bytes.length);
    digest.update(bytes);
  }

  private void count(char tag, long count) {
    digest.update((byte) tag);
    digest.update(number.putLong(0, count).array());
  }
}
