package dev.sheaf.format.internal.media;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** The packets of a video while they are listed, and what comes of them. Not thread-safe. */
final class PacketList {
  private final AVStream stream;
  private final int payloadBytes;
  private final CRC32C crc = new CRC32C();
  private long lastEnd;
  private boolean shown;
  private int count;
  private byte[] flags = new byte[64];
  private int[] size = new int[64];
  private long[] offset = new long[64];
  private long[] pts = new long[64];
  private int[] crcs = new int[64];

  /** Begins a list of the packets of a stream in a payload of so many bytes. */
  PacketList(AVStream stream, int payloadBytes) {
    this.stream = stream;
    this.payloadBytes = payloadBytes;
  }

  /**
   * What is known of a video when its packets are listed.
   *
   * @param facts by name, as {@code docs/format-spec.md#media-facts} lists them
   */
  record Found(FrameTable table, Map<String, Object> facts) {}

  int count() {
    return count;
  }

  /** Tells whether any of the packets is shown. */
  boolean hasShown() {
    return shown;
  }

  /**
   * Adds a packet.
   *
   * @param bits the flags of {@link FrameTable} and the type of its picture
   * @param source has the bytes of the packet from {@code from} on
   * @param place where they lie in the payload
   * @param time when it is shown, in units of the stream's time base
   * @param duration for how long, or less than 0
   */
  void add(int bits, byte[] source, int from, int bytes, long place, long time, long duration) {
    if (count == flags.length) {
      grow();
    }
    if ((bits & FrameTable.HIDDEN) == 0) {
      long end = time + Math.max(0, duration);
      lastEnd = shown ? Math.max(lastEnd, end) : end;
      shown = true;
    }
    if ((bits & FrameTable.KEY) != 0) {
      crc.reset();
    }
    crc.update(source, from, bytes);
    flags[count] = (byte) bits;
    size[count] = bytes;
    offset[count] = place;
    pts[count] = time;
    crcs[count] = (int) crc.getValue();
    count++;
  }

  private void grow() {
    int more = count * 2;
    flags = Arrays.copyOf(flags, more);
    size = Arrays.copyOf(size, more);
    offset = Arrays.copyOf(offset, more);
    pts = Arrays.copyOf(pts, more);
    crcs = Arrays.copyOf(crcs, more);
  }

  /**
   * Returns the frame table and the facts of the packets and of what FFmpeg knows of the stream.
   *
   * @param direct whether packets can be decoded from where they lie
   * @param timed whether the container says when each is shown
   * @param audio whether there is sound beside
   */
  Found found(boolean direct, boolean timed, boolean audio) {
    FrameTable table = table(direct, timed);
    return new Found(table, facts(table, audio));
  }

  private FrameTable table(boolean direct, boolean timed) {
    AVCodecParameters codec = stream.codecpar();
    AVRational base = stream.time_base();
    FrameTable.Setup setup =
        new FrameTable.Setup(
            Frames.name(codec),
            codec.codec_tag(),
            Frames.pixelFormat(codec.format()),
            codec.width(),
            codec.height(),
            Math.max(0, codec.video_delay()),
            codec.profile(),
            codec.level(),
            Math.max(0, codec.bits_per_coded_sample()),
            codec.color_range() > 2 ? 0 : codec.color_range(),
            codec.color_space(),
            FrameTable.Bytes.of(Frames.extradata(codec)));
    return new FrameTable(
        setup,
        direct,
        timed,
        base.num(),
        base.den(),
        Frames.orientation(codec),
        Arrays.copyOf(flags, count),
        Arrays.copyOf(size, count),
        Arrays.copyOf(offset, count),
        Arrays.copyOf(pts, count),
        Arrays.copyOf(crcs, count));
  }

  private Map<String, Object> facts(FrameTable table, boolean audio) {
    int orientation = table.orientation();
    long first = table.pts(table.packetOfFrame(0));
    int frames = table.frames();
    long last = table.pts(table.packetOfFrame(frames - 1));
    // Where the container does not say how long the last frame is shown, as long as the others.
    long stop = lastEnd > last ? lastEnd : last + (frames > 1 ? (last - first) / (frames - 1) : 0);
    double duration =
        (double) (stop - first) * table.timeBaseNumerator() / table.timeBaseDenominator();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("codec", table.setup().codec());
    facts.put("width", table.setup().width());
    facts.put("height", table.setup().height());
    facts.put("duration", duration);
    AVRational rate = stream.avg_frame_rate();
    if (rate.num() <= 0 || rate.den() <= 0) {
      rate = stream.r_frame_rate();
    }
    if (rate.num() > 0 && rate.den() > 0) {
      facts.put("fps", Map.of("num", rate.num(), "den", rate.den()));
    }
    facts.put("frames", (long) frames);
    if (!table.setup().pixelFormat().isEmpty()) {
      facts.put("pixel_format", table.setup().pixelFormat());
    }
    facts.put("has_audio", audio);
    if (duration > 0) {
      facts.put("bit_rate", Math.round(payloadBytes * 8 / duration));
    }
    facts.put("rotation", rotation(orientation));
    return facts;
  }

  /** Returns how many degrees a picture is turned clockwise to be shown. */
  private static int rotation(int orientation) {
    return switch (orientation) {
      case 3, 4 -> 180;
      case 6, 7 -> 90;
      case 5, 8 -> 270;
      default -> 0;
    };
  }
}
