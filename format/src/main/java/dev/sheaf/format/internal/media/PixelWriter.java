package dev.sheaf.format.internal.media;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Writes frames as packed pixels: converted, scaled and turned. Frames may differ in format and
 * size from one to the next. For one thread at a time.
 *
 * <p>The results of swscale are the same on every processor: it runs with {@code bitexact}, {@code
 * accurate_rnd} and full chroma, bilinear, without dithering. Where a frame does not say where its
 * chroma samples lie, they lie where MPEG-2 and H.264 have them: between two rows, at the left.
 *
 * <p>The usual YCbCr of video at its own size becomes RGB by {@link PlanesToRgb}, with the same
 * bits as here. Other YCbCr becomes RGB in planes first, which are packed then: the pixels are
 * those of one step to packed RGB, in half the time, for swscale has vector code for planes only.
 */
final class PixelWriter implements AutoCloseable {
  private static final int FLAGS =
      swscale.SWS_BILINEAR
          | swscale.SWS_ACCURATE_RND
          | swscale.SWS_BITEXACT
          | swscale.SWS_FULL_CHR_H_INT
          | swscale.SWS_FULL_CHR_H_INP;

  private static final int FIXED_ONE = 1 << 16;

  private final int target;
  private final int width;
  private final int height;
  private final int pixelBytes;
  private final int chroma;
  private SwsContext scaler;
  private AVFrame scaled;
  private SwsContext packer;
  private AVFrame packed;
  private int sourceWidth;
  private int sourceHeight;
  private int sourceFormat = -1;
  private int sourceRange;
  private int sourceMatrix;
  private int sourceLocation;
  private int evenWidth;
  private int evenHeight;

  /**
   * Creates a writer.
   *
   * @param target the packed pixel format, an FFmpeg number
   * @param width the width before the picture is turned
   * @param height the height before the picture is turned
   */
  PixelWriter(int target, int width, int height) {
    this(target, width, height, avutil.AVCHROMA_LOC_LEFT);
  }

  /**
   * Creates a writer.
   *
   * @param chroma where chroma samples lie in frames that do not say
   */
  PixelWriter(int target, int width, int height, int chroma) {
    this.chroma = chroma;
    this.target = target;
    this.width = width;
    this.height = height;
    AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(target);
    this.pixelBytes = avutil.av_get_bits_per_pixel(format) / 8;
  }

  int pixelBytes() {
    return pixelBytes;
  }

  /** Writes a frame at {@code offset} of {@code out}, turned as an EXIF orientation says. */
  void write(AVFrame source, int orientation, byte[] out, int offset) {
    take(source, orientation, out, offset).run();
  }

  /**
   * Takes what is needed of a frame and returns what is still to be done to write it, which may be
   * run on any thread and after the frame is gone.
   */
  Runnable take(AVFrame source, int orientation, byte[] out, int offset) {
    if (!isPlain(source)) {
      scale(source, orientation, out, offset);
      return () -> {};
    }
    int lumaStride = source.linesize(0);
    int chromaStride = source.linesize(1);
    int chromaRows = (height + 1) / 2;
    PlanesToRgb.Planes planes =
        new PlanesToRgb.Planes(
            plane(source, 0, lumaStride * height),
            plane(source, 1, chromaStride * chromaRows),
            plane(source, 2, chromaStride * chromaRows),
            lumaStride,
            chromaStride);
    int[] coefficients = new int[4];
    swscale.sws_getCoefficients(matrix(source.colorspace())).get(coefficients);
    boolean between = location(source) == avutil.AVCHROMA_LOC_CENTER;
    PlanesToRgb.Colours colours =
        new PlanesToRgb.Colours(
            coefficients[0],
            coefficients[1],
            coefficients[2],
            coefficients[3],
            range(source) == 1,
            between);
    return () -> {
      PlanesToRgb rgb = new PlanesToRgb(width, height, colours);
      if (orientation <= 1) {
        rgb.convert(planes, out, offset);
      } else {
        byte[] stored = new byte[width * height * pixelBytes];
        rgb.convert(planes, stored, 0);
        Turn.turn(stored, width, height, pixelBytes, orientation, out, offset);
      }
    };
  }

