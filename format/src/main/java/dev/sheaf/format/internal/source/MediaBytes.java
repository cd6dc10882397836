package dev.sheaf.format.internal.source;

/** A payload that lies in a table cell, with the path that came with it (or null). */
final class MediaBytes {
  private final byte[] bytes;
  private final String path;

  MediaBytes(byte[] bytes, String path) {
    this.bytes = bytes;
    this.path = path;
  }

  /** Returns the payload itself, not a copy; null when only the path is given. */
  byte[] bytes() {
    return bytes;
  }

  String path() {
    return path;
  }
}
