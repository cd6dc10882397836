package dev.sheaf.curation.internal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sheaf.curation.planted.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImagesTest {
  @Test
  void keepsTheValuesOfGreyPictures() throws IOException {
    BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      grey.getRaster().setSample(i % 8, i / 8, 0, i * 4);
    }

    Picture picture = Picture.decode(Pictures.png(grey), 512);

    assertThat(picture.channel(3, 2, 0)).isEqualTo((2 * 8 + 3) * 4);
    assertThat(picture.luminance().at(3, 2)).isCloseTo(76, within(0.01f));
  }

  @Test
  void laysTransparencyOnWhite() throws IOException {
    BufferedImage clear = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(1, 1, 0xff102030);

    Picture picture = Picture.decode(Pictures.png(clear), 512);

    assertThat(picture.channel(0, 0, 1)).isEqualTo(255);
    assertThat(picture.channel(1, 1, 2)).isEqualTo(0x30);
  }

  @Test
  void decodesLargePicturesInSteps() throws IOException {
    byte[] large = Pictures.jpeg(Pictures.scene(3, 1600, 900), 0.9f);

    Picture picture = Picture.decode(large, 512);

    assertThat(picture.width()).isEqualTo(534);
    assertThat(picture.height()).isEqualTo(300);
  }

  @Test
  void refusesWhatIsNoPicture() {
    assertThatThrownBy(() -> Picture.decode(new byte[] {1, 2, 3, 4}, 512))
        .isInstanceOf(IOException.class)
        .hasMessage("no decoder for this kind of picture");
    byte[] cut = Arrays.copyOf(Pictures.png(Pictures.scene(1, 64, 64)), 60);
    assertThatThrownBy(() -> Picture.decode(cut, 512)).isInstanceOf(IOException.class);
  }

  @Test
  void sharpnessFallsWithBlurAndBlankIsBlank() {
    Picture sharp = Picture.of(Pictures.scene(5, 400, 300));
    Picture blurred = sharp.resized(40, 30).resized(400, 300).resized(20, 15).resized(400, 300);
    BufferedImage white = new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB);
    white.createGraphics().fillRect(0, 0, 100, 100);

    ImageQuality good = ImageQuality.of(sharp);
    ImageQuality blank = ImageQuality.of(Picture.of(white));

    assertThat(good.sharpness()).isGreaterThan(2 * ImageQuality.of(blurred).sharpness());
    assertThat(good.detail()).isGreaterThan(3);
    assertThat(blank.brightness()).isEqualTo(1.0, within(1e-6));
    assertThat(blank.contrast()).isCloseTo(0, within(1e-4));
    assertThat(blank.detail()).isZero();
    assertThat(blank.clipped()).isEqualTo(1.0);
    assertThat(blank.sharpness()).isCloseTo(0, within(1e-3));
  }

  @Test
  void boxFilterAveragesWhatIsThere() {
    Plane plane = new Plane(5, 1, new float[] {1, 2, 3, 4, 5});

    assertThat(plane.box(3, 1).at(0, 0)).isEqualTo(1.5f);
    assertThat(plane.box(3, 1).at(2, 0)).isEqualTo(3f);
    assertThat(plane.box(4, 1).at(1, 0)).isEqualTo(2.5f); // 1..4: one further to the right
    assertThat(plane.box(4, 1).at(4, 0)).isEqualTo(4.5f);
    assertThat(plane.box(1, 1).at(3, 0)).isEqualTo(4f);
    assertThat(plane.box(9, 1).at(0, 0)).isEqualTo(3f);
  }

  @Test
  void hashHasHalfItsBitsSetAndReadsBack() {
    PdqHash hash = PdqHash.of(Picture.of(Pictures.scene(8, 300, 200)));

    int set = 0;
    for (int i = 0; i < 4; i++) {
      set += Long.bitCount(hash.word(i));
    }
    assertThat(set).isEqualTo(128);
    assertThat(hash.quality()).isGreaterThan(50);
    assertThat(PdqHash.of(hash.toBytes())).isEqualTo(hash);
    assertThat(hash.toString()).hasSize(64);
  }

  @Test
  void mirroringFlipsTheOddHorizontalFrequencies() {
    BufferedImage image =
        Pictures.scene(9, 64, 64); // no blur at this size; the median moves a little
    BufferedImage mirrored = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    mirrored.createGraphics().drawImage(image, 64, 0, -64, 64, null);

    PdqHash expected = flippedInOddColumns(PdqHash.of(Picture.of(image)));

    assertThat(PdqHash.of(Picture.of(mirrored)).distance(expected)).isLessThanOrEqualTo(31);
  }

  private static PdqHash flippedInOddColumns(PdqHash hash) {
    long[] words = new long[4];
    for (int i = 0; i < 4; i++) {
      words[i] = hash.word(i) ^ 0x5555555555555555L; // column j stands for frequency j + 1
    }
    return PdqHash.of(words, hash.quality());
  }

  @Test
  void tinyAndBlankPicturesHaveNoQuality() {
    assertThat(
            PdqHash.of(Picture.of(new BufferedImage(4, 90, BufferedImage.TYPE_INT_RGB))).quality())
        .isZero();
    assertThat(
            PdqHash.of(Picture.of(new BufferedImage(90, 90, BufferedImage.TYPE_INT_RGB))).quality())
        .isZero();
  }

  @Test
  void hammingIndexFindsExactlyWhatAScanFinds() {
    Random random = new Random(17);
    PdqHash[] hashes = new PdqHash[3000];
    for (int i = 0; i < hashes.length; i++) {
      if (i < 500) {
        hashes[i] = PdqHash.of(random.longs(4).toArray(), 100);
      } else {
        long[] words = new long[4];
        PdqHash near = hashes[random.nextInt(500)];
        Arrays.setAll(words, near::word);
        for (int flips = random.nextInt(60); flips > 0; flips--) {
          int bit = random.nextInt(256);
          words[bit / 64] ^= 1L << bit % 64;
        }
        hashes[i] = PdqHash.of(words, 100);
      }
    }
    HammingIndex index = new HammingIndex(hashes);
    for (int radius : new int[] {0, 7, 15, 16, 31, 40}) {
      for (int query = 0; query < 100; query++) {
        PdqHash wanted = hashes[query * 29];
        List<Integer> found = new ArrayList<>();
        index.within(wanted, radius, found::add);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < hashes.length; i++) {
          if (hashes[i].distance(wanted) <= radius) {
            expected.add(i);
          }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }
}
