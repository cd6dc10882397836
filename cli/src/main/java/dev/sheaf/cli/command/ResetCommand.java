package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitInfo;

/** Moves a branch. */
final class ResetCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf reset pets.sheaf main~1", "Take the last commit off the current branch")
        .example("sheaf reset pets.sheaf --hard main@{1}", "Go back, and drop staged edits")
        .synopsis("[DATASET] [--hard] REV")
        .about(
            "Moves the branch to a version. What it held before stays in sheaf reflog, and is"
                + " kept until sheaf gc finds it unused. Staged edits stay, unless --hard drops"
                + " them.")
        .flag("Drop staged edits too", "--hard");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 1);
    boolean hard = options().has("--hard");
    if (target.rest().isEmpty()) {
      throw usage(
          "No version is named",
          "Name it: sheaf reset " + target.shown() + " main~1; sheaf restore drops staged edits");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
        throw noBranch(opened, target);
      }
      String branch = opened.branch();
      CommitInfo before = opened.dataset().at(branch).commit();
      opened.dataset().reset(branch, Opened.absolute(target.rest().get(0), branch));
      CommitInfo after = opened.dataset().at(branch).commit();
      boolean staged = !EditCommand.staged(opened).isEmpty();
      if (hard) {
        EditCommand.staged(opened).restore();
      }
      if (json()) {
        print(
            Json.object(
                "branch",
                branch,
                "before",
                before.id(),
                "commit",
                after.id(),
                "staged",
                staged && !hard));
      } else if (!quiet()) {
        String subject = Text.visible(after.subject());
        out().line(branch + " is now at " + Commits.brief(after) + " " + subject);
        if (!before.id().equals(after.id())) {
          note("to go back: sheaf reset " + target.shown() + " " + Commits.brief(before));
        }
        if (staged && !hard) {
          note("edits stay staged: sheaf status " + target.shown());
        }
      }
    }
    return 0;
  }
}
