package dev.sheaf.format.bench.media;

import dev.sheaf.format.media.ImageDecoder;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Decoders of images on one thread, at full size and at 224 x 224: {@code media.ImageDecoders
 * FOLDER}. FFmpeg as Sheaf uses it, and the JDK's ImageIO. Others were measured with the same loop:
 * {@code docs/adr/0003-decode-images-with-ffmpeg.md}.
 */
public final class ImageDecoders {
  private static final int SIDE = 224;
  private static final int ROUNDS = 3;

  private ImageDecoders() {}

  /** Turns an encoded image into pixels. */
  private interface Decoder {
    Object decode(byte[] encoded, int side) throws IOException;
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    List<byte[]> images = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      for (Path file : files.sorted().toList()) {
        images.add(Files.readAllBytes(file));
      }
    }
    for (int side : new int[] {0, SIDE}) {
      report("FFmpeg", side, images, ImageDecoders::ffmpeg);
      report("ImageIO", side, images, ImageDecoders::imageIo);
    }
  }

  private static void report(String name, int side, List<byte[]> images, Decoder decoder)
      throws IOException {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (byte[] image : images) {
        decoder.decode(image, side);
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e6 / images.size());
    }
    System.out.printf(
        "%s, %s: %.2f ms an image%n", name, side == 0 ? "full size" : "224 x 224", best);
  }

  private static Object ffmpeg(byte[] encoded, int side) {
    ImageDecoder decoder = ImageDecoder.create();
    return (side == 0 ? decoder : decoder.size(side, side)).decode(ByteBuffer.wrap(encoded));
  }

  private static Object imageIo(byte[] encoded, int side) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(encoded));
    int width = side == 0 ? image.getWidth() : side;
    int height = side == 0 ? image.getHeight() : side;
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = out.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return out;
  }
}
