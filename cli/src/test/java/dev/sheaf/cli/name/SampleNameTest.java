package dev.sheaf.cli.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.format.SampleId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleNameTest {
  @Test
  void readsEveryKindOfName() {
    assertThat(SampleName.parse("17")).isEqualTo(new SampleName.At(17));
    assertThat(SampleName.parse("-1")).isEqualTo(new SampleName.At(-1));
    assertThat(SampleName.parse("key:cats/a b.jpg")).isEqualTo(new SampleName.Key("cats/a b.jpg"));
    assertThat(SampleName.parse("id:00f3a2b4c5d6e7f8-17"))
        .isEqualTo(new SampleName.Id(new SampleId(0x00f3a2b4c5d6e7f8L, 17)));
  }

  @ParameterizedTest
  @CsvSource({
    "10:20, 10, 15",
    "0:3, 0, 3",
    ":3, 0, 3",
    "12:, 12, 15",
    ":, 0, 15",
    "-3:, 12, 15",
    "-3:-1, 12, 14",
    "20:30, 15, 15",
    "5:2, 5, 5",
    "-99:2, 0, 2",
    "3:0, 3, 3"
  })
  void rangesSliceAsInPython(String text, long first, long end) {
    SampleName.Between range = (SampleName.Between) SampleName.parse(text);

    assertThat(range.first(15)).isEqualTo(first);
    assertThat(range.end(15)).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "1.5", "--1", "1:2:3", "", "1-2", "id:17", "id:00f3a2b4c5d6e7f8"})
  void refusesOtherWords(String text) {
    assertThatThrownBy(() -> SampleName.parse(text))
        .isInstanceOfSatisfying(
            UsageException.class, e -> assertThat(e.code()).isEqualTo("SHEAF-CLI-005"));
  }

  @Test
  void saysWhatToWriteInstead() {
    assertThatThrownBy(() -> SampleName.parse("foo"))
        .hasMessage("Bad sample name \"foo\"")
        .isInstanceOfSatisfying(
            UsageException.class, e -> assertThat(e.hint()).contains("range (10:20)", "key:foo"));
    assertThatThrownBy(() -> SampleName.parse("99999999999999999999"))
        .hasMessage("Sample position \"99999999999999999999\" does not fit 64 bits");
  }
}
