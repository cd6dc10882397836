package dev.sheaf.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a command runs: its streams, environment variables and folder. Tests and the demo make
 * their own, so that commands run inside one process.
 *
 * @param out the result
 * @param err progress, notes and errors
 * @param outTerminal whether a person sees {@code out}
 * @param errTerminal whether a person sees {@code err}
 * @param variables the environment variables
 * @param directory the folder that relative paths start from
 */
public record Surroundings(
    Output out,
    Output err,
    boolean outTerminal,
    boolean errTerminal,
    Map<String, String> variables,
    Path directory) {
  private static final int USUAL_WIDTH = 100;
  private static final int LEAST_WIDTH = 40;

  /** Returns the surroundings of this process. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        new Output(new FileOutputStream(FileDescriptor.out)),
        Output.ofNotes(new FileOutputStream(FileDescriptor.err)),
        isTerminal(1),
        isTerminal(2),
        System.getenv(),
        Path.of("").toAbsolutePath());
  }

  /** Returns the same surroundings in another folder. */
  public Surroundings in(Path folder) {
    return new Surroundings(out, err, outTerminal, errTerminal, variables, folder);
  }

  /** Returns the value of an environment variable, or the empty string. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** Returns the path that {@code text} names, seen from the folder. */
  public Path path(String text) {
    return directory.resolve(text).normalize();
  }

  /** Returns how many columns a line of human output may take. */
  public int width() {
    String columns = variable("COLUMNS");
    if (columns.matches("[0-9]{1,4}")) {
      return Math.max(LEAST_WIDTH, Integer.parseInt(columns));
    }
    return outTerminal ? Math.max(LEAST_WIDTH, askedWidth()) : USUAL_WIDTH;
  }

  private static int askedWidth() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(
              stty.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
      String columns = answer.strip().replaceAll(".* ", "");
      return columns.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(columns) : USUAL_WIDTH;
    } catch (IOException e) {
      return USUAL_WIDTH;
    }
  }

  /**
   * {@code System.console()} tells about standard input and output together, and from Java 22 on is
   * there for pipes too; where the system shows the open files, they answer for each stream alone.
   */
  private static boolean isTerminal(int descriptor) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return consoleIsTerminal();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // Null on 17 to 21; later ones are asked themselves.
  private static boolean consoleIsTerminal() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return Runtime.version().feature() < 22;
    }
  }
}
