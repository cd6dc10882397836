package dev.sheaf.format.internal.probe;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;

/**
 * What a look at a payload found.
 *
 * @param kind what it is
 * @param codec its codec or container, for example {@code jpeg}
 * @param facts what {@code docs/format-spec.md#media-facts} lists, as far as it is known
 * @param defect why the payload cannot be whole, or the empty string
 * @param frameTable the frame table of a video, else without bytes
 */
public record Probe(
    MediaKind kind, String codec, Map<String, Object> facts, String defect, ByteBuffer frameTable) {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Creates the probe of what has no frame table. */
  Probe(MediaKind kind, String codec, Map<String, Object> facts, String defect) {
    this(kind, codec, facts, defect, NONE);
  }

  /** Copies the facts. */
  public Probe {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(defect, "defect");
    facts = Map.copyOf(facts);
    frameTable = frameTable.slice().asReadOnlyBuffer();
  }

  /**
   * Returns the payload that was looked at as a value for a dataset, with its facts and frame
   * table.
   */
  public Media media(byte[] payload) {
    return frameTable.hasRemaining()
        ? Media.ofVideo(payload, facts, frameTable)
        : Media.of(kind, payload, facts);
  }

  /**
   * Tells whether the structure is broken: cut short, or a checksum or length that does not hold.
   */
  public boolean isBroken() {
    return !defect.isEmpty();
  }
}
