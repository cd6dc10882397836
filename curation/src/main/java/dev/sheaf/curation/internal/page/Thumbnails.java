package dev.sheaf.curation.internal.page;

import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.format.Column;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.media.ClipOptions;
import dev.sheaf.format.media.ImageDecoder;
import dev.sheaf.format.media.Video;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Small JPEGs as data URIs, and the texts beside them. */
final class Thumbnails {
  private static final float QUALITY = 0.8f;

  private Thumbnails() {}

  /** Returns the first column of pictures, or of videos where there are none. */
  static Optional<String> pictures(Schema schema) {
    for (MediaKind kind : List.of(MediaKind.IMAGE, MediaKind.VIDEO)) {
      for (Column column : schema) {
        if (column.type().equals(Type.media(kind))) {
          return Optional.of(column.name());
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the first column of text that is data. */
  static Optional<String> captions(Schema schema) {
    for (Column column : schema) {
      boolean own = column.name().startsWith("_") || column.derived().isPresent();
      if (column.type().equals(Type.UTF8) && !own) {
        return Optional.of(column.name());
      }
    }
    return Optional.empty();
  }

  /** Tells whether there is something to see of a payload. */
  static boolean isVisual(Media media) {
    return media.kind() == MediaKind.IMAGE || media.kind() == MediaKind.VIDEO;
  }

  /**
   * Returns a picture, or a frame of a video, with its longer side at most this long, or empty if
   * it cannot be shown.
   *
   * @param media the payload, or null
   */
  static Optional<String> of(Media media, int side) {
    if (media == null || !isVisual(media)) {
      return Optional.empty();
    }
    try {
      Picture picture = media.kind() == MediaKind.VIDEO ? frame(media, side) : image(media, side);
      String encoded = Base64.getEncoder().encodeToString(jpeg(picture.within(side)));
      return Optional.of("data:image/jpeg;base64," + encoded);
    } catch (IOException | InvalidInputException e) {
      return Optional.empty(); // the page says that there is no preview
    }
  }

  /** The JDK decodes without native code, but not every format, and knows of no orientation. */
  private static Picture image(Media media, int side) throws IOException {
    boolean upright = !(media.facts().get("orientation") instanceof Number n) || n.intValue() <= 1;
    boolean plain = List.of("jpeg", "png", "gif", "bmp", "").contains(media.codec());
    if (upright && plain) {
      return Picture.decode(media.toBytes(), 2 * side);
    }
    Tensor pixels = ImageDecoder.create().decode(media);
    return Picture.of(pixels, 0);
  }

  /** The key frame in the middle: the cheapest that is not the black of a beginning. */
  private static Picture frame(Media media, int side) {
    Video video = Video.of(media);
    int[] keys = video.keyFrames();
    int frame = keys.length == 0 ? 0 : keys[keys.length / 2];
    double scale = Math.min(1, (double) side / Math.max(video.width(), video.height()));
    int height = Math.max(1, (int) Math.round(video.height() * scale));
    int width = Math.max(1, (int) Math.round(video.width() * scale));
    return Picture.of(video.clip(frame, frame + 1, ClipOptions.PLAIN.size(height, width)), 1);
  }

  private static byte[] jpeg(Picture picture) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new javax.imageio.stream.MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture.toImage(), null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
