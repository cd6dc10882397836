package dev.sheaf.query.internal.exec;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.media.ImageDecoder;
import java.nio.ByteBuffer;

/** The pixels of image cells. Stateless. */
final class Images {
  private static final ImageDecoder RGB = ImageDecoder.create();

  private Images() {}

  /**
   * Returns the pixels as {@code uint8[h, w, 3]}, or {@code uint8[h, w]} of luma (ITU-R BT.601:
   * 0.299 red + 0.587 green + 0.114 blue, rounded).
   */
  static Tensor decode(Media media, boolean luma) {
    Tensor pixels;
    try {
      pixels = RGB.decode(media);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          e.code(), e.headline(), e.location().with("sha256", media.sha256()), e.hint(), e);
    }
    return luma ? luma(pixels) : pixels;
  }

  private static Tensor luma(Tensor rgb) {
    ByteBuffer data = rgb.data();
    byte[] luma = new byte[data.remaining() / 3];
    for (int i = 0; i < luma.length; i++) {
      int red = data.get(i * 3) & 0xff;
      int green = data.get(i * 3 + 1) & 0xff;
      int blue = data.get(i * 3 + 2) & 0xff;
      luma[i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
    }
    Shape shape = Shape.of(rgb.shape().dim(0), rgb.shape().dim(1));
    return Tensor.of(DType.UINT8, shape, ByteBuffer.wrap(luma));
  }
}
