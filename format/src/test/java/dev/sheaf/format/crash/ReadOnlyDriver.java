package dev.sheaf.format.crash;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.export.Export;
import dev.sheaf.format.export.ExportFormat;
import dev.sheaf.format.export.ExportReport;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Two halves of one check: {@code write PATH} makes a dataset; {@code read PATH FOLDER}, once it
 * may no longer be written, reads all of it, exports it to FOLDER, and fails unless a commit is
 * refused with a message that names it.
 */
final class ReadOnlyDriver {
  private static final int COMMITS = 4;

  private ReadOnlyDriver() {}

  public static void main(String[] arguments) {
    Path path = Path.of(arguments[1]);
    if (arguments[0].equals("write")) {
      write(path);
    } else {
      read(path, Path.of(arguments[2]));
    }
  }

  static void write(Path path) {
    CommitScript script = new CommitScript(9, "w");
    try (Dataset dataset = Dataset.create(path)) {
      for (int i = 0; i < COMMITS; i++) {
        script.commit(dataset);
      }
    }
  }

  static void read(Path path, Path folder) {
    CommitScript script = new CommitScript(9, "w");
    script.replay(COMMITS);
    try (Dataset dataset = Dataset.open(path)) {
      script.check(dataset.head());
      if (!dataset.fsck(true, Progress.NONE).ok()) {
        throw new AssertionError(dataset.fsck(true, Progress.NONE).damaged());
      }
      ExportReport report = Export.of(dataset.head()).to(ExportFormat.JSONL, folder).run();
      System.out.println("exported " + report.rows() + " samples; " + report.notes());
      String message = refusal(dataset);
      if (!message.contains(path.toString())) {
        throw new AssertionError("the message does not say where: " + message);
      }
      script.check(dataset.head());
      System.out.println("read-only: read " + dataset.head().size() + " samples; " + message);
    }
  }

  private static String refusal(Dataset dataset) {
    try (Transaction change = dataset.begin()) {
      change.append(Row.of().key("new").set("text", "x".repeat(5000)));
      change.commit("refused");
    } catch (UncheckedIOException | DatasetException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("a commit to a read-only dataset was made");
  }
}
