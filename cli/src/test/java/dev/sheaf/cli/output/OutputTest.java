package dev.sheaf.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output out = new Output(bytes);

  @Test
  void writesUtf8AndLineFeeds() {
    out.line("猫").print("x").flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("猫\nx");
  }

  @Test
  void anErrorReplacesWhatWasHeldBack() {
    out.line("kept");
    out.hold();
    out.line("x".repeat(500_000));
    out.discard();
    out.line("error").flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("kept\nerror\n");
  }

  @Test
  void whatGrowsTooLargeIsNotHeldBack() {
    out.hold();
    for (int i = 0; i < 30; i++) {
      out.print("x".repeat(100_000));
    }
    out.discard();
    out.flush();

    assertThat(bytes.size()).isEqualTo(3_000_000);
  }

  @Test
  void writesMoreThanItsBuffer() {
    String text = "0123456789".repeat(100_000);
    out.print("a").print(text).print("b").flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("a" + text + "b");
  }

  @Test
  void neverSwallowsTrouble() {
    Output broken = new Output(failing("Broken pipe"));
    broken.print("x");

    assertThatThrownBy(broken::flush)
        .isInstanceOfSatisfying(
            Output.BrokenException.class, e -> assertThat(e.isReaderGone()).isTrue());
    Output notes = Output.ofNotes(failing("Broken pipe"));
    notes.print("x");
    assertThatCode(notes::flush).doesNotThrowAnyException();
    Output full = new Output(failing("No space left on device"));
    full.print("x");
    assertThatThrownBy(full::flush)
        .isInstanceOfSatisfying(
            Output.BrokenException.class, e -> assertThat(e.isReaderGone()).isFalse());
  }

  @Test
  void coloursOnlyWhereItIsSeen() {
    assertThat(style(true, Map.of()).bad("x")).isEqualTo("\u001b[1;31mx\u001b[0m");
    assertThat(style(false, Map.of()).bad("x")).isEqualTo("x");
    assertThat(style(true, Map.of("NO_COLOR", "1")).bad("x")).isEqualTo("x");
    assertThat(style(true, Map.of("TERM", "dumb")).bad("x")).isEqualTo("x");
  }

  private Style style(boolean terminal, Map<String, String> variables) {
    return Style.of(
        terminal, new Surroundings(out, out, terminal, terminal, variables, Path.of("/")));
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
