package dev.sheaf.format.internal.source;

/** A payload that lies in a table cell, with the path that came with it (or null). */
public final class MediaBytes {
  private final byte[] bytes;
  private final String path;

  public MediaBytes(byte[] bytes, String path) {
    this.bytes = bytes;
    this.path = path;
  }

  /** Returns the payload itself, not a copy; null when only the path is given. */
  public byte[] bytes() {
    return bytes;
  }

  public String path() {
    return path;
  }
}
