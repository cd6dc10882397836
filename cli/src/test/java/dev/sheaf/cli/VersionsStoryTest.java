package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of {@code docs/versions.md} on the pictures of the test data and compares what
 * they print; {@code -Dtests.update=true} rewrites the page. Verbs that edit are done by a
 * transaction here.
 */
class VersionsStoryTest {
  private static final Path ROOT = Path.of(System.getProperty("sheaf.root", "."));
  private static final Path PAGE = ROOT.resolve("docs").resolve("versions.md");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern BRIEF = Pattern.compile("\\b[0-9a-f]{7}\\b");

  @TempDir Path folder;
  private final Map<SampleId, Map<String, Object>> cells = new LinkedHashMap<>();
  private final List<SampleId> deleted = new ArrayList<>();
  private final Map<String, Type> added = new LinkedHashMap<>();

  @Test
  void theStoryIsTrue() throws IOException {
    copy(ROOT.resolve("testdata").resolve("pets"), folder.resolve("pets"));
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
    if (edit(words)) {
      return List.of();
    }
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
    return text.isEmpty() ? List.of() : text.stripTrailing().lines().toList();
  }

  /** Does what the verbs of editing do; returns false for any other verb. */
  private boolean edit(List<String> words) {
    if (!List.of("set", "delete", "add-column", "commit").contains(words.get(0))) {
      return false;
    }
    Path path = folder.resolve(words.get(1));
    try (Dataset dataset = Dataset.open(path)) {
      String branch = branch(path);
      switch (words.get(0)) {
        case "add-column" -> added.put(words.get(2), Type.parse(words.get(3)));
        case "delete" -> deleted.add(sample(dataset, branch, words.get(2)));
        case "set" -> {
          Map<String, Object> of =
              cells.computeIfAbsent(
                  sample(dataset, branch, words.get(2)), id -> new LinkedHashMap<>());
          for (String word : words.subList(3, words.size())) {
            String[] parts = word.split("=", 2);
            of.put(parts[0], value(parts[1]));
          }
        }
        default -> {
          try (Transaction change = dataset.begin(branch)) {
            added.forEach((name, type) -> change.addColumn(Column.of(name, type)));
            cells.forEach(change::update);
            deleted.forEach(change::delete);
            change.commit(words.get(3));
          }
          added.clear();
          cells.clear();
          deleted.clear();
        }
      }
    }
    return true;
  }

  private static SampleId sample(Dataset dataset, String branch, String name) {
    return dataset.at(branch).find(name.substring("key:".length())).orElseThrow().id();
  }

  private static Object value(String text) {
    if (!text.startsWith("[")) {
      return text;
    }
    List<Object> texts = new ArrayList<>();
    try {
      for (JsonNode node : new ObjectMapper().readTree(text)) {
        texts.add(node.textValue());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return texts;
  }

  private static String branch(Path path) {
    Path file = path.resolve("local/workspaces/story.json");
    try {
      return Files.exists(file)
          ? new ObjectMapper().readTree(file.toFile()).get("branch").textValue()
          : "main";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
