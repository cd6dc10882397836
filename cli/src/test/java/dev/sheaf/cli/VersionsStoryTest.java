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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of {@code docs/versions.md} on the pictures of the test data and compares what
 * they print; {@code -Dtests.update=true} rewrites the page.
 */
class VersionsStoryTest {
  private static final Path ROOT = Path.of(System.getProperty("sheaf.root", "."));
  private static final Path PAGE = ROOT.resolve("docs").resolve("versions.md");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern BRIEF = Pattern.compile("\\b[0-9a-f]{7}\\b");
  private static final Pattern WHO = Pattern.compile("\\([^()]+ \\d{4}-\\d\\d-\\d\\d[^()]*\\)");

  @TempDir Path folder;

  @Test
  void theStoryIsTrue() throws IOException {
    CommandLineRun.copy(ROOT.resolve("testdata").resolve("pets"), folder.resolve("pets"));
    List<String> page = Files.readAllLines(PAGE);
    List<String> told = new ArrayList<>();
    boolean console = false;
    for (String line : page) {
      if (line.startsWith("```")) {
        console = line.equals("```console");
        told.add(line);
      } else if (!console) {
        told.add(line);
      } else if (line.startsWith("$ ")) {
        told.add(line);
        told.addAll(run(line.substring(2)));
      }
    }
    if (Boolean.getBoolean("tests.update")) {
      Files.writeString(PAGE, String.join("\n", told) + "\n");
    } else {
      assertThat(String.join("\n", told))
          .as("docs/versions.md (rewrite with -Dtests.update=true)")
          .isEqualTo(String.join("\n", page));
    }
  }

  private List<String> run(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      String quoted = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      words.add(quoted != null ? quoted : matcher.group(3));
    }
    assertThat(words.remove(0)).isEqualTo("sheaf");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Sheaf.run(
        words,
        new Surroundings(
            new Output(out),
            new Output(out),
            false,
            false,
            Map.of("SHEAF_WORKSPACE", "story", "COLUMNS", "100"),
            folder));
    String text = BRIEF.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("0123abc");
    text = WHO.matcher(text).replaceAll("(ada 2026-11-21 10:00)");
    return text.isEmpty() ? List.of() : text.stripTrailing().lines().toList();
  }
}
