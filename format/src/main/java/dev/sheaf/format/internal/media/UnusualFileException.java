package dev.sheaf.format.internal.media;

/**
 * Says that a file is not of the ordinary kind that {@link IndexedFrames} reads by itself; FFmpeg's
 * demuxer then reads it. Without a stack trace: it is part of an ordinary course of events.
 */
final class UnusualFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnusualFileException(String what) {
    super(what, null, false, false);
  }

  /** Throws if a condition does not hold. */
  static void unless(boolean holds, String what) {
    if (!holds) {
      throw new UnusualFileException(what);
    }
  }
}
