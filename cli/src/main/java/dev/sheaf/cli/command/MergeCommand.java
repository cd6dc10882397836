package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Version;
import java.util.Map;
import java.util.Optional;

/** Brings the changes of another version into the current branch: merge, revert, cherry-pick. */
final class MergeCommand extends Command {
  private final Merge.Kind kind;

  MergeCommand(Merge.Kind kind) {
    this.kind = kind;
  }

  @Override
  void define(Options options) {
    switch (kind) {
      case MERGE ->
          options
              .example("sheaf merge pets.sheaf curator", "Bring a branch into the current one")
              .example("sheaf merge pets.sheaf curator --dry-run", "Say what that would do")
              .synopsis("[DATASET] REV")
              .about(
                  "Merges a version into the current branch: by sample and by cell, three-way. "
                      + "What both sides changed differently is a conflict; see sheaf resolve.")
              .flag("Make a merge commit even where the branch could move forward", "--no-ff")
              .value("TEXT", "The commit message", "-m", "--message");
      case REVERT ->
          options
              .example("sheaf revert pets.sheaf main~1", "Undo what one commit changed")
              .example("sheaf revert pets.sheaf main~1 --dry-run", "Say what that would do")
              .synopsis("[DATASET] COMMIT")
              .about("Undoes what one commit changed, by a new commit on the current branch.")
              .value("N", "Of a merge, undo against parent N, from 1", "-m", "--mainline")
              .value("TEXT", "The commit message", "--message");
      case CHERRY_PICK ->
          options
              .example(
                  "sheaf cherry-pick pets.sheaf curator", "Repeat the newest commit of a branch")
              .example("sheaf cherry-pick pets.sheaf 1a2b3c4 --dry-run", "Say what that would do")
              .synopsis("[DATASET] COMMIT")
              .about("Repeats what one commit changed, by a new commit on the current branch.")
              .value(
                  "N", "Of a merge, take the change against parent N, from 1", "-m", "--mainline")
              .value("TEXT", "The commit message", "--message");
    }
    options
        .flag("Only say what would be done", "--dry-run")
        .flag("Settle conflicts by what the current branch has", "--ours")
        .flag("Settle conflicts by what the other version has", "--theirs")
        .value(
            "LEVEL",
            "What counts as a conflict when both sides changed it: cell, row, column or table",
            "--strict")
        .flag("Commit, now that all conflicts are resolved", "--continue")
        .flag("Forget the merge; the branch is as it was", "--abort")
        .committing();
  }

