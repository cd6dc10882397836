package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.JsonReader;
import dev.sheaf.cli.output.Table;
import dev.sheaf.format.Column;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists the columns. */
final class SchemaCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf schema pets.sheaf", "List the columns and their types")
        .example("sheaf schema pets.sheaf --all", "Sheaf's own columns (_key, _origin …) too")
        .synopsis("[DATASET]")
        .about("Lists the columns of a version and their types.")
        .flag("List Sheaf's own columns too; their names begin with _", "--all");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      List<Column> columns = new ArrayList<>();
      for (Column column : version.schema()) {
        if (options().has("--all") || !ColumnFacts.isOwn(column)) {
          columns.add(column);
        }
      }
      if (json()) {
        print(
            Json.object(
                "columns",
                columns.stream().map(SchemaCommand::json).toList(),
                "commit",
                version.commit().id()));
      } else if (columns.isEmpty()) {
        note("no columns yet; next: sheaf ingest SOURCE " + target.shown());
      } else {
        writeTable(columns);
      }
    }
    return 0;
  }

  /** Leaves out what no column has. */
  private void writeTable(List<Column> columns) {
    boolean defaults = columns.stream().anyMatch(column -> !defaultText(column).isEmpty());
    boolean derived = columns.stream().anyMatch(column -> !from(column).isEmpty());
    List<String> header = new ArrayList<>(List.of("column", "type"));
    header.addAll(defaults ? List.of("default") : List.of());
    header.addAll(derived ? List.of("computed from") : List.of());
    Table table = new Table(header);
    for (Column column : columns) {
      List<String> row = new ArrayList<>(List.of(column.name(), column.type().toString()));
      row.addAll(defaults ? List.of(defaultText(column)) : List.of());
      row.addAll(derived ? List.of(from(column)) : List.of());
      table.row(row);
    }
    table.writeTo(out(), style(), width());
  }

  private static Map<String, Object> json(Column column) {
    Map<String, Object> facts = ColumnFacts.json(column);
    facts.put("id", column.id());
    boolean valid = JsonReader.isJson(column.defaultJson());
    facts.put("default", valid ? new Json.Raw(column.defaultJson()) : column.defaultJson());
    facts.put(
        "derived",
        column
            .derived()
            .map(d -> Json.object("inputs", d.inputs(), "code", d.code()))
            .orElse(null));
    return facts;
  }

  private static String defaultText(Column column) {
    return column.defaultJson().equals("null") ? "" : column.defaultJson();
  }

  private static String from(Column column) {
    return column.derived().map(d -> String.join(", ", d.inputs())).orElse("");
  }
}
