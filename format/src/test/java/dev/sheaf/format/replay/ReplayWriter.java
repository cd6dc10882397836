package dev.sheaf.format.replay;

import java.nio.file.Path;

/**
 * A process that does steps of the script: {@code PATH SMALL FROM TO}. Prints the number of each
 * step once it is done, which is when a crash must not undo it any more.
 */
final class ReplayWriter {
  private ReplayWriter() {}

  public static void main(String[] arguments) {
    Path path = Path.of(arguments[0]);
    ReplayScript script = new ReplayScript(Integer.parseInt(arguments[1]));
    int to = Integer.parseInt(arguments[3]);
    for (int step = Integer.parseInt(arguments[2]); step <= to; step++) {
      script.run(step, path);
      System.out.println("done " + step);
    }
  }
}
