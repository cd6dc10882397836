package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import java.nio.ByteBuffer;

/** The frame tables that are stored beside videos. */
public final class FrameTables {
  private FrameTables() {}

  /** Returns the frame table of a cell, or null where it has none. */
  public static ByteBuffer of(Object cell) {
    return cell instanceof Media media && media.kind() == MediaKind.VIDEO
        ? media.frameTable().orElse(null)
        : null;
  }
}
