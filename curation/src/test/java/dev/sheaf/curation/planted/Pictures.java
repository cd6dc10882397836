package dev.sheaf.curation.planted;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Draws pictures with large and small structure, and changes them as the web does. */
public final class Pictures {
  private Pictures() {}

  /** Returns a scene; equal seeds draw equal scenes. */
  public static BufferedImage scene(long seed, int width, int height) {
    Random random = new Random(seed * 7919 + 13);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    int x0 = random.nextInt(width);
    int y0 = random.nextInt(height);
    g.setPaint(new GradientPaint(x0, y0, colour(random), width - x0, height - y0, colour(random)));
    g.fillRect(0, 0, width, height);
    for (int i = 0; i < 40; i++) {
      g.setColor(colour(random));
      int w = width / 20 + random.nextInt(width / (2 + i / 4));
      int h = height / 20 + random.nextInt(height / (2 + i / 4));
      int x = random.nextInt(width) - w / 2;
      int y = random.nextInt(height) - h / 2;
      switch (random.nextInt(3)) {
        case 0 -> g.fillOval(x, y, w, h);
        case 1 -> g.fillRect(x, y, w, h);
        default -> {
          g.setStroke(new BasicStroke(2 + random.nextInt(12)));
          g.drawLine(x, y, x + w, y + h - random.nextInt(2 * h));
        }
      }
    }
    g.dispose();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        int noise = random.nextInt(17) - 8;
        image.setRGB(x, y, shift(rgb, 16, noise) | shift(rgb, 8, noise) | shift(rgb, 0, noise));
      }
    }
    return image;
  }

  private static Color colour(Random random) {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private static int shift(int rgb, int bits, int noise) {
    return Math.max(0, Math.min(255, (rgb >> bits & 255) + noise)) << bits;
  }

  /** Returns a copy with sides times a factor. */
  public static BufferedImage resized(BufferedImage image, double factor) {
    int width = (int) (image.getWidth() * factor);
    int height = (int) (image.getHeight() * factor);
    return drawn(image, width, height, BufferedImage.TYPE_INT_RGB);
  }

  /** Returns a copy without colour. */
  public static BufferedImage grey(BufferedImage image) {
    BufferedImage grey =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        double value = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
        grey.getRaster().setSample(x, y, 0, (int) Math.round(value));
      }
    }
    return grey;
  }

  /** Returns a copy with a logo of an eighth of the width in the lower right corner. */
  public static BufferedImage withLogo(BufferedImage image) {
    BufferedImage copy =
        drawn(image, image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = copy.createGraphics();
    int size = image.getWidth() / 8;
    g.setColor(Color.WHITE);
    g.fillRect(image.getWidth() - size - 4, image.getHeight() - size / 2 - 4, size, size / 2);
    g.setColor(Color.RED);
    g.fillOval(image.getWidth() - size, image.getHeight() - size / 2, size / 3, size / 3);
    g.dispose();
    return copy;
  }

  private static BufferedImage drawn(BufferedImage image, int width, int height, int type) {
    BufferedImage copy = new BufferedImage(width, height, type);
    Graphics2D g = copy.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, null);
    g.dispose();
    return copy;
  }

  /** Returns the bytes of a JPEG of a quality from 0 to 1. */
  public static byte[] jpeg(BufferedImage image, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Returns the bytes of a PNG. */
  public static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Returns what {@link ImageIO} makes of bytes. */
  public static BufferedImage decoded(byte[] bytes) {
    try {
      return ImageIO.read(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
