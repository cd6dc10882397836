package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import java.util.List;

/** Works on another branch. */
final class SwitchCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf switch pets.sheaf dev", "Work on the branch dev from now on")
        .example(
            "sheaf switch pets.sheaf -c trial",
            "Make a branch at the current version and work on it")
        .synopsis("[DATASET] [-c] NAME")
        .about(
            "Makes a branch the one that commands here work on when no version is "
                + "named. It is kept for this user and host, or $SHEAF_WORKSPACE; what "
                + "others, servers and training jobs open does not change. - is the branch "
                + "before.")
        .flag("Make the branch first", "-c", "--create");
  }

  @Override
  int run() {
    Target target = target();
    boolean create = options().has("--create");
    refuseMore(target, 1);
    if (target.rest().isEmpty()) {
      throw usage("No branch is named", "Name it: sheaf switch PATH.sheaf NAME");
    }
    String given = target.rest().get(0);
    try (Opened opened = Opened.of(target, surroundings())) {
      String name = given.equals("-") ? before(opened, target) : given;
      List<String> branches = opened.dataset().branches();
      if (create) {
        opened.dataset().createBranch(name, opened.rev());
      } else if (!branches.contains(name)) {
        throw new NotFoundException(
            "SHEAF-NF-023",
            "No branch \"" + name + "\"",
            Location.of(target.path()),
            Suggestion.of(name, branches, "branches") + "; -c makes a new one");
      }
      opened.workspace().switchTo(name, opened.current());
      String commit = opened.dataset().at(name).commit().id();
      if (json()) {
        print(
            Json.object(
                "branch", name,
                "created", create,
                "commit", commit,
                "workspace", opened.workspace().name()));
      } else if (!quiet()) {
        out().line("Switched to " + (create ? "the new branch " : "branch ") + name);
      }
    }
    return 0;
  }

  private String before(Opened opened, Target target) {
    return opened
        .workspace()
        .before()
        .orElseThrow(
            () ->
                usage(
                    "There is no branch before this one",
                    "Name one: sheaf switch " + target.shown() + " NAME"));
  }
}
