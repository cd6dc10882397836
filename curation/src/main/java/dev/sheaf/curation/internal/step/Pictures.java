package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import java.io.IOException;
import java.util.List;

/** Decodes the pictures of a column and computes something from each. */
final class Pictures {
  private Pictures() {}

  /** What is computed. */
  @FunctionalInterface
  interface Look {
    /** Computes the bytes of a feature. */
    byte[] at(Picture picture);
  }

  static List<Feature> features(List<Sample> batch, String column, int enough, Look look) {
    return batch.stream().map(sample -> feature(sample.media(column), enough, look)).toList();
  }

  private static Feature feature(Media media, int enough, Look look) {
    if (media == null) {
      return Feature.failed("no picture");
    }
    try {
      return Feature.of(look.at(Picture.decode(media.toBytes(), enough)));
    } catch (IOException e) {
      String codec = media.codec().isEmpty() ? "" : " (" + media.codec() + ")";
      return Feature.failed("cannot decode the picture" + codec + ": " + e.getMessage());
    }
  }
}
