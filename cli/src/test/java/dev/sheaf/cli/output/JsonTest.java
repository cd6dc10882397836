package dev.sheaf.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void writesEveryKindOfValue() {
    Object value =
        Json.object(
            "null", null,
            "flags", List.of(true, false),
            "numbers", List.of(1L, 0.1f, 0.1, new BigInteger("18446744073709551615")),
            "empty", Json.object("list", List.of(), "map", Map.of()),
            "raw", new Json.Raw("{\"a\": 1}"));

    assertThat(Json.write(value))
        .isEqualTo(
            "{\"null\":null,\"flags\":[true,false],\"numbers\":[1,0.1,0.1,18446744073709551615],"
                + "\"empty\":{\"list\":[],\"map\":{}},\"raw\":{\"a\": 1}}");
  }

  @Test
  void writesNumbersThatJsonLacksAsStrings() {
    assertThat(Json.write(Arrays.asList(Double.NaN, Float.POSITIVE_INFINITY, -1.0 / 0)))
        .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
  }

  @Test
  void escapesWhatWouldBreakALineOrTheEncoding() {
    assertThat(Json.write("a\"b\\c\nd\te\r\u0001\u007f é 猫 😀 \ud83d"))
        .isEqualTo("\"a\\\"b\\\\c\\nd\\te\\r\\u0001\\u007f é 猫 😀 \\ud83d\"");
    assertThat(Json.write("\ude00x")).isEqualTo("\"\\ude00x\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-0.5e+10",
        "\"a\\u00e9\\n\"",
        "[]",
        "[1, [2]]",
        "{}",
        " {\"a\" : 1} ",
        "{\"a\":{\"b\":[null,false]}}"
      })
  void knowsJson(String text) {
    assertThat(JsonReader.isJson(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nul",
        "01",
        "+1",
        "1.",
        ".5",
        "NaN",
        "'a'",
        "\"a",
        "\"\\x\"",
        "\"\n\"",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{a:1}",
        "{\"a\"}",
        "{\"a\":1,}",
        "1 2",
        "\"\\u12g4\"",
        "1e9999999999",
        "]"
      })
  void knowsWhatIsNoJson(String text) {
    assertThat(JsonReader.isJson(text)).isFalse();
  }

  @Test
  void refusesDepthThatWouldOverflowTheStack() {
    assertThat(JsonReader.isJson("[".repeat(100_000) + "]".repeat(100_000))).isFalse();
  }

  @Test
  void readsBackWhatItWrote() {
    Map<String, Object> value = Json.object("a", "x\ty\"\\", "b", Arrays.asList(null, "é"));

    assertThat(JsonReader.object(Json.write(value))).contains(value);
  }
}
