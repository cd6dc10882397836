package dev.sheaf.format.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final ImageDecoder RGB = ImageDecoder.create();
  private static final ImageDecoder STORED = RGB.channels(Channels.STORED);

  private static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(3, 2, type);
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 3; x++) {
        image.setRGB(x, y, 0x80000000 | (x * 100) << 16 | (y * 200) << 8 | 7);
      }
    }
    return image;
  }

  private static long[] pixel(Tensor image, int y, int x) {
    int width = (int) image.shape().dim(1);
    int bands = (int) image.shape().dim(2);
    long[] all = new long[bands];
    Arrays.setAll(all, c -> (Long) image.element((long) (y * width + x) * bands + c));
    return all;
  }

  @Test
  void decodesLosslessFormatsExactly() {
    for (String format : new String[] {"png", "bmp"}) {
      byte[] bytes = encode(picture(BufferedImage.TYPE_INT_RGB), format);
      Tensor image = RGB.decode(ByteBuffer.wrap(bytes));
      assertThat(image).hasToString("uint8[2, 3, 3]");
      assertThat(pixel(image, 0, 0)).containsExactly(0, 0, 7);
      assertThat(pixel(image, 1, 2)).containsExactly(200, 200, 7);
    }
  }

  @Test
  void keepsOrDropsAlpha() {
    byte[] bytes = encode(picture(BufferedImage.TYPE_INT_ARGB), "png");
    assertThat(pixel(STORED.decode(ByteBuffer.wrap(bytes)), 1, 1))
        .containsExactly(100, 200, 7, 128);
    assertThat(pixel(RGB.decode(ByteBuffer.wrap(bytes)), 1, 1)).containsExactly(100, 200, 7);
  }

  @Test
  void takesGreyFromTheSamples() {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 50);
    grey.getRaster().setSample(1, 0, 0, 200);
    Tensor stored = STORED.decode(ByteBuffer.wrap(encode(grey, "png")));
    assertThat(stored.shape()).isEqualTo(Shape.of(1, 2, 1));
    assertThat(pixel(stored, 0, 0)).containsExactly(50);
    assertThat(pixel(RGB.decode(ByteBuffer.wrap(encode(grey, "png"))), 0, 1))
        .containsExactly(200, 200, 200);
    Tensor jpeg = STORED.decode(ByteBuffer.wrap(encode(grey, "jpg")));
    assertThat(jpeg.shape()).isEqualTo(Shape.of(1, 2, 1));
  }

  @Test
  void takesTheUpperByteOfSixteenBits() {
    BufferedImage deep = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0xabcd);
    assertThat(pixel(STORED.decode(ByteBuffer.wrap(encode(deep, "png"))), 0, 0))
        .containsExactly(0xab);
  }

  @Test
  void expandsPalettes() {
    Tensor image =
        STORED.decode(ByteBuffer.wrap(encode(picture(BufferedImage.TYPE_BYTE_INDEXED), "gif")));
    assertThat(image.shape()).isEqualTo(Shape.of(2, 3, 3));
    assertThat(pixel(image, 0, 0)[0]).isLessThan(60);
  }

  @Test
  void decodesJpegAboutRight() {
    BufferedImage flat = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      flat.setRGB(i % 16, i / 16, 0xc86432);
    }
    long[] pixel = pixel(RGB.decode(ByteBuffer.wrap(encode(flat, "jpg"))), 8, 8);
    assertThat(pixel[0]).isBetween(195L, 205L);
    assertThat(pixel[1]).isBetween(95L, 105L);
    assertThat(pixel[2]).isBetween(45L, 55L);
  }

  @Test
  void refusesWhatIsNoImage() {
    assertThatThrownBy(() -> RGB.decode(ByteBuffer.wrap(new byte[] {1, 2, 3})))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The image is not one that can be decoded (3 bytes). Formats are listed in"
                + " docs/media.md");
  }

  @Test
  void everyCutOrChangedFileGivesPixelsOrAnError() {
    for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
      byte[] whole = encode(picture(BufferedImage.TYPE_INT_RGB), format);
      for (int length = 0; length < whole.length; length++) {
        attempt(Arrays.copyOf(whole, length));
        byte[] changed = whole.clone();
        changed[length] ^= (byte) 0xff;
        attempt(changed);
      }
    }
  }

  private static void attempt(byte[] bytes) {
    try {
      RGB.mostPixels(1 << 16).decode(ByteBuffer.wrap(bytes));
    } catch (InvalidInputException e) {
      assertThat(e.code()).startsWith("SHEAF-MED-");
    }
  }

  @Test
  void refusesABombByItsHeader() {
    byte[] png = encode(picture(BufferedImage.TYPE_INT_RGB), "png");
    ByteBuffer header = ByteBuffer.wrap(png);
    header.putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    assertThatThrownBy(() -> RGB.decode(ByteBuffer.wrap(png)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The image has 60000 x 60000 pixels, more than 67108864. Ask for less, or raise the"
                + " limit if that is meant");
  }

  private static Tensor decode(ImageDecoder decoder, String name) {
    return decoder.decode(ByteBuffer.wrap(TestMedia.bytes("images/" + name)));
  }

  /**
   * Returns what the generator draws at (x, y): red to the right, green downwards, checked blue.
   */
  private static long[] drawn(int x, int y) {
    return new long[] {x * 255L / 36, y * 255L / 22, 255L * ((x / 4 + y / 4) % 2)};
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb.png", "rgba.png", "lossless.webp", "alpha.webp", "rgb.bmp", "rgb.tif"})
  void decodesEveryLosslessFormatAlike(String name) {
    Tensor image = decode(RGB, name);
    assertThat(image.shape()).isEqualTo(Shape.of(23, 37, 3));
    for (int y = 0; y < 23; y++) {
      for (int x = 0; x < 37; x++) {
        assertThat(pixel(image, y, x)).containsExactly(drawn(x, y));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.jpg", "420.jpg", "progressive.jpg", "lossy.webp", "cmyk.jpg"})
  void decodesEveryLossyFormatCloseToWhatWasDrawn(String name) {
    Tensor image = decode(RGB, name);
    assertThat(image.shape()).isEqualTo(Shape.of(23, 37, 3));
    for (int y = 1; y < 22; y++) {
      for (int x = 1; x < 36; x++) {
        long[] pixel = pixel(image, y, x);
        long[] drawn = drawn(x, y);
        assertThat(pixel[0]).as("red at %d, %d", x, y).isBetween(drawn[0] - 9, drawn[0] + 9);
        assertThat(pixel[1]).as("green at %d, %d", x, y).isBetween(drawn[1] - 9, drawn[1] + 9);
        assertThat(pixel[2]).as("blue at %d, %d", x, y).isBetween(119L, 137L);
      }
    }
  }

  @Test
  void turnsPicturesAsTheirOrientationSays() {
    Tensor upright = decode(RGB, "orientation-1.jpg");
    for (int orientation = 1; orientation <= 8; orientation++) {
      Tensor turned = decode(RGB, "orientation-" + orientation + ".jpg");
      boolean swapped = orientation > 4;
      assertThat(turned.shape()).isEqualTo(swapped ? Shape.of(37, 23, 3) : Shape.of(23, 37, 3));
      // Where the corner at the top left of what is stored is shown (Exif 2.32).
      boolean right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
      boolean bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
      int height = swapped ? 37 : 23;
      int width = swapped ? 23 : 37;
      assertThat(pixel(turned, bottom ? height - 1 : 0, right ? width - 1 : 0))
          .as("orientation %d", orientation)
          .containsExactly(pixel(upright, 0, 0));
      // Red grows along what is stored as a row.
      int y = swapped ? (bottom ? 0 : height - 1) : bottom ? height - 1 : 0;
      int x = swapped ? (right ? width - 1 : 0) : right ? 0 : width - 1;
      assertThat(pixel(turned, y, x)).containsExactly(pixel(upright, 0, 36));
      assertThat(decode(RGB.asStored(), "orientation-" + orientation + ".jpg")).isEqualTo(upright);
    }
    assertThat(pixel(decode(RGB, "orientation-6.png"), 0, 22)).containsExactly(drawn(0, 0));
  }

  @Test
  void keepsStoredChannels() {
    assertThat(decode(STORED, "grey.png")).hasToString("uint8[23, 37, 1]");
    assertThat(decode(STORED, "grey-alpha.png")).hasToString("uint8[23, 37, 2]");
    assertThat(decode(STORED, "palette.png")).hasToString("uint8[23, 37, 3]");
    assertThat(decode(STORED, "palette-alpha.png")).hasToString("uint8[23, 37, 4]");
    assertThat(decode(STORED, "cmyk.jpg")).hasToString("uint8[23, 37, 3]");
    assertThat(decode(STORED, "grey.jpg")).hasToString("uint8[23, 37, 1]");
    assertThat(decode(STORED, "bits1.png")).hasToString("uint8[23, 37, 1]");
    assertThat(pixel(decode(STORED, "grey-alpha.png"), 0, 36)[1]).isEqualTo(255);
    Tensor four = decode(STORED, "grey4.png");
    assertThat(four.shape()).isEqualTo(Shape.of(2, 4, 1));
    assertThat(pixel(four, 0, 3)).containsExactly(51);
    assertThat(pixel(four, 1, 0)).containsExactly(204);
  }

  @Test
  void keepsSixteenBitsOnRequest() {
    for (String name : new String[] {"grey16.png", "rgb16.png", "rgba16.png"}) {
      Tensor deep = decode(STORED.sixteenBit(), name);
      Tensor shallow = decode(STORED, name);
      assertThat(deep.dtype()).isEqualTo(DType.UINT16);
      long[] pixel = pixel(deep, 11, 30);
      for (int c = 0; c < pixel.length; c++) {
        assertThat(pixel[c]).isEqualTo(1000 * 30 + 100 * 11 + 7 * c);
        assertThat(pixel(shallow, 11, 30)[c]).isEqualTo(pixel[c] >> 8);
      }
    }
    long[] wide = pixel(decode(RGB.sixteenBit(), "rgb.png"), 5, 9);
    long[] narrow = pixel(decode(RGB, "rgb.png"), 5, 9);
    for (int c = 0; c < 3; c++) {
      assertThat(wide[c]).isEqualTo(257 * narrow[c]);
    }
  }

  @Test
  void decodesJpegsSmallerAndResizesTheRest() {
    for (int[] size : new int[][] {{96, 128}, {48, 64}, {24, 32}, {50, 60}, {7, 9}, {192, 256}}) {
      Tensor small = decode(RGB.size(size[0], size[1]), "large.jpg");
      assertThat(small.shape()).isEqualTo(Shape.of(size[0], size[1], 3));
      for (int y = 0; y < size[0]; y++) {
        for (int x = 0; x < size[1]; x++) {
          long[] pixel = pixel(small, y, x);
          double red = (x + 0.5) / size[1] * 255;
          double green = (y + 0.5) / size[0] * 255;
          assertThat((double) pixel[0])
              .as("%d x %d", size[0], size[1])
              .isBetween(red - 16, red + 16);
          assertThat((double) pixel[1]).isBetween(green - 16, green + 16);
          assertThat(pixel[2]).isBetween(120L, 136L);
        }
      }
    }
    assertThat(decode(RGB.size(30, 20), "orientation-6.jpg").shape())
        .isEqualTo(Shape.of(30, 20, 3));
    assertThat(decode(STORED.size(8, 8), "rgba16.png").shape()).isEqualTo(Shape.of(8, 8, 4));
  }

  @Test
  void takesTheFirstPictureOfSeveral() {
    Tensor gif = decode(RGB, "first.gif");
    assertThat(gif.shape()).isEqualTo(Shape.of(23, 37, 3));
    long[] corner = pixel(gif, 22, 36);
    assertThat(corner[0]).isGreaterThan(200);
    assertThat(corner[1]).isGreaterThan(200);
    assertThat(decode(RGB, "animated.webp")).isEqualTo(decode(RGB, "rgb.png"));
  }
}
