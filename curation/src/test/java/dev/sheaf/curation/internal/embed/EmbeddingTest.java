package dev.sheaf.curation.internal.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sheaf.curation.internal.image.ImageDescriptor;
import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.curation.planted.Pictures;
import dev.sheaf.curation.planted.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  @Test
  void hashedTextKeepsCosines() {
    List<SparseText> texts = texts(200);
    HashedText embedding = HashedText.fit(texts, 512, 42);
    Idf idf = Idf.fit(texts);

    for (int i = 0; i + 1 < 40; i++) {
      double expected = dot(dense(idf, texts.get(i)), dense(idf, texts.get(i + 1)));
      double projected = dot(embedding.embed(texts.get(i)), embedding.embed(texts.get(i + 1)));
      assertThat(projected).isCloseTo(expected, within(0.2));
    }
    assertThat(embedding.embed(SparseText.of(""))).containsOnly(0f);
    assertThat(HashedText.of(embedding.toBytes()).embed(texts.get(3)))
        .isEqualTo(embedding.embed(texts.get(3)));
    assertThat(HashedText.fit(texts, 512, 43).embed(texts.get(3)))
        .isNotEqualTo(embedding.embed(texts.get(3)));
  }

  /** Two topics with words of their own: the first two components tell them apart. */
  @Test
  void latentTextFindsTopics() {
    String[] sea = "ship wave harbour sail tide fish anchor deck".split(" ");
    String[] hill = "peak snow climb ridge rope valley glacier cliff".split(" ");
    Random random = new Random(4);
    List<SparseText> texts = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w < 12; w++) {
        String[] topic = i % 2 == 0 ? sea : hill;
        text.append(topic[random.nextInt(topic.length)]).append(' ');
      }
      texts.add(SparseText.of(text.toString()));
    }
    LatentText embedding = LatentText.fit(texts, 2, 1);

    float[] ship = embedding.embed(SparseText.of("a ship in the harbour"));
    float[] tide = embedding.embed(SparseText.of("tide and wave"));
    float[] peak = embedding.embed(SparseText.of("snow on the peak"));
    assertThat(dot(ship, tide)).isGreaterThan(0.9);
    assertThat(Math.abs(dot(ship, peak))).isLessThan(0.3);
    assertThat(LatentText.of(embedding.toBytes()).embed(texts.get(3)))
        .isEqualTo(embedding.embed(texts.get(3)));
    assertThat(LatentText.fit(texts, 2, 1).toBytes()).isEqualTo(embedding.toBytes());
  }

  @Test
  void latentTextSpansWhatAFullDecompositionSpans() {
    List<SparseText> texts = texts(60);
    LatentText few = LatentText.fit(texts, 50, 1);
    LatentText other = LatentText.fit(texts, 50, 2);

    // 50 of at most 60 dimensions: cosines agree whatever the seed of the search
    for (int i = 0; i < 20; i++) {
      double a = dot(few.embed(texts.get(i)), few.embed(texts.get(i + 1)));
      double b = dot(other.embed(texts.get(i)), other.embed(texts.get(i + 1)));
      assertThat(a).isCloseTo(b, within(0.02));
    }
  }

  @Test
  void fitsOnNothingAndOnOneText() {
    assertThat(LatentText.fit(List.of(), 3, 1).embed(SparseText.of("x y"))).containsOnly(0f);
    float[] one = LatentText.fit(List.of(SparseText.of("x y")), 3, 1).embed(SparseText.of("x y"));
    assertThat(dot(one, one)).isCloseTo(1, within(1e-6));
    assertThat(PcaVector.fit(List.of(), 2).embed(new float[5])).containsOnly(0f);
  }

  @Test
  void principalComponentsKeepDistancesOfPictures() {
    List<float[]> descriptors = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      descriptors.add(ImageDescriptor.of(Picture.of(Pictures.scene(i, 120, 90))));
    }
    PcaVector embedding = PcaVector.fit(descriptors, 16);

    for (int i = 0; i < 20; i++) {
      var scene = Pictures.scene(i, 120, 90);
      float[] original = embedding.embed(descriptors.get(i));
      float[] copy =
          embedding.embed(
              ImageDescriptor.of(Picture.of(Pictures.decoded(Pictures.jpeg(scene, 0.5f)))));
      double nearest = -1;
      for (int j = 0; j < 60; j++) {
        nearest =
            j == i ? nearest : Math.max(nearest, dot(copy, embedding.embed(descriptors.get(j))));
      }
      assertThat(dot(copy, original)).isGreaterThan(nearest);
    }
    assertThat(PcaVector.of(embedding.toBytes()).embed(descriptors.get(0)))
        .isEqualTo(embedding.embed(descriptors.get(0)));
  }

  private static List<SparseText> texts(int count) {
    Texts maker = new Texts(31, false);
    List<SparseText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(SparseText.of(maker.written(maker.text(40))));
    }
    return texts;
  }

  private static float[] dense(Idf idf, SparseText text) {
    float[] vector = new float[SparseText.BUCKETS];
    double[] weights = idf.weights(text);
    for (int i = 0; i < weights.length; i++) {
      vector[text.bucket(i)] = (float) weights[i];
    }
    return vector;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
