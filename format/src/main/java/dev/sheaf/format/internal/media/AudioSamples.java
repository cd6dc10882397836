package dev.sheaf.format.internal.media;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Sound as tensors. */
public final class AudioSamples {
  private static final int MOST_CHANNELS = 64;

  private AudioSamples() {}

  /**
   * What is wanted of sound.
   *
   * @param rate the samples of a channel in a second, or 0 as they are
   * @param channels the number of channels, or 0 as they are
   * @param mostElements the most elements of the result
   */
  public record Request(int rate, int channels, long mostElements) {}

  /** Returns the best audio stream of a payload as {@code float32[samples, channels]}. */
  public static Tensor decode(byte[] payload, Request request) {
    try (Demuxer demuxer = Demuxer.open(payload)) {
      AVStream stream = demuxer.audio();
      if (stream == null) {
        throw new BadMediaException(BadMediaException.Reason.UNSUPPORTED, "has no audio stream");
      }
      demuxer.only(stream);
      AVPacket packet = avcodec.av_packet_alloc();
      try (FrameDecoder decoder = FrameDecoder.open(stream.codecpar(), FrameDecoder.Options.PLAIN);
          Samples samples = new Samples(request)) {
        decoder.context().pkt_timebase(stream.time_base());
        while (demuxer.next(packet, stream)) {
          if (packet.size() > 0) {
            decoder.send(packet);
          }
          avcodec.av_packet_unref(packet);
          samples.take(decoder);
        }
        decoder.drain();
        samples.take(decoder);
        return samples.finish(decoder.trouble());
      } finally {
        avcodec.av_packet_free(packet);
      }
    }
  }

  /** Samples while they come in. */
  private static final class Samples implements AutoCloseable {
    private final Request request;
    private final AVChannelLayout sourceLayout = new AVChannelLayout();
    private final AVChannelLayout targetLayout = new AVChannelLayout();
    private final PointerPointer<FloatPointer> planes = new PointerPointer<>(1);
    private SwrContext resampler;
    private FloatPointer buffer = new FloatPointer(1);
    private float[] samples = new float[1 << 14];
    private int count;
    private int channels;
    private int sourceRate;
    private int targetRate;
    private int format;

    Samples(Request request) {
      this.request = request;
    }

    void take(FrameDecoder decoder) {
      for (AVFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
        if (resampler == null) {
          begin(frame);
        } else if (frame.sample_rate() != sourceRate
            || frame.format() != format
            || avutil.av_channel_layout_compare(frame.ch_layout(), sourceLayout) != 0) {
          flush();
          begin(frame);
        }
        int most = swresample.swr_get_out_samples(resampler, frame.nb_samples());
        convert(frame.extended_data(), frame.nb_samples(), most);
      }
    }

    private void begin(AVFrame frame) {
      end();
      sourceRate = frame.sample_rate();
      format = frame.format();
      avutil.av_channel_layout_copy(sourceLayout, frame.ch_layout());
      int present = sourceLayout.nb_channels();
      if (present < 1 || present > MOST_CHANNELS || sourceRate < 1) {
        throw new BadMediaException(
            BadMediaException.Reason.DAMAGED,
            "has " + present + " channels of " + sourceRate + " samples a second");
      }
      if (channels == 0) {
        channels = request.channels() > 0 ? request.channels() : present;
        targetRate = request.rate() > 0 ? request.rate() : sourceRate;
        if (channels == present) {
          avutil.av_channel_layout_copy(targetLayout, sourceLayout);
        } else {
          avutil.av_channel_layout_default(targetLayout, channels);
        }
      }
      resampler = new SwrContext(null);
      int error =
          swresample.swr_alloc_set_opts2(
              resampler,
              targetLayout,
              avutil.AV_SAMPLE_FMT_FLT,
              targetRate,
              sourceLayout,
              format,
              sourceRate,
              0,
              null);
      error = error < 0 ? error : swresample.swr_init(resampler);
      if (error < 0) {
        throw new BadMediaException(
            BadMediaException.Reason.UNSUPPORTED, "cannot be resampled: " + Ffmpeg.reason(error));
      }
    }

    private void convert(PointerPointer<?> source, int length, int most) {
      long room = (long) most * channels;
      if (buffer.capacity() < room) {
        buffer.close();
        buffer = new FloatPointer(room);
      }
      planes.put(0, buffer);
      int converted = swresample.swr_convert(resampler, planes, most, source, length);
      if (converted < 0) {
        throw new BadMediaException(
            BadMediaException.Reason.DAMAGED, "cannot be resampled: " + Ffmpeg.reason(converted));
      }
      int elements = converted * channels;
      long needed = (long) count + elements;
      if (needed > request.mostElements() || needed > Integer.MAX_VALUE / 4 - 64) {
        throw new BadMediaException(
            BadMediaException.Reason.TOO_LARGE,
            "has more than "
                + Math.min(request.mostElements(), Integer.MAX_VALUE / 4)
                + " samples");
      }
      if (needed > samples.length) {
        long grown = Math.max(needed, Math.min(2L * samples.length, Integer.MAX_VALUE / 4 - 64));
        samples = Arrays.copyOf(samples, (int) grown);
      }
      buffer.get(samples, count, elements);
      count += elements;
    }

    private void flush() {
      int most = swresample.swr_get_out_samples(resampler, 0);
      if (most > 0) {
        convert(null, 0, most);
      }
    }

    Tensor finish(String trouble) {
      if (resampler == null) {
        throw new BadMediaException(
            BadMediaException.Reason.DAMAGED,
            "has no sound that can be decoded" + (trouble.isEmpty() ? "" : ": " + trouble));
      }
      flush();
      ByteBuffer data = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
      data.asFloatBuffer().put(samples, 0, count);
      return Tensor.of(DType.FLOAT32, Shape.of(count / channels, channels), data);
    }

    private void end() {
      if (resampler != null) {
        swresample.swr_free(resampler);
        resampler = null;
      }
    }

    @Override
    public void close() {
      end();
      buffer.close();
      planes.close();
      avutil.av_channel_layout_uninit(sourceLayout);
      avutil.av_channel_layout_uninit(targetLayout);
      sourceLayout.close();
      targetLayout.close();
    }
  }
}
