package dev.sheaf.query.internal.exec;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/**
 * Decodes images with the codecs of the JDK: JPEG, PNG, GIF, BMP, TIFF. Pixels are as stored, not
 * turned by their EXIF orientation; transparency is dropped. Stateless.
 */
final class Images {
  private Images() {}

  /**
   * Returns the pixels as {@code uint8[h, w, 3]}, or {@code uint8[h, w]} of luma (ITU-R BT.601:
   * 0.299 red + 0.587 green + 0.114 blue, rounded).
   */
  static Tensor decode(Media media, boolean luma) {
    BufferedImage image;
    try {
      image = ImageIO.read(new ByteArrayInputStream(media.toBytes()));
    } catch (IOException | RuntimeException e) {
      throw bad(media, e);
    }
    if (image == null) {
      throw bad(media, null);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] row = new int[width];
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), luma ? 1 : 3)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int rgb : row) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        if (luma) {
          pixels[at++] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
        } else {
          pixels[at++] = (byte) red;
          pixels[at++] = (byte) green;
          pixels[at++] = (byte) blue;
        }
      }
    }
    Shape shape = luma ? Shape.of(height, width) : Shape.of(height, width, 3);
    return Tensor.of(DType.UINT8, shape, ByteBuffer.wrap(pixels));
  }

  private static InvalidInputException bad(Media media, Exception cause) {
    return new InvalidInputException(
        "SHEAF-QRY-024",
        "An image does not decode: codec=\""
            + media.codec()
            + "\", bytes="
            + media.byteLength()
            + ", sha256="
            + media.sha256(),
        Location.NONE,
        "Leave it out, for example with WHERE image.codec IN ('jpeg', 'png'); decode knows JPEG, "
            + "PNG, GIF, BMP and TIFF",
        cause);
  }
}
