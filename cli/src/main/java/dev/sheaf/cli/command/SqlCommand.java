package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.JsonReader;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.ResultColumn;
import dev.sheaf.query.SqlSession;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Queries a dataset in SQL. */
final class SqlCommand extends Command {
  private static final int WIDEST_CELL = 60;
  private static final int MOST_ROWS = 1000;

  @Override
  void define(Options options) {
    options
        .example("sheaf sql pets.sheaf \"SELECT count(*) FROM samples\"", "Count samples")
        .example(
            "sheaf sql pets.sheaf \"SELECT _key FROM samples WHERE label = :l\" -p l=cat",
            "With a parameter")
        .synopsis("[DATASET] QUERY")
        .about(
            "Queries the table samples in SQL; docs/sql.md describes the language. "
                + "EXPLAIN or EXPLAIN ANALYZE before a query shows its plan.")
        .repeated(
            "NAME=VALUE",
            "Set the parameter :NAME, or the question mark number NAME; "
                + "VALUE is JSON (a JSON array is a tensor), or text",
            "-p")
        .flag("Write the result as CSV", "--csv")
        .value("FILE", "Write the result into this Arrow IPC file", "--arrow")
        .value("FILE", "Write the result into this Parquet file", "--parquet")
        .flag("With --json: long tensors and bytes whole, never cut", "--full")
        .scanning();
  }

  @Override
  int run() throws IOException {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage(
          "No query is given",
          "Give one in quotes: sheaf sql "
              + target.shown()
              + " \"SELECT * FROM samples LIMIT 10\"");
    }
    refuseMore(target, 1);
    String sql = target.rest().get(0);
    try (Opened opened = Opened.of(target, surroundings())) {
      SqlSession session = SqlSession.open(opened.dataset(), read(opened));
      try (QueryResult result = session.query(sql, parameters())) {
        write(result);
      }
    }
    return 0;
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (String given : options().all("-p")) {
      int equals = given.indexOf('=');
      if (equals < 1) {
        throw usage("-p is \"" + given + "\"", "Give -p NAME=VALUE, for example -p label=cat");
      }
      String text = given.substring(equals + 1);
      Object value =
          JsonReader.object("{\"value\":" + text + "}").map(json -> json.get("value")).orElse(text);
      parameters.put(given.substring(0, equals), value(value, text, given));
    }
    return parameters;
  }

  private Object value(Object json, String text, String given) {
    if (json instanceof List<?> list) {
      try {
        return Tensors.of(list);
      } catch (IllegalArgumentException e) {
        throw usage("-p " + given + ": " + e.getMessage(), "Give numbers, nested evenly");
      }
    }
    if (json instanceof Map<?, ?>) {
      return text;
    }
    if (json instanceof BigDecimal number) {
      boolean whole = text.strip().matches("-?\\d{1,18}");
      return whole ? (Object) number.longValueExact() : (Object) number.doubleValue();
    }
    return json;
  }

  private void write(QueryResult result) throws IOException {
    String arrow = options().value("--arrow");
    String parquet = options().value("--parquet");
    if (arrow != null || parquet != null) {
      writeFile(result, arrow, parquet);
    } else if (json()) {
      writeJson(result);
    } else if (options().has("--csv")) {
      writeCsv(result);
    } else {
      writeTable(result);
    }
  }

  private void writeFile(QueryResult result, String arrow, String parquet) throws IOException {
    if (arrow != null && parquet != null) {
      throw usage("--arrow and --parquet are given", "Write one file at a time");
    }
    String file = arrow != null ? arrow : parquet;
    Path path = surroundings().path(file);
    long rows = arrow != null ? result.writeArrow(path) : result.writeParquet(path);
    if (json()) {
      print(Json.object("file", file, "rows", rows, "bytes", Files.size(path)));
    } else {
      String size = Amounts.bytes(Files.size(path));
      out().line("wrote " + file + "  " + Amounts.count(rows, "row") + "  " + size);
    }
  }

  /** Returns the names of the columns, repeated ones numbered. */
  private static List<String> names(List<ResultColumn> columns) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (ResultColumn column : columns) {
      String name = column.name();
      for (int i = 2; !taken.add(name); i++) {
        name = column.name() + "_" + i;
      }
      names.add(name);
    }
    return names;
  }

  private void writeJson(QueryResult result) {
    List<String> names = names(result.columns());
    boolean full = options().has("--full");
    boolean any = false;
    while (result.nextBatch()) {
      for (int row = 0; row < result.size(); row++) {
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
          Type type = result.columns().get(i).type();
          cells.put(names.get(i), Cells.json(result.value(i, row), type, full));
        }
        out().print(any ? ",\n" : "[\n").print(Json.write(cells));
        any = true;
      }
    }
    out().print(any ? "\n]\n" : "[]\n");
  }

  private void writeCsv(QueryResult result) {
    out().line(String.join(",", names(result.columns()).stream().map(SqlCommand::csv).toList()));
    while (result.nextBatch()) {
      for (int row = 0; row < result.size(); row++) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < result.columns().size(); i++) {
          Object json = Cells.json(result.value(i, row), result.columns().get(i).type(), true);
          boolean nested = json instanceof Map || json instanceof List || json instanceof Json.Raw;
          String text = json == null ? "" : nested ? Json.write(json) : json.toString();
          fields.add(json != null && text.isEmpty() ? "\"\"" : csv(text));
        }
        out().line(String.join(",", fields));
      }
    }
  }

  /** Quotes a field where RFC 4180 demands it. */
  private static String csv(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }

  private void writeTable(QueryResult result) {
    if (result.columns().size() == 1 && result.columns().get(0).name().equals("PLAN")) {
      writeLines(result);
      return;
    }
    List<String> header = new ArrayList<>();
    for (ResultColumn column : result.columns()) {
      header.add((isNumber(column.type()) ? ">" : "") + column.name());
    }
    Table table = new Table(header);
    long rows = 0;
    while (result.nextBatch()) {
      for (int row = 0; row < result.size(); row++, rows++) {
        if (rows >= MOST_ROWS) {
          continue;
        }
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
          cells.add(Text.cut(Cells.brief(result.value(i, row), WIDEST_CELL), WIDEST_CELL));
        }
        table.row(cells);
      }
    }
    table.writeTo(out(), style(), width());
    note(
        rows > MOST_ROWS
            ? "… " + Amounts.count(rows - MOST_ROWS) + " more; LIMIT, --json or --csv"
            : Amounts.count(rows, "row"));
  }

  private void writeLines(QueryResult result) {
    while (result.nextBatch()) {
      for (int row = 0; row < result.size(); row++) {
        out().line(result.value(0, row).toString());
      }
    }
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Scalar scalar && scalar.dtype() != DType.BOOL;
  }
}