  @Override
  int run() {
    Target target = target();
    boolean goesOn = options().has("--continue");
    boolean aborts = options().has("--abort");
    refuseMore(target, goesOn || aborts ? 0 : 1);
    if (target.rest().isEmpty() && !goesOn && !aborts) {
      throw usage("No version is named", "Name a branch, tag or commit");
    }
    if (options().has("--ours") && options().has("--theirs")) {
      throw usage("Both --ours and --theirs are given", "Give one of them");
    }
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      String name = opened.workspace().id();
      if (aborts) {
        return abort(opened.merge(target));
      }
      if (goesOn) {
        Merge merge = opened.merge(target);
        prefer(merge);
        return finish(opened, target, merge, name);
      }
      boolean dry = options().has("--dry-run");
      Optional<Merge> saved = opened.dataset().savedMerge(name);
      if (saved.isPresent() && !dry) {
        throw new CommitConflictException(
            "SHEAF-MRG-006",
            "A "
                + MergeText.verb(saved.get())
                + " into "
                + saved.get().branch()
                + " is not finished",
            Location.of(target.path()),
            "Finish it with --continue, or forget it with --abort");
      }
      Merge merge = begin(opened, target);
      prefer(merge);
      return dry ? report(opened, merge) : finish(opened, target, merge, name);
    }
  }

  private Merge begin(Opened opened, Target target) {
    if (opened.branch().isEmpty()) {
      throw usage("\"" + opened.rev() + "\" is no branch", "Merge into a branch: DATASET@BRANCH");
    }
    String rev = opened.absolute(target.rest().get(0));
    int parent = kind == Merge.Kind.MERGE ? 0 : (int) options().number("--mainline", 1, 0);
    Merge merge =
        switch (kind) {
          case MERGE -> opened.dataset().merge(opened.branch(), rev);
          case REVERT -> opened.dataset().revert(opened.branch(), rev, parent);
          case CHERRY_PICK -> opened.dataset().cherryPick(opened.branch(), rev, parent);
        };
    String level = options().value("--strict");
    if (level != null) {
      merge.strict(strictness(level));
    }
    if (kind == Merge.Kind.MERGE && options().has("--no-ff")) {
      merge.noFastForward();
    }
    return merge;
  }

  private Merge.Strictness strictness(String level) {
    for (Merge.Strictness one : Merge.Strictness.values()) {
      if (one.name().equalsIgnoreCase(level)) {
        return one;
      }
    }
    throw usage("--strict is \"" + level + "\"", "Give cell, row, column or table");
  }

  private void prefer(Merge merge) {
    if (options().has("--ours")) {
      merge.prefer(Merge.Side.OURS);
    } else if (options().has("--theirs")) {
      merge.prefer(Merge.Side.THEIRS);
    }
  }

  private int abort(Merge merge) {
    merge.discard();
    if (json()) {
      print(Json.object("aborted", merge.branch()));
    } else if (!quiet()) {
      out().line("Forgot the " + MergeText.verb(merge) + "; " + merge.branch() + " is as it was");
    }
    return Failure.DONE;
  }

  private int report(Opened opened, Merge merge) {
    Merge.Report report = merge.report();
    MergeText text = new MergeText(opened.dataset(), merge);
    if (json()) {
      print(text.json(report));
    } else {
      out().line("Would " + summary(merge, report));
      text.write(out(), style(), report);
      report.conflicts().forEach(conflict -> text.write(out(), style(), conflict));
    }
    return report.conflicts().isEmpty() ? Failure.DONE : Failure.CONFLICT;
  }

  private static String summary(Merge merge, Merge.Report report) {
    String what = Commits.brief(merge.theirs()) + " " + merge.theirs().subject();
    return switch (report.status()) {
      case UP_TO_DATE -> "do nothing: already up to date";
      case FAST_FORWARD -> "fast-forward " + merge.branch() + " to " + what;
      case CLEAN, CONFLICTS -> MergeText.verb(merge) + " " + what + " into " + merge.branch();
    };
  }

  private int finish(Opened opened, Target target, Merge merge, String name) {
    Merge.Report report = merge.report();
    MergeText text = new MergeText(opened.dataset(), merge);
    if (report.status() == Merge.Status.CONFLICTS) {
      merge.save(name);
      if (json()) {
        print(text.json(report));
      } else {
        text.write(out(), style(), report);
        report.conflicts().forEach(conflict -> text.write(out(), style(), conflict));
        out().line(Amounts.count(report.conflicts().size(), "conflict") + "; nothing is committed");
        note(
            "next: sheaf resolve "
                + target.shown()
                + " SAMPLE COLUMN --ours|--theirs|=VALUE, then sheaf "
                + MergeText.verb(merge)
                + " "
                + target.shown()
                + " --continue");
      }
      return Failure.CONFLICT;
    }
    String message = options().value("--message");
    String before = merge.ours().id();
    Map<String, Object> json = json() ? text.json(report) : Map.of();
    Version version = merge.commit(message == null ? "" : message);
    merge.discard();
    if (json()) {
      json.put("commit", version.commit().id());
      print(json);
    } else if (!quiet()) {
      say(merge, report, text, version, before);
    }
    return Failure.DONE;
  }

  private void say(
      Merge merge, Merge.Report report, MergeText text, Version version, String before) {
    String now = Commits.brief(version.commit());
    if (report.status() == Merge.Status.UP_TO_DATE) {
      out().line("Already up to date");
    } else if (report.status() == Merge.Status.FAST_FORWARD) {
      out().line("Updating " + before.substring(0, now.length()) + ".." + now);
      out().line("Fast-forward");
    } else if (version.commit().id().equals(before)) {
      out().line("Nothing to do: " + merge.branch() + " has these changes already");
    } else {
      text.write(out(), style(), report);
      out()
          .line("[" + merge.branch() + " " + now + "] " + Text.visible(version.commit().subject()));
    }
  }
}
