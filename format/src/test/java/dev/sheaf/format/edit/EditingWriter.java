package dev.sheaf.format.edit;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A process that stages, commits, compacts and collects garbage without end, going on where it was
 * left: {@code PATH COMMITS}. Commit {@code i} sets the number of sample {@code i % 5} to {@code
 * i}. Prints the number of each commit once it has returned.
 */
final class EditingWriter {
  static final int SAMPLES = 5;

  private EditingWriter() {}

  public static void main(String[] arguments) {
    try (Dataset dataset = Dataset.open(Path.of(arguments[0]))) {
      StagedEdits staged = dataset.staged("editor", "main");
      if (!staged.isEmpty()) {
        staged.commit("What was left");
      }
      long next = newest(dataset.head()) + 1;
      System.out.println("open at " + (next - 1));
      for (long last = next + Long.parseLong(arguments[1]); next < last; next++) {
        long number = next;
        staged.add(new EditSet().set(dataset.head().sample(number % SAMPLES).id(), "n", number));
        staged.commit("Commit " + number);
        System.out.println("done " + number);
        if (number % 3 == 0) {
          litter(dataset, number);
          dataset.gc(Duration.ZERO, false);
        }
        if (number % 4 == 0) {
          dataset.compact("main");
        }
      }
    }
  }

  /** Leaves a branch with a payload of its own for the collection to find. */
  private static void litter(Dataset dataset, long number) {
    String branch = "litter-" + number;
    if (!dataset.branches().contains(branch)) {
      dataset.createBranch(branch, "main");
    }
    try (Transaction change = dataset.begin(branch)) {
      byte[] payload = new Randomness(number).bytes(5000);
      change.append(Row.of().set("file", Media.of(MediaKind.FILE, payload, Map.of())));
      change.commit("Litter");
    }
    dataset.deleteBranch(branch);
  }

  /** Returns the newest commit whose number is shown. */
  static long newest(Version version) {
    long newest = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      newest = Math.max(newest, (Long) version.sample(sample).value("n"));
    }
    return newest;
  }
}
