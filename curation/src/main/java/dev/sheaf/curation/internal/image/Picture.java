package dev.sheaf.curation.internal.image;

import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded picture as 8-bit red, green and blue. Immutable and thread-safe.
 *
 * <p>Transparent pixels lie on white. Grey pictures keep their values: Java's own conversion would
 * apply a gamma curve, so that a grey copy would look brighter than its original.
 */
public final class Picture {
  /** Pictures of more pixels than this are refused before anything is allocated. */
  private static final long MOST_PIXELS = 1L << 30;

  private final int width;
  private final int height;
  private final byte[] rgb;

  private Picture(int width, int height, byte[] rgb) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /**
   * Decodes the first frame of a JPEG, PNG, GIF, BMP, TIFF or other picture that {@code
   * javax.imageio} reads. Every n-th pixel is taken such that the longer side keeps at least {@code
   * enough} pixels, so a photo of 100 megapixels needs the memory of a small one.
   *
   * @throws IOException if it is none or damaged; the message says what was found
   */
  public static Picture decode(byte[] payload, int enough) throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(payload))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("no decoder for this kind of picture");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return read(reader, enough);
      } catch (RuntimeException e) {
        // the decoders of the JDK throw these too on damaged files
        throw new IOException("damaged picture: " + e, e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static Picture read(ImageReader reader, int enough) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > MOST_PIXELS) {
      throw new IOException("picture of " + width + " x " + height + " pixels is too large");
    }
    int step = Math.max(1, Math.max(width, height) / enough);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(step, step, 0, 0);
    try {
      return of(reader.read(0, param));
    } catch (IOException e) {
      if (!reader.canReadRaster() || e.getMessage() == null) {
        throw e;
      }
      return ofInk(reader.readRaster(0, param), e); // JPEG of four inks, which Java gives raw only
    }
  }

  /**
   * Returns the picture of pixels {@code uint8[…, height, width, 3]}.
   *
   * @param axis the axis of the height; those before it are 1 long
   */
  public static Picture of(Tensor pixels, int axis) {
    byte[] rgb = new byte[pixels.byteLength()];
    pixels.copyTo(ByteBuffer.wrap(rgb));
    Shape shape = pixels.shape();
    return new Picture((int) shape.dim(axis + 1), (int) shape.dim(axis), rgb);
  }

  /** Returns the picture of an image in memory. */
  public static Picture of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    Raster raster = image.getRaster();
    int type = image.getType();
    boolean grey =
        type == BufferedImage.TYPE_BYTE_GRAY
            || type == BufferedImage.TYPE_USHORT_GRAY
            || type == BufferedImage.TYPE_CUSTOM
                && raster.getNumBands() <= 2
                && image.getColorModel().getColorSpace().getType()
                    == java.awt.color.ColorSpace.TYPE_GRAY;
    int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
    int[] row = new int[width];
    for (int y = 0, at = 0; y < height; y++) {
      if (grey) {
        raster.getSamples(0, y, width, 1, 0, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int x = 0; x < width; x++, at += 3) {
        if (grey) {
          byte value = (byte) (row[x] >> shift);
          rgb[at] = value;
          rgb[at + 1] = value;
          rgb[at + 2] = value;
        } else {
          int alpha = row[x] >>> 24;
          rgb[at] = onWhite(row[x] >> 16 & 255, alpha);
          rgb[at + 1] = onWhite(row[x] >> 8 & 255, alpha);
          rgb[at + 2] = onWhite(row[x] & 255, alpha);
        }
      }
    }
    return new Picture(width, height, rgb);
  }

  private static byte onWhite(int value, int alpha) {
    return (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha)) / 255);
  }

  /** Adobe writes the four inks inverted: 255 is no ink. */
  private static Picture ofInk(Raster raster, IOException why) throws IOException {
    if (raster.getNumBands() != 4) {
      throw why;
    }
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] rgb = new byte[width * height * 3];
    int[] row = new int[width * 4];
    for (int y = 0, at = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++, at += 3) {
        int black = row[4 * x + 3];
        for (int c = 0; c < 3; c++) {
          rgb[at + c] = (byte) (row[4 * x + c] * black / 255);
        }
      }
    }
    return new Picture(width, height, rgb);
  }

  /** Returns the width in pixels. */
  public int width() {
    return width;
  }

  /** Returns the height in pixels. */
  public int height() {
    return height;
  }

  /** Returns one colour, from 0 to 255: channel 0 is red, 1 green, 2 blue. */
  public int channel(int x, int y, int channel) {
    return rgb[3 * (y * width + x) + channel] & 255;
  }

  /** Returns the luminance {@code 0.299 R + 0.587 G + 0.114 B}, from 0 to 255, row by row. */
  public Plane luminance() {
    float[] values = new float[width * height];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          0.299f * (rgb[3 * i] & 255)
              + 0.587f * (rgb[3 * i + 1] & 255)
              + 0.114f * (rgb[3 * i + 2] & 255);
    }
    return new Plane(width, height, values);
  }

  /** Returns this picture with its longer side at most {@code longest}, each pixel a mean. */
  public Picture within(int longest) {
    if (Math.max(width, height) <= longest) {
      return this;
    }
    double scale = (double) longest / Math.max(width, height);
    int newWidth = Math.max(1, (int) Math.round(width * scale));
    int newHeight = Math.max(1, (int) Math.round(height * scale));
    return resized(newWidth, newHeight);
  }

  /** Returns this picture with another size, each pixel the mean of those it covers. */
  public Picture resized(int newWidth, int newHeight) {
    byte[] target = new byte[newWidth * newHeight * 3];
    for (int y = 0; y < newHeight; y++) {
      int top = (int) ((long) y * height / newHeight);
      int bottom = Math.max(top + 1, (int) ((long) (y + 1) * height / newHeight));
      for (int x = 0; x < newWidth; x++) {
        int left = (int) ((long) x * width / newWidth);
        int right = Math.max(left + 1, (int) ((long) (x + 1) * width / newWidth));
        int count = (bottom - top) * (right - left);
        for (int c = 0; c < 3; c++) {
          long sum = count / 2;
          for (int j = top; j < bottom; j++) {
            for (int i = left; i < right; i++) {
              sum += channel(i, j, c);
            }
          }
          target[3 * (y * newWidth + x) + c] = (byte) (sum / count);
        }
      }
    }
    return new Picture(newWidth, newHeight, target);
  }

  /** Returns the picture for drawing and encoding. */
  public BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, channel(x, y, 0) << 16 | channel(x, y, 1) << 8 | channel(x, y, 2));
      }
    }
    return image;
  }
}
