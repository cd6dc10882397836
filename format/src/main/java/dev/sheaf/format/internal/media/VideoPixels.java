package dev.sheaf.format.internal.media;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avutil;

/** Frames of a video as tensors. */
public final class VideoPixels {
  private static final int CHANNELS = 3;
  private static final int VECTOR_BYTES = 40;
  private static final int VECTOR_FIELDS = 8;

  private VideoPixels() {}

  /**
   * How frames are decoded.
   *
   * @param height the height of the result in pixels, or 0 as it is
   * @param width the width of the result, or 0
   * @param threads the threads of the decoder
   * @param mostPixels the most pixels of a frame
   */
  public record Request(int height, int width, int threads, long mostPixels) {
    FrameDecoder.Options options(boolean motion) {
      return new FrameDecoder.Options(threads, mostPixels, 0, motion, false);
    }
  }

  /**
   * Returns the frames {@code [from, to)} as {@code uint8[t, h, w, 3]}, turned as they are to be
   * shown.
   */
  public static Tensor decode(
      FrameTable table, Clips.Payload payload, int from, int to, Request request) {
    FrameTable.Setup setup = table.setup();
    boolean swaps = Turn.swaps(table.orientation());
    int width = request.width() > 0 ? request.width() : swaps ? setup.height() : setup.width();
    int height = request.height() > 0 ? request.height() : swaps ? setup.width() : setup.height();
    requireSize(setup, request);
    long frameBytes = (long) height * width * CHANNELS;
    long bytes = frameBytes * (to - from);
    if (bytes > Integer.MAX_VALUE - 64) {
      throw new BadMediaException(
          BadMediaException.Reason.TOO_LARGE,
          "takes "
              + bytes
              + " bytes as "
              + (to - from)
              + " frames of "
              + width
              + " x "
              + height
              + " pixels; the most is 2^31; ask for fewer or smaller frames");
    }
    byte[] out = new byte[(int) bytes];
    try (PixelWriter writer =
        new PixelWriter(avutil.AV_PIX_FMT_RGB24, swaps ? height : width, swaps ? width : height)) {
      PixelTasks tasks = new PixelTasks(writer, request.threads());
      Clips.decode(
          table,
          payload,
          from,
          to,
          request.options(false),
          (number, frame) ->
              tasks.write(frame, table.orientation(), out, (int) (frameBytes * (number - from))));
      tasks.finish();
    }
    return Tensor.of(
        DType.UINT8, Shape.of(to - from, height, width, CHANNELS), ByteBuffer.wrap(out));
  }

  private static void requireSize(FrameTable.Setup setup, Request request) {
    long pixels = (long) setup.width() * setup.height();
    if (pixels > request.mostPixels()) {
      throw new BadMediaException(
          BadMediaException.Reason.TOO_LARGE,
          "has frames of "
              + setup.width()
              + " x "
              + setup.height()
              + " pixels, more than "
              + request.mostPixels());
    }
    if (pixels < 1) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "does not say how large its frames are");
    }
  }

  /**
   * Returns the motion vectors of the frames {@code [from, to)}: for each an {@code int32[n, 8]} of
   * source, width, height, x, y, motion x, motion y, scale. A frame without has {@code n} 0.
   */
  public static List<Tensor> motion(
      FrameTable table, Clips.Payload payload, int from, int to, Request request) {
    requireSize(table.setup(), request);
    Tensor[] found = new Tensor[to - from];
    Clips.decode(
        table,
        payload,
        from,
        to,
        request.options(true),
        (number, frame) -> found[number - from] = vectors(frame));
    return new ArrayList<>(List.of(found));
  }

  private static Tensor vectors(AVFrame frame) {
    AVFrameSideData side =
        avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_MOTION_VECTORS);
    byte[] bytes = new byte[side == null ? 0 : (int) side.size()];
    if (side != null) {
      side.data().get(bytes);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int count = bytes.length / VECTOR_BYTES;
    ByteBuffer out = ByteBuffer.allocate(count * VECTOR_FIELDS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int at = i * VECTOR_BYTES; // struct AVMotionVector of libavutil/motion_vector.h
      out.putInt(in.getInt(at)).putInt(in.get(at + 4) & 0xff).putInt(in.get(at + 5) & 0xff);
      out.putInt(in.getShort(at + 10)).putInt(in.getShort(at + 12));
      out.putInt(in.getInt(at + 24)).putInt(in.getInt(at + 28));
      out.putInt(in.getShort(at + 32) & 0xffff);
    }
    return Tensor.of(DType.INT32, Shape.of(count, VECTOR_FIELDS), out.flip());
  }
}
