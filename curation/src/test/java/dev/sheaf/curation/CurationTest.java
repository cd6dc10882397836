package dev.sheaf.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.curation.planted.Pictures;
import dev.sheaf.curation.planted.Texts;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Predicates;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Batch;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes over a dataset of 40 pictures with captions, of which 8 are planted duplicates. */
class CurationTest {
  private static final int ORIGINALS = 32;
  private static final String RECIPE =
      """
      recipe: clean
      steps:
        - image_quality: {min_sharpness: 5}
        - dedupe_image: {keep: first}
        - dedupe_text: {column: caption, threshold: 0.5}
        - tag:
            taxonomy: tags.yaml
            keywords: [caption]
            rules:
              - {tag: wide, where: wide, modality: image}
        - balance: {by: [label], total: 12, minimum: {b: 3}}
        - embed: {column: caption, method: lsa, dimensions: 8}
        - embed: {id: look, column: image, dimensions: 6}
      """;

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void fill() throws IOException {
    Files.writeString(
        folder.resolve("tags.yaml"),
        """
        taxonomy: shapes
        facets:
          words: {tags: {common: {aliases: {en: [the, of]}}}}
          form: {exclusive: true, tags: [wide, tall]}
        """);
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    Texts texts = new Texts(5, false);
    List<List<String>> captions = new ArrayList<>();
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < ORIGINALS + 8; i++) {
        boolean copy = i >= ORIGINALS;
        int of = copy ? i - ORIGINALS : i;
        BufferedImage image =
            i == 31 ? new BufferedImage(160, 120, 1) : Pictures.scene(of, 160, 120);
        captions.add(copy && of >= 4 ? texts.edited(captions.get(of)) : texts.text(40));
        byte[] bytes =
            copy && of < 4 ? Pictures.jpeg(image, 0.3f) : Pictures.png(scene(i, copy, image));
        change.append(
            Row.of()
                .key("k" + i)
                .set("image", picture(bytes))
                .set("caption", texts.written(captions.get(i)))
                .set("label", List.of("a", "a", "a", "b").get(i % 4)));
      }
      change.commit("Forty");
    }
  }

  private static BufferedImage scene(int i, boolean copy, BufferedImage image) {
    return copy ? Pictures.scene(1000 + i, 160, 120) : image;
  }

  private static Media picture(byte[] bytes) {
    return Media.of(MediaKind.IMAGE, bytes, Map.of("width", 160, "height", 120));
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  /** Knows one condition: {@code wide} holds for even indices. */
  private static final Predicates EVEN =
      (version, condition) -> {
        assertThat(condition).isEqualTo("wide");
        BitSet even = new BitSet();
        for (int i = 0; i < version.size(); i += 2) {
          even.set(i);
        }
        return even;
      };

  private Curation curation() {
    return Curation.of(dataset).predicates(EVEN);
  }

  private Recipe recipe(String text) {
    return Recipe.parse("clean.yaml", text, folder);
  }

  @Test
  void stepsDropPlantedDuplicatesAndBlankPictures() {
    CurationResult result = curation().run(dataset.head(), recipe(RECIPE));

    assertThat(result.steps().subList(0, 3))
        .extracting(StepReport::line)
        .containsExactly(
            "image_quality: 1 dropped, 39 kept",
            "dedupe_image: 4 duplicates in 4 clusters, 35 kept",
            "dedupe_text: 4 duplicates in 4 clusters, 31 kept");
    assertThat(result.steps().get(4).line()).isEqualTo("balance: 19 dropped, 12 kept");
    assertThat(result.selected().cardinality()).isEqualTo(12);
    Decision blank = last(result, 31);
    assertThat(blank.rule()).isEqualTo("min_sharpness");
    assertThat(blank.reason()).isEqualTo("sharpness 0 < 5");
    Decision copy = last(result, ORIGINALS + 1);
    assertThat(copy.step()).isEqualTo("dedupe_image");
    assertThat(copy.witness()).isEqualTo(dataset.head().sample(1).id().toString());
    assertThat(copy.score()).isLessThanOrEqualTo(31);
    Decision edited = last(result, ORIGINALS + 5);
    assertThat(edited.step()).isEqualTo("dedupe_text");
    assertThat(edited.verdict()).isEqualTo(Verdict.DROP);
    assertThat(edited.witness()).isEqualTo(dataset.head().sample(5).id().toString());
    assertThat(edited.reason()).startsWith("similarity 0.").endsWith(edited.witness());
  }

  private static Decision last(CurationResult result, long index) {
    List<Decision> decisions = result.decisions(index);
    return decisions.get(decisions.size() - 1);
  }

  @Test
  void theResultDependsNeitherOnThreadsNorOnWhatWasKept() throws IOException {
    CurationResult one = curation().threads(1).run(dataset.head(), recipe(RECIPE));
    CurationResult again = curation().threads(4).run(dataset.head(), recipe(RECIPE));
    assertThat(again.steps()).allMatch(step -> step.computed() == 0);
    delete(dataset.path().resolve("local/curation"));
    CurationResult fresh = curation().threads(4).run(dataset.head(), recipe(RECIPE));

    assertThat(fresh.steps()).anyMatch(step -> step.computed() > 0);
    for (CurationResult other : List.of(again, fresh)) {
      assertThat(other.selected()).isEqualTo(one.selected());
      for (long i = 0; i < dataset.head().size(); i++) {
        assertThat(other.decisions(i)).isEqualTo(one.decisions(i));
        assertThat(made(other.version().sample(i))).isEqualTo(made(one.version().sample(i)));
      }
    }
  }

  private static List<Object> made(Sample sample) {
    return Stream.of("image_quality", "tags", "embed", "look").map(sample::value).toList();
  }

  @Test
  void commitsColumnsDecisionsAndSelectionOnce() {
    Curation curation = curation();
    Version committed = curation.commit(curation.run(dataset.head(), recipe(RECIPE)), "main");

    Sample dropped = committed.sample(31);
    assertThat(Curation.recipes(committed)).containsExactly("clean");
    assertThat(Curation.decisions(dropped, "clean")).hasSize(1);
    assertThat(Curation.isSelected(dropped, "clean")).isFalse();
    assertThat(dropped.value("image_quality")).isInstanceOf(Map.class);
    assertThat(dropped.value("tags")).isNull();
    assertThat(committed.sample(0).value("tags").toString()).contains("keyword:of");
    assertThat(committed.commit().trailers()).containsEntry("Recipe", "clean");
    long selected = 0;
    for (Batch batch : committed.scan()) {
      for (int row = 0; row < batch.size(); row++) {
        Sample sample = batch.sample(row);
        boolean chosen = Curation.isSelected(sample, "clean");
        selected += chosen ? 1 : 0;
        assertThat(sample.isNull("look")).isEqualTo(!chosen);
      }
    }
    assertThat(selected).isEqualTo(12);
    Version same = curation.commit(curation.run(committed, recipe(RECIPE)), "main");
    assertThat(same.commit().id()).isEqualTo(committed.commit().id());
    assertThat(dataset.log("main", 10)).hasSize(3);
  }

  @Test
  void looksOnlyAtSamplesThatChanged() {
    Curation curation = curation();
    Version committed = curation.commit(curation.run(dataset.head(), recipe(RECIPE)), "main");
    try (Transaction change = dataset.begin()) {
      change.update(
          committed.sample(7).id(),
          Map.of("image", picture(Pictures.png(Pictures.scene(77, 160, 120)))));
      change.append(
          Row.of()
              .key("new")
              .set("image", picture(Pictures.png(Pictures.scene(78, 160, 120))))
              .set("caption", "something entirely new with words of its own")
              .set("label", "b"));
      change.commit("One changed, one new");
    }

    CurationResult result = curation.run(dataset.head(), recipe(RECIPE));

    assertThat(result.steps().get(0).computed()).isEqualTo(2);
    assertThat(result.steps().get(0).reused()).isEqualTo(39);
    assertThat(result.steps().get(2).computed()).isEqualTo(1);
    Version second = curation.commit(result, "main");
    assertThat(second.sample(7).isStale("image_quality")).isFalse();
    assertThat(second.size()).isEqualTo(41);
  }

  @Test
  void changingAThresholdComputesNothing() {
    Curation curation = curation();
    curation.run(dataset.head(), recipe(RECIPE));
    CurationResult looser = curation.run(dataset.head(), recipe(RECIPE).with("dedupe_image=0"));
    CurationResult stricter =
        curation.run(dataset.head(), recipe(RECIPE).with("image_quality.max_brightness=0.2"));

    assertThat(looser.steps().get(1).duplicates()).isLessThan(4);
    assertThat(looser.steps().get(0).computed() + looser.steps().get(1).computed()).isZero();
    assertThat(stricter.steps().get(0).dropped()).isGreaterThan(1);
    assertThat(stricter.steps().get(0).rules()).containsKey("max_brightness");
  }

  @Test
  void filtersAndRulesAreSqlOverTheColumnsOfEarlierSteps() {
    CurationResult result =
        Curation.of(dataset)
            .run(
                dataset.head(),
                recipe(
                    """
                    recipe: sql
                    steps:
                      - image_quality: {min_sharpness: 0, min_contrast: 0, min_detail: 0, min_brightness: 0, max_clipped: 1}
                      - filter: image_quality.sharpness > 5
                    """));
    assertThat(result.steps().get(1).line()).isEqualTo("filter: 1 dropped, 39 kept");
    assertThat(last(result, 31).reason()).isEqualTo("not true: image_quality.sharpness > 5");

    CurationResult labels =
        Curation.of(dataset)
            .run(dataset.head(), recipe("recipe: sql\nsteps:\n  - filter: label = 'b'\n"));
    assertThat(labels.selected().cardinality()).isEqualTo(10);
    assertThatThrownBy(
            () ->
                Curation.of(dataset)
                    .run(dataset.head(), recipe("recipe: sql\nsteps:\n  - filter: lable = 'b'\n")))
        .hasMessageContaining("lable");
  }

  @Test
  void rescuedSamplesStaySelected() {
    Curation curation = curation();
    curation.commit(curation.run(dataset.head(), recipe(RECIPE)), "main");
    Version rescued = curation.rescue("main", "clean", 31);

    assertThat(Curation.isSelected(rescued.sample(31), "clean")).isTrue();
    CurationResult again = curation.run(rescued, recipe(RECIPE));
    assertThat(again.selected().get(31)).isTrue();
    assertThat(again.rescued().cardinality()).isEqualTo(1);
    assertThat(last(again, 31).step()).isEqualTo("rescue");
    assertThat(curation.rescue("main", "clean", 31).commit().id()).isEqualTo(rescued.commit().id());
  }

  @Test
  void anotherBranchLeavesThisOneAlone() {
    Curation curation = curation();
    Version before = dataset.head();
    curation.commit(curation.run(before, recipe(RECIPE)), "curated");

    assertThat(dataset.head().commit().id()).isEqualTo(before.commit().id());
    assertThat(dataset.branches()).contains("curated");
    assertThat(curation.recipe("clean").orElseThrow().digest()).isEqualTo(recipe(RECIPE).digest());
  }

  @Test
  void mistakesAreFoundBeforeAnythingRuns() {
    refuses(
        "recipe: x\nsteps:\n  - dedupe_txt: {}\n",
        "Unknown operation \"dedupe_txt\" at clean.yaml, line=3. Did you mean \"dedupe_text\"?");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_text: {treshold: 0.5}\n",
        "dedupe_text has no parameter \"treshold\" at clean.yaml, line=3. Did you mean \"threshold\"?");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_text:\n      column: caption\n      threshold: 5\n",
        "threshold is 5, expected 0.05 to 1 at clean.yaml, line=5. Default: 0.5");
    refuses("recipe: X\nsteps: [filter]\n", "\"X\" cannot name a recipe at clean.yaml, line=1");
    refuses("recipe: x\nsteps: [filter]\n", "filter needs \"where\"");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_text: {column: captoin}\n",
        "Unknown column \"captoin\" at clean.yaml, line=3. Did you mean \"caption\"?");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_text\n",
        "dedupe_text needs to know which column: caption, label");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_text: {column: image}\n",
        "Column \"image\" is media<image>, dedupe_text needs text");
    refuses(
        "recipe: x\nsteps:\n  - image_quality: {output: label}\n",
        "Step \"image_quality\" would write into the column \"label\", which is data");
    refuses("recipe: x\nsteps:\n  - dedupe_image: {keep: best}\n", "keep: best needs a column");
    refuses(
        "recipe: x\nsteps:\n  - dedupe_image\n  - dedupe_image: {id: dedupe_image}\n",
        "\"dedupe_image\" cannot name this step at clean.yaml, line=4");
    refuses("recipe: x\nsteps:\n  - balance: {by: label}\n", "balance needs a total or a max");
    refuses(
        "recipe: x\nsteps:\n  - balance: {by: label, total: 3, minimum: {c: {count: 2, hard: true}}}\n",
        "Cannot balance: \"c\" must have 2 samples, there are 0");
    assertThatThrownBy(() -> recipe(RECIPE).with("dedupe_txt=1"))
        .hasMessageContaining("has no step \"dedupe_txt\". Did you mean \"dedupe_text\"?");
    assertThatThrownBy(() -> recipe(RECIPE).with("dedupe_text=7"))
        .hasMessageContaining("threshold is 7, expected 0.05 to 1 at dedupe_text=7");
  }

  private void refuses(String text, String message) {
    assertThatThrownBy(() -> curation().run(dataset.head(), recipe(text)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSampleThatCannotBeJudgedIsKeptUnlessToldOtherwise() {
    try (Transaction change = dataset.begin()) {
      change.append(
          Row.of()
              .key("bad")
              .set("image", picture(new byte[] {1, 2, 3}))
              .set("caption", "bad")
              .set("label", "a"));
      change.commit("A damaged picture");
    }
    String text = "recipe: x\nsteps:\n  - image_quality: {min_sharpness: 5, on_error: %s}\n";

    CurationResult kept = curation().run(dataset.head(), recipe(text.formatted("keep")));
    CurationResult dropped = curation().run(dataset.head(), recipe(text.formatted("drop")));

    assertThat(kept.selected().get(40)).isTrue();
    assertThat(kept.steps().get(0).line())
        .isEqualTo("image_quality: 1 dropped, 1 could not be judged, 40 kept");
    assertThat(last(kept, 40).reason())
        .isEqualTo("cannot decode the picture: no decoder for this kind of picture");
    assertThat(dropped.selected().get(40)).isFalse();
    assertThatThrownBy(() -> curation().run(dataset.head(), recipe(text.formatted("stop"))))
        .hasMessageContaining("Step \"image_quality\" cannot judge sample 40")
        .hasMessageContaining("line=3");
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
