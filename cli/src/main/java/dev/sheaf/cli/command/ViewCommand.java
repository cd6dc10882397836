package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.query.Views;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes, refreshes, lists, shows and drops views. */
final class ViewCommand extends Command {
  private static final List<String> ACTIONS = List.of("create", "refresh", "list", "show", "drop");

  @Override
  void define(Options options) {
    options
        .example("sheaf view list pets.sheaf", "Say which views there are, and how fresh they are")
        .example("sheaf view refresh pets.sheaf", "Bring all views up to date")
        .synopsis("create|refresh|list|show|drop [DATASET] [NAME] [QUERY]")
        .about(
            "A view is a named query, such as \"SELECT * FROM samples WHERE label = 'cat'\": PATH.sheaf:NAME is read by index, queried and "
                + "loaded like a dataset. Its definition is committed. refresh runs the whole query again.")
        .committing();
  }

  @Override
  int run() {
    List<String> arguments = options().arguments();
    if (arguments.isEmpty() || !ACTIONS.contains(arguments.get(0))) {
      throw usage(
          "Expected one of " + String.join(", ", ACTIONS),
          "Write for example: sheaf view list PATH.sheaf");
    }
    String action = arguments.get(0);
    Target target =
        Target.first("view", arguments.subList(1, arguments.size()), surroundings().directory());
    int most = action.equals("create") ? 2 : action.equals("list") ? 0 : 1;
    refuseMore(target, most);
    boolean all = action.equals("refresh") || action.equals("list");
    if (target.rest().size() < most && !all) {
      throw usage(
          action.equals("create") ? "A name and a query are needed" : "A name is needed",
          "Write sheaf view "
              + action
              + " "
              + target.shown()
              + " NAME"
              + (action.equals("create") ? " \"SELECT * FROM samples WHERE …\"" : ""));
    }
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      run(action, opened, target);
    }
    return 0;
  }

  private void run(String action, Opened opened, Target target) {
    Views views = Views.of(opened.dataset());
    String name = target.rest().isEmpty() ? "" : target.rest().get(0);
    switch (action) {
      case "create" -> {
        Views.View view = views.create(branch(opened), name, target.rest().get(1));
        print(
            List.of(view),
            view.rows() + " samples; look: sheaf head " + target.shown() + ":" + name);
      }
      case "refresh" -> {
        List<Views.View> done = new ArrayList<>();
        List<Views.View> known = name.isEmpty() ? views.list(opened.rev()) : List.of();
        for (Views.View view : known) {
          done.add(views.refresh(opened.rev(), view.name()));
        }
        if (!name.isEmpty()) {
          done.add(views.refresh(opened.rev(), name));
        }
        print(done, "");
      }
      case "list" -> print(views.list(opened.rev()), "");
      case "show" -> {
        Views.View view = views.view(opened.dataset().at(opened.rev()), name);
        print(List.of(view), view.sql());
      }
      default -> {
        views.drop(branch(opened), name);
        if (json()) {
          print(Json.object("dropped", name));
        } else if (!quiet()) {
          out().line("Dropped view " + name);
        }
      }
    }
  }

  private String branch(Opened opened) {
    if (opened.branch().isEmpty()) {
      throw usage(
          "\"" + opened.rev() + "\" is no branch", "Views are made and dropped on a branch");
    }
    return opened.branch();
  }

  private void print(List<Views.View> views, String more) {
    if (json()) {
      List<Object> list = new ArrayList<>();
      for (Views.View view : views) {
        Map<String, Object> one =
            Json.object(
                "name", view.name(),
                "sql", view.sql(),
                "state", view.state().name().toLowerCase(Locale.ROOT),
                "rows", view.rows() < 0 ? null : view.rows(),
                "commit", view.commit().isEmpty() ? null : view.commit(),
                "behind", view.behind());
        list.add(one);
      }
      print(list);
      return;
    }
    if (views.isEmpty()) {
      note("no views; make one with sheaf view create");
      return;
    }
    Table table = new Table("view", ">samples", "state", "query");
    for (Views.View view : views) {
      String state = view.state().name().toLowerCase(Locale.ROOT);
      table.row(
          view.name(),
          view.rows() < 0 ? "" : Amounts.count(view.rows()),
          view.state() == Views.State.STALE ? state + " by " + view.behind() : state,
          view.sql());
    }
    table.writeTo(out(), style(), width());
    if (!more.isEmpty()) {
      note(more);
    }
  }
}
