package dev.sheaf.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.internal.step.Operators;
import dev.sheaf.curation.internal.taxonomy.Taxonomy;
import dev.sheaf.curation.step.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/recipes.md} says what the program does. */
class DocumentTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("sheaf.root"), "docs", "recipes.md");

  @Test
  void examplesAreValid() throws IOException {
    List<String> examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();

    Recipe recipe = Recipe.parse("recipes.md", examples.get(0), DOCUMENT.getParent());
    assertThat(recipe.steps()).hasSize(9).contains("tag", "balance", "exec");
    Taxonomy taxonomy = Taxonomy.parse("recipes.md", examples.get(1));
    assertThat(taxonomy.tags()).contains("dog", "beach");
  }

  @Test
  void everyStepAndParameterIsDescribed() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (var type : Operators.ALL) {
      assertThat(text).contains(type.op());
      for (Parameter parameter : type.parameters()) {
        boolean oneOfMany = parameter.name().matches("max_(top|dup)_\\d+_gram");
        boolean general = List.of("column", "seed", "fit_samples").contains(parameter.name());
        if (!oneOfMany && !general) {
          assertThat(text).as(type.op()).contains(parameter.name());
        }
      }
    }
  }
}
