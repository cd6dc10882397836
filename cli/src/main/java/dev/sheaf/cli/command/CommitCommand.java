package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Version;

/** Commits what is staged. */
final class CommitCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf commit pets.sheaf -m 'Correct labels'", "Commit what is staged")
        .example("sheaf commit pets.sheaf@dev -m 'Add scores'", "What is staged for a branch")
        .synopsis("[DATASET] -m TEXT")
        .about(
            "Commits the edits that wait in this workspace, on top of the newest version of the"
                + " branch. What others changed elsewhere meanwhile stays; where they changed the"
                + " same cells the commit is refused, and the edits keep waiting.")
        .value("TEXT", "The commit message", "-m", "--message")
        .committing();
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    String message = options().value("-m");
    if (message == null || message.isBlank()) {
      throw usage(
          "No message is given",
          "Give one: sheaf commit " + target.shown() + " -m 'Correct labels'");
    }
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
        throw noBranch(opened, target);
      }
      StagedEdits staged = EditCommand.staged(opened);
      String before = opened.dataset().at(opened.branch()).commit().id();
      Version version = staged.commit(message);
      boolean changed = !version.commit().id().equals(before);
      if (json()) {
        print(
            Json.object(
                "branch", opened.branch(),
                "commit", version.commit().id(),
                "changed", changed,
                "rows", version.size()));
      } else if (!quiet()) {
        String brief = Commits.brief(version.commit());
        out()
            .line(
                changed
                    ? "[" + opened.branch() + " " + brief + "] " + version.commit().subject()
                    : "Nothing changed: " + opened.branch() + " is at " + brief);
      }
    }
    return 0;
  }
}
