package dev.sheaf.format.media;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.media.BadMediaException;
import dev.sheaf.format.internal.media.ImagePixels;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes JPEG, PNG, WebP, GIF (its first picture), BMP and TIFF to {@code uint8[h, w, c]}.
 *
 * <p>The picture is turned as its EXIF orientation says. CMYK becomes RGB. Of 16-bit samples the
 * upper byte is kept, unless {@link #sixteenBit} is asked for. Colour profiles are not applied. An
 * image whose header announces more pixels than {@link #mostPixels} is refused before memory is
 * taken for it.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ImageDecoder {
  /** The default of the most pixels: 64 Mi, 192 MiB as RGB. */
  public static final long MOST_PIXELS = 1L << 26;

  private static final int MOST_SIDE = 1 << 16;

  private final Channels channels;
  private final long mostPixels;
  private final int height;
  private final int width;
  private final boolean sixteen;
  private final boolean upright;

  private ImageDecoder(
      Channels channels, long mostPixels, int height, int width, boolean sixteen, boolean upright) {
    this.channels = channels;
    this.mostPixels = mostPixels;
    this.height = height;
    this.width = width;
    this.sixteen = sixteen;
    this.upright = upright;
  }

  /** Returns a decoder to RGB, 8 bits, at the size as stored, upright. */
  public static ImageDecoder create() {
    return new ImageDecoder(Channels.RGB, MOST_PIXELS, 0, 0, false, true);
  }

  /** Returns a decoder with these channels. */
  public ImageDecoder channels(Channels wanted) {
    return new ImageDecoder(wanted, mostPixels, height, width, sixteen, upright);
  }

  /**
   * Returns a decoder that refuses images with more pixels, by their header.
   *
   * @param most the most pixels as stored, at least 1
   */
  public ImageDecoder mostPixels(long most) {
    if (most < 1) {
      throw new IllegalArgumentException("mostPixels=" + most);
    }
    return new ImageDecoder(channels, most, height, width, sixteen, upright);
  }

  /**
   * Returns a decoder that resizes each image, whatever its proportions. The filter is bilinear
   * (triangle), as wide as the reduction, so that no pixel is left out. A JPEG at least twice as
   * large is decoded at 1/2, 1/4 or 1/8 of its size first, which is several times faster.
   *
   * @param pixelsHigh the height of the result, 1 to 65,536
   * @param pixelsWide the width of the result, 1 to 65,536
   */
  public ImageDecoder size(int pixelsHigh, int pixelsWide) {
    if (pixelsHigh < 1 || pixelsHigh > MOST_SIDE || pixelsWide < 1 || pixelsWide > MOST_SIDE) {
      throw new IllegalArgumentException("size=" + pixelsHigh + " x " + pixelsWide);
    }
    return new ImageDecoder(channels, mostPixels, pixelsHigh, pixelsWide, sixteen, upright);
  }

  /** Returns a decoder to {@code uint16[h, w, c]}; 8-bit samples {@code v} become {@code 257 v}. */
  public ImageDecoder sixteenBit() {
    return new ImageDecoder(channels, mostPixels, height, width, true, upright);
  }

  /** Returns a decoder that leaves pictures as they are stored, whatever their orientation. */
  public ImageDecoder asStored() {
    return new ImageDecoder(channels, mostPixels, height, width, sixteen, false);
  }

  /**
   * Returns the pixels of an image.
   *
   * @throws InvalidInputException as {@link #decode(ByteBuffer)}
   */
  public Tensor decode(Media image) {
    return decode(image.toBytes());
  }

  /**
   * Returns the pixels of an encoded image, from the buffer's position to its limit, which stay.
   *
   * @throws InvalidInputException {@code SHEAF-MED-001} if it is none of the formats, {@code -002}
   *     if it is damaged, {@code -003} if it has too many pixels, {@code -004} if its colours are
   *     of a kind that is not supported
   */
  public Tensor decode(ByteBuffer encoded) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    return decode(bytes);
  }

  private Tensor decode(byte[] bytes) {
    try {
      return pixels(bytes);
    } catch (BadMediaException e) {
      throw Failures.of("image", e);
    }
  }

  private Tensor pixels(byte[] bytes) {
    Optional<Probe> found = MediaProbe.image(bytes);
    if (found.isEmpty() || found.get().kind() != MediaKind.IMAGE) {
      throw new BadMediaException(
          BadMediaException.Reason.UNKNOWN,
          "is not one that can be decoded (" + bytes.length + " bytes)");
    }
    Probe probe = found.get();
    int storedWidth = fact(probe.facts(), "width", 0);
    int storedHeight = fact(probe.facts(), "height", 0);
    if (storedWidth == 0 || probe.isBroken()) {
      throw new BadMediaException(
          BadMediaException.Reason.DAMAGED, "is damaged: " + probe.defect());
    }
    if ((long) storedWidth * storedHeight > mostPixels) {
      throw new BadMediaException(
          BadMediaException.Reason.TOO_LARGE,
          "has " + storedWidth + " x " + storedHeight + " pixels, more than " + mostPixels);
    }
    int stored = fact(probe.facts(), "channels", 3);
    boolean cmyk = probe.codec().equals("jpeg") && stored == 4;
    ImagePixels.Request request =
        new ImagePixels.Request(
            probe.codec(),
            storedWidth,
            storedHeight,
            upright ? fact(probe.facts(), "orientation", 1) : 1,
            channels == Channels.RGB || cmyk ? 3 : stored,
            height,
            width,
            sixteen);
    return ImagePixels.decode(bytes, request);
  }

  private static int fact(Map<String, Object> facts, String name, int otherwise) {
    return facts.get(name) instanceof Integer value ? value : otherwise;
  }
}
