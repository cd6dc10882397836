package dev.sheaf.format.edit;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process that commits to the one branch that others commit to as well: {@code PATH WRITER
 * COMMITS}. In turn it appends a sample, stages an edit of a cell of its own, and counts up a cell
 * that all writers count up, for which it is refused now and then and tries again.
 */
final class StagingWriter {
  private StagingWriter() {}

  public static void main(String[] arguments) {
    int writer = Integer.parseInt(arguments[1]);
    int commits = Integer.parseInt(arguments[2]);
    int refused = 0;
    try (Dataset dataset = Dataset.open(Path.of(arguments[0]))) {
      for (int i = 0; i < commits; i++) {
        switch (i % 3) {
          case 0 -> append(dataset, writer, i);
          case 1 -> edit(dataset, writer, i);
          default -> refused += count(dataset, writer);
        }
      }
    }
    System.out.println(refused);
  }

  private static void append(Dataset dataset, int writer, int number) {
    try (Transaction change = dataset.begin()) {
      change.append(Row.of().key("w" + writer + "-" + number).set("n", (long) number));
      change.commit("append " + writer + " " + number);
    }
  }

  private static void edit(Dataset dataset, int writer, int number) {
    StagedEdits staged = dataset.staged("writer-" + writer, "main");
    SampleId own = dataset.head().sample(1 + writer).id();
    staged.add(new EditSet().set(own, "n", (long) number));
    staged.commit("edit " + writer + " " + number);
  }

  /** Adds one to the cell that all share; returns how often another was first. */
  private static int count(Dataset dataset, int writer) {
    int refused = 0;
    while (true) {
      try (Transaction change = dataset.begin()) {
        Sample shared = change.base().sample(0);
        change.update(shared.id(), Map.of("n", (Long) shared.value("n") + 1));
        change.commit("count " + writer);
        return refused;
      } catch (CommitConflictException e) {
        refused++;
      }
    }
  }
}
