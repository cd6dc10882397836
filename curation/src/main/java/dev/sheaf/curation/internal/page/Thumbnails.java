package dev.sheaf.curation.internal.page;

import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Small JPEGs as data URIs, and the texts beside them. */
final class Thumbnails {
  private static final float QUALITY = 0.8f;

  private Thumbnails() {}

  /** Returns the first column of pictures. */
  static Optional<String> pictures(Schema schema) {
    for (Column column : schema) {
      if (column.type().equals(Type.media(MediaKind.IMAGE))) {
        return Optional.of(column.name());
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

  /** Returns a picture with its longer side at most this long, or empty if it cannot be shown. */
  static Optional<String> of(Sample sample, String column, int side) {
    Media media = sample.media(column);
    if (media == null) {
      return Optional.empty();
    }
    try {
      Picture picture = Picture.decode(media.toBytes(), 2 * side).within(side);
      String encoded = Base64.getEncoder().encodeToString(jpeg(picture));
      return Optional.of("data:image/jpeg;base64," + encoded);
    } catch (IOException e) {
      return Optional.empty(); // the page says that there is no preview
    }
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
