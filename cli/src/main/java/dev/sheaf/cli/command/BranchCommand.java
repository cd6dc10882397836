package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import java.util.ArrayList;
import java.util.List;

/** Lists, makes and deletes branches. */
final class BranchCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf branch pets.sheaf", "List the branches")
        .example("sheaf branch pets.sheaf dev main~1", "Make one that starts at a version")
        .synopsis("[DATASET] [NAME [START]]")
        .about(
            "Lists the branches; makes one; deletes one; or sets the one that libraries "
                + "and training jobs open.")
        .value("NAME", "Make this the branch that is opened where no version is named", "--default")
        .value(
            "NAME",
            "Delete a branch; its versions stay until garbage collection",
            "-d",
            "--delete",
            "-D");
  }

  @Override
  int run() {
    Target target = target();
    String chosen = options().value("--default");
    String deleted = options().value("--delete");
    int names = target.rest().size();
    refuseMore(target, 2);
    if ((chosen == null ? 0 : 1) + (deleted == null ? 0 : 1) + (names > 0 ? 1 : 0) > 1) {
      throw usage("More than one thing to do", "Give one of NAME, --default NAME and -d NAME");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      if (chosen != null) {
        setDefault(opened.dataset(), chosen);
      } else if (deleted != null) {
        delete(opened, target, deleted);
      } else if (names > 0) {
        create(opened, target);
      } else {
        list(opened);
      }
    }
    return 0;
  }

  private void setDefault(Dataset dataset, String chosen) {
    dataset.setDefaultBranch(chosen);
    if (json()) {
      print(Json.object("default", chosen));
    } else if (!quiet()) {
      out().line("The default branch is now " + chosen);
    }
  }

  private void delete(Opened opened, Target target, String deleted) {
    if (deleted.equals(opened.current())) {
      throw usage(
          "The branch \"" + deleted + "\" is the current one",
          "Switch first: sheaf switch " + target.shown() + " OTHER");
    }
    CommitInfo last = opened.dataset().at(deleted).commit();
    opened.dataset().deleteBranch(deleted);
    if (json()) {
      print(Json.object("deleted", deleted, "commit", last.id()));
    } else if (!quiet()) {
      out().line("Deleted branch " + deleted + " (was " + Commits.brief(last) + ")");
      note(
          "to have it back: sheaf branch "
              + target.shown()
              + " "
              + deleted
              + " "
              + Commits.brief(last));
    }
  }

  private void create(Opened opened, Target target) {
    String name = target.rest().get(0);
    boolean started = target.rest().size() > 1;
    String start = started ? opened.absolute(target.rest().get(1)) : opened.rev();
    opened.dataset().createBranch(name, start);
    CommitInfo commit = opened.dataset().at(name).commit();
    if (json()) {
      print(Json.object("created", name, "commit", commit.id()));
    } else if (!quiet()) {
      out().line("Made branch " + name + " at " + Commits.brief(commit));
      note("next: sheaf switch " + target.shown() + " " + name);
    }
  }

  private void list(Opened opened) {
    String current = opened.current();
    String standard = opened.dataset().defaultBranch();
    List<Object> branches = new ArrayList<>();
    int widest = 0;
    for (String branch : opened.dataset().branches()) {
      widest = Math.max(widest, Text.width(branch));
    }
    opened
        .workspace()
        .detached()
        .filter(commit -> !json())
        .ifPresent(
            commit -> out().line(style().good("* (no branch, at " + commit.substring(0, 7) + ")")));
    boolean attached = opened.workspace().detached().isEmpty();
    for (String branch : opened.dataset().branches()) {
      CommitInfo commit = opened.dataset().at(branch).commit();
      if (json()) {
        branches.add(
            Json.object("name", branch, "commit", commit.id(), "subject", commit.subject()));
        continue;
      }
      boolean here = attached && branch.equals(current);
      String name = Text.pad(branch, widest);
      String mark = branch.equals(standard) ? "[default] " : "";
      String tail = " " + Commits.brief(commit) + " " + mark + Text.visible(commit.subject());
      out().line((here ? "* " + style().good(name) : "  " + name) + tail);
    }
    if (json()) {
      print(
          Json.object(
              "current", attached ? current : null, "default", standard, "branches", branches));
    }
  }
}
