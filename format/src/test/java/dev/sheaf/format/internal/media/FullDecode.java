package dev.sheaf.format.internal.media;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The whole of a video as a player sees it: the container is read from its beginning, every packet
 * goes to one decoder, frames are taken in the order in which they come. Knows no frame table.
 */
public final class FullDecode {
  private FullDecode() {}

  /** Returns the frames as RGB, turned as they are to be shown. */
  public static List<byte[]> rgb(byte[] payload) {
    List<byte[]> frames = new ArrayList<>();
    each(
        payload,
        (frame, orientation) -> {
          byte[] out = new byte[frame.width() * frame.height() * 3];
          try (PixelWriter writer =
              new PixelWriter(avutil.AV_PIX_FMT_RGB24, frame.width(), frame.height())) {
            writer.write(frame, orientation, out, 0);
          }
          frames.add(out);
        });
    return frames;
  }

  /** Takes a decoded frame. */
  interface Sink {
    void frame(AVFrame frame, int orientation);
  }

  static void each(byte[] payload, Sink sink) {
    try (Demuxer demuxer = Demuxer.open(payload)) {
      AVStream stream = demuxer.video();
      AVPacket packet = avcodec.av_packet_alloc();
      int orientation = Frames.orientation(stream.codecpar());
      try (FrameDecoder decoder =
          FrameDecoder.open(stream.codecpar(), FrameDecoder.Options.PLAIN)) {
        while (demuxer.next(packet, stream)) {
          decoder.send(packet);
          avcodec.av_packet_unref(packet);
          take(decoder, orientation, sink);
        }
        decoder.drain();
        take(decoder, orientation, sink);
      } finally {
        avcodec.av_packet_free(packet);
      }
    }
  }

  private static void take(FrameDecoder decoder, int orientation, Sink sink) {
    for (AVFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
      sink.frame(frame, orientation);
    }
  }
}
