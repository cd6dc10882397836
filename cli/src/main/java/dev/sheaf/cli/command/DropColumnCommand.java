package dev.sheaf.cli.command;

import dev.sheaf.format.EditSet;
import java.util.List;

/** Drops columns. */
final class DropColumnCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf drop-column pets.sheaf score", "Drop a column from this version on")
        .example("sheaf drop-column pets.sheaf a b -m 'Drop a and b'", "Two, committed at once")
        .synopsis("[DATASET] NAME...")
        .about(
            "Drops columns; the edits wait for sheaf commit, unless -m commits them at once."
                + " Earlier versions keep the columns and their bytes.");
  }

  @Override
  EditSet edits(List<String> rest) {
    if (rest.isEmpty()) {
      throw usage("No column is named", "List them with: sheaf schema " + dataset().shown());
    }
    EditSet edits = new EditSet();
    rest.forEach(
        name -> {
          columns().column(name);
          edits.dropColumn(name);
        });
    return edits;
  }
}
