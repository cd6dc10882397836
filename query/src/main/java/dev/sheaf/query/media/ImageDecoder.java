package dev.sheaf.query.media;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG, PNG, GIF (its first picture) and BMP to {@code uint8[h, w, c]}, by javax.imageio.
 *
 * <p>Pixels are those stored: an EXIF orientation is not applied, so height and width are those of
 * the media facts; colour profiles are not applied; of 16-bit samples the upper byte is kept. Grey
 * is taken from the samples, never through Java's grey colour space, which would change it. JPEG
 * decoders differ in their inverse transform by a level or two, so pixels are those of this JDK's.
 * CMYK JPEG is refused.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class ImageDecoder {
  /** The default of the most pixels: 64 Mi, 192 MiB as RGB. */
  public static final long MOST_PIXELS = 1L << 26;

  private final Channels channels;
  private final long mostPixels;

  /**
   * Creates a decoder.
   *
   * @param channels the channels of the result
   * @param mostPixels images with more, by their header, are refused before they take memory
   */
  public ImageDecoder(Channels channels, long mostPixels) {
    this.channels = channels;
    this.mostPixels = mostPixels;
  }

  /**
   * Returns the pixels of an encoded image, from the buffer's position to its limit, which stay.
   *
   * @throws InvalidInputException {@code SHEAF-IMG-001} if it is none of the formats, {@code -002}
   *     if it is damaged, {@code -003} if it has too many pixels, {@code -004} if its colours are
   *     of a kind that is not supported
   */
  public Tensor decode(ByteBuffer encoded) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw failure(
            "SHEAF-IMG-001",
            "Not an image that can be decoded (" + bytes.length + " bytes)",
            "Formats: JPEG, PNG, GIF, BMP",
            null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return decode(reader);
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The readers answer damaged files with exceptions of many kinds.
      throw failure(
          "SHEAF-IMG-002",
          "The image is damaged: " + e.getMessage(),
          "Leave it out, or ingest it again from its source",
          e);
    }
  }

  private Tensor decode(ImageReader reader) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    long pixels = (long) width * height;
    if (pixels > mostPixels || pixels * 4 > Integer.MAX_VALUE - 8) {
      throw failure(
          "SHEAF-IMG-003",
          "The image has " + width + " x " + height + " pixels, more than " + mostPixels,
          "Raise the limit if that is meant",
          null);
    }
    // The type is told before decoding; CMYK has none.
    if (!reader.getImageTypes(0).hasNext()) {
      throw failure(
          "SHEAF-IMG-004",
          "The colours of this " + reader.getFormatName() + " are not supported (CMYK?)",
          "Convert it to RGB",
          null);
    }
    BufferedImage image = reader.read(0);
    if (image.getWidth() != width || image.getHeight() != height) {
      throw new IOException("its header says " + width + " x " + height);
    }
    return image.getColorModel() instanceof IndexColorModel palette
        ? indexed(image.getRaster(), palette)
        : direct(image.getRaster());
  }

  private Tensor indexed(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = channels == Channels.STORED && palette.hasAlpha() ? 4 : 3;
    byte[] out = new byte[height * width * bands];
    int[] line = new int[width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(0, y, width, 1, 0, line);
      for (int index : line) {
        int color = palette.getRGB(index);
        out[to++] = (byte) (color >>> 16);
        out[to++] = (byte) (color >>> 8);
        out[to++] = (byte) color;
        if (bands == 4) {
          out[to++] = (byte) (color >>> 24);
        }
      }
    }
    return tensor(out, height, width, bands);
  }

  private Tensor direct(Raster raster) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int stored = raster.getNumBands();
    int shift =
        raster.getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT
                && raster.getSampleModel().getSampleSize(0) == 16
            ? 8
            : 0;
    if (stored > 4 || raster.getSampleModel().getSampleSize(0) != 8 + shift) {
      throw failure(
          "SHEAF-IMG-004",
          "Samples of "
              + raster.getSampleModel().getSampleSize(0)
              + " bits in "
              + stored
              + " channels are not supported",
          "Convert the image to 8 or 16 bits in up to 4 channels",
          null);
    }
    int bands = channels == Channels.STORED ? stored : 3;
    byte[] out = new byte[height * width * bands];
    int[] line = new int[width * stored];
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, line);
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < bands; band++) {
          int from = bands == stored || stored >= 3 ? band : 0;
          out[to++] = (byte) (line[x * stored + from] >>> shift);
        }
      }
    }
    return tensor(out, height, width, bands);
  }

  private static Tensor tensor(byte[] out, int height, int width, int bands) {
    return Tensor.of(DType.UINT8, Shape.of(height, width, bands), ByteBuffer.wrap(out));
  }

  private static InvalidInputException failure(
      String code, String headline, String hint, Throwable cause) {
    return new InvalidInputException(code, headline, Location.NONE, hint, cause);
  }
}
