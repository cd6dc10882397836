package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class TypeGuessTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> findsTheTypeThatAllJsonValuesFit() {
    String sixteen = numbers(16, "0.5");
    return Stream.of(
        json("int64", "1", "-2", "null"),
        json("uint64", "1", "18446744073709551615"),
        json("json", "-1", "18446744073709551615"),
        json("json", "1e400", "1.5"),
        json("float64", "1", "2.5"),
        json("float64", "NaN", "1"),
        json("json", "9007199254740993", "0.5"),
        json("bool", "true", "false"),
        json("json", "true", "1"),
        json("json", "1", "\"a\""),
        json("json", "null", "null"),
        json("utf8", "\"a\"", "\"\""),
        json("date", "\"2026-02-28\"", "null"),
        json("utf8", "\"2026-02-28\"", "\"2026-02-30\""),
        json("utf8", "\"2026-02-28\"", "\"soon\""),
        json(
            "timestamp<us, UTC>",
            "\"2026-02-28T10:00:00Z\"",
            "\"2026-02-28T10:00:00.123456+02:00\""),
        json("utf8", "\"2026-02-28T10:00:00.123456789Z\""),
        json("utf8", "\"2026-02-28T10:00:00\""),
        json("list<int64>", "[1, 2]", "[]"),
        json("json", "[]", "[]"),
        json("list<float64>", "[1, 2]", "[0.5]"),
        json("list<list<int64>>", "[[1], [2, 3]]"),
        json("json", "[1, \"a\"]"),
        json("tensor<float32, [16]>", sixteen, sixteen, "null"),
        json("tensor<float64, [16]>", numbers(16, "0.1")),
        json("tensor<int64, [16]>", numbers(16, "7")),
        json(
            "tensor<float32, [4, 4]>",
            "["
                + IntStream.range(0, 4)
                    .mapToObj(i -> numbers(4, "0.25"))
                    .collect(Collectors.joining(","))
                + "]"),
        json("list<float64>", sixteen, numbers(17, "0.5")),
        json("list<float64>", numbers(15, "0.5")),
        json("struct<a: int64, b: utf8>", "{\"a\": 1, \"b\": \"x\"}", "{\"b\": null, \"a\": 2}"),
        json("json", "{\"a\": 1}", "{\"b\": 1}"),
        json("json", "{}", "{}"),
        json("list<struct<role: utf8>>", "[{\"role\": \"user\"}]", "[]"));
  }

  @TestFactory
  Stream<DynamicTest> findsTheTypeThatAllPlainTextFits() {
    return Stream.of(
        text("int64", "1", "-2", ""),
        text("uint64", "1", "18446744073709551615"),
        text("utf8", "-1", "18446744073709551615"),
        text("float64", "1", "2.5e3", "NaN"),
        text("utf8", "007", "8"),
        text("utf8", "+1"),
        text("utf8", " 1"),
        text("bool", "true", "False"),
        text("utf8", "true", "1"),
        text("date", "2026-02-28"),
        text("timestamp<us, UTC>", "2026-02-28T10:00:00Z"),
        text("utf8", "", ""),
        text("utf8", "\"\"", "1"));
  }

  private static String numbers(int count, String value) {
    return "["
        + IntStream.range(0, count).mapToObj(i -> value).collect(Collectors.joining(","))
        + "]";
  }

  private DynamicTest json(String type, String... values) {
    String rows =
        Stream.of(values).map(value -> "{\"x\": " + value + "}\n").collect(Collectors.joining());
    return check("t.jsonl", type, rows, values);
  }

  private DynamicTest text(String type, String... values) {
    String rows = Stream.of(values).map(value -> value + ",z\n").collect(Collectors.joining());
    return check("t.csv", type, "x,y\n" + rows, values);
  }

  private DynamicTest check(String name, String type, String content, String[] values) {
    String title = type + " from " + Names.brief(String.join(" and ", values));
    return DynamicTest.dynamicTest(
        title,
        () -> {
          SampleSource source = SourceTests.open(write(name, content));
          assertThat(source.columns().get(0).type()).hasToString(type);
          assertThat(SourceTests.rows(source)).hasSize(values.length);
        });
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
