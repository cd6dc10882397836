package dev.sheaf.curation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.curation.planted.Pictures;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < 6; i++) {
        byte[] bytes = i == 5 ? new byte[] {1} : Pictures.png(Pictures.scene(i % 4, 120, 90));
        change.append(
            Row.of()
                .key("k" + i)
                .set("image", Media.of(MediaKind.IMAGE, bytes, Map.of()))
                .set("caption", "<b>cat</b> & \"dog\" </script> " + i)
                .set("label", i % 2 == 0 ? "even" : "odd"));
      }
      change.commit("Six");
    }
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  @Test
  void reportShowsNumbersHistogramsAndWitnesses() {
    Recipe recipe =
        Recipe.parse("r.yaml", "recipe: r\nsteps: [image_quality, dedupe_image]\n", folder);
    String html = Curation.of(dataset).run(dataset.head(), recipe).toHtml("a.sheaf");

    assertThat(html).contains("<h1>r over a.sheaf</h1>", "<strong>5</strong> of 6 samples");
    assertThat(html).contains("sharpness, threshold 20", "<svg role=\"img\"", "class=threshold");
    assertThat(html).contains("like sample 0", "differs in 0 of 256 bits");
    assertThat(html).contains("cannot decode the picture", "no preview");
    assertThat(html).contains("&lt;b&gt;cat&lt;/b&gt; &amp; &quot;dog&quot; &lt;/script&gt;");
    assertThat(count(html, "src=\"data:image/jpeg;base64,")).isGreaterThanOrEqualTo(2);
    needsNothingElse(html);
  }

  @Test
  void lookPageEmbedsSamplesSafely() throws IOException {
    String html =
        LookPage.of(dataset.head()).title("a <b>").labels(List.of("good", "bad")).limit(5).write();

    assertThat(html).contains("<title>a &lt;b&gt;</title>", "value=\"good, bad\"");
    needsNothingElse(html);
    Matcher matcher = Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(html);
    assertThat(matcher.find()).isTrue();
    JsonNode data = new ObjectMapper().readTree(matcher.group(1));
    assertThat(data.get("total").asInt()).isEqualTo(6);
    assertThat(data.get("samples")).hasSize(5);
    JsonNode sample = data.get("samples").get(3);
    assertThat(sample.get("caption").asText()).isEqualTo("<b>cat</b> & \"dog\" </script> 3");
    assertThat(sample.get("image").asText()).startsWith("data:image/jpeg;base64,");
    assertThat(sample.get("cells").get("label").asText()).isEqualTo("odd");
    assertThat(data.get("facets").toString())
        .contains("{\"column\":\"label\",\"values\":[\"even\",\"odd\"]}");
  }

  @Test
  void lookPageShowsChosenSamplesInOrder() throws IOException {
    String html = LookPage.of(dataset.head()).samples(5, 2).write();

    assertThat(html.indexOf("\"key\":\"k5\""))
        .isPositive()
        .isLessThan(html.indexOf("\"key\":\"k2\""));
    assertThat(html).doesNotContain("\"key\":\"k0\"");
  }

  private static void needsNothingElse(String html) {
    assertThat(html).doesNotContain("http://", "https://", "<link", "@import", "{{");
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
