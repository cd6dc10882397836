package dev.sheaf.format.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where every read copies a sample to: one reused array for the bytes, in whatever order suits the
 * store, and fields for the scalars.
 */
public final class Target {
  /** More than any sample has. */
  public static final int CAPACITY = 32 << 10;

  /**
   * Where a store that copies cell by cell puts the embedding: each cell has a place of its own.
   */
  static final int EMBEDDING_AT = 256;

  /** Where a store that copies cell by cell puts the image. */
  static final int IMAGE_AT = 4_096;

  /** The bytes that came. */
  public final byte[] bytes = new byte[CAPACITY];

  /** The same bytes, for stores that fill a buffer. */
  public final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  long id;
  int w;
  int h;
  float score;
  long ts;
  int lang;
  float aes;
  int captionAt;
  int captionLength;
  int embeddingAt;
  int embeddingLength;
  int imageAt;
  int imageLength;
  private int end;

  void clear() {
    captionAt = captionLength = embeddingAt = embeddingLength = imageAt = imageLength = end = 0;
  }

  private int append(byte[] value) {
    int at = end;
    System.arraycopy(value, 0, bytes, at, value.length);
    end += value.length;
    return at;
  }

  void caption(byte[] value) {
    captionAt = append(value);
    captionLength = value.length;
  }

  void embedding(byte[] value) {
    embeddingAt = append(value);
    embeddingLength = value.length;
  }

  void image(byte[] value) {
    imageAt = append(value);
    imageLength = value.length;
  }

  byte[] caption() {
    return Arrays.copyOfRange(bytes, captionAt, captionAt + captionLength);
  }

  byte[] embedding() {
    return Arrays.copyOfRange(bytes, embeddingAt, embeddingAt + embeddingLength);
  }

  byte[] image() {
    return Arrays.copyOfRange(bytes, imageAt, imageAt + imageLength);
  }

  /** Returns the number of bytes of the cells. */
  int length() {
    return 36 + captionLength + embeddingLength + imageLength;
  }

  /** Returns something that depends on every field, so that no read can be left out. */
  long digest() {
    return id
        + w
        + h
        + Float.floatToRawIntBits(score)
        + ts
        + lang
        + Float.floatToRawIntBits(aes)
        + bytes[captionAt]
        + bytes[embeddingAt]
        + bytes[imageAt + Math.max(0, imageLength - 1)];
  }

  /** Throws unless the caption and embedding are those of {@code expected}. */
  void requireSameText(Target expected) {
    require("caption", Arrays.equals(caption(), expected.caption()));
    require("embedding", Arrays.equals(embedding(), expected.embedding()));
  }

  /** Throws unless all cells are those of {@code expected}. */
  void requireSame(Target expected) {
    requireSameText(expected);
    require("id", id == expected.id);
    require("w", w == expected.w);
    require("h", h == expected.h);
    require("score", Float.compare(score, expected.score) == 0);
    require("ts", ts == expected.ts);
    require("lang", lang == expected.lang);
    require("aes", Float.compare(aes, expected.aes) == 0);
    requireSameImage(expected);
  }

  /** Throws unless the image is that of {@code expected}. */
  void requireSameImage(Target expected) {
    require("image", Arrays.equals(image(), expected.image()));
  }

  private void require(String cell, boolean same) {
    if (!same) {
      throw new IllegalStateException("sample " + id + " was read with a wrong " + cell);
    }
  }
}
