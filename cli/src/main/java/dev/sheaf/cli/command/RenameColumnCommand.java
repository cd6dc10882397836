package dev.sheaf.cli.command;

import dev.sheaf.format.EditSet;
import java.util.List;

/** Renames a column. */
final class RenameColumnCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf rename-column pets.sheaf label class", "Call the column label class")
        .example("sheaf rename-column pets.sheaf a b -m 'Call it b'", "The same, committed at once")
        .synopsis("[DATASET] FROM TO")
        .about(
            "Renames a column; the edit waits for sheaf commit, unless -m commits it at once. The"
                + " column stays the same one: nothing is rewritten, and edits of others to its"
                + " cells are joined.");
  }

  @Override
  EditSet edits(List<String> rest) {
    if (rest.size() != 2) {
      throw usage(
          "Two names are needed",
          "For example: sheaf rename-column " + dataset().shown() + " label class");
    }
    columns().column(rest.get(0));
    return new EditSet().renameColumn(rest.get(0), rest.get(1));
  }
}
