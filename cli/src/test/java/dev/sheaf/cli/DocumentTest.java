package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/cli.md} says all that the help texts say. */
class DocumentTest {
  private static final Pattern VERB = Pattern.compile("(?m)^  ([a-z]+) {2,}\\S");
  private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, +)?(--[a-z-]+|-\\w)");

  @Test
  void describesEveryVerbAndOption() throws IOException {
    String document =
        Files.readString(
            Path.of(System.getProperty("sheaf.root", "."), "docs", "cli.md"),
            StandardCharsets.UTF_8);
    List<String> verbs = found(VERB, run("--help"));

    assertThat(verbs).contains("ingest", "get", "demo");
    for (String verb : verbs) {
      assertThat(document).contains("\n## " + verb + "\n");
      for (String option : found(OPTION, run(verb, "--help"))) {
        assertThat(Pattern.compile("[`\\[ ]" + Pattern.quote(option)).matcher(document).find())
            .as("%s of %s in docs/cli.md", option, verb)
            .isTrue();
      }
    }
  }

  @Test
  void everyHelpTextOpensWithTwoExamples() {
    for (String verb : found(VERB, run("--help"))) {
      String[] lines = run(verb, "-h").split("\n");
      assertThat(lines[0]).isEqualTo("Examples:");
      assertThat(lines[1]).startsWith("  sheaf " + verb);
      assertThat(lines[2]).startsWith("  sheaf " + verb);
      assertThat(lines[3]).isEmpty();
    }
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  private static String run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new Output(out), new Output(out), false, false, Map.of(), Path.of("").toAbsolutePath());
    assertThat(Sheaf.run(List.of(words), surroundings)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }
}
