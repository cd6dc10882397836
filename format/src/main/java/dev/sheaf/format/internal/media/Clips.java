package dev.sheaf.format.internal.media;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;

/** Decodes frames by number, from the packets that they need and no others. */
public final class Clips {
  private Clips() {}

  /** The payload that a frame table describes. */
  public interface Payload {
    /** Reads one range, without verification. */
    ByteBuffer range(long offset, int length);

    /** Reads all of it, verified. */
    byte[] whole();

    /** Returns the error to throw where packets do not have their checksum. */
    default CorruptDataException mismatch(CorruptDataException found) {
      return found;
    }
  }

  /** Takes decoded frames. */
  interface Sink {
    /** Takes a frame, which is valid during the call. */
    void frame(int number, AVFrame frame);
  }

  /**
   * The packets from which frames are decoded, and where they lie.
   *
   * @param first the packet at which decoding begins
   * @param last the last packet that is needed
   * @param offset the first byte of the range
   * @param length the bytes of the range
   */
  public record Plan(int first, int last, long offset, long length) {
    /** Plans the frames {@code [from, to)}, of which there is at least one. */
    public static Plan of(FrameTable table, int from, int to) {
      int[] wanted = new int[to - from];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = table.packetOfFrame(from + i);
      }
      int first = table.start(wanted);
      int last = Arrays.stream(wanted).max().orElseThrow();
      long begin = Long.MAX_VALUE;
      long end = 0;
      for (int packet = first; packet <= last; packet++) {
        if (table.size(packet) > 0) {
          begin = Math.min(begin, table.offset(packet));
          end = Math.max(end, table.offset(packet) + table.size(packet));
        }
      }
      return new Plan(first, last, begin, end - begin);
    }
  }

  /** Decodes the frames {@code [from, to)}. */
  static void decode(
      FrameTable table,
      Payload payload,
      int from,
      int to,
      FrameDecoder.Options options,
      Sink sink) {
    Taken taken = new Taken(table, from, to, sink);
    if (table.isDirect()) {
      direct(table, payload, Plan.of(table, from, to), options, taken);
    } else {
      demuxed(payload.whole(), options, taken);
    }
  }

  private static void direct(
      FrameTable table, Payload payload, Plan plan, FrameDecoder.Options options, Taken taken) {
    byte[] bytes = read(table, payload, plan);
    try (FrameDecoder decoder = FrameDecoder.open(table.setup(), options)) {
      for (int packet = plan.first(); packet <= plan.last() && !taken.all(); packet++) {
        int at = (int) (table.offset(packet) - plan.offset());
        int flags = table.isKey(packet) ? avcodec.AV_PKT_FLAG_KEY : 0;
        decoder.skipsUnreferenced(table.isTimed() && !taken.wants(packet));
        decoder.send(bytes, at, table.size(packet), packet, flags);
        taken.from(decoder);
      }
      decoder.drain();
      taken.from(decoder);
      taken.requireAll(decoder.trouble());
    }
  }

  /**
   * Returns the packets of a plan, verified.
   *
   * @throws CorruptDataException if a checksum does not hold
   */
  public static byte[] read(FrameTable table, Payload payload, Plan plan) {
    if (plan.length() > Integer.MAX_VALUE - 64) {
      throw new BadMediaException(
          BadMediaException.Reason.TOO_LARGE, "needs " + plan.length() + " bytes for these frames");
    }
    byte[] bytes = new byte[(int) plan.length()];
    payload.range(plan.offset(), bytes.length).get(bytes);
    CRC32C crc = new CRC32C();
    for (int packet = plan.first(); packet <= plan.last(); packet++) {
      if (table.isKey(packet)) {
        crc.reset();
      }
      crc.update(bytes, (int) (table.offset(packet) - plan.offset()), table.size(packet));
      boolean ends = packet == plan.last() || table.isKey(packet + 1);
      if (ends && (int) crc.getValue() != table.crc(packet)) {
        throw payload.mismatch(
            new CorruptDataException(
                "SHEAF-CHK-001",
                String.format(
                    "Checksum of a group of pictures does not match: stored=0x%08x computed=0x%08x",
                    table.crc(packet), (int) crc.getValue()),
                Location.NONE.with("packet", packet).with("offset", table.offset(packet)),
                "The file is damaged; run `sheaf fsck` to list all damaged chunks"));
      }
    }
    return bytes;
  }

  private static void demuxed(byte[] payload, FrameDecoder.Options options, Taken taken) {
    try (Demuxer demuxer = Demuxer.open(payload)) {
      AVStream stream = demuxer.video();
      demuxer.only(stream);
      AVPacket packet = avcodec.av_packet_alloc();
      try (FrameDecoder decoder = FrameDecoder.open(stream.codecpar(), options)) {
        for (int number = 0; !taken.all() && demuxer.next(packet, stream); number++) {
          packet.pts(number);
          if (packet.size() > 0) {
            decoder.send(packet);
          }
          avcodec.av_packet_unref(packet);
          taken.from(decoder);
        }
        decoder.drain();
        taken.from(decoder);
        taken.requireAll(decoder.trouble());
      } finally {
        avcodec.av_packet_free(packet);
      }
    }
  }

  /** The frames that are wanted, and which of them came. */
  private static final class Taken {
    private final FrameTable table;
    private final int from;
    private final boolean[] came;
    private final int[] frameOfPacket;
    private final Sink sink;
    private int rest;
    private int shown;

    Taken(FrameTable table, int from, int to, Sink sink) {
      this.table = table;
      this.from = from;
      this.came = new boolean[to - from];
      this.rest = to - from;
      this.sink = sink;
      this.frameOfPacket = new int[table.packets()];
      Arrays.fill(frameOfPacket, -1);
      for (int frame = from; frame < to; frame++) {
        frameOfPacket[table.packetOfFrame(frame)] = frame;
      }
    }

    /** Tells whether the frame of a packet is wanted. */
    boolean wants(int packet) {
      return byPacket(packet) >= 0;
    }

    boolean all() {
      return rest == 0;
    }

    void from(FrameDecoder decoder) {
      for (AVFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
        int number = table.isTimed() ? byPacket(frame.pts()) : shown++;
        int at = number - from;
        if (at >= 0 && at < came.length && !came[at]) {
          came[at] = true;
          rest--;
          sink.frame(number, frame);
        }
      }
    }

    private int byPacket(long packet) {
      return packet >= 0 && packet < frameOfPacket.length ? frameOfPacket[(int) packet] : -1;
    }

    void requireAll(String trouble) {
      for (int i = 0; i < came.length; i++) {
        if (!came[i]) {
          throw new BadMediaException(
              BadMediaException.Reason.DAMAGED,
              "gives no frame "
                  + (from + i)
                  + " when it is decoded"
                  + (trouble.isEmpty() ? "" : ": " + trouble));
        }
      }
    }
  }
}
