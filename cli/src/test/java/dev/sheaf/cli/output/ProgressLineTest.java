package dev.sheaf.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long MILLI = 1_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Output err = new Output(bytes);
  private final AtomicLong clock = new AtomicLong();

  @Test
  void drawsRateAndTimeToGoOnATerminal() {
    try (ProgressLine line = line(true, false, Map.of("COLUMNS", "80"))) {
      line.at("reading", 0, 5000);
      clock.set(1000 * MILLI);
      line.at("reading", 1000, 5000);
    }

    assertThat(written())
        .isEqualTo(
            "\rreading  0/5,000\u001b[K"
                + "\rreading  1,000/5,000  1,000/s  4.0 s to go\u001b[K"
                + "\r\u001b[K");
  }

  @Test
  void drawsAtMostTenTimesASecond() {
    try (ProgressLine line = line(true, false, Map.of("COLUMNS", "80"))) {
      for (int i = 0; i <= 1000; i++) {
        clock.set(i * MILLI);
        line.at("reading", i, -1);
      }
    }

    assertThat(written().split("reading", -1)).hasSize(12);
  }

  @Test
  void saysOneLineAtTheEndElsewhere() {
    try (ProgressLine line = line(false, false, Map.of())) {
      line.at("reading", 0, 300);
      clock.set(2000 * MILLI);
      line.at("reading", 300, 300);
    }

    assertThat(written()).isEqualTo("reading: 300 in 2.0 s (150/s)\n");
  }

  @Test
  void isSilentAboutShortWork() {
    try (ProgressLine line = line(false, false, Map.of())) {
      line.at("reading", 300, 300);
      clock.set(900 * MILLI);
    }

    assertThat(written()).isEmpty();
  }

  @Test
  void isSilentWhenQuiet() {
    try (ProgressLine line = line(true, true, Map.of())) {
      clock.set(9000 * MILLI);
      line.at("reading", 300, 300);
    }

    assertThat(written()).isEmpty();
  }

  private String written() {
    err.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private ProgressLine line(boolean terminal, boolean quiet, Map<String, String> variables) {
    Surroundings surroundings =
        new Surroundings(
            new Output(OutputStream.nullOutputStream()),
            err,
            false,
            terminal,
            variables,
            Path.of("/"));
    return new ProgressLine(surroundings, quiet, clock::get);
  }
}
