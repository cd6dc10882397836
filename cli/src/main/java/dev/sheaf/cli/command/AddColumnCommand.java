package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Column;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Type;
import java.util.List;

/** Adds a column. */
final class AddColumnCommand extends EditCommand {
  @Override
  void describe(Options options) {
    options
        .example("sheaf add-column pets.sheaf score float32", "Add a column whose cells are null")
        .example("sheaf add-column pets.sheaf checked bool --default false", "Not null but false")
        .synopsis("[DATASET] NAME TYPE")
        .about(
            "Adds a column; the edit waits for sheaf commit, unless -m commits it at once. No"
                + " sample is written. Types: int64, float32, bool, utf8, json, binary, date,"
                + " timestamp<us, UTC>, tensor<float32, [512]>, list<utf8>, struct<x: int32>,"
                + " media<image>.")
        .value("JSON", "What samples without a cell show; null without it", "--default");
  }

  @Override
  EditSet edits(List<String> rest) {
    if (rest.size() != 2) {
      throw usage(
          "A name and a type are needed",
          "For example: sheaf add-column " + dataset().shown() + " score float32");
    }
    String standard = options().value("--default");
    Type type = Type.parse(rest.get(1));
    boolean quotable = type.equals(Type.UTF8) || type instanceof Type.Date;
    String json = standard == null ? "null" : standard;
    if (quotable && standard != null && !standard.startsWith("\"") && !standard.equals("null")) {
      json = Json.write(standard);
    }
    return new EditSet().addColumn(new Column("", rest.get(0), type, json, null));
  }
}
