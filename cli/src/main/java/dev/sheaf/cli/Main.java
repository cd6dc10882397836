package dev.sheaf.cli;

import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Surroundings;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Entry point of the {@code sheaf} command. */
public final class Main {
  private Main() {}

  /**
   * Runs one command line and exits the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    AtomicBoolean done = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(new Interruption(done));
    int exitCode = Sheaf.run(List.of(args), Surroundings.ofProcess());
    done.set(true);
    System.exit(exitCode);
  }

  /** Says a last word when the process is stopped from outside before it was done. */
  private static final class Interruption extends Thread {
    private final AtomicBoolean done;

    Interruption(AtomicBoolean done) {
      this.done = done;
    }

    @Override
    public void run() {
      if (!done.get()) {
        System.err.println(
            "\ninterrupted; what is committed is safe, run the command again to go on");
      }
    }
  }
}
