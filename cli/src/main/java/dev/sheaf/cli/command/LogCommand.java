package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.format.CommitInfo;
import java.util.ArrayList;
import java.util.List;

/** Lists the versions. */
final class LogCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf log pets.sheaf", "List the versions of the current branch")
        .example("sheaf log pets.sheaf@v1 --oneline -n 5", "The last five up to a tag")
        .synopsis("[DATASET]")
        .about("Lists the versions up to a branch, tag or commit, newest first.")
        .value("N", "At most so many", "-n")
        .flag("One line each", "--oneline");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    int most = (int) Math.min(Integer.MAX_VALUE, options().number("-n", 0, Integer.MAX_VALUE));
    try (Opened opened = Opened.of(target, surroundings())) {
      List<CommitInfo> commits = opened.dataset().log(opened.rev(), most);
      Refs refs = new Refs(opened.dataset(), opened.current());
      if (json()) {
        List<Object> list = new ArrayList<>();
        commits.forEach(commit -> list.add(Commits.json(commit, refs.at(commit))));
        print(list);
        return 0;
      }
      boolean first = true;
      for (CommitInfo commit : commits) {
        if (options().has("--oneline")) {
          Commits.writeLine(out(), style(), commit, refs.text(commit, style()));
        } else {
          out().print(first ? "" : "\n");
          Commits.write(out(), style(), commit, refs.text(commit, style()));
        }
        first = false;
      }
    }
    return 0;
  }
}
