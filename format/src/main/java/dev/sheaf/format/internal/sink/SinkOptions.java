package dev.sheaf.format.internal.sink;

/**
 * What a caller may say about an export, beside the columns.
 *
 * @param shardBytes the bytes of values after which a file is finished, or 0 for the format's own
 *     habit
 * @param shardRows the samples after which a file is finished, or 0 for any number
 * @param layout how a folder of images tells what is known about them
 */
public record SinkOptions(long shardBytes, long shardRows, Layout layout) {
  /** How a folder of images tells what is known about them. */
  public enum Layout {
    /** Folders if an image and at most its label are exported, else metadata. */
    AUTO,
    /** A folder a label. */
    FOLDERS,
    /** One table beside the images. */
    METADATA
  }

  /** Tells whether the caller said when a file is to be finished. */
  boolean isSharded() {
    return shardBytes > 0 || shardRows > 0;
  }

  /** Returns these options with a bound on the bytes of a file where the caller gave none. */
  SinkOptions orBytes(long bytes) {
    return isSharded() ? this : new SinkOptions(bytes, 0, layout);
  }

  /**
   * Tells whether a file that holds {@code rows} samples of {@code bytes} in all is to be finished
   * before {@code next} more bytes.
   */
  boolean isFull(long rows, long bytes, long next) {
    return rows > 0
        && ((shardRows > 0 && rows >= shardRows) || (shardBytes > 0 && bytes + next > shardBytes));
  }
}
