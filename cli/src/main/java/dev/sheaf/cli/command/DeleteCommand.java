package dev.sheaf.cli.command;

import dev.sheaf.format.EditSet;
import java.util.List;

/** Deletes samples. */
final class DeleteCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf delete pets.sheaf 17 -1", "Delete sample 17 and the last")
        .example(
            "sheaf delete pets.sheaf --where \"image.width < 64\" -m 'Drop icons'",
            "By a condition, committed")
        .synopsis("[DATASET] SAMPLE...")
        .about(
            "Deletes samples from the branch; the edits wait for sheaf commit, unless -m commits"
                + " them at once. Earlier versions keep the samples.");
    where(options);
  }

  @Override
  EditSet edits(List<String> rest) {
    if (rest.isEmpty() && options().value("--where") == null) {
      throw usage("No sample is named", "Name one by its position, or give --where SQL");
    }
    EditSet edits = new EditSet();
    samples(rest).forEach(edits::delete);
    return edits;
  }
}
