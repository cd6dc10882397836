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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code testdata/cli/<case>/cmd} and compares with {@code out}, {@code err} and {@code code}
 * beside it; {@code -Dtests.update=true} rewrites those. See {@code testdata/cli/README.md}.
 */
class GoldenTest {
  private static final Path CASES =
      Path.of(System.getProperty("sheaf.root", "."), "testdata", "cli");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  /** What differs from run to run or machine to machine, and what stands for it. */
  private static final Map<Pattern, String> MASKS = masks();

  @TempDir Path temporary;

  @TestFactory
  List<DynamicTest> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("cmd")))
          .sorted()
          .map(
              folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> run(folder)))
          .toList();
    }
  }

  private void run(Path folder) throws IOException {
    Path work = temporary.resolve(folder.getFileName());
    CommandLineRun.copy(CASES.resolve("files"), work);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StringBuilder codes = new StringBuilder();
    for (String line : Files.readAllLines(folder.resolve("cmd"))) {
      if (line.startsWith("> ")) {
        prepare(line.substring(2), work);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        codes.append(sheaf(line, work, out, err)).append('\n');
      }
    }
    check(folder.resolve("code"), codes.toString());
    check(folder.resolve("out"), masked(out, work));
    check(folder.resolve("err"), masked(err, work));
  }

  /**
   * Does what a case needs beforehand: a sheaf command that must succeed, or cp or rm of a file.
   */
  private static void prepare(String line, Path work) throws IOException {
    List<String> words = words(line);
    switch (words.get(0)) {
      case "cp" -> {
        Files.createDirectories(work.resolve(words.get(2)).getParent());
        Files.write(work.resolve(words.get(2)), Files.readAllBytes(work.resolve(words.get(1))));
      }
      case "rm" -> Files.delete(work.resolve(words.get(1)));
      default -> {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = sheaf(line, work, new ByteArrayOutputStream(), err);
        assertThat(code).as("%s: %s", line, err).isZero();
      }
    }
  }

  private static int sheaf(
      String line, Path work, ByteArrayOutputStream out, ByteArrayOutputStream err) {
    List<String> words = words(line);
    assertThat(words.get(0)).as(line).isEqualTo("sheaf");
    Surroundings surroundings =
        new Surroundings(
            new Output(out),
            new Output(err),
            false,
            false,
            Map.of("SHEAF_WORKSPACE", "golden", "COLUMNS", "100"),
            work);
    return Sheaf.run(words.subList(1, words.size()), surroundings);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    return words;
  }

  private static void check(Path file, String actual) throws IOException {
    if (Boolean.getBoolean("tests.update")) {
      Files.writeString(file, actual);
    } else {
      assertThat(actual)
          .as("%s (rewrite with -Dtests.update=true)", file)
          .isEqualTo(Files.readString(file));
    }
  }

  private static String masked(ByteArrayOutputStream bytes, Path work) {
    String text = bytes.toString(StandardCharsets.UTF_8).replace(work.toString(), "<dir>");
    for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
      text = mask.getKey().matcher(text).replaceAll(mask.getValue());
    }
    return text;
  }

  private static Map<Pattern, String> masks() {
    Map<Pattern, String> masks = new LinkedHashMap<>();
    masks.put(Pattern.compile("\\b[0-9a-f]{40}\\b"), "<commit>");
    masks.put(Pattern.compile("\\b[0-9a-f]{16}-(\\d+)\\b"), "<run>-$1");
    masks.put(Pattern.compile("\\b(?=[0-9a-f]*[a-f0-9])[0-9a-f]{7}\\b"), "<brief>");
    masks.put(Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"), "<time>");
    masks.put(
        Pattern.compile("[A-Z][a-z]{2} [A-Z][a-z]{2} \\d+ [0-9:]{8} \\d{4} [+-]\\d{4}"), "<date>");
    masks.put(
        Pattern.compile("sheaf/\\S+ java/\\S+ [^\\s\"\\\\]+"),
        "sheaf/<version> java/<version> <system>");
    masks.put(Pattern.compile("(?m)(<time> ).* <[^>]*>"), "$1<author>");
    masks.put(Pattern.compile("Author: .*"), "Author: <author>");
    masks.put(Pattern.compile("\"author\":\\{[^}]*\\}"), "\"author\":<author>");
    masks.put(Pattern.compile("\\bin \\d+(\\.\\d)? s\\b"), "in <time>");
    // How many bytes the layout takes is the business of the format's own tests.
    masks.put(Pattern.compile("(stored   ).* in"), "$1<size> in");
    masks.put(Pattern.compile("(\\+\\d+ chunks?, ).*"), "$1<size>");
    masks.put(Pattern.compile("(checked, ).* read"), "$1<size> read");
    masks.put(Pattern.compile("(\"chunks\":\\d+,\"bytes\":)\\d+"), "$1<size>");
    masks.put(Pattern.compile("(\"bytes_added\":)\\d+"), "$1<size>");
    masks.put(Pattern.compile("\"id\":\"[0-9a-f]{16}\""), "\"id\":\"<column>\"");
    // Whether a file is recognised by its time depends on how old it is.
    masks.put(
        Pattern.compile("\"bytes_read\":\\d+,\"files_read\":\\d+,\"files_recognised\":\\d+"),
        "\"bytes_read\":<read>");
    masks.put(Pattern.compile("\"seconds\":[0-9.E-]+"), "\"seconds\":<time>");
    return masks;
  }
}