  /** Tells whether a frame is of the kind that {@link PlanesToRgb} knows. */
  private boolean isPlain(AVFrame source) {
    boolean planes =
        source.format() == avutil.AV_PIX_FMT_YUV420P
            || source.format() == avutil.AV_PIX_FMT_YUVJ420P;
    return planes
        && target == avutil.AV_PIX_FMT_RGB24
        && source.width() == width
        && source.height() == height
        && PlanesToRgb.fits(width, height)
        && source.linesize(0) > 0
        && source.linesize(1) > 0
        && source.linesize(1) == source.linesize(2)
        && location(source) != avutil.AVCHROMA_LOC_TOPLEFT;
  }

  private static byte[] plane(AVFrame source, int number, int length) {
    byte[] bytes = new byte[length];
    source.data(number).get(bytes, 0, length);
    return bytes;
  }

  private int location(AVFrame source) {
    return source.chroma_location() == 0 ? chroma : source.chroma_location();
  }

  /** Writes a frame by swscale, whatever it is. */
  void scale(AVFrame source, int orientation, byte[] out, int offset) {
    AVFrame pixels = converted(source);
    if (orientation <= 1) {
      copy(pixels, out, offset);
    } else {
      byte[] stored = new byte[width * height * pixelBytes];
      copy(pixels, stored, 0);
      Turn.turn(stored, width, height, pixelBytes, orientation, out, offset);
    }
  }

  private void copy(AVFrame pixels, byte[] out, int offset) {
    int row = width * pixelBytes;
    int stride = pixels.linesize(0);
    BytePointer data = pixels.data(0);
    if (stride == row) {
      data.get(out, offset, row * height);
      return;
    }
    for (int y = 0; y < height; y++) {
      data.position((long) y * stride).get(out, offset + y * row, row);
    }
  }

  private AVFrame converted(AVFrame source) {
    boolean same =
        source.format() == target && source.width() == width && source.height() == height;
    if (same && source.linesize(0) > 0) {
      return source;
    }
    int range = range(source);
    if (scaler == null
        || source.width() != sourceWidth
        || source.height() != sourceHeight
        || source.format() != sourceFormat
        || range != sourceRange
        || source.colorspace() != sourceMatrix
        || location(source) != sourceLocation) {
      begin(source, range);
    }
    source.width(sourceWidth + evenWidth).height(sourceHeight + evenHeight);
    int error = swscale.sws_scale_frame(scaler, scaled, source);
    source.width(sourceWidth).height(sourceHeight);
    if (error >= 0 && packer != null) {
      error = swscale.sws_scale_frame(packer, packed, scaled);
    }
    if (error < 0) {
      throw unsupported(source, error);
    }
    return packer == null ? scaled : packed;
  }

