package dev.sheaf.cli.command;

import dev.sheaf.format.EditSet;
import dev.sheaf.format.ingest.EditFile;
import java.util.List;

/** Applies a file of edits. */
final class ApplyCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf apply pets.sheaf edits.jsonl", "Set cells from a file")
        .example("sheaf apply pets.sheaf scores.parquet --key file --add-columns", "New columns")
        .synopsis("[DATASET] FILE")
        .about(
            "Sets cells from a JSONL, JSON, CSV, TSV, Parquet or Arrow file: a row a sample, found"
                + " by its column _id, _index or _key, or by --key. In JSON a missing field leaves"
                + " the cell as it is and null sets it to null. Everything is checked before"
                + " anything is staged.")
        .value("COLUMN", "Find samples by this column of the file", "--key")
        .flag("Add columns that the dataset does not have", "--add-columns")
        .value("FORMAT", "What FILE is: jsonl, json, csv, tsv, parquet, arrow", "--format")
        .value("DIR", "Where relative file names of media start", "--media-root");
  }

  @Override
  EditSet edits(List<String> rest) {
    if (rest.size() != 1) {
      throw usage(
          "One file of edits is needed", "sheaf apply " + dataset().shown() + " edits.jsonl");
    }
    EditFile file = EditFile.of(surroundings().path(rest.get(0)));
    if (options().value("--key") != null) {
      file.key(options().value("--key"));
    }
    if (options().value("--format") != null) {
      file.format(options().value("--format"));
    }
    if (options().value("--media-root") != null) {
      file.mediaRoot(surroundings().path(options().value("--media-root")));
    }
    if (options().has("--add-columns")) {
      file.addColumns();
    }
    return file.read(version(), columns());
  }
}
