package dev.sheaf.format.internal.media;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** An open container in memory. For one thread at a time. */
final class Demuxer implements AutoCloseable {
  /**
   * The containers that are opened. Others, above all play lists, name files and addresses, which a
   * payload must not make this process open.
   */
  private static final String FORMATS =
      "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,live_flv,mpegts,mpeg,mpegvideo,ogg,wav,w64,"
          + "flac,mp3,aac,asf,aiff,au,caf,amr,ape,wv,tta,h264,hevc,m4v,ivf,obu,gif,mxf,nut,dv,ac3,"
          + "eac3,dts";

  private final MemoryInput input;
  private AVFormatContext context;

  private Demuxer(MemoryInput input, AVFormatContext context) {
    this.input = input;
    this.context = context;
  }

  /**
   * Opens a payload, which must not change meanwhile, and finds out about its streams.
   *
   * @throws BadMediaException if it is none of the formats or damaged
   */
  static Demuxer open(byte[] payload) {
    Demuxer demuxer = openContainer(payload);
    try {
      demuxer.find();
      return demuxer;
    } catch (RuntimeException | Error e) {
      demuxer.close();
      throw e;
    }
  }

  /**
   * Opens a payload, which must not change meanwhile. Of its streams only what the container says
   * is known before {@link #find}.
   *
   * @throws BadMediaException if it is none of the formats or damaged
   */
  static Demuxer openContainer(byte[] payload) {
    Ffmpeg.load();
    Ffmpeg.forget();
    MemoryInput input = new MemoryInput(payload);
    AVFormatContext context = avformat.avformat_alloc_context();
    context.pb(input.context());
    context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_CUSTOM_IO);
    AVDictionary options = new AVDictionary(null);
    avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
    avutil.av_dict_set(options, "protocol_whitelist", "none", 0);
    int error = avformat.avformat_open_input(context, (String) null, null, options);
    avutil.av_dict_free(options);
    if (error < 0) {
      String reason = Ffmpeg.reason(error); // the context is freed already
      input.close();
      throw new BadMediaException(BadMediaException.Reason.DAMAGED, "cannot be opened: " + reason);
    }
    return new Demuxer(input, context);
  }

  /**
   * Finds out what the container does not say of its streams, by reading and decoding their first
   * packets.
   *
   * @throws BadMediaException if nothing can be found out about any
   */
  void find() {
    int error = avformat.avformat_find_stream_info(context, (AVDictionary) null);
    if (error < 0) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "has no readable streams: " + Ffmpeg.reason(error));
    }
  }

  AVFormatContext context() {
    return context;
  }

  /** Returns the best video stream that is no cover picture, or null. */
  AVStream video() {
    AVStream stream = best(avutil.AVMEDIA_TYPE_VIDEO);
    boolean cover =
        stream != null && (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
    return cover ? null : stream;
  }

  /** Returns the only stream of pictures of an MP4 or MOV, if it has one and no cover, or null. */
  AVStream onlyVideoOfMp4() {
    if (!context.iformat().name().getString().startsWith("mov,")) {
      return null;
    }
    AVStream only = null;
    for (int i = 0; i < context.nb_streams(); i++) {
      AVStream stream = context.streams(i);
      if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO) {
        if (only != null || (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
          return null;
        }
        only = stream;
      }
    }
    return only;
  }

  /**
   * Tells whether there is sound, for certain before {@link #find} too.
   *
   * @throws UnusualFileException if there may be, but not AAC of the common kind
   */
  boolean hasPlainAudio() {
    boolean has = false;
    boolean plain = false;
    for (int i = 0; i < context.nb_streams(); i++) {
      AVCodecParameters codec = context.streams(i).codecpar();
      if (codec.codec_type() == avutil.AVMEDIA_TYPE_AUDIO) {
        has = true;
        plain |= codec.codec_id() == avcodec.AV_CODEC_ID_AAC && isPlain(codec);
      }
    }
    UnusualFileException.unless(has == plain, "sound of an uncommon kind");
    return has;
  }

  /** Tells whether the sound is AAC LC of 1 to 7 channels (ISO/IEC 14496-3 1.6.2.1). */
  private static boolean isPlain(AVCodecParameters codec) {
    byte[] extradata = Frames.extradata(codec);
    if (extradata.length < 2 || codec.sample_rate() <= 0 || codec.ch_layout().nb_channels() <= 0) {
      return false;
    }
    int bits = (extradata[0] & 0xff) << 8 | extradata[1] & 0xff;
    int channels = bits >> 3 & 0xf;
    return bits >> 11 == 2
        && (bits >> 7 & 0xf) <= 11
        && channels >= 1
        && (bits & 7) == 0
        && channels <= 7;
  }

  /** Returns the best audio stream, or null. */
  AVStream audio() {
    return best(avutil.AVMEDIA_TYPE_AUDIO);
  }

  private AVStream best(int type) {
    int index =
        avformat.av_find_best_stream(
            context, type, -1, -1, (org.bytedeco.ffmpeg.avcodec.AVCodec) null, 0);
    return index < 0 ? null : context.streams(index);
  }

  /** Leaves out the packets of all streams but one. */
  void only(AVStream wanted) {
    for (int i = 0; i < context.nb_streams(); i++) {
      AVStream stream = context.streams(i);
      stream.discard(i == wanted.index() ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
    }
  }

  /**
   * Reads the next packet of a stream.
   *
   * @return false at the end
   * @throws BadMediaException if the container is damaged here
   */
  boolean next(AVPacket packet, AVStream stream) {
    while (true) {
      int error = avformat.av_read_frame(context, packet);
      if (error == avutil.AVERROR_EOF) {
        return false;
      }
      if (error < 0) {
        throw new BadMediaException(BadMediaException.Reason.DAMAGED, Ffmpeg.reason(error));
      }
      if (packet.stream_index() == stream.index()) {
        return true;
      }
      avcodec.av_packet_unref(packet);
    }
  }

  @Override
  public void close() {
    if (context != null) {
      avformat.avformat_close_input(context);
      context = null;
      input.close();
    }
  }
}
