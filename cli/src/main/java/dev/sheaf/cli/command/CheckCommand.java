package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Version;
import dev.sheaf.query.Checks;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds, removes, lists and runs the checks of a dataset. */
final class CheckCommand extends Command {
  private static final List<String> ACTIONS = List.of("run", "add", "rm", "list");
  private static final int SHOWN = 20;
  private static final int WIDEST_CELL = 60;

  @Override
  void define(Options options) {
    options
        .example("sheaf check pets.sheaf", "Run the checks of a version")
        .example(
            "sheaf check add pets.sheaf labels --file labels.sql", "Refuse commits by this query")
        .synopsis("[run|add|rm|list] [DATASET] [NAME] [QUERY]")
        .about(
            "A check is a query, kept with the versions as checks/NAME.sql, whose rows are what must "
                + "not be: a commit or merge after which it would return rows is refused. add and "
                + "rm commit to the branch. Exit code 3 where a check refuses.")
        .value("FILE", "With add: read the query from this file", "--file")
        .value("N", "So many rows of each check at most (20)", "-n")
        .committing();
  }

  @Override
  int run() throws IOException {
    List<String> arguments = options().arguments();
    boolean named = !arguments.isEmpty() && ACTIONS.contains(arguments.get(0));
    String action = named ? arguments.get(0) : "run";
    List<String> rest = named ? arguments.subList(1, arguments.size()) : arguments;
    Target target = Target.first("check", rest, surroundings().directory());
    boolean file = options().value("--file") != null;
    int wanted = action.equals("add") ? (file ? 1 : 2) : action.equals("rm") ? 1 : 0;
    refuseMore(target, wanted);
    if (target.rest().size() < wanted) {
      throw usage(
          action.equals("add") ? "A name and a query are needed" : "A name is needed",
          "Write sheaf check "
              + action
              + " "
              + target.shown()
              + " NAME"
              + (action.equals("add") ? " \"SELECT _key FROM samples WHERE …\"" : ""));
    }
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      Checks checks = Checks.of(opened.dataset());
      switch (action) {
        case "add" -> {
          String sql =
              file
                  ? Files.readString(surroundings().path(options().value("--file")))
                  : target.rest().get(1);
          committed(opened, "Added", checks.put(branch(opened), target.rest().get(0), sql), target);
        }
        case "rm" ->
            committed(
                opened, "Removed", checks.remove(branch(opened), target.rest().get(0)), target);
        case "list" -> list(checks.list(opened.version()));
        default -> {
          int most = (int) Math.min(Integer.MAX_VALUE, options().number("-n", 1, SHOWN));
          return report(checks.run(opened.version(), most));
        }
      }
    }
    return Failure.DONE;
  }

  private String branch(Opened opened) {
    if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
      throw usage(
          "\"" + opened.rev() + "\" is no branch", "Checks are added and removed on a branch");
    }
    return opened.branch();
  }

  private void committed(Opened opened, String what, Version version, Target target) {
    String name = target.rest().get(0);
    if (json()) {
      print(Json.object("check", name, "branch", opened.branch(), "commit", version.commit().id()));
    } else if (!quiet()) {
      String brief = Commits.brief(version.commit());
      out().line("[" + opened.branch() + " " + brief + "] " + what + " check " + name);
    }
  }

  private void list(List<Checks.Check> checks) {
    if (json()) {
      List<Object> list = new ArrayList<>();
      checks.forEach(check -> list.add(Json.object("name", check.name(), "sql", check.sql())));
      print(list);
      return;
    }
    if (checks.isEmpty()) {
      note("no checks; add one with sheaf check add");
      return;
    }
    Table table = new Table("check", "query");
    checks.forEach(check -> table.row(check.name(), check.sql().strip().replaceAll("\\s+", " ")));
    table.writeTo(out(), style(), width());
  }

  private int report(List<Checks.Outcome> outcomes) {
    boolean passed = outcomes.stream().allMatch(Checks.Outcome::passed);
    if (json()) {
      print(Json.object("passed", passed, "checks", outcomes.stream().map(this::json).toList()));
    } else {
      outcomes.forEach(this::text);
      if (outcomes.isEmpty()) {
        note("no checks; add one with sheaf check add");
      } else if (passed) {
        note(Amounts.count(outcomes.size(), "check") + " passed");
      }
    }
    return passed ? Failure.DONE : Failure.DATA;
  }

  private Map<String, Object> json(Checks.Outcome outcome) {
    List<Object> rows = new ArrayList<>();
    for (List<Object> row : outcome.rows()) {
      Map<String, Object> cells = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        String name = outcome.columns().get(i).name();
        String free = cells.containsKey(name) ? name + "_" + (i + 1) : name;
        cells.put(free, Cells.json(row.get(i), outcome.columns().get(i).type(), false));
      }
      rows.add(cells);
    }
    DatasetException failure = outcome.failure().orElse(null);
    return Json.object(
        "name",
        outcome.check().name(),
        "sql",
        outcome.check().sql(),
        "passed",
        outcome.passed(),
        "rows",
        rows,
        "more",
        outcome.more(),
        "error",
        failure == null
            ? null
            : Json.object(
                "code", failure.code(), "message", failure.headline(), "hint", failure.hint()));
  }

  private void text(Checks.Outcome outcome) {
    String name = Text.visible(outcome.check().name());
    if (outcome.passed()) {
      out().line(style().good("ok") + "    " + name);
      return;
    }
    String fail = style().bad("FAIL") + "  " + name + ": ";
    if (outcome.failure().isPresent()) {
      DatasetException failure = outcome.failure().get();
      out().line(fail + Text.visible(failure.headline()));
      if (!failure.hint().isEmpty()) {
        out().line("      " + Text.visible(failure.hint()));
      }
      return;
    }
    String count = Amounts.count(outcome.rows().size(), "row");
    out().line(fail + (outcome.more() ? "more than " : "") + count);
    Table table = new Table(outcome.columns().stream().map(column -> column.name()).toList());
    for (List<Object> row : outcome.rows()) {
      table.row(
          row.stream()
              .map(value -> Text.cut(Cells.brief(value, WIDEST_CELL), WIDEST_CELL))
              .toList());
    }
    table.writeTo(out(), style(), width());
  }
}
