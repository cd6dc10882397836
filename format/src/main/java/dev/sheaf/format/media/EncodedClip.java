package dev.sheaf.format.media;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The packets from which a range of frames is decoded.
 *
 * @param codec the name of the codec, for example {@code h264}
 * @param extradata the codec's global headers, a read-only view
 * @param packets in decode order, from a key packet to the last that is needed
 */
public record EncodedClip(String codec, ByteBuffer extradata, List<Packet> packets) {
  /** Copies the list. */
  public EncodedClip {
    packets = List.copyOf(packets);
  }

  /**
   * One packet.
   *
   * @param data its bytes, a read-only view
   * @param pts when its frame is shown, in units of {@link Video#timeBase}
   * @param isKey whether decoding can begin at it
   * @param frame the number of its frame, or -1 if it is not shown
   */
  public record Packet(ByteBuffer data, long pts, boolean isKey, int frame) {}
}
