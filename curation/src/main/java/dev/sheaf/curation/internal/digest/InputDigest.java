package dev.sheaf.curation.internal.digest;

import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Names the content of some cells: the first 128 bits of SHA-256. Media cells contribute the digest
 * that was taken at ingest, so no payload is read.
 */
public final class InputDigest {
  /** The length in bytes. */
  public static final int BYTES = 16;

  private final MessageDigest digest = sha256();

  private InputDigest() {}

  /** Returns the digest of the cells of a sample. */
  public static ByteBuffer of(Sample sample, List<String> columns) {
    InputDigest digest = new InputDigest();
    for (String column : columns) {
      digest.add(sample.value(column));
    }
    return ByteBuffer.wrap(Arrays.copyOf(digest.digest.digest(), BYTES)).asReadOnlyBuffer();
  }

  /** Returns the digest of a text as 32 hex digits. */
  public static String ofText(String text) {
    byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return java.util.HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Each value is preceded by its kind and length, so that no two inputs look the same. */
  private void add(Object value) {
    if (value == null) {
      put('0', new byte[0]);
    } else if (value instanceof Media media) {
      put('m', media.sha256().getBytes(StandardCharsets.US_ASCII));
    } else if (value instanceof Tensor tensor) {
      put('t', (tensor.dtype() + tensor.shape().toString()).getBytes(StandardCharsets.UTF_8));
      ByteBuffer copy = ByteBuffer.allocate(tensor.byteLength());
      tensor.copyTo(copy);
      put('d', copy.array());
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      put('b', bytes);
    } else if (value instanceof List<?> list) {
      put('l', ByteBuffer.allocate(4).putInt(list.size()).array());
      list.forEach(this::add);
    } else if (value instanceof Map<?, ?> map) {
      put('s', ByteBuffer.allocate(4).putInt(map.size()).array());
      map.forEach(
          (name, inner) -> {
            add(name);
            add(inner);
          });
    } else {
      String kind = value.getClass().getSimpleName();
      put('v', (kind + ":" + value).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void put(char kind, byte[] bytes) {
    digest.update((byte) kind);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }
}
