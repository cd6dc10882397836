package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every line of {@code testdata/merge/*.txt} holds, and with the sides swapped, too. */
class MergeTableTest {
  private static final Path FILES =
      Path.of(System.getProperty("sheaf.root", "."), "testdata", "merge");
  private static final String KEY = "k";
  private static final String THEN = " then ";
  private static final String OTHER_RUN = " other run";

  @TempDir Path temporary;
  private int datasets;

  private static List<List<String>> lines(String file) throws IOException {
    List<List<String>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(FILES.resolve(file))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(List.of(line.split(" \\| ", -1)));
      }
    }
    return lines;
  }

  @TestFactory
  List<DynamicTest> cells() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> line : lines("cells.txt")) {
      tests.add(
          DynamicTest.dynamicTest(
              String.join(" | ", line),
              () -> cell(line.get(0), line.get(1), line.get(2), line.get(3), line.get(4))));
      tests.add(
          DynamicTest.dynamicTest(
              "swapped " + String.join(" | ", line),
              () ->
                  cell(line.get(0), line.get(1), line.get(3), line.get(2), swapped(line.get(4)))));
    }
    return tests;
  }

  private static String swapped(String result) {
    return result.contains("_BY_US")
        ? result.replace("_BY_US", "_BY_THEM")
        : result.replace("_BY_THEM", "_BY_US");
  }

  private Dataset fresh() {
    return Dataset.create(temporary.resolve("d" + datasets++ + ".sheaf"));
  }

  private void cell(String spelled, String base, String ours, String theirs, String result) {
    Type type = Type.parse(spelled);
    try (Dataset dataset = fresh()) {
      try (Transaction change = dataset.begin()) {
        change.addColumn(Column.of("c", type));
        change.append(Row.of().key("another"));
        if (!base.equals("-")) {
          change.append(Row.of().key(KEY).set("c", Values.parse(type, base)));
        }
        change.commit("base");
      }
      dataset.createBranch("theirs", "main");
      side(dataset, "main", type, base, ours);
      side(dataset, "theirs", type, base, theirs);
      if (result.startsWith("CONFLICT")) {
        expectConflict(dataset, result.substring("CONFLICT ".length()));
        return;
      }
      Version merged = dataset.merge("main", "theirs").commit("");
      Optional<Sample> sample = merged.find(KEY);
      assertThat(sample.isPresent()).isEqualTo(!result.equals("X"));
      if (sample.isPresent()) {
        assertThat(sample.get().value("c")).isEqualTo(Values.parse(type, result));
      }
      assertThat(merged.size()).isEqualTo(sample.isPresent() ? 2 : 1);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      Segments.check(merged);
    }
  }

  private static void side(Dataset dataset, String branch, Type type, String base, String given) {
    int then = given.indexOf(THEN);
    if (then >= 0) {
      String first = given.substring(0, then);
      side(dataset, branch, type, base, first);
      side(dataset, branch, type, first, given.substring(then + THEN.length()));
      return;
    }
    boolean otherRun = given.endsWith(OTHER_RUN);
    String value = otherRun ? given.substring(0, given.length() - OTHER_RUN.length()) : given;
    if (value.equals(base)) {
      return;
    }
    if (otherRun) {
      try (Transaction change = dataset.begin(branch)) {
        change.append(Row.of().key("before").set("c", null));
        change.commit("another run");
      }
      try (Transaction change = dataset.begin(branch)) {
        change.delete(change.base().find("before").orElseThrow().id());
        change.commit("without it");
      }
    }
    try (Transaction change = dataset.begin(branch)) {
      if (value.equals("X")) {
        change.delete(change.base().find(KEY).orElseThrow().id());
      } else if (base.equals("-")) {
        change.append(Row.of().key(KEY).set("c", Values.parse(type, value)));
      } else {
        change.update(
            change.base().find(KEY).orElseThrow().id(),
            Collections.singletonMap("c", Values.parse(type, value)));
      }
      change.commit("change of " + branch);
    }
  }

  private static void expectConflict(Dataset dataset, String kind) {
    String before = dataset.at("main").commit().id();
    Merge merge = dataset.merge("main", "theirs");
    assertThat(merge.report().conflicts())
        .extracting(conflict -> conflict.kind().name())
        .containsExactly(kind);
    assertThat(merge.report().status()).isEqualTo(Merge.Status.CONFLICTS);
    assertThatThrownBy(() -> merge.commit("")).isInstanceOf(CommitConflictException.class);
    assertThat(dataset.at("main").commit().id()).isEqualTo(before);
  }

  @TestFactory
  List<DynamicTest> columns() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> line : lines("columns.txt")) {
      tests.add(
          DynamicTest.dynamicTest(
              String.join(" | ", line), () -> column(line.get(0), line.get(1), line.get(2))));
      tests.add(
          DynamicTest.dynamicTest(
              "swapped " + String.join(" | ", line),
              () -> column(line.get(1), line.get(0), line.get(2))));
    }
    return tests;
  }

  private void column(String ours, String theirs, String result) {
    try (Dataset dataset = fresh()) {
      try (Transaction change = dataset.begin()) {
        change.addColumn(Column.of("a", Type.parse("int32")));
        change.addColumn(Column.of("b", Type.UTF8));
        change.append(Row.of().key(KEY).set("a", 1L).set("b", "b"));
        change.commit("base");
      }
      dataset.createBranch("theirs", "main");
      act(dataset, "main", ours);
      act(dataset, "theirs", theirs);
      if (result.startsWith("CONFLICT")) {
        expectConflict(dataset, result.substring("CONFLICT ".length()));
        return;
      }
      Version merged = dataset.merge("main", "theirs").commit("");
      String columns =
          merged.schema().columns().stream()
              .filter(column -> !column.name().startsWith("_"))
              .sorted((a, b) -> a.name().compareTo(b.name()))
              .map(column -> column.name() + ": " + column.type())
              .collect(Collectors.joining(", "));
      assertThat(columns).isEqualTo(result);
      merged.sample(0).toMap();
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      Segments.check(merged);
    }
  }

  private static void act(Dataset dataset, String branch, String actions) {
    for (String action : actions.split("; ")) {
      if (action.equals("-")) {
        continue;
      }
      String[] words = action.split(" ", 3);
      try (Transaction change = dataset.begin(branch)) {
        switch (words[0]) {
          case "add" -> change.addColumn(Column.of(words[1], Type.parse(words[2])));
          case "drop" -> change.dropColumn(words[1]);
          case "rename" -> change.renameColumn(words[1], words[2]);
          case "widen" -> change.widenColumn(words[1], Type.parse(words[2]));
          case "set" -> {
            Type type = change.base().schema().column(words[1]).type();
            change.update(
                change.base().sample(0).id(),
                Collections.singletonMap(words[1], Values.parse(type, words[2])));
          }
          default -> throw new AssertionError(action);
        }
        change.commit(action + " on " + branch);
      }
    }
  }
}
