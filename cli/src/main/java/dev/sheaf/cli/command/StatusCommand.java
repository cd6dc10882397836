package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows what is staged. */
final class StatusCommand extends Command {
  private static final int SHOWN = 20;
  private static final int MOST_LISTED = 1000;
  private static final int MOST_BEHIND = 10_000;
  private static final int WIDTH = 40;

  @Override
  void define(Options options) {
    options
        .example("sheaf status pets.sheaf", "Show what waits to be committed")
        .example("sheaf status pets.sheaf@dev --json", "For another branch, every edit listed")
        .synopsis("[DATASET]")
        .about(
            "Shows the branch and the edits that wait for sheaf commit: in this workspace (this"
                + " user and host, or $SHEAF_WORKSPACE), for this branch.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      if (opened.branch().isEmpty()) {
        throw noBranch(opened, target);
      }
      StagedEdits staged = EditCommand.staged(opened);
      CommitInfo head = opened.dataset().at(opened.branch()).commit();
      Version base = staged.base().orElse(null);
      List<String> others = new ArrayList<>(opened.dataset().stagedBranches(staged.workspace()));
      others.remove(staged.branch());
      StagedEdits.Changes changes = staged.changes();
      if (json()) {
        print(json(opened, staged, head, base, changes, others));
        return 0;
      }
      out().line("On branch " + opened.branch() + ", at " + Commits.brief(head));
      if (base == null) {
        out().line("Nothing is staged");
      } else {
        long behind = behind(opened, base.commit());
        String since = "Staged since " + Commits.brief(base.commit());
        out().line(since + (behind == 0 ? ":" : " (" + Amounts.count(behind, "commit") + " ago):"));
        write(base, changes);
        note(
            "next: sheaf commit "
                + target.shown()
                + " -m MESSAGE, or sheaf restore "
                + target.shown());
      }
      if (!others.isEmpty()) {
        out().line("Edits wait for other branches too: " + String.join(", ", others));
      }
    }
    return 0;
  }

  /** Returns how many commits the branch has since the base. */
  private static long behind(Opened opened, CommitInfo base) {
    long behind = 0;
    for (CommitInfo commit : opened.dataset().log(opened.branch(), MOST_BEHIND)) {
      if (commit.id().equals(base.id())) {
        return behind;
      }
      behind++;
    }
    return behind;
  }

  private Map<String, Object> json(
      Opened opened,
      StagedEdits staged,
      CommitInfo head,
      Version base,
      StagedEdits.Changes changes,
      List<String> others) {
    List<Object> added = new ArrayList<>();
    for (Column column : changes.added()) {
      added.add(
          Json.object(
              "name", column.name(),
              "type", column.type().toString(),
              "default", new Json.Raw(column.defaultJson())));
    }
    List<Object> renamed = new ArrayList<>();
    changes.renamed().forEach((from, to) -> renamed.add(Json.object("from", from, "to", to)));
    List<Object> edits = new ArrayList<>();
    for (Edit edit : (Iterable<Edit>) () -> edits(base, changes)) {
      if (edits.size() == MOST_LISTED) {
        break;
      }
      edits.add(edit.json(staged));
    }
    long cells = changes.cells().values().stream().mapToLong(Map::size).sum();
    Map<String, Object> json =
        Json.object(
            "workspace",
            staged.workspace(),
            "branch",
            staged.branch(),
            "commit",
            head.id(),
            "base",
            base == null ? null : base.commit().id(),
            "behind",
            base == null ? 0 : behind(opened, base.commit()),
            "transaction",
            base == null ? null : staged.transactionId(),
            "columns_added",
            added,
            "columns_dropped",
            changes.dropped(),
            "columns_renamed",
            renamed,
            "samples",
            changes.cells().size(),
            "cells",
            cells,
            "cells_by_column",
            byColumn(changes),
            "deleted",
            changes.deleted().stream().map(SampleId::toString).toList(),
            "edits",
            edits,
            "other_branches",
            others);
    if (edits.size() < cells) {
      json.put("truncated", true);
    }
    return json;
  }

  private static Map<String, Long> byColumn(StagedEdits.Changes changes) {
    Map<String, Long> counts = new TreeMap<>();
    for (Map<String, Object> row : changes.cells().values()) {
      row.keySet().forEach(column -> counts.merge(column, 1L, Long::sum));
    }
    return counts;
  }

  /** One cell that is set. */
  private record Edit(SampleId id, long index, String column, Object from, Object to) {
    Map<String, Object> json(StagedEdits staged) {
      dev.sheaf.format.Type type = staged.schema().column(column).type();
      return Json.object(
          "id", id.toString(),
          "index", index,
          "column", column,
          "from", Cells.json(from, type, false),
          "to", Cells.json(to, type, false));
    }
  }

  private static Iterator<Edit> edits(Version base, StagedEdits.Changes changes) {
    Map<String, String> before = new LinkedHashMap<>();
    changes.renamed().forEach((from, to) -> before.put(to, from));
    List<String> added = changes.added().stream().map(Column::name).toList();
    return changes.cells().entrySet().stream()
        .flatMap(
            row -> {
              Sample sample = base.sample(base.indexOf(row.getKey()).orElseThrow());
              return row.getValue().entrySet().stream()
                  .map(
                      cell -> {
                        String name = cell.getKey();
                        Object from =
                            added.contains(name)
                                ? null
                                : sample.value(before.getOrDefault(name, name));
                        return new Edit(row.getKey(), sample.index(), name, from, cell.getValue());
                      });
            })
        .iterator();
  }

  private void write(Version base, StagedEdits.Changes changes) {
    for (Column column : changes.added()) {
      out().line("  + column " + Text.visible(column.name()) + ": " + column.type());
    }
    changes.dropped().forEach(name -> out().line("  - column " + Text.visible(name)));
    changes
        .renamed()
        .forEach(
            (from, to) ->
                out().line("  ~ column " + Text.visible(from) + " -> " + Text.visible(to)));
    if (!changes.cells().isEmpty()) {
      List<String> counts = new ArrayList<>();
      byColumn(changes)
          .forEach((name, count) -> counts.add(Text.visible(name) + " " + Amounts.count(count)));
      String samples = Amounts.count(changes.cells().size(), "sample");
      out().line("  set cells of " + samples + ": " + String.join(", ", counts));
    }
    Iterator<Edit> edits = edits(base, changes);
    for (int i = 0; i < SHOWN && edits.hasNext(); i++) {
      Edit edit = edits.next();
      String from = Text.cut(Cells.brief(edit.from(), WIDTH), WIDTH);
      String to = Text.cut(Cells.brief(edit.to(), WIDTH), WIDTH);
      out()
          .line(
              "    ["
                  + edit.index()
                  + "] "
                  + Text.visible(edit.column())
                  + ": "
                  + from
                  + " -> "
                  + to);
    }
    if (edits.hasNext()) {
      out().line("    …");
    }
    int shown = 0;
    if (!changes.deleted().isEmpty()) {
      out().line("  delete " + Amounts.count(changes.deleted().size(), "sample"));
    }
    for (SampleId id : changes.deleted()) {
      if (shown++ == SHOWN) {
        out().line("    …");
        break;
      }
      Sample sample = base.sample(base.indexOf(id).orElseThrow());
      out().line("    [" + sample.index() + "] " + Text.visible(sample.key()));
    }
  }
}
