package dev.sheaf.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.planted.Pictures;
import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.query.Checks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewPageTest {
  private static final String HOSTILE =
      "</bdi><script>alert(1)</script>\" onload='x' {{body}} \u202e";

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("tags", Type.list(Type.UTF8)));
      for (int i = 0; i < 8; i++) {
        change.append(
            Row.of()
                .key("k" + i)
                .set(
                    "image",
                    Media.of(
                        MediaKind.IMAGE,
                        Pictures.png(Pictures.scene(i % 4, 120, 90)),
                        Map.of("codec", "png")))
                .set("caption", "a small dog runs along the beach " + i)
                .set("label", i % 2 == 0 ? "dog" : "cat")
                .set("tags", List.of("beach", "day"))
                .set("vector", Tensor.ofFloats(new float[] {i, 0, 0, 0})));
      }
      change.commit("Eight");
    }
    dataset.createTag("v1", "main");
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private SampleId id(String key) {
    return dataset.head().find(key).orElseThrow().id();
  }

  private void update(String key, String column, Object value) {
    try (Transaction change = dataset.begin()) {
      change.update(id(key), Map.of(column, value));
      change.commit("Change " + column + " of " + key);
    }
  }

  private String page(int most) {
    return ReviewPage.of(dataset, dataset.at("v1"), dataset.head())
        .names("v1", "main")
        .most(most)
        .write()
        .html();
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void showsWhatBecameOfCellsOfEveryKind() {
    update("k0", "caption", "a small cat runs along the beach 0");
    update("k0", "label", "cat");
    update("k0", "tags", List.of("beach", "night"));
    update("k0", "vector", Tensor.ofFloats(new float[] {0, 3, 4, 0}));
    update(
        "k1",
        "image",
        Media.of(MediaKind.IMAGE, Pictures.png(Pictures.scene(3, 60, 90)), Map.of()));

    String html = page(100);
    assertThat(html)
        .contains("a small <del>dog</del><ins>cat</ins> runs along the beach 0")
        .contains("<del><bdi>dog</bdi></del> <span class=arrow>→</span> <ins><bdi>cat</bdi></ins>")
        .contains("<del class=chip><bdi>day</bdi></del><ins class=chip><bdi>night</bdi></ins>")
        .contains("<b>2</b> of 4 elements changed, L2 distance <b>5.00000</b>")
        .contains("<figcaption>before</figcaption>", "<figcaption>after</figcaption>")
        .contains("<b>2</b> changed<small>5 cells</small>");
    assertThat(count(html, "<article ")).isEqualTo(2);
    assertThat(count(html, "src=\"data:image/jpeg;base64,")).isEqualTo(3);
  }

  @Test
  void showsAddedRemovedAndMovedSamplesCommitsColumnsAndDocuments() {
    try (Transaction change = dataset.begin()) {
      change.delete(id("k2"));
      change.append(Row.of().key("new").set("caption", "一只小狗").set("label", "dog"));
      change.commit("Swap one\n\nThe second line says why.");
    }
    try (Transaction change = dataset.begin()) {
      change.reorder(1, 2, 3, 4, 5, 6, 7, 0);
      change.commit("Put the first last");
    }
    try (Transaction change = dataset.begin()) {
      change.dropColumn("vector");
      change.addColumn(Column.of("score", Type.parse("float32")));
      change.renameColumn("label", "kind");
      change.commit("Columns");
    }
    Checks.of(dataset).put("main", "kinds", "SELECT _key FROM samples WHERE kind IS NULL");

    String html = page(100);
    assertThat(html)
        .contains("<b>1</b> added", "<b>1</b> removed", "<b>1</b> moved")
        .contains("<h3><bdi>new</bdi></h3>", "<h3><bdi>k2</bdi></h3>", "一只小狗")
        .contains("<b class=good>added</b> <ins><bdi>score</bdi> <code>float32</code></ins>")
        .contains("<b class=bad>dropped</b> <del><bdi>vector</bdi>")
        .contains("<b>changed</b> <del><bdi>label</bdi>")
        .contains("<b class=good>passes</b> <bdi>kinds</bdi>")
        .contains("<bdi>checks/kinds.sql</bdi>")
        .contains("<bdi>Swap one</bdi>", "The second line says why.")
        .contains("<a href=\"#commits\">Commits <span class=count>4</span></a>");
  }

  @Test
  void countsLabelsAndTagsBeforeAndAfter() {
    update("k0", "label", "bird");
    update("k0", "tags", List.of("beach", "night", "night"));
    String html = page(0);
    assertThat(html)
        .containsPattern(row("bird", 0, 1, "good", "+1"))
        .containsPattern(row("dog", 4, 3, "bad", "-1"))
        .containsPattern(row("night", 0, 1, "good", "+1"))
        .containsPattern(row("day", 8, 7, "bad", "-1"))
        .containsPattern(row("beach", 8, 8, "dim", ""))
        .contains("As before: <bdi>image, codec</bdi>");
  }

  /** A row of the shift of a column; what draws its bars is left open. */
  private static Pattern row(String value, long before, long after, String kind, String change) {
    String counts =
        String.format(
            "<td class=n>%d<td class=n>%d<td class=\"n %s\">%s", before, after, kind, change);
    return Pattern.compile(
        "<tr><th scope=row>(<bdi>)?"
            + Pattern.quote(value)
            + "((?!<tr>|</tbody>)[^\n])*"
            + Pattern.quote(counts));
  }

  @Test
  void isBoundedAndSaysWhatIsLeftOut() {
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < 8; i++) {
        change.update(id("k" + i), Map.of("caption", "another " + i));
      }
      for (int i = 0; i < 5; i++) {
        change.append(Row.of().key("new" + i));
      }
      change.commit("Many");
    }
    ReviewPage.Page page = ReviewPage.of(dataset, dataset.at("v1"), dataset.head()).most(3).write();
    assertThat(page.shown()).isEqualTo(6);
    assertThat(count(page.html(), "<article ")).isEqualTo(6);
    assertThat(page.html())
        .contains("The first 3 of 8 changed samples are shown.")
        .contains("The first 3 of 5 added samples are shown.");
  }

  @Test
  void textsOfADatasetAreNothingButText() throws Exception {
    String column = "c <script>alert(2)</script>";
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of(column, Type.UTF8));
      change.append(
          Row.of()
              .key("key " + HOSTILE)
              .set("caption", HOSTILE)
              .set("label", HOSTILE)
              .set("tags", List.of(HOSTILE))
              .set(column, HOSTILE));
      change.update(id("k0"), Map.of("caption", HOSTILE, column, HOSTILE, "label", HOSTILE));
      change.update(id("k1"), Map.of("tags", List.of(HOSTILE)));
      change.putDocument("recipes/<script>.yaml", HOSTILE.getBytes(StandardCharsets.UTF_8));
      change.commit("Message " + HOSTILE + "\n\n" + HOSTILE);
    }
    ReviewPage.Page page =
        ReviewPage.of(dataset, dataset.at("v1"), dataset.head())
            .title(HOSTILE)
            .names(HOSTILE, HOSTILE)
            .write();
    String html = page.html();
    Matcher script = Pattern.compile("<script[^>]*>(.*?)</script>", Pattern.DOTALL).matcher(html);
    List<String> scripts = new ArrayList<>();
    while (script.find()) {
      scripts.add(script.group(1));
    }
    assertThat(scripts).hasSize(1);
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(scripts.get(0).getBytes(StandardCharsets.UTF_8));
    assertThat(html)
        .contains("script-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'")
        .contains("default-src 'none'")
        .doesNotContain("<script>alert", "onload='x'", "http://", "https://", "<link", "@import");
    assertThat(count(html, "<main>")).isEqualTo(1);
    assertThat(count(html, "{{")).isEqualTo(count(html, "{{body}}"));
  }

  @Test
  void saysSoWhereNothingDiffersOrHistoriesWentApart() {
    assertThat(page(10)).contains("Both versions show the same columns, samples, cells and order.");
    dataset.createBranch("side", "main");
    update("k0", "label", "bird");
    try (Transaction change = dataset.begin("side")) {
      change.update(id("k1"), Map.of("label", "fish"));
      change.commit("Aside");
    }
    String html = ReviewPage.of(dataset, dataset.at("side"), dataset.head()).write().html();
    assertThat(html)
        .contains("1 of the commits of the version before are not in the version after");
  }

  @Test
  void cutsTextsBetweenCharacters() {
    String emoji = "🐕".repeat(400);
    update("k0", "caption", emoji + " x");
    update("k1", "label", emoji);
    byte[] bytes = page(10).getBytes(StandardCharsets.UTF_8);
    // A half of a character would be written as a question mark.
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .doesNotContain("🐕?")
        .doesNotContain("?🐕");
  }
}
