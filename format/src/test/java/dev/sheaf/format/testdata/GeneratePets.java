package dev.sheaf.format.testdata;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Draws {@code testdata/pets}: cats, dogs and birds in folders, as JPEG and one each of PNG, GIF,
 * BMP, TIFF and WebP.
 *
 * <p>Pixels are computed one by one, so that they are the same on every machine; the bytes of the
 * JPEGs depend on the encoder of the JDK (those shipped come from 17).
 */
public final class GeneratePets {
  private static final String[] CLASSES = {"bird", "cat", "dog"};
  private static final int EACH = 8;

  private GeneratePets() {}

  /** Writes the pictures into the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path root = Path.of(args[0]);
    for (int kind = 0; kind < CLASSES.length; kind++) {
      Path folder = Files.createDirectories(root.resolve(CLASSES[kind]));
      for (int i = 0; i < EACH; i++) {
        BufferedImage picture = draw(kind, i);
        String name = String.format("%s_%02d", CLASSES[kind], i + 1);
        write(picture, folder, name, format(kind, i));
      }
    }
  }

  private static String format(int kind, int i) {
    if (i != EACH - 1 && i != EACH - 2) {
      return "jpg";
    }
    String[] others = {"png", "gif", "bmp", "tif", "webp", "jpg"};
    return others[kind * 2 + (EACH - 1 - i)];
  }

  private static void write(BufferedImage picture, Path folder, String name, String format)
      throws IOException {
    Path file = folder.resolve(name + "." + format);
    if (format.equals("webp")) {
      Files.write(file, TinyWebp.encode(picture));
    } else if (format.equals("jpg")) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(0.8f);
      Files.deleteIfExists(file);
      try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(picture, null, null), quality);
      } finally {
        writer.dispose();
      }
    } else if (!ImageIO.write(picture, format, file.toFile())) {
      throw new IOException("no writer for " + format);
    }
  }

  /**
   * Draws picture {@code i} of a class: a head with ears or a beak before a sky that gets darker
   * downwards.
   */
  static BufferedImage draw(int kind, int i) {
    int width = 96 + 16 * (i % 3);
    int height = 80 + 8 * (i % 4);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int fur = new int[] {0x3a7bd5, 0xd98e3a, 0x8a5a3c}[kind] + 0x0a0604 * i;
    int cx = width / 2 + 3 * (i % 5) - 6;
    int cy = height / 2 + 4;
    int radius = height / 4 + i % 3;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, pixel(kind, x - cx, y - cy, radius, fur, 200 - 80 * y / height));
      }
    }
    return picture;
  }

  private static int pixel(int kind, int x, int y, int radius, int fur, int sky) {
    boolean eye = Math.abs(Math.abs(x) - radius / 3) <= 2 && Math.abs(y + radius / 4) <= 2;
    boolean mouth =
        kind == 0
            ? y > 0 && y < radius / 2 && Math.abs(x) < radius / 2 - y
            : Math.abs(x) <= 3 && y > radius / 4 && y < radius / 4 + 4;
    if (eye) {
      return 0x101010;
    }
    if (mouth) {
      return kind == 0 ? 0xf0b020 : 0x402020;
    }
    boolean head = x * x + y * y <= radius * radius;
    int side = Math.abs(x);
    boolean catEar =
        kind == 1
            && y < -radius / 2
            && y > -radius * 3 / 2
            && Math.abs(side - radius * 2 / 3) < (y + radius * 3 / 2) / 3;
    boolean dogEar =
        kind == 2
            && side > radius * 3 / 4
            && side < radius * 5 / 4
            && y > -radius / 2
            && y < radius;
    if (head) {
      return fur;
    }
    return catEar || dogEar ? fur - 0x202020 : sky << 16 | sky + 20 << 8 | 230;
  }
}
