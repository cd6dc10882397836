package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Media;
import dev.sheaf.format.internal.blob.Place;
import java.nio.ByteBuffer;

/** Takes the values that are too long for a page. */
public interface WideValues {
  /** Stores bytes as they are. */
  Place bytes(ByteBuffer value);

  /** Stores text, compressed with its neighbours. */
  Place text(ByteBuffer utf8);

  /** Stores a payload, or refers to it where this dataset has it already. */
  Place media(Media media);

  /** Writes what is waiting, so that every place handed out is complete. */
  void flush();
}
