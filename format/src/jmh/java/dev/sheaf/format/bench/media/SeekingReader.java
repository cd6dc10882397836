package dev.sheaf.format.bench.media;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Reads clips as most programs do: opens the file, looks for its streams, seeks by time to the key
 * frame before, and decodes from there, with the FFmpeg that Sheaf has and the colour conversion
 * that swscale takes by default.
 */
final class SeekingReader {
  private SeekingReader() {}

  /**
   * Reads frames, one behind the other, as RGB.
   *
   * @param rate the frames in a second, which are evenly spaced
   * @param threads the threads of the decoder
   * @return the number of frames read
   */
  static int read(String file, int from, int to, double rate, int threads, byte[] out) {
    AVFormatContext format = new AVFormatContext(null);
    check(avformat.avformat_open_input(format, file, null, (AVDictionary) null));
    check(avformat.avformat_find_stream_info(format, (AVDictionary) null));
    int index =
        avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
    AVStream stream = format.streams(index);
    double unit = (double) stream.time_base().num() / stream.time_base().den();
    long start = stream.start_time() == avutil.AV_NOPTS_VALUE ? 0 : stream.start_time();
    long first = start + Math.round((from - 0.5) / rate / unit);
    long seek = start + Math.round(from / rate / unit);
    check(avformat.av_seek_frame(format, index, seek, avformat.AVSEEK_FLAG_BACKWARD));
    AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
    AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
    avcodec.avcodec_parameters_to_context(context, stream.codecpar());
    context.thread_count(threads);
    check(avcodec.avcodec_open2(context, codec, (AVDictionary) null));
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    int width = stream.codecpar().width();
    int height = stream.codecpar().height();
    SwsContext scaler =
        swscale.sws_getContext(
            width,
            height,
            stream.codecpar().format(),
            width,
            height,
            avutil.AV_PIX_FMT_RGB24,
            swscale.SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    AVFrame rgb = avutil.av_frame_alloc();
    int count = 0;
    boolean ended = false;
    while (count < to - from && !ended) {
      int got = avcodec.avcodec_receive_frame(context, frame);
      if (got == 0) {
        if (frame.best_effort_timestamp() >= first) {
          check(swscale.sws_scale_frame(scaler, rgb, frame));
          copy(rgb, width, height, out, count * width * height * 3);
          avutil.av_frame_unref(rgb);
          count++;
        }
      } else if (got == avutil.AVERROR_EOF) {
        ended = true;
      } else if (avformat.av_read_frame(format, packet) < 0) {
        avcodec.avcodec_send_packet(context, null);
      } else {
        if (packet.stream_index() == index) {
          check(avcodec.avcodec_send_packet(context, packet));
        }
        avcodec.av_packet_unref(packet);
      }
    }
    avutil.av_frame_free(rgb);
    swscale.sws_freeContext(scaler);
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(context);
    avformat.avformat_close_input(format);
    return count;
  }

  private static void copy(AVFrame rgb, int width, int height, byte[] out, int offset) {
    int row = width * 3;
    for (int y = 0; y < height; y++) {
      rgb.data(0).position((long) y * rgb.linesize(0)).get(out, offset + y * row, row);
    }
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("FFmpeg returned " + result);
    }
  }
}
