package dev.sheaf.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void measuresColumnsOfATerminal() {
    assertThat(Text.width("cat")).isEqualTo(3);
    assertThat(Text.width("猫cat")).isEqualTo(5);
    assertThat(Text.width("e\u0301")).isEqualTo(1);
    assertThat(Text.width("😀")).isEqualTo(2);
  }

  @Test
  void cutsToColumns() {
    assertThat(Text.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Text.cut("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(Text.cut("猫猫猫", 6)).isEqualTo("猫猫猫");
    assertThat(Text.cut("猫猫猫", 5)).isEqualTo("猫猫…");
    assertThat(Text.cut("a猫猫", 4)).isEqualTo("a猫…");
  }

  @Test
  void showsWhatWouldMoveTheCursor() {
    assertThat(Text.visible("a\nb\tc\u001b[31m\u202e")).isEqualTo("a\\nb\\tc\\u001b[31m\\u202e");
    assertThat(Text.visible("plain é 猫")).isEqualTo("plain é 猫");
  }

  @Test
  void saysAmounts() {
    assertThat(List.of(0L, 812L, 1023L, 1024L, 100_557L, 12_897_484L, Long.MAX_VALUE))
        .extracting(Amounts::bytes)
        .containsExactly("0 B", "812 B", "1023 B", "1.0 KiB", "98.2 KiB", "12.3 MiB", "8.0 EiB");
    assertThat(List.of(0L, 999L, 1000L, -1000L, -100L, 1234567L))
        .extracting(Amounts::count)
        .containsExactly("0", "999", "1,000", "-1,000", "-100", "1,234,567");
    assertThat(Amounts.count(1, "sample")).isEqualTo("1 sample");
    assertThat(Amounts.count(2000, "sample")).isEqualTo("2,000 samples");
    assertThat(List.of(0.04, 9.94, 9.96, 59.4, 59.6, 200.0, 7500.0))
        .extracting(Amounts::seconds)
        .containsExactly("0.0 s", "9.9 s", "10 s", "59 s", "1 min 0 s", "3 min 20 s", "2 h 5 min");
  }

  @Test
  void alignsTables() {
    Table table = new Table("name", ">count", "text");
    table.row("猫", "1", "a\nb");
    table.row("lion", "1,000", "a long text that is cut");

    assertThat(written(table, 30))
        .isEqualTo(
            """
            name  count  text
            猫        1  a\\nb
            lion  1,000  a long text that…
            """);
  }

  private static String written(Table table, int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    table.writeTo(out, Style.PLAIN, columns);
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
