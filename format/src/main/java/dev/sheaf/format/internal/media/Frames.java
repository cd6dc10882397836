package dev.sheaf.format.internal.media;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Lists the packets of a video in one pass over its container: nothing is decoded, the first bytes
 * of each packet are parsed for the type of its picture.
 *
 * <p>Of an ordinary MP4 with H.264 {@link IndexedFrames} makes the same in less time.
 */
final class Frames implements AutoCloseable {
  /** How far behind the place that the container names the bytes of a packet may begin. */
  static final int MOST_HEADER_BYTES = 1024;

  private static final int COMPLETE_FRAMES = 1;

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
  private final PacketList list;
  private boolean direct = true;
  private boolean timed = true;
  private long end;

  private Frames(byte[] payload, Demuxer demuxer, AVStream stream) {
    this.payload = payload;
    this.demuxer = demuxer;
    this.stream = stream;
    this.codec = stream.codecpar();
    this.list = new PacketList(stream, payload.length);
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

  /**
   * Lists the packets of a stream of an open container.
   *
   * @throws BadMediaException if it has none, or is cut short
   */
  static PacketList.Found of(byte[] payload, Demuxer demuxer, AVStream stream) {
    try (Frames frames = new Frames(payload, demuxer, stream)) {
      return frames.read();
    }
  }

  private PacketList.Found read() {
    demuxer.only(stream);
    AVPacket packet = avcodec.av_packet_alloc();
    try {
      while (demuxer.next(packet, stream)) {
        add(packet);
        avcodec.av_packet_unref(packet);
      }
    } catch (BadMediaException e) {
      throw new BadMediaException(
          e.reason(), "is damaged after frame " + list.count() + ": " + e.getMessage());
    } finally {
      avcodec.av_packet_free(packet);
    }
    if (list.count() == 0) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "has a video stream without frames");
    }
    if (!list.hasShown()) {
      throw new BadMediaException(BadMediaException.Reason.DAMAGED, "shows none of its frames");
    }
    return list.found(direct && timed, timed, demuxer.audio() != null);
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
      pts = packet.dts() == avutil.AV_NOPTS_VALUE ? list.count() : packet.dts();
    }
    list.add(flags, data, 0, size, Math.max(0, offset), pts, packet.duration());
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
}
