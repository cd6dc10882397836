package dev.sheaf.curation.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.internal.image.PdqHash;
import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.curation.planted.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearImagesTest {
  @Test
  void findsPlantedDuplicates() throws IOException {
    int originals = 150;
    List<PdqHash> hashes = new ArrayList<>();
    for (int i = 0; i < originals; i++) {
      hashes.add(hash(Pictures.jpeg(Pictures.scene(i, 320, 240), 0.92f)));
    }
    for (int i = 0; i < originals; i++) {
      BufferedImage image = Pictures.scene(i, 320, 240);
      byte[] copy =
          switch (i % 4) {
            case 0 -> Pictures.jpeg(Pictures.resized(image, i % 8 == 0 ? 0.4 : 1.7), 0.9f);
            case 1 -> Pictures.jpeg(image, 0.3f);
            case 2 -> Pictures.png(Pictures.grey(image));
            default -> Pictures.jpeg(Pictures.withLogo(image), 0.9f);
          };
      hashes.add(hash(copy));
    }

    Clusters found = NearImages.group(hashes.toArray(PdqHash[]::new), 31);

    int right = 0;
    int flagged = 0;
    for (int i = 0; i < hashes.size(); i++) {
      if (found.isDuplicate(i)) {
        flagged++;
        right += i >= originals && found.representative(i) == i - originals ? 1 : 0;
      }
    }
    assertThat((double) right / originals).as("recall").isGreaterThanOrEqualTo(0.9);
    assertThat((double) right / flagged).as("precision").isGreaterThanOrEqualTo(0.99);
  }

  private static PdqHash hash(byte[] payload) throws IOException {
    return PdqHash.of(Picture.decode(payload, 512));
  }
}
