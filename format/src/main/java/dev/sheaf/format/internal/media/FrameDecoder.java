package dev.sheaf.format.internal.media;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** Turns packets into frames. For one thread at a time. */
final class FrameDecoder implements AutoCloseable {
  private final AVCodecContext context;
  private final AVPacket packet;
  private final AVFrame frame;
  private String trouble = "";

  private FrameDecoder(AVCodecContext context) {
    this.context = context;
    this.packet = avcodec.av_packet_alloc();
    this.frame = avutil.av_frame_alloc();
  }

  /** How to decode. */
  record Options(int threads, long mostPixels, int lowResolution, boolean motion, boolean strict) {
    static final Options PLAIN = new Options(1, 1L << 26, 0, false, false);
  }

  /**
   * Opens a decoder for what a frame table says.
   *
   * @throws BadMediaException if this build has no such decoder
   */
  static FrameDecoder open(FrameTable.Setup setup, Options options) {
    Ffmpeg.load();
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get_by_name(setup.codec());
    if (descriptor == null || descriptor.type() != avutil.AVMEDIA_TYPE_VIDEO) {
      throw new BadMediaException(
          BadMediaException.Reason.UNSUPPORTED, "has the unknown codec \"" + setup.codec() + "\"");
    }
    AVCodecContext context = allocate(descriptor.id(), setup.codec());
    context.codec_tag(setup.tag());
    context.width(setup.width()).height(setup.height());
    context.coded_width(setup.width()).coded_height(setup.height());
    if (!setup.pixelFormat().isEmpty()) {
      context.pix_fmt(avutil.av_get_pix_fmt(setup.pixelFormat()));
    }
    context.has_b_frames(setup.delay());
    context.profile(setup.profile()).level(setup.level());
    context.bits_per_coded_sample(setup.bits());
    context.color_range(setup.range()).colorspace(setup.matrix());
    byte[] extradata = setup.extradata().copy();
    if (extradata.length > 0) {
      int padded = extradata.length + avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
      BytePointer memory = new BytePointer(avutil.av_mallocz(padded));
      memory.put(extradata, 0, extradata.length);
      context.extradata(memory).extradata_size(extradata.length);
    }
    return opened(context, options);
  }

  /** Opens a decoder for a stream of an open container. */
  static FrameDecoder open(AVCodecParameters codec, Options options) {
    AVCodecContext context = allocate(codec.codec_id(), Frames.name(codec));
    avcodec.avcodec_parameters_to_context(context, codec);
    return opened(context, options);
  }

  /** Opens a decoder for pictures that say everything themselves. */
  static FrameDecoder open(String codec, Options options) {
    Ffmpeg.load();
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get_by_name(codec);
    return opened(allocate(descriptor.id(), codec), options);
  }

  private static AVCodecContext allocate(int id, String name) {
    Ffmpeg.forget();
    AVCodec codec = decoder(id);
    if (codec == null) {
      throw new BadMediaException(
          BadMediaException.Reason.UNSUPPORTED, "has the codec " + name + ", without a decoder");
    }
    return avcodec.avcodec_alloc_context3(codec);
  }

  /** FFmpeg's own AV1 decoder needs hardware: the libraries come first. */
  private static AVCodec decoder(int id) {
    if (id == avcodec.AV_CODEC_ID_AV1) {
      for (String name : new String[] {"libdav1d", "libaom-av1"}) {
        AVCodec codec = avcodec.avcodec_find_decoder_by_name(name);
        if (codec != null) {
          return codec;
        }
      }
    }
    return avcodec.avcodec_find_decoder(id);
  }

  private static FrameDecoder opened(AVCodecContext context, Options options) {
    context.thread_count(options.threads());
    context.max_pixels(options.mostPixels());
    context.lowres(options.lowResolution());
    if (options.motion()) {
      context.export_side_data(context.export_side_data() | avcodec.AV_CODEC_EXPORT_DATA_MVS);
    }
    if (options.strict()) {
      context.err_recognition(
          avcodec.AV_EF_CRCCHECK | avcodec.AV_EF_BUFFER | avcodec.AV_EF_EXPLODE);
    }
    FrameDecoder decoder = new FrameDecoder(context);
    int error = avcodec.avcodec_open2(context, context.codec(), (AVDictionary) null);
    if (error < 0) {
      String reason = Ffmpeg.reason(error);
      decoder.close();
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "gives the decoder no start: " + reason);
    }
    return decoder;
  }

  /**
   * Lets the packets that come next pass without being decoded, where no other picture needs them
   * and the codec's bits say so: in H.264 ({@code nal_ref_idc} 0). In others, a picture that most
   * do not need may be needed by some, as in HEVC by those of a higher temporal layer.
   */
  void skipsUnreferenced(boolean skips) {
    if (context.codec_id() == avcodec.AV_CODEC_ID_H264) {
      context.skip_frame(skips ? avcodec.AVDISCARD_NONREF : avcodec.AVDISCARD_DEFAULT);
    }
  }

  AVCodecContext context() {
    return context;
  }

  /**
   * Hands over a packet. Where a decoder says that one is damaged, it goes on with the next; {@link
   * #trouble} tells.
   *
   * @param number comes back as the {@code pts} of its frame
   */
  void send(byte[] source, int offset, int length, long number, int flags) {
    if (length == 0) {
      return; // to a decoder an empty packet is the end
    }
    if (avcodec.av_new_packet(packet, length) < 0) {
      throw new OutOfMemoryError("no native memory for a packet of " + length + " bytes");
    }
    packet.data().put(source, offset, length);
    packet.pts(number).dts(avutil.AV_NOPTS_VALUE).flags(flags);
    send(packet);
    avcodec.av_packet_unref(packet);
  }

  /** Hands over a packet of a container. */
  void send(AVPacket one) {
    note(avcodec.avcodec_send_packet(context, one));
  }

  /** Says that no more packets come. */
  void drain() {
    note(avcodec.avcodec_send_packet(context, null));
  }

  /** Returns the next frame, valid until the next call, or null where there is none now. */
  AVFrame receive() {
    int error = avcodec.avcodec_receive_frame(context, frame);
    if (error == 0) {
      return frame;
    }
    if (error != avutil.AVERROR_EAGAIN() && error != avutil.AVERROR_EOF) {
      note(error);
    }
    return null;
  }

  private void note(int error) {
    if (error < 0 && trouble.isEmpty()) {
      trouble = Ffmpeg.reason(error);
    }
  }

  /** Returns what the decoder complained of first, or the empty string. */
  String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(context);
  }
}
