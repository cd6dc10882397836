package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.RefChange;
import java.util.ArrayList;
import java.util.List;

/** Lists where a branch has been. */
final class ReflogCommand extends Command {
  private static final int BRIEF = 7;

  @Override
  void define(Options options) {
    options
        .example("sheaf reflog pets.sheaf", "Where the current branch has been")
        .example("sheaf reflog pets.sheaf@dev -n 5", "The last five steps of another")
        .synopsis("[DATASET]")
        .about(
            "Lists where a branch has been on this machine, newest first. BRANCH@{N} names each"
                + " step for every verb.")
        .value("N", "At most so many", "-n");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    long most = options().number("-n", 0, Long.MAX_VALUE);
    try (Opened opened = Opened.of(target, surroundings())) {
      if (opened.branch().isEmpty()) {
        throw noBranch(opened, target);
      }
      List<RefChange> steps =
          opened.dataset().reflog(opened.branch()).stream().limit(most).toList();
      List<Object> list = new ArrayList<>();
      for (RefChange step : steps) {
        String name = opened.branch() + "@{" + step.number() + "}";
        if (json()) {
          list.add(
              Json.object(
                  "name",
                  name,
                  "before",
                  step.before().isEmpty() ? null : step.before(),
                  "commit",
                  step.after().isEmpty() ? null : step.after(),
                  "time",
                  step.time().toString(),
                  "who",
                  step.who(),
                  "message",
                  step.message()));
        } else {
          String id = step.after().isEmpty() ? "-".repeat(BRIEF) : step.after().substring(0, BRIEF);
          out().line(style().name(id) + " " + name + ": " + Text.visible(step.message()));
        }
      }
      if (json()) {
        print(list);
      }
    }
    return 0;
  }
}
