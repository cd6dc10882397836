package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Lists the packets of a video in one pass over its container: nothing is decoded, the first bytes
 * of each packet are parsed for the type of its picture.
 *
 * <p>For an ordinary MP4 with H.264 the packets are not even read one by one: {@link #indexed}
 * takes them from the index that FFmpeg makes when it opens the file. Both ways give the same.
 */
final class Frames implements AutoCloseable {
  /** How far behind the place that the container names the bytes of a packet may begin. */
  private static final int MOST_HEADER_BYTES = 1024;

  private static final int COMPLETE_FRAMES = 1;

  /** Below FFmpeg's limits, 5 seconds and 5 MB. */
  private static final double MOST_SECONDS_BEFORE = 3;

  private static final long MOST_BYTES_BEFORE = 4_000_000;

  /** Above that FFmpeg would not add to times, or take them for others. */
  private static final long MOST_TIME = 1L << 60;

  private final byte[] payload;
  private final Demuxer demuxer;
  private final AVStream stream;
  private final AVCodecParameters codec;
  private final PictureNotes notes;
  private final AVCodecParserContext parser;
  private final AVCodecContext parsing;
  private final PointerPointer<BytePointer> parsed = new PointerPointer<>(1);
  private final IntPointer parsedLength = new IntPointer(1);
  private final boolean intraOnly;
  private final Columns columns = new Columns();
  private final CRC32C crc = new CRC32C();
  private boolean direct = true;
  private boolean timed = true;
  private long end;
  private long lastEnd = Long.MIN_VALUE;

  private Frames(byte[] payload, Demuxer demuxer, AVStream stream) {
    this.payload = payload;
    this.demuxer = demuxer;
    this.stream = stream;
    this.codec = stream.codecpar();
    this.notes = PictureNotes.of(name(codec), FrameTable.Bytes.of(extradata(codec)).copy());
    this.parser = avcodec.av_parser_init(codec.codec_id());
    this.parsing = avcodec.avcodec_alloc_context3(null);
    avcodec.avcodec_parameters_to_context(parsing, codec);
    if (parser != null) {
      parser.flags(parser.flags() | COMPLETE_FRAMES);
    }
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get(codec.codec_id());
    this.intraOnly =
        descriptor != null && (descriptor.props() & avcodec.AV_CODEC_PROP_INTRA_ONLY) != 0;
  }

  /** What the pass found. */
  static final class Found {
    private final FrameTable table;
    private final Map<String, Object> facts;

    private Found(FrameTable table, Map<String, Object> facts) {
      this.table = table;
      this.facts = facts;
    }

    FrameTable table() {
      return table;
    }

    Map<String, Object> facts() {
      return facts;
    }
  }

  /**
   * Lists the packets of a stream of an open container.
   *
   * @throws BadMediaException if it has none, or is cut short
   */
  static Found of(byte[] payload, Demuxer demuxer, AVStream stream) {
    try (Frames frames = new Frames(payload, demuxer, stream)) {
      return frames.read();
    }
  }

  /**
   * Lists the packets of the only video of an open container about which nothing has been found out
   * yet, if it is an MP4 with H.264 in which nothing is uncommon; else returns empty, and the
   * container is as before.
   */
  static Optional<Found> indexed(byte[] payload, Demuxer demuxer) {
    AVStream stream = demuxer.onlyVideoOfMp4();
    if (stream == null || stream.codecpar().codec_id() != avcodec.AV_CODEC_ID_H264) {
      return Optional.empty();
    }
    try (Frames frames = new Frames(payload, demuxer, stream)) {
      return Optional.of(frames.readIndex());
    } catch (UnusualFileException e) {
      return Optional.empty();
    }
  }

  private Found readIndex() {
    AvcPackets packets = new AvcPackets(extradata(codec));
    AvcSequence sequence = AvcSequence.of(packets.sequence());
    PacketIndex index = PacketIndex.of(stream, payload.length);
    unless(index.count() > 0, "no packets");
    unless(index.bytesUntil(Long.MAX_VALUE) <= payload.length, "packets that share bytes");
    checkOthers(index.time(0) * seconds(stream));
    int streams = demuxer.context().nb_streams();
    SampleTimes times = SampleTimes.of(payload, streams, stream.index(), index.count());
    boolean both = false;
    for (int i = 0; i < index.count(); i++) {
      int flags = packets.flags(payload, (int) index.offset(i), index.size(i));
      both |= (flags & ~FrameTable.KEY) == avutil.AV_PICTURE_TYPE_B;
      add(index, times, i, flags);
    }
    unless(lastEnd > Long.MIN_VALUE, "no frame that is shown");
    AVRational rate = stream.avg_frame_rate();
    unless(rate.num() > 0 && rate.den() > 0, "no rate");
    unless(sequence.reorder() >= 0 || sequence.isInOrder(), "an order not described");
    boolean audio = demuxer.hasPlainAudio();
    complete(packets.beginning(payload, (int) index.offset(0)), both);
    FrameTable table = table();
    return new Found(table, facts(table, audio));
  }

  /**
   * Makes sure that FFmpeg, which finds out about streams by reading packets in about the order of
   * their times and not too many, would come to the first of this one.
   */
  private void checkOthers(double firstSecond) {
    for (int i = 0; i < demuxer.context().nb_streams(); i++) {
      AVStream other = demuxer.context().streams(i);
      if (i != stream.index()) {
        PacketIndex index = PacketIndex.of(other, payload.length);
        double first = index.count() == 0 ? firstSecond : index.time(0) * seconds(other);
        unless(first >= firstSecond - MOST_SECONDS_BEFORE, "a late beginning");
        long until = (long) ((firstSecond + MOST_SECONDS_BEFORE) / seconds(other));
        unless(index.bytesUntil(until) <= MOST_BYTES_BEFORE, "much before the beginning");
      }
    }
  }

  private static double seconds(AVStream stream) {
    AVRational base = stream.time_base();
    unless(base.num() > 0 && base.den() > 0, "no unit of time");
    return (double) base.num() / base.den();
  }

  private void add(PacketIndex index, SampleTimes times, int packet, int picture) {
    int size = index.size(packet);
    long offset = index.offset(packet);
    // There the bytes of a packet may be found at another place than the one that is named.
    unless(size > 0 && (end <= offset || end > offset + MOST_HEADER_BYTES), "a packet in another");
    end = offset + size;
    int flags = picture;
    flags |= index.isHidden(packet) ? FrameTable.HIDDEN : 0;
    unless(Math.abs(index.time(packet)) < MOST_TIME, "a time");
    long pts = index.time(packet) + times.offset(packet);
    if (!index.isHidden(packet)) {
      lastEnd = Math.max(lastEnd, pts + times.duration(packet));
    }
    if ((picture & FrameTable.KEY) != 0) {
      crc.reset();
    }
    crc.update(payload, (int) offset, size);
    columns.add((byte) flags, size, offset, pts, (int) crc.getValue());
  }

  /**
   * Completes the parameters of the codec as FFmpeg does when it finds out about streams: a decoder
   * says what it makes of a packet. The beginning of one is enough for that. Changes nothing if the
   * file turns out to be unusual.
   *
   * @param both whether there are pictures between others
   */
  private void complete(byte[] beginning, boolean both) {
    String notes = Ffmpeg.notes();
    try (FrameDecoder decoder = FrameDecoder.open(codec, FrameDecoder.Options.PLAIN)) {
      AVCodecContext context = decoder.context();
      context.error_concealment(0);
      decoder.send(beginning, 0, beginning.length, 0, avcodec.AV_PKT_FLAG_KEY);
      unless(context.pix_fmt() >= 0, "a packet that is not decoded");
      unless(!both || context.has_b_frames() > 0, "pictures out of order");
      // Where container and codec differ about colours, it is the version of FFmpeg that decides.
      boolean coloured =
          codec.color_primaries() != avutil.AVCOL_PRI_UNSPECIFIED
              || codec.color_trc() != avutil.AVCOL_TRC_UNSPECIFIED
              || codec.color_space() != avutil.AVCOL_SPC_UNSPECIFIED;
      unless(!coloured || codec.color_space() == context.colorspace(), "a matrix that differs");
      unless(
          codec.color_range() == 0 || codec.color_range() == context.color_range(),
          "a range that differs");
      unless(avcodec.avcodec_parameters_from_context(codec, context) >= 0, "no parameters");
    } catch (BadMediaException e) {
      throw new UnusualFileException("no decoder");
    } finally {
      Ffmpeg.remember(notes); // a packet that is cut off is no trouble of the file
    }
  }

  private Found read() {
    demuxer.only(stream);
    AVPacket packet = avcodec.av_packet_alloc();
    try {
      while (demuxer.next(packet, stream)) {
        add(packet);
        avcodec.av_packet_unref(packet);
      }
    } catch (BadMediaException e) {
      throw new BadMediaException(
          e.reason(), "is damaged after frame " + columns.count + ": " + e.getMessage());
    } finally {
      avcodec.av_packet_free(packet);
    }
    if (columns.count == 0) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "has a video stream without frames");
    }
    FrameTable table = table();
    if (table.frames() == 0) {
      throw new BadMediaException(BadMediaException.Reason.DAMAGED, "shows none of its frames");
    }
    return new Found(table, facts(table, demuxer.audio() != null));
  }

  private void add(AVPacket packet) {
    int size = packet.size();
    if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "a frame is cut short at byte " + payload.length);
    }
    byte[] data = new byte[size];
    if (size > 0) {
      packet.data().get(data);
    }
    long offset = place(data, packet.pos());
    direct &= offset >= 0 && !changesDecoder(packet);
    int flags = 0;
    boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
    boolean hidden =
        (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) != 0 || size == 0 || notes.isHidden(data);
    flags |= key ? FrameTable.KEY : 0;
    flags |= hidden ? FrameTable.HIDDEN : 0;
    flags |= (packet.flags() & avcodec.AV_PKT_FLAG_DISPOSABLE) != 0 ? FrameTable.DISPOSABLE : 0;
    flags |= type(packet, size);
    long pts = packet.pts();
    if (pts == avutil.AV_NOPTS_VALUE) {
      timed &= codec.video_delay() == 0 && packet.dts() != avutil.AV_NOPTS_VALUE;
      pts = packet.dts() == avutil.AV_NOPTS_VALUE ? columns.count : packet.dts();
    }
    if (!hidden) {
      lastEnd = Math.max(lastEnd, pts + Math.max(0, packet.duration()));
    }
    if (key) {
      crc.reset();
    }
    crc.update(data);
    columns.add((byte) flags, size, Math.max(0, offset), pts, (int) crc.getValue());
  }

  /**
   * Returns where the bytes of a packet lie in the payload, or -1. Containers name the place of the
   * packet (MP4) or of a header before it (Matroska, AVI); some spread a packet (MPEG-TS).
   */
  private long place(byte[] data, long named) {
    long from = named >= 0 && named <= payload.length ? named : end;
    if (named >= 0 && end > named && end <= named + MOST_HEADER_BYTES) {
      from = end; // a further packet of the same block
    }
    long last = Math.min(from + MOST_HEADER_BYTES, (long) payload.length - data.length);
    for (long at = from; at <= last; at++) {
      if (matches(data, (int) at)) {
        end = at + data.length;
        return at;
      }
    }
    return -1;
  }

  private boolean matches(byte[] data, int at) {
    int head = Math.min(16, data.length);
    return Arrays.equals(data, 0, head, payload, at, at + head)
        && Arrays.equals(data, head, data.length, payload, at + head, at + data.length);
  }

  /** Tells whether a packet brings what a decoder has to be told beside its bytes. */
  private static boolean changesDecoder(AVPacket packet) {
    for (int i = 0; i < packet.side_data_elems(); i++) {
      int type = packet.side_data().getPointer(i).type();
      if (type == avcodec.AV_PKT_DATA_NEW_EXTRADATA
          || type == avcodec.AV_PKT_DATA_PALETTE
          || type == avcodec.AV_PKT_DATA_PARAM_CHANGE
          || type == avcodec.AV_PKT_DATA_ENCRYPTION_INFO) {
        return true;
      }
    }
    return false;
  }

  private int type(AVPacket packet, int size) {
    if (intraOnly) {
      return avutil.AV_PICTURE_TYPE_I;
    }
    if (parser == null || size == 0) {
      return 0;
    }
    parser.pict_type(0);
    avcodec.av_parser_parse2(
        parser,
        parsing,
        parsed,
        parsedLength,
        packet.data(),
        size,
        packet.pts(),
        packet.dts(),
        packet.pos());
    int type = parser.pict_type();
    return type >= avutil.AV_PICTURE_TYPE_I && type <= avutil.AV_PICTURE_TYPE_B ? type : 0;
  }

  private FrameTable table() {
    AVRational base = stream.time_base();
    FrameTable.Setup setup =
        new FrameTable.Setup(
            name(codec),
            codec.codec_tag(),
            pixelFormat(codec.format()),
            codec.width(),
            codec.height(),
            Math.max(0, codec.video_delay()),
            codec.profile(),
            codec.level(),
            Math.max(0, codec.bits_per_coded_sample()),
            codec.color_range() > 2 ? 0 : codec.color_range(),
            codec.color_space(),
            FrameTable.Bytes.of(extradata(codec)));
    return new FrameTable(
        setup,
        direct && timed,
        timed,
        base.num(),
        base.den(),
        orientation(codec),
        Arrays.copyOf(columns.flags, columns.count),
        Arrays.copyOf(columns.size, columns.count),
        Arrays.copyOf(columns.offset, columns.count),
        Arrays.copyOf(columns.pts, columns.count),
        Arrays.copyOf(columns.crc, columns.count));
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
    facts.put("width", codec.width());
    facts.put("height", codec.height());
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
      facts.put("bit_rate", Math.round(payload.length * 8 / duration));
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

  /** Returns the display matrix of a stream as an EXIF orientation; 1 if it is none of these. */
  static int orientation(AVCodecParameters codec) {
    AVPacketSideData side =
        codec.nb_coded_side_data() == 0
            ? null
            : avcodec.av_packet_side_data_get(
                codec.coded_side_data(),
                codec.nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (side == null || side.size() < 36) {
      return 1;
    }
    byte[] bytes = new byte[36];
    side.data().get(bytes);
    ByteBuffer matrix = ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.nativeOrder());
    String signs =
        sign(matrix.getInt(0))
            + sign(matrix.getInt(4))
            + sign(matrix.getInt(12))
            + sign(matrix.getInt(16));
    return switch (signs) {
      case "-00+" -> 2;
      case "-00-" -> 3;
      case "+00-" -> 4;
      case "0++0" -> 5;
      case "0+-0" -> 6;
      case "0--0" -> 7;
      case "0-+0" -> 8;
      default -> 1;
    };
  }

  private static String sign(int value) {
    return Math.abs((long) value) < 1 << 8 ? "0" : value < 0 ? "-" : "+";
  }

  static String name(AVCodecParameters codec) {
    return avcodec.avcodec_get_name(codec.codec_id()).getString();
  }

  static String pixelFormat(int format) {
    BytePointer name = format < 0 ? null : avutil.av_get_pix_fmt_name(format);
    return name == null ? "" : name.getString();
  }

  static byte[] extradata(AVCodecParameters codec) {
    byte[] extradata = new byte[Math.max(0, codec.extradata_size())];
    if (extradata.length > 0) {
      codec.extradata().get(extradata);
    }
    return extradata;
  }

  @Override
  public void close() {
    if (parser != null) {
      avcodec.av_parser_close(parser);
    }
    avcodec.avcodec_free_context(parsing);
    parsed.close();
    parsedLength.close();
  }

  /** The columns of the table while they grow. */
  private static final class Columns {
    private int count;
    private byte[] flags = new byte[64];
    private int[] size = new int[64];
    private long[] offset = new long[64];
    private long[] pts = new long[64];
    private int[] crc = new int[64];

    void add(byte flag, int bytes, long place, long time, int checksum) {
      if (count == flags.length) {
        int more = count * 2;
        flags = Arrays.copyOf(flags, more);
        size = Arrays.copyOf(size, more);
        offset = Arrays.copyOf(offset, more);
        pts = Arrays.copyOf(pts, more);
        crc = Arrays.copyOf(crc, more);
      }
      flags[count] = flag;
      size[count] = bytes;
      offset[count] = place;
      pts[count] = time;
      crc[count] = checksum;
      count++;
    }
  }
}