  private void begin(AVFrame source, int range) {
    close();
    sourceWidth = source.width();
    sourceHeight = source.height();
    sourceFormat = source.format();
    sourceRange = range;
    sourceMatrix = source.colorspace();
    sourceLocation = location(source);
    AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(sourceFormat);
    boolean sameSize = sourceWidth == width && sourceHeight == height;
    // Swscale would stretch the chroma of an odd side; decoders always have one more column and
    // row.
    evenWidth = sameSize && format.log2_chroma_w() == 1 ? width & 1 : 0;
    evenHeight = sameSize && format.log2_chroma_h() == 1 ? height & 1 : 0;
    // Where rows are made by two others, the packed form is rounded otherwise: one step there.
    boolean planes =
        target == avutil.AV_PIX_FMT_RGB24 && isPlanarYuv(format) && height <= sourceHeight;
    int first = planes ? avutil.AV_PIX_FMT_GBRP : target;
    scaler = swscale.sws_alloc_context();
    scaler.src_w(sourceWidth + evenWidth).src_h(sourceHeight + evenHeight);
    scaler.dst_w(width + evenWidth).dst_h(height + evenHeight);
    scaler.src_format(sourceFormat).dst_format(first);
    scaler.src_range(range).dst_range(1);
    if (format.log2_chroma_w() == 1) {
      scaler.src_h_chr_pos(sourceLocation == avutil.AVCHROMA_LOC_CENTER ? 128 : 0);
    }
    if (format.log2_chroma_h() == 1) {
      scaler.src_v_chr_pos(sourceLocation == avutil.AVCHROMA_LOC_TOPLEFT ? 0 : 128);
    }
    start(scaler, source);
    IntPointer from = swscale.sws_getCoefficients(matrix(sourceMatrix));
    IntPointer to = swscale.sws_getCoefficients(swscale.SWS_CS_DEFAULT);
    swscale.sws_setColorspaceDetails(scaler, from, range, to, 1, 0, FIXED_ONE, FIXED_ONE);
    scaled = picture(first);
    if (planes) {
      packer = swscale.sws_alloc_context();
      packer.src_w(width + evenWidth).src_h(height + evenHeight);
      packer.dst_w(width + evenWidth).dst_h(height + evenHeight);
      packer.src_format(first).dst_format(target).src_range(1).dst_range(1);
      start(packer, source);
      packed = picture(target);
    }
  }

  private static boolean isPlanarYuv(AVPixFmtDescriptor format) {
    return format.nb_components() >= 3
        && (format.flags() & avutil.AV_PIX_FMT_FLAG_PLANAR) != 0
        && (format.flags() & avutil.AV_PIX_FMT_FLAG_RGB) == 0;
  }

  private static void start(SwsContext context, AVFrame source) {
    context.flags(FLAGS).dither(swscale.SWS_DITHER_NONE).threads(1);
    int error = swscale.sws_init_context(context, null, null);
    if (error < 0) {
      throw unsupported(source, error);
    }
  }

  private AVFrame picture(int format) {
    AVFrame picture = avutil.av_frame_alloc();
    picture.format(format).width(width + evenWidth).height(height + evenHeight);
    if (avutil.av_frame_get_buffer(picture, 64) < 0) {
      avutil.av_frame_free(picture);
      throw new OutOfMemoryError("no native memory for " + width + " x " + height + " pixels");
    }
    return picture;
  }

  /** Grey and RGB are always of full range; so are the formats of JPEG. */
  private static int range(AVFrame source) {
    AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(source.format());
    String name = format.name().getString();
    boolean full =
        source.color_range() == avutil.AVCOL_RANGE_JPEG
            || (format.flags() & avutil.AV_PIX_FMT_FLAG_RGB) != 0
            || name.startsWith("yuvj")
            || name.startsWith("gray")
            || name.startsWith("ya")
            || name.startsWith("mono")
            || name.equals("pal8");
    return full ? 1 : 0;
  }

  /** Where a video does not say, the coefficients are those of BT.601, as everywhere in FFmpeg. */
  private static int matrix(int colorspace) {
    return switch (colorspace) {
      case 1 -> swscale.SWS_CS_ITU709;
      case 4 -> swscale.SWS_CS_FCC;
      case 7 -> swscale.SWS_CS_SMPTE240M;
      case 9, 10 -> swscale.SWS_CS_BT2020;
      default -> swscale.SWS_CS_ITU601;
    };
  }

  private static BadMediaException unsupported(AVFrame source, int error) {
    return new BadMediaException(
        BadMediaException.Reason.UNSUPPORTED,
        "has the pixel format "
            + Frames.pixelFormat(source.format())
            + ", which cannot be converted: "
            + Ffmpeg.reason(error));
  }

  @Override
  public void close() {
    if (scaler != null) {
      swscale.sws_free_context(scaler);
      scaler = null;
    }
    if (packer != null) {
      swscale.sws_free_context(packer);
      packer = null;
    }
    if (scaled != null) {
      avutil.av_frame_free(scaled);
      scaled = null;
    }
    if (packed != null) {
      avutil.av_frame_free(packed);
      packed = null;
    }
  }
}
