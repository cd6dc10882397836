package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.format.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * A folder to which frames are written as PNG, without loss, named by their numbers: {@code
 * 000030.png}. A file that is there already is kept if it has the same bytes and never overwritten.
 */
final class FrameFolder {
  private static final int CHANNELS = 3;

  private final Path folder;

  /** Makes the folder where it is missing. */
  FrameFolder(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /**
   * Writes one frame of a clip.
   *
   * @param clip {@code uint8[t, h, w, 3]}
   * @param position the position of the frame in the clip
   * @param number its number in the video
   */
  Path save(Tensor clip, int position, int number) throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "%06d.png", number));
    Path fresh = folder.resolve(".sheaf-" + ProcessHandle.current().pid() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(fresh)) {
        ImageIO.write(picture(clip, position), "png", out);
      } catch (IOException e) {
        throw Failure.located(e, file);
      }
      if (Files.exists(file) && Files.mismatch(fresh, file) >= 0) {
        throw new FileAlreadyExistsException(
            file.toString(), null, "another picture has this name; name an empty folder");
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    return file;
  }

  private static BufferedImage picture(Tensor clip, int position) {
    int height = (int) clip.shape().dim(1);
    int width = (int) clip.shape().dim(2);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    clip.data().get(position * pixels.length, pixels);
    for (int i = 0; i < pixels.length; i += CHANNELS) {
      byte red = pixels[i];
      pixels[i] = pixels[i + 2];
      pixels[i + 2] = red;
    }
    return image;
  }
}
