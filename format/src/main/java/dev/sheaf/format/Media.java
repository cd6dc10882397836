package dev.sheaf.format;

import dev.sheaf.format.internal.blob.HeapMedia;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * An encoded payload (a JPEG, an MP4 …) with its facts. Facts never touch the payload; the payload
 * is read when asked for.
 *
 * <p>Safe for use by several threads. A media cell of a version stays readable until its {@link
 * Dataset} is closed.
 */
public interface Media {
  /** Returns what the payload is. */
  MediaKind kind();

  /** Returns the length of the payload in bytes. */
  long byteLength();

  /** Returns the SHA-256 of the payload as 64 hex digits. */
  String sha256();

  /**
   * Returns the facts found at ingest, by name: {@code codec} (String), {@code width}, {@code
   * height}, {@code channels} (Integer) … A fact that is not known is absent.
   */
  Map<String, Object> facts();

  /** Returns the codec's name, for example {@code jpeg}, or the empty string. */
  default String codec() {
    Object codec = facts().get("codec");
    return codec == null ? "" : codec.toString();
  }

  /** Returns the width in pixels, or -1. */
  default int width() {
    return facts().get("width") instanceof Number n ? n.intValue() : -1;
  }

  /** Returns the height in pixels, or -1. */
  default int height() {
    return facts().get("height") instanceof Number n ? n.intValue() : -1;
  }

  /**
   * Returns the payload as a read-only, little-endian view from position 0 to its length. Once
   * verified it is a view of the mapped chunk and costs no copy. It stays valid as long as it is
   * reachable, also after the dataset is closed; if somebody cuts the chunk file short meanwhile,
   * access through this view throws {@link InternalError} or gives zeros, whereas {@link #copyTo}
   * and {@link #toBytes} report a {@link CorruptDataException}.
   *
   * @throws CorruptDataException if the checksum does not hold
   */
  ByteBuffer bytes();

  /**
   * Returns a part of the payload, verified by 256 KiB blocks where the payload is above 1 MiB.
   *
   * @param offset the first byte
   * @param length the number of bytes
   * @throws IndexOutOfBoundsException if the range is not within the payload
   */
  ByteBuffer range(long offset, int length);

  /**
   * Returns the stored frame table of a video, as {@code docs/format-spec.md#frame-table} describes
   * it; empty where there is none. {@link dev.sheaf.format.media.Video} reads it.
   */
  default Optional<ByteBuffer> frameTable() {
    return Optional.empty();
  }

  /**
   * Returns a part of the payload without verifying it, for who has checksums of his own: reads
   * that range and no more where the payload is stored.
   *
   * @param offset the first byte
   * @param length the number of bytes
   * @throws IndexOutOfBoundsException if the range is not within the payload
   */
  default ByteBuffer unverifiedRange(long offset, int length) {
    return range(offset, length);
  }

  /** Returns a copy of the payload. */
  byte[] toBytes();

  /** Copies the payload into {@code target} from its position on, which advances. */
  void copyTo(ByteBuffer target);

  /** Writes the payload. */
  void writeTo(OutputStream out) throws IOException;

  /**
   * Returns a new payload that can be written to a dataset.
   *
   * @param payload the bytes; they must not be changed afterwards
   * @param facts what is known, as in {@link #facts()}
   */
  static Media of(MediaKind kind, byte[] payload, Map<String, Object> facts) {
    return new HeapMedia(kind, payload, facts);
  }

  /**
   * Returns a new video that can be written to a dataset, with its frame table.
   *
   * @param payload the bytes; they must not be changed afterwards
   * @param facts what is known, as in {@link #facts()}
   * @param frameTable the frame table of exactly these bytes, as in {@link #frameTable()}
   */
  static Media ofVideo(byte[] payload, Map<String, Object> facts, ByteBuffer frameTable) {
    return new HeapMedia(MediaKind.VIDEO, payload, facts, frameTable);
  }
}
