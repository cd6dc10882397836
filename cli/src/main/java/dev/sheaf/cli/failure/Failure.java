package dev.sheaf.cli.failure;

import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.QuerySyntaxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One failure of a command.
 *
 * @param exitCode what the process returns
 * @param code the stable code, for example {@code SHEAF-CHK-001}
 * @param headline the fact
 * @param location where it was found, or the empty string
 * @param hint what to do, or the empty string
 * @param cause what was thrown
 */
public record Failure(
    int exitCode, String code, String headline, String location, String hint, Throwable cause) {
  /** Done. */
  public static final int DONE = 0;

  /** Sheaf is at fault. */
  public static final int INTERNAL = 1;

  /** The command line is at fault. */
  public static final int USAGE = 2;

  /** Data is invalid or damaged. */
  public static final int DATA = 3;

  /** Something is not there, or reading or writing failed. */
  public static final int NOT_FOUND = 4;

  /** Somebody else was first. */
  public static final int CONFLICT = 5;

  /** Stopped from outside. */
  public static final int INTERRUPTED = 130;

  /** Returns the failure that a thrown error means. */
  public static Failure of(Throwable thrown) {
    if (thrown instanceof UsageException e) {
      return new Failure(USAGE, e.code(), e.getMessage(), "", e.hint(), e);
    }
    if (thrown instanceof DatasetException e) {
      return new Failure(exitCode(e), e.code(), e.headline(), e.location().toString(), e.hint(), e);
    }
    if (thrown instanceof Output.BrokenException e) {
      return Trouble.of((IOException) e.getCause(), "standard output");
    }
    if (thrown instanceof UncheckedIOException e) {
      return Trouble.of(e.getCause(), "");
    }
    if (thrown instanceof IOException e) {
      return Trouble.of(e, "");
    }
    if (thrown instanceof InterruptedException) {
      return new Failure(INTERRUPTED, "SHEAF-INT-003", "Interrupted", "", "Run it again", thrown);
    }
    if (thrown instanceof OutOfMemoryError) {
      return new Failure(
          INTERNAL,
          "SHEAF-INT-002",
          "Out of memory: " + thrown.getMessage(),
          "",
          "Ask for fewer samples or columns, or give Java more: SHEAF_JAVA_OPTS=-Xmx4g",
          thrown);
    }
    return new Failure(
        INTERNAL,
        "SHEAF-INT-001",
        "Internal error: " + thrown,
        "",
        "This is a fault of Sheaf; run again with --debug and report what it prints",
        thrown);
  }

  /**
   * Returns the error with the place named, where the system did not say which file it is about.
   */
  public static IOException located(IOException e, Path place) {
    return Trouble.located(e, place);
  }

  private static int exitCode(DatasetException e) {
    if (e instanceof NotFoundException || e instanceof PurgedException) {
      return NOT_FOUND;
    }
    if (e instanceof CommitConflictException) {
      return CONFLICT;
    }
    return e instanceof QuerySyntaxException ? USAGE : DATA;
  }

  /** Returns the failure as JSON text. */
  public String toJson() {
    Map<String, Object> error =
        Json.object("code", code, "message", headline, "location", location, "hint", hint);
    return Json.write(Json.object("error", error));
  }

  /** Writes the failure for people. */
  public void writeTo(Output err, Style style, boolean withStackTrace) {
    err.line(style.bad("error[" + code + "]:") + " " + visibleLines(headline));
    if (!location.isEmpty()) {
      err.line("  at " + visibleLines(location));
    }
    if (!hint.isEmpty()) {
      err.line("  help: " + visibleLines(hint));
    }
    if (withStackTrace && cause != null) {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace, true));
      err.print(trace.toString());
    }
  }

  private static String visibleLines(String text) {
    return String.join("\n  ", text.lines().map(Text::visible).toList());
  }
}
