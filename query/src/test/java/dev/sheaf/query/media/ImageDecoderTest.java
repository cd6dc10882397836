package dev.sheaf.query.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

class ImageDecoderTest {
  private static final ImageDecoder RGB = new ImageDecoder(Channels.RGB, ImageDecoder.MOST_PIXELS);
  private static final ImageDecoder STORED =
      new ImageDecoder(Channels.STORED, ImageDecoder.MOST_PIXELS);

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
        .hasMessage("Not an image that can be decoded (3 bytes). Formats: JPEG, PNG, GIF, BMP");
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
      new ImageDecoder(Channels.RGB, 1 << 16).decode(ByteBuffer.wrap(bytes));
    } catch (InvalidInputException e) {
      assertThat(e.code()).startsWith("SHEAF-IMG-");
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
            "The image has 60000 x 60000 pixels, more than 67108864. Raise the limit if that is"
                + " meant");
  }
}
