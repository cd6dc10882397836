package dev.sheaf.format.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A sample as one value, for stores of keys and values: a header of 48 bytes with the scalars and
 * lengths, then caption, embedding and image.
 */
final class Records {
  /** The bytes before the caption. */
  static final int HEADER = 48;

  /** More than header, caption and embedding take. */
  static final int TEXT_BYTES = HEADER + 140 + BenchData.EMBEDDING_BYTES;

  private Records() {}

  /** Returns the record of a sample. */
  static byte[] encode(Target sample) {
    ByteBuffer record =
        ByteBuffer.allocate(
                HEADER + sample.captionLength + sample.embeddingLength + sample.imageLength)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(sample.captionLength).putInt(sample.embeddingLength).putInt(sample.imageLength);
    record.putLong(sample.id).putInt(sample.w).putInt(sample.h).putFloat(sample.score);
    record.putLong(sample.ts).putInt(sample.lang).putFloat(sample.aes);
    record.put(sample.caption()).put(sample.embedding()).put(sample.image());
    return record.array();
  }

  /** Returns the length of the record that begins at {@code at}. */
  static int length(ByteBuffer buffer, int at) {
    return HEADER + buffer.getInt(at) + buffer.getInt(at + 4) + buffer.getInt(at + 8);
  }

  /**
   * Returns the length of header, caption and embedding of the record that begins at {@code at}.
   */
  static int textLength(ByteBuffer buffer, int at) {
    return HEADER + buffer.getInt(at) + buffer.getInt(at + 4);
  }

  /** Reads the header of a record that lies at the start of {@code target.bytes}. */
  static void all(Target target) {
    ByteBuffer record = target.buffer;
    text(target);
    target.imageLength = record.getInt(8);
    target.imageAt = target.embeddingAt + target.embeddingLength;
    target.id = record.getLong(12);
    target.w = record.getInt(20);
    target.h = record.getInt(24);
    target.score = record.getFloat(28);
    target.ts = record.getLong(32);
    target.lang = record.getInt(40);
    target.aes = record.getFloat(44);
  }

  /** Reads where caption and embedding are from a record at the start of {@code target.bytes}. */
  static void text(Target target) {
    ByteBuffer record = target.buffer;
    target.captionLength = record.getInt(0);
    target.embeddingLength = record.getInt(4);
    target.captionAt = HEADER;
    target.embeddingAt = HEADER + target.captionLength;
  }
}
