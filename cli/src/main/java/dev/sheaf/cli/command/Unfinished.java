package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.format.Merge;
import dev.sheaf.format.PurgeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was begun in a workspace and waits to be finished: a merge, a bisection, a purge. */
final class Unfinished {
  private final Optional<Merge> merge;
  private final boolean bisecting;
  private final Optional<PurgeRequest> purge;

  private Unfinished(Optional<Merge> merge, boolean bisecting, Optional<PurgeRequest> purge) {
    this.merge = merge;
    this.bisecting = bisecting;
    this.purge = purge;
  }

  static Unfinished of(Opened opened) {
    String workspace = opened.workspace().id();
    return new Unfinished(
        opened.dataset().savedMerge(workspace),
        opened.dataset().bisection(workspace).isPresent(),
        opened.dataset().unfinishedPurge());
  }

  /** Adds {@code merge}, {@code bisecting} and {@code purging} to an object. */
  void addTo(Map<String, Object> json) {
    json.put("merge", merge.map(Unfinished::json).orElse(null));
    json.put("bisecting", bisecting);
    json.put("purging", purge.map(request -> request.samples().size()).orElse(0));
  }

  private static Object json(Merge merge) {
    Merge.Report report = merge.report();
    return Json.object(
        "kind", MergeText.verb(merge),
        "branch", merge.branch(),
        "ours", merge.ours().id(),
        "theirs", merge.theirs().id(),
        "conflicts", report.conflicts().size(),
        "resolved", report.resolved().size());
  }

  /**
   * Writes a line for each.
   *
   * @return what to do next, a line each
   */
  List<String> write(Output out, Target target) {
    List<String> next = new ArrayList<>();
    if (merge.isPresent()) {
      Merge.Report report = merge.get().report();
      boolean decided = report.conflicts().isEmpty();
      out.line(
          what(merge.get())
              + " is not finished: "
              + (decided
                  ? "all conflicts are resolved"
                  : Amounts.count(report.conflicts().size(), "conflict") + " left")
              + ", "
              + Amounts.count(report.resolved().size())
              + " resolved");
      String verb = "sheaf " + MergeText.verb(merge.get()) + " " + target.shown();
      next.add(
          (decided ? "" : "sheaf conflicts " + target.shown() + ", sheaf resolve, then ")
              + verb
              + " --continue; or "
              + verb
              + " --abort");
    }
    if (bisecting) {
      out.line("A bisection is not finished");
      next.add(
          "sheaf bisect good|bad " + target.shown() + ", or sheaf bisect reset " + target.shown());
    }
    if (purge.isPresent()) {
      String samples = Amounts.count(purge.get().samples().size(), "sample");
      out.line("A purge of " + samples + " is not finished");
      next.add("sheaf purge " + target.shown() + " --continue");
    }
    return next;
  }

  private static String what(Merge merge) {
    String theirs = Commits.brief(merge.theirs());
    String branch = merge.branch();
    return switch (merge.kind()) {
      case MERGE -> "The merge of " + theirs + " into " + branch;
      case REVERT -> "The revert of " + theirs + " on " + branch;
      case CHERRY_PICK -> "The cherry-pick of " + theirs + " on " + branch;
    };
  }
}
