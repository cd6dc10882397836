package dev.sheaf.format.internal.media;

import java.nio.ByteBuffer;

/**
 * Tells from the first bytes of packets which of them give no picture when a stream is decoded from
 * its beginning. Sees the packets of one stream in decode order.
 *
 * <p>VP8 and VP9 have pictures that are only referred to (RFC 6386 9.1; VP9 bitstream 6.2). HEVC
 * has leading pictures that refer to what lies before the point where decoding began (ITU-T H.265
 * 8.3.3); after the first picture these are left out by every decoder.
 */
abstract class PictureNotes {
  static PictureNotes of(String codec, byte[] extradata) {
    return switch (codec) {
      case "vp8" -> new Vp8();
      case "vp9" -> new Vp9();
      case "hevc" -> new Hevc(extradata);
      default -> new All();
    };
  }

  abstract boolean isHidden(byte[] packet);

  private static final class All extends PictureNotes {
    @Override
    boolean isHidden(byte[] packet) {
      return false;
    }
  }

  private static final class Vp8 extends PictureNotes {
    @Override
    boolean isHidden(byte[] packet) {
      return packet.length > 0 && (packet[0] & 0x10) == 0;
    }
  }

  private static final class Vp9 extends PictureNotes {
    @Override
    boolean isHidden(byte[] packet) {
      if (packet.length == 0 || (packet[packet.length - 1] & 0xe0) == 0xc0) {
        return false; // a superframe, of which the last picture is shown
      }
      int bits = (packet[0] & 0xff) << 8 | (packet.length > 1 ? packet[1] & 0xff : 0);
      boolean third = (bits & 0x3000) == 0x3000; // profile 3 has one more bit
      int shift = third ? 10 : 11;
      boolean existing = (bits >> shift & 1) == 1;
      boolean shown = (bits >> shift - 2 & 1) == 1;
      return !existing && !shown;
    }
  }

  private static final class Hevc extends PictureNotes {
    private static final int RASL_N = 8;
    private static final int RASL_R = 9;
    private static final int BLA_W_LP = 16;
    private static final int BLA_N_LP = 18;
    private static final int IDR_W_RADL = 19;
    private static final int IDR_N_LP = 20;
    private static final int CRA = 21;
    private static final int END_OF_SEQUENCE = 36;

    private final int lengthBytes;
    private boolean beginning = true;
    private boolean skipping;

    Hevc(byte[] extradata) {
      boolean prefixed = extradata.length > 22 && extradata[0] == 1;
      this.lengthBytes = prefixed ? (extradata[21] & 3) + 1 : 0;
    }

    @Override
    boolean isHidden(byte[] packet) {
      boolean hidden = false;
      ByteBuffer in = ByteBuffer.wrap(packet);
      for (int type = next(in); type >= 0; type = next(in)) {
        if (type >= BLA_W_LP && type <= BLA_N_LP) {
          skipping = true;
          beginning = false;
        } else if (type == CRA) {
          skipping = beginning;
          beginning = false;
        } else if (type == IDR_W_RADL || type == IDR_N_LP) {
          skipping = false;
          beginning = false;
        } else if (type == END_OF_SEQUENCE) {
          beginning = true;
        } else if (type == RASL_N || type == RASL_R) {
          hidden = skipping;
        }
      }
      return hidden;
    }

    /** Returns the type of the next unit, or -1. */
    private int next(ByteBuffer in) {
      return lengthBytes > 0 ? nextPrefixed(in) : nextMarked(in);
    }

    private int nextPrefixed(ByteBuffer in) {
      if (in.remaining() <= lengthBytes) {
        return -1;
      }
      long length = 0;
      for (int i = 0; i < lengthBytes; i++) {
        length = length << 8 | in.get() & 0xff;
      }
      if (length == 0 || length > in.remaining()) {
        return -1;
      }
      int type = in.get(in.position()) >> 1 & 0x3f;
      in.position(in.position() + (int) length);
      return type;
    }

    private static int nextMarked(ByteBuffer in) {
      while (in.remaining() > 3) {
        int at = in.position();
        if (in.get(at) == 0 && in.get(at + 1) == 0 && in.get(at + 2) == 1) {
          in.position(at + 4);
          return in.get(at + 3) >> 1 & 0x3f;
        }
        in.position(at + 1);
      }
      return -1;
    }
  }
}
