package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Packets of H.264 as MP4 has them: units with their lengths before them, and the parameters of the
 * sequence apart (ISO/IEC 14496-15 5.3). Reads from the first slice and what is before it the type
 * of a picture and whether decoding can begin there, as FFmpeg's parser does, without a call of it
 * for each packet.
 */
final class AvcPackets {
  private static final int SLICE = 1;
  private static final int KEY_SLICE = 5;
  private static final int INFORMATION = 6;
  private static final int SEQUENCE = 7;
  private static final int PICTURE = 8;
  private static final int DELIMITER = 9;
  private static final int FILLER = 12;
  private static final int RECOVERY_POINT = 6;
  private static final int MOST_RECOVERY = 1 << 16;
  private static final int MOST_INFORMATION = 1 << 16;
  private static final int MOST_BEGINNING = 256;

  private final int lengthBytes;
  private final List<byte[]> parameters = new ArrayList<>();

  /**
   * Reads the record before the packets.
   *
   * @throws UnusualFileException unless it has one set of parameters of the sequence
   */
  AvcPackets(byte[] extradata) {
    unless(extradata.length >= 7 && extradata[0] == 1, "a record of parameters");
    lengthBytes = (extradata[4] & 3) + 1;
    ByteBuffer in = ByteBuffer.wrap(extradata).position(5);
    unless((in.get() & 0x1f) == 1, "several sequences");
    add(in, SEQUENCE);
    unless(in.hasRemaining(), "a cut record");
    int pictures = in.get() & 0xff;
    unless(pictures > 0, "no parameters of pictures");
    for (int i = 0; i < pictures; i++) {
      add(in, PICTURE);
    }
  }

  private void add(ByteBuffer in, int type) {
    unless(in.remaining() >= 2, "a cut record");
    int length = in.getShort() & 0xffff;
    unless(length > 1 && length <= in.remaining(), "the length of parameters");
    byte[] unit = new byte[length];
    in.get(unit);
    unless((unit[0] & 0x9f) == type, "a kind of parameters");
    parameters.add(unit);
  }

  /** Returns the parameters of the sequence, as a unit. */
  byte[] sequence() {
    return parameters.get(0);
  }

  /**
   * Returns the type of the picture of a packet, 0 if it is neither I, P nor B, and {@link
   * FrameTable#KEY} if decoding can begin there: at a picture that says so of all before it, or one
   * of which a message says after how many others pictures come out right.
   *
   * @throws UnusualFileException if a packet is not made of common units, begins with another slice
   *     than the first, or has other parameters than the record
   */
  int flags(byte[] payload, int from, int length) {
    int end = from + length;
    int at = from;
    int flags = 0;
    boolean found = false;
    while (at < end) {
      int size = length(payload, at, end);
      at += lengthBytes;
      int unit = payload[at] & 0x9f;
      if (unit == SLICE || unit == KEY_SLICE) {
        if (!found) {
          unless(size >= 2, "a short slice");
          flags |= slice(payload[at + 1] & 0xff) | (unit == KEY_SLICE ? FrameTable.KEY : 0);
          found = true;
        }
      } else {
        unless(isHarmless(unit, payload, at, at + size), "a unit");
        // There FFmpeg's parser would look for slices.
        unless(found || !hasStartCode(payload, at, at + size), "a start code in a unit");
        boolean recovers = unit == INFORMATION && !found && recovers(payload, at, at + size);
        flags |= recovers ? FrameTable.KEY : 0;
      }
      at += size;
    }
    unless(found, "a packet without a slice");
    return flags;
  }

  /**
   * Returns a packet that has the beginning of the first slice of another, cut off, and no more.
   */
  byte[] beginning(byte[] payload, int from) {
    int at = from;
    while (true) {
      int size = length(payload, at, payload.length);
      at += lengthBytes;
      int unit = payload[at] & 0x9f;
      if (unit == SLICE || unit == KEY_SLICE) {
        int bytes = Math.min(size, lengthBytes == 1 ? 0xff : MOST_BEGINNING);
        byte[] packet = new byte[lengthBytes + bytes];
        for (int i = 0; i < lengthBytes; i++) {
          packet[i] = (byte) (bytes >>> 8 * (lengthBytes - 1 - i));
        }
        System.arraycopy(payload, at, packet, lengthBytes, bytes);
        return packet;
      }
      at += size;
    }
  }

  /** Tells whether there is a message about a recovery point (ITU-T H.264 7.3.2.3.1, D.1.8). */
  private static boolean recovers(byte[] payload, int from, int to) {
    unless(to - from <= MOST_INFORMATION, "a long message");
    BitReader bits = BitReader.ofUnit(Arrays.copyOfRange(payload, from + 1, to));
    boolean recovers = false;
    while (bits.left() > 16) {
      int kind = number(bits);
      long end = number(bits) * 8L;
      unless(end <= bits.left(), "a cut message");
      end = bits.left() - end;
      if (kind == RECOVERY_POINT) {
        unless(bits.unsigned() < MOST_RECOVERY && bits.left() >= end, "a recovery point");
        recovers = true;
      }
      bits.skip((int) (bits.left() - end));
    }
    return recovers;
  }

  private static int number(BitReader bits) {
    int sum = 0;
    int next;
    do {
      next = bits.take(8);
      sum += next;
    } while (next == 0xff);
    return sum;
  }

  private int length(byte[] payload, int at, int end) {
    unless(end - at > lengthBytes, "a cut length");
    long size = 0;
    for (int i = 0; i < lengthBytes; i++) {
      size = size << 8 | payload[at + i] & 0xff;
    }
    unless(size > 0 && size <= end - at - lengthBytes, "the length of a unit");
    return (int) size;
  }

  private boolean isHarmless(int unit, byte[] payload, int from, int to) {
    if (unit == SEQUENCE || unit == PICTURE) {
      for (byte[] known : parameters) {
        if (Arrays.equals(known, 0, known.length, payload, from, to)) {
          return true;
        }
      }
      return false;
    }
    return unit == INFORMATION || unit == DELIMITER || unit == FILLER;
  }

  private static boolean hasStartCode(byte[] payload, int from, int to) {
    for (int i = from; i + 2 < to; i++) {
      if (payload[i] == 0 && payload[i + 1] == 0 && (payload[i + 2] == 1 || payload[i + 2] == 2)) {
        return true;
      }
    }
    return false;
  }

  /** Reads the first number of a slice, which has to be 0, and the second, the type. */
  private static int slice(int bits) {
    unless((bits & 0x80) != 0, "a packet that begins with a later slice");
    int rest = bits & 0x7f;
    int zeros = Integer.numberOfLeadingZeros(rest) - 25;
    unless(zeros <= 3, "a type of slice");
    int number = (rest >> 6 - 2 * zeros) - 1;
    unless(number < 10, "a type of slice");
    return switch (number % 5) {
      case 0 -> avutil.AV_PICTURE_TYPE_P;
      case 1 -> avutil.AV_PICTURE_TYPE_B;
      case 2 -> avutil.AV_PICTURE_TYPE_I;
      default -> 0;
    };
  }
}
