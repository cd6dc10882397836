package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Merge;
import java.util.List;
import java.util.Optional;

/** Lists what the merge in progress could not decide. */
final class ConflictsCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf conflicts pets.sheaf", "List what is still to be decided")
        .example("sheaf conflicts pets.sheaf --json", "The same with all three values of each")
        .synopsis("[DATASET]")
        .about(
            "Lists the conflicts of the merge, revert or cherry-pick that is not finished yet, "
                + "with what both sides started from and what each made of it.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      Optional<Merge> merge = opened.dataset().savedMerge(opened.workspace().id());
      if (merge.isEmpty()) {
        if (json()) {
          print(Json.object("conflicts", List.of(), "resolved", List.of()));
        } else {
          out().line("No merge is in progress");
        }
        return 0;
      }
      Merge.Report report = merge.get().report();
      MergeText text = new MergeText(opened.dataset(), merge.get());
      if (json()) {
        print(
            Json.object(
                "branch",
                merge.get().branch(),
                "ours",
                merge.get().ours().id(),
                "theirs",
                merge.get().theirs().id(),
                "conflicts",
                text.conflicts(report.conflicts()),
                "resolved",
                text.conflicts(report.resolved())));
        return 0;
      }
      report.conflicts().forEach(conflict -> text.write(out(), style(), conflict));
      out()
          .line(
              Amounts.count(report.conflicts().size(), "conflict")
                  + ", "
                  + Amounts.count(report.resolved().size())
                  + " resolved");
    }
    return 0;
  }
}
