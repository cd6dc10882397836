package dev.sheaf.format.internal.media;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Images as tensors. */
public final class ImagePixels {
  private static final int MOST_REDUCTION = 3;

  private ImagePixels() {}

  /**
   * What is wanted of an image.
   *
   * @param codec the format: {@code jpeg}, {@code png}, {@code webp}, {@code gif}, {@code bmp} or
   *     {@code tiff}
   * @param width the width as stored, in pixels
   * @param height the height as stored
   * @param orientation the EXIF orientation to be applied, 1 to 8
   * @param channels 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
   * @param wantedHeight the height of the result, or 0 as it is
   * @param wantedWidth the width of the result, or 0
   * @param sixteen whether elements are {@code uint16}
   */
  public record Request(
      String codec,
      int width,
      int height,
      int orientation,
      int channels,
      int wantedHeight,
      int wantedWidth,
      boolean sixteen) {}

  /** Returns the pixels as {@code uint8[h, w, c]} or {@code uint16[h, w, c]}. */
  public static Tensor decode(byte[] payload, Request request) {
    boolean swaps = Turn.swaps(request.orientation());
    boolean resized = request.wantedWidth() > 0;
    int shownWidth = swaps ? request.height() : request.width();
    int shownHeight = swaps ? request.width() : request.height();
    int outWidth = resized ? request.wantedWidth() : shownWidth;
    int outHeight = resized ? request.wantedHeight() : shownHeight;
    int storedWidth = swaps ? outHeight : outWidth;
    int storedHeight = swaps ? outWidth : outHeight;
    boolean jpeg = request.codec().equals("jpeg");
    int reduction = jpeg && resized ? reduction(request, storedWidth, storedHeight) : 0;
    FrameDecoder.Options options =
        new FrameDecoder.Options(1, Integer.MAX_VALUE, reduction, false, true);
    try (FrameDecoder decoder = FrameDecoder.open(jpeg ? "mjpeg" : request.codec(), options)) {
      byte[] picture = request.codec().equals("webp") ? WebpFrames.first(payload) : payload;
      decoder.send(picture, 0, picture.length, 0, avcodec.AV_PKT_FLAG_KEY);
      AVFrame frame = decoder.receive();
      if (frame == null) {
        decoder.drain();
        frame = decoder.receive();
      }
      if (frame == null || frame.decode_error_flags() != 0) {
        String trouble = decoder.trouble();
        throw new BadMediaException(
            BadMediaException.Reason.DAMAGED, trouble.isEmpty() ? "holds no picture" : trouble);
      }
      requireSize(frame, request, reduction);
      return pixels(frame, request, storedWidth, storedHeight, outWidth, outHeight);
    }
  }

  /** Returns how often the sides can be halved so that they stay at least as long as wanted. */
  private static int reduction(Request request, int width, int height) {
    int halvings = 0;
    while (halvings < MOST_REDUCTION
        && request.width() >> halvings + 1 >= width
        && request.height() >> halvings + 1 >= height) {
      halvings++;
    }
    return halvings;
  }

  /** What was announced must be what comes: memory was planned by it. */
  private static void requireSize(AVFrame frame, Request request, int reduction) {
    int round = (1 << reduction) - 1;
    if (frame.width() != request.width() + round >> reduction
        || frame.height() != request.height() + round >> reduction) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED,
          "decodes to "
              + frame.width()
              + " x "
              + frame.height()
              + " pixels, its header says "
              + request.width()
              + " x "
              + request.height());
    }
  }

  private static Tensor pixels(
      AVFrame frame,
      Request request,
      int storedWidth,
      int storedHeight,
      int outWidth,
      int outHeight) {
    AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(frame.format());
    boolean deep = format.comp().depth() > 8;
    boolean alpha =
        (format.flags() & (avutil.AV_PIX_FMT_FLAG_ALPHA | avutil.AV_PIX_FMT_FLAG_PAL)) != 0;
    int channels = request.channels() == 4 && !alpha ? 3 : request.channels();
    int target =
        switch (channels) {
          case 1 -> deep ? avutil.AV_PIX_FMT_GRAY16LE : avutil.AV_PIX_FMT_GRAY8;
          case 2 -> deep ? avutil.AV_PIX_FMT_YA16LE : avutil.AV_PIX_FMT_YA8;
          case 4 -> deep ? avutil.AV_PIX_FMT_RGBA64LE : avutil.AV_PIX_FMT_RGBA;
          default -> deep ? avutil.AV_PIX_FMT_RGB48LE : avutil.AV_PIX_FMT_RGB24;
        };
    long bytes = (long) outWidth * outHeight * channels * (deep || request.sixteen() ? 2 : 1);
    if (bytes > Integer.MAX_VALUE - 64) {
      throw new BadMediaException(
          BadMediaException.Reason.TOO_LARGE, "takes " + bytes + " bytes as pixels");
    }
    byte[] out = new byte[outWidth * outHeight * channels * (deep ? 2 : 1)];
    try (PixelWriter writer =
        new PixelWriter(target, storedWidth, storedHeight, avutil.AVCHROMA_LOC_CENTER)) {
      writer.write(frame, request.orientation(), out, 0);
    }
    Shape shape = Shape.of(outHeight, outWidth, channels);
    if (request.sixteen()) {
      return Tensor.of(DType.UINT16, shape, ByteBuffer.wrap(deep ? out : twice(out)));
    }
    return Tensor.of(DType.UINT8, shape, ByteBuffer.wrap(deep ? upperBytes(out) : out));
  }

  /** Returns samples of 16 bits: 257 times those of 8 bits. */
  private static byte[] twice(byte[] narrow) {
    byte[] wide = new byte[narrow.length * 2];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = narrow[i / 2];
    }
    return wide;
  }

  private static byte[] upperBytes(byte[] wide) {
    byte[] upper = new byte[wide.length / 2];
    for (int i = 0; i < upper.length; i++) {
      upper[i] = wide[2 * i + 1];
    }
    return upper;
  }
}
