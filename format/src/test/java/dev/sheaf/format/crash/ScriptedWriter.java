package dev.sheaf.format.crash;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import java.nio.file.Path;

/**
 * A process that commits a script to a dataset, going on where it was left: {@code PATH SEED PREFIX
 * COMMITS}. Prints the number of each commit once it has returned.
 */
final class ScriptedWriter {
  private ScriptedWriter() {}

  public static void main(String[] arguments) {
    CommitScript script = new CommitScript(Long.parseLong(arguments[1]), arguments[2]);
    int most = Integer.parseInt(arguments[3]);
    try (Dataset dataset = Dataset.open(Path.of(arguments[0]))) {
      int newest = script.newest(dataset);
      if (newest > 0) {
        script.replay(newest - 1);
        repeatLast(script, dataset);
      }
      System.out.println("open at " + newest);
      for (int i = 0; i < most; i++) {
        script.commit(dataset);
        System.out.println("done " + script.commits());
      }
    }
  }

  /** A writer that does not know whether its last commit was made repeats it under the same id. */
  private static void repeatLast(CommitScript script, Dataset dataset) {
    String head = dataset.head().commit().id();
    long samples = dataset.head().size();
    Version version = script.commit(dataset);
    if (!dataset.head().commit().id().equals(head) || dataset.head().size() != samples) {
      throw new AssertionError("a repeated transaction was applied twice");
    }
    script.check(version);
  }
}
