package dev.sheaf.curation.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.internal.text.MinHashLsh;
import dev.sheaf.curation.internal.text.Shingles;
import dev.sheaf.curation.planted.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearTextsTest {
  private static final MinHashLsh SCHEME = MinHashLsh.tuned(0.5, 256, 0.98);

  /** A copy with a tenth of its words edited is found, and nothing else. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsPlantedDuplicates(boolean chinese) {
    Texts texts = new Texts(chinese ? 11 : 12, chinese);
    Random random = new Random(13);
    List<String> written = new ArrayList<>();
    List<List<String>> originals = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      originals.add(texts.text(20 + random.nextInt(180)));
      written.add(texts.written(originals.get(i)));
    }
    int planted = 300;
    for (int i = 0; i < planted; i++) {
      written.add(texts.written(texts.edited(originals.get(i))));
    }

    Clusters found = group(written, 0.5);

    int right = 0;
    int flagged = 0;
    for (int i = 0; i < written.size(); i++) {
      if (found.isDuplicate(i)) {
        flagged++;
        right += i >= 1000 && found.representative(i) == i - 1000 ? 1 : 0;
      }
    }
    assertThat((double) right / planted).as("recall").isGreaterThanOrEqualTo(0.99);
    assertThat((double) right / flagged).as("precision").isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void agreesWithComparingAllPairs() {
    Texts texts = new Texts(21, false);
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      List<String> text = texts.text(30);
      written.add(texts.written(text));
      for (int copies = 0; copies < i % 4; copies++) {
        text = texts.edited(text);
        written.add(texts.written(text));
      }
    }
    Clusters.Builder all = new Clusters.Builder(written.size());
    for (int i = 0; i < written.size(); i++) {
      for (int j = 0; j < i; j++) {
        double similarity =
            Shingles.jaccard(Shingles.of(written.get(i), 2), Shingles.of(written.get(j), 2));
        if (similarity >= 0.7) {
          all.pair(i, j, similarity);
        }
      }
    }
    Clusters expected = all.build();

    Clusters found = group(written, 0.7, MinHashLsh.tuned(0.7, 256, 0.9999));

    for (int i = 0; i < written.size(); i++) {
      assertThat(found.representative(i)).isEqualTo(expected.representative(i));
      assertThat(found.witness(i)).isEqualTo(expected.witness(i));
    }
    assertThat(found.duplicates()).isEqualTo(expected.duplicates()).isPositive();
    assertThat(found.groups()).isEqualTo(expected.groups()).isPositive();
  }

  @Test
  void unitesEqualTextsAndLeavesEmptyOnesAlone() {
    Clusters found = group(List.of("a b c d", "", "A  b c d!", "?", "a b c d"), 0.5);

    assertThat(found.representative(2)).isZero();
    assertThat(found.representative(4)).isZero();
    assertThat(found.isDuplicate(1)).isFalse();
    assertThat(found.isDuplicate(3)).isFalse();
    assertThat(found.similarity(4)).isEqualTo(1.0);
    assertThat(found.groups()).isEqualTo(1);
  }

  @Test
  void witnessesLaterMembersWhereNoEarlierOneIsNear() {
    Clusters.Builder builder = new Clusters.Builder(3);
    builder.pair(0, 2, 0.6);
    builder.pair(2, 1, 0.9);
    Clusters chain = builder.build();

    assertThat(chain.representative(1)).isZero();
    assertThat(chain.witness(1)).isEqualTo(2);
    assertThat(chain.witness(2)).isEqualTo(1);
    assertThat(chain.witness(0)).isEqualTo(-1);
  }

  private static Clusters group(List<String> texts, double threshold) {
    return group(texts, threshold, SCHEME);
  }

  private static Clusters group(List<String> texts, double threshold, MinHashLsh scheme) {
    long[][] shingles = texts.stream().map(t -> Shingles.of(t, 2)).toArray(long[][]::new);
    long[][] bands = new long[shingles.length][];
    for (int i = 0; i < bands.length; i++) {
      bands[i] = shingles[i].length == 0 ? new long[0] : scheme.bandHashes(shingles[i]);
    }
    return NearTexts.group(shingles, bands, threshold);
  }
}
