package dev.sheaf.cli.command;

import dev.sheaf.cli.name.DatasetName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.List;

/** Copies a dataset with its history. */
final class CloneCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf clone pets.sheaf copy.sheaf", "Copy a dataset with all its versions")
        .example("sheaf clone pets.sheaf backup/pets.sheaf", "Into another folder")
        .synopsis("DATASET TARGET")
        .about(
            "Copies all branches, tags and their versions into a new dataset, and verifies every"
                + " byte on the way. What no version needs, reflogs, workspaces and staged edits"
                + " stay behind.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 1);
    if (target.rest().isEmpty()) {
      throw usage("No target is named", "sheaf clone " + target.shown() + " copy.sheaf");
    }
    if (!target.name().rev().isEmpty() || !target.name().view().isEmpty()) {
      throw usage("A version is named", "All versions are copied: name the dataset alone");
    }
    String name = target.rest().get(0);
    Path copy = surroundings().path(DatasetName.parse(name).map(DatasetName::path).orElse(name));
    try (Dataset dataset = Dataset.open(target.path())) {
      dataset.copyTo(copy);
    }
    try (Dataset made = Dataset.open(copy)) {
      Version head = made.head();
      List<ChunkInfo> chunks = made.chunks(head);
      if (json()) {
        print(
            Json.object(
                "dataset", name,
                "commit", head.commit().id(),
                "branches", made.branches(),
                "tags", made.tags(),
                "rows", head.size(),
                "chunks", chunks.size()));
      } else if (!quiet()) {
        String branches =
            Amounts.count(made.branches().size())
                + (made.branches().size() == 1 ? " branch" : " branches");
        out()
            .line(
                "Copied to "
                    + name
                    + ": "
                    + Amounts.count(head.size(), "sample")
                    + ", "
                    + branches
                    + ", "
                    + Amounts.count(made.tags().size(), "tag"));
      }
    }
    return 0;
  }
}
