package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Version;
import java.util.Optional;

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
                + " same cells the commit is refused, and the edits keep waiting. With nothing staged"
                + " it concludes a merge into the branch whose conflicts are all resolved.")
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
      Version version =
          staged.base().isPresent()
              ? staged.commit(message)
              : concluded(opened, target, message).orElseGet(() -> staged.commit(message));
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

  /** Commits the merge into the branch that is not finished, if there is one. */
  private static Optional<Version> concluded(Opened opened, Target target, String message) {
    Optional<Merge> begun =
        opened
            .dataset()
            .savedMerge(opened.workspace().id())
            .filter(merge -> merge.branch().equals(opened.branch()));
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    Merge merge = begun.get();
    int left = merge.report().conflicts().size();
    if (left > 0) {
      throw new CommitConflictException(
          "SHEAF-MRG-006",
          "The "
              + MergeText.verb(merge)
              + " into "
              + merge.branch()
              + " is not finished: "
              + Amounts.count(left, "conflict")
              + " left",
          Location.of(target.path()),
          "List them with sheaf conflicts and decide with sheaf resolve, or forget it: sheaf "
              + MergeText.verb(merge)
              + " --abort");
    }
    Version version = merge.commit(message);
    merge.discard();
    return Optional.of(version);
  }
}
