package dev.sheaf.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.UnsupportedFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailureTest {
  private static final Location PLACE = Location.of("p.sheaf").with("column", "image");

  @Test
  void mapsEveryKindOfErrorToItsExitCode() {
    assertThat(Failure.of(new UsageException("C", "h", "")).exitCode()).isEqualTo(2);
    assertThat(Failure.of(new CorruptDataException("C", "h", PLACE, "")).exitCode()).isEqualTo(3);
    assertThat(Failure.of(new UnsupportedFormatException("C", "h", PLACE, "")).exitCode())
        .isEqualTo(3);
    assertThat(Failure.of(new InvalidSchemaException("C", "h", PLACE, "")).exitCode()).isEqualTo(3);
    assertThat(Failure.of(new InvalidInputException("C", "h", PLACE, "")).exitCode()).isEqualTo(3);
    assertThat(Failure.of(new NotFoundException("C", "h", PLACE, "")).exitCode()).isEqualTo(4);
    assertThat(Failure.of(new PurgedException("h", PLACE)).exitCode()).isEqualTo(4);
    assertThat(Failure.of(new UncheckedIOException(new IOException("x"))).exitCode()).isEqualTo(4);
    assertThat(Failure.of(new CommitConflictException("C", "h", PLACE, "")).exitCode())
        .isEqualTo(5);
    assertThat(Failure.of(new InterruptedException()).exitCode()).isEqualTo(130);
    assertThat(Failure.of(new IllegalStateException("x")).exitCode()).isEqualTo(1);
    assertThat(Failure.of(new OutOfMemoryError("x")).exitCode()).isEqualTo(1);
  }

  @Test
  void saysWhatWhereAndWhatToDo() {
    Failure failure =
        Failure.of(new CorruptDataException("SHEAF-CHK-001", "Bad\u001b[0m", PLACE, "Copy it"));

    assertThat(text(failure))
        .isEqualTo(
            """
            error[SHEAF-CHK-001]: Bad\\u001b[0m
              at p.sheaf, column="image"
              help: Copy it
            """);
    assertThat(failure.toJson())
        .isEqualTo(
            "{\"error\":{\"code\":\"SHEAF-CHK-001\",\"message\":\"Bad\\u001b[0m\","
                + "\"location\":\"p.sheaf, column=\\\"image\\\"\",\"hint\":\"Copy it\"}}");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    assertThat(text(Failure.of(new UsageException("SHEAF-CLI-001", "No", ""))))
        .isEqualTo("error[SHEAF-CLI-001]: No\n");
  }

  @Test
  void explainsRefusalsOfTheSystem() {
    assertTrouble(
        new UncheckedIOException(
            new IOException(
                "write", new FileSystemException("/d/x", null, "No space left on device"))),
        "SHEAF-IO-002",
        "The disk is full",
        "/d/x");
    assertTrouble(
        new FileSystemException("/d/x", null, "Read-only file system"),
        "SHEAF-IO-003",
        "The disk is read-only",
        "/d/x");
    assertTrouble(new AccessDeniedException("/d"), "SHEAF-IO-004", "Permission denied", "/d");
    assertTrouble(new NoSuchFileException("/d"), "SHEAF-IO-005", "No such file or folder", "/d");
    assertTrouble(
        new IOException("Input/output error"),
        "SHEAF-IO-001",
        "Reading or writing failed: Input/output error",
        "");
  }

  @Test
  void showsTheStackTraceOnDemandOnly() {
    Failure failure = Failure.of(new IllegalStateException("x"));

    assertThat(text(failure)).doesNotContain("\tat ");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output err = new Output(bytes);
    failure.writeTo(err, Style.PLAIN, true);
    err.flush();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\tat dev.sheaf.cli.failure");
  }

  private static void assertTrouble(Throwable thrown, String code, String headline, String where) {
    Failure failure = Failure.of(thrown);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.headline()).isEqualTo(headline);
    assertThat(failure.location()).isEqualTo(where);
    assertThat(failure.hint()).isNotEmpty();
    assertThat(failure.exitCode()).isEqualTo(4);
  }

  private static String text(Failure failure) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output err = new Output(bytes);
    failure.writeTo(err, Style.PLAIN, false);
    err.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
