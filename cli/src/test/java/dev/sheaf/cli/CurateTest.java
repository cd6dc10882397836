package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of curation, over eight captions of which two are nearly the same. */
class CurateTest {
  private static final List<String> CAPTIONS =
      List.of(
          "a small dog runs along the beach in the morning sun",
          "two cats sleep on a red sofa beside the window",
          "a small dog runs along the beach in the evening sun",
          "an old man reads the news on a bench in the park",
          "cars wait at a crossing in heavy rain at night",
          "一只小狗在海边奔跑",
          "a chef cuts vegetables in a bright kitchen",
          "snow falls on the roofs of a mountain village");

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void fill() throws IOException {
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"));
        Transaction change = made.begin()) {
      for (int i = 0; i < CAPTIONS.size(); i++) {
        change.append(Row.of().key("k" + i).set("caption", CAPTIONS.get(i)).set("n", (long) i));
      }
      change.commit("Eight captions");
    }
    Files.writeString(
        folder.resolve("tags.yaml"),
        """
        taxonomy: scenes
        facets:
          subject:
            tags:
              animal:
                children:
                  dog: {aliases: {zh: [狗, 小狗]}}
                  cat: {aliases: {en: [cats]}}
              robot: {}
          time: {tags: {night: {}, day: {aliases: {en: [morning]}}}, exclusive: true}
        """);
    Files.writeString(
        folder.resolve("clean.yaml"),
        """
        recipe: clean
        steps:
          - dedupe_text
          - filter: n < 7
          - tag:
              taxonomy: tags.yaml
              keywords: [caption]
              rules: [{tag: night, where: n = 0, modality: image}]
        """);
  }

  @Test
  void curatesExplainsRescues() throws IOException {
    assertThat(run("curate", "a.sheaf", "clean.yaml", "--report", "report.html")).isZero();
    assertThat(out())
        .contains(
            "dedupe_text: 1 duplicate in 1 cluster, 7 kept\n",
            "filter: 1 dropped, 6 kept\n",
            "tag: 0 dropped, 6 kept\n",
            "clean: 6 of 8 selected\n");
    assertThat(folder.resolve("report.html")).content().contains("clean over a.sheaf");

    assertThat(run("why", "a.sheaf", "2", "--json")).isZero();
    JsonNode why = json().get(0).get("recipes").get(0);
    assertThat(why.get("selected").asBoolean()).isFalse();
    assertThat(why.get("decisions").get(0).get("witness_index").asInt()).isZero();
    assertThat(why.get("decisions").get(0).get("score").asDouble()).isBetween(0.5, 0.9);

    assertThat(run("why", "a.sheaf", "key:k7")).isZero();
    assertThat(out()).contains("clean: not selected", "filter  drop  not true: n < 7");

    assertThat(run("rescue", "a.sheaf", "7")).isZero();
    assertThat(out()).isEqualTo("Rescued 1 sample from clean\n");
    assertThat(
            run(
                "sql",
                "a.sheaf",
                "SELECT count(*) AS n FROM samples WHERE clean_selected",
                "--json"))
        .isZero();
    assertThat(out()).contains("7");

    assertThat(run("curate", "a.sheaf", "clean.yaml", "--json")).isZero();
    assertThat(json().get("selected").asInt()).isEqualTo(7);
    assertThat(json().get("steps").get(0).get("computed").asInt()).isZero();
    assertThat(json().get("steps").get(0).get("id").asText()).isEqualTo("dedupe_text");
  }

  @Test
  void asksWhatIfWithoutComputing() throws IOException {
    assertThat(run("curate", "a.sheaf", "clean.yaml", "-q")).isZero();
    assertThat(run("what-if", "a.sheaf", "dedupe_text=0.9", "--json")).isZero();
    assertThat(json().get("selected").asInt()).isEqualTo(6);
    assertThat(json().get("selected_then").asInt()).isEqualTo(7);
    assertThat(json().get("added").asInt()).isEqualTo(1);
    assertThat(json().get("steps").get(0).get("computed").asInt()).isZero();

    assertThat(run("what-if", "a.sheaf", "dedupe_txt=0.9")).isNotZero();
    assertThat(err()).contains("has no step \"dedupe_txt\"", "Did you mean \"dedupe_text\"?");
  }

  @Test
  void dryRunsChangeNothingAndBranchesAreMade() throws IOException {
    assertThat(run("curate", "a.sheaf", "clean.yaml", "--dry-run")).isZero();
    assertThat(out()).contains("dry run: nothing was committed");
    assertThat(run("curate", "a.sheaf", "clean.yaml", "-b", "curated")).isZero();
    assertThat(out()).contains("to curated");
    assertThat(run("why", "a.sheaf", "0")).isZero();
    assertThat(out()).contains("no recipe has judged this version");
    assertThat(run("why", "a.sheaf@curated", "0")).isZero();
    assertThat(out()).contains("clean: selected");
  }

  @Test
  void reportsCoverage() throws IOException {
    assertThat(run("curate", "a.sheaf", "clean.yaml", "-q")).isZero();
    assertThat(run("taxonomy", "coverage", "a.sheaf", "--taxonomy", "tags.yaml", "--json"))
        .isZero();
    assertThat(json().get("gaps").toString()).isEqualTo("[\"robot\"]");
    assertThat(json().get("tags").get(1).toString())
        .isEqualTo("{\"facet\":\"subject\",\"tag\":\"dog\",\"depth\":1,\"samples\":{\"text\":2}}");
    assertThat(json().get("pairs").toString()).contains("\"contradiction\":true");
    assertThat(run("taxonomy", "coverage", "a.sheaf", "--taxonomy", "tags.yaml")).isZero();
    assertThat(out()).contains("gaps: robot", "contradiction");
  }

  @Test
  void writesAPageOfSomeSamples() throws IOException {
    assertThat(run("look", "a.sheaf", "--where", "n >= 6", "-o", "l.html", "--labels", "x,y"))
        .isZero();
    assertThat(out()).startsWith("wrote l.html  2 samples");
    assertThat(folder.resolve("l.html")).content().contains("mountain village", "value=\"x, y\"");
  }

  @Test
  void namesTheLineOfAMistake() throws IOException {
    Files.writeString(
        folder.resolve("bad.yaml"), "recipe: bad\nsteps:\n  - dedupe_text: {thrshold: 1}\n");

    assertThat(run("curate", "a.sheaf", "bad.yaml")).isEqualTo(3);
    assertThat(err())
        .contains("dedupe_text has no parameter \"thrshold\"", "bad.yaml, line=3", "\"threshold\"");
    assertThat(run("curate", "a.sheaf")).isEqualTo(2);
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    Map<String, String> variables = Map.of("SHEAF_WORKSPACE", "test");
    Surroundings surroundings =
        new Surroundings(new Output(out), new Output(err), false, false, variables, folder);
    return Sheaf.run(List.of(words), surroundings);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toByteArray());
  }
}
