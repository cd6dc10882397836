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
import java.util.Optional;
import java.util.TreeMap;

/** Shows what is staged, and what was begun and is not finished. */
final class StatusCommand extends Command {
  private static final int SHOWN = 20;
  private static final int MOST_LISTED = 1000;
  private static final int MOST_BEHIND = 10_000;
  private static final int WIDTH = 40;
  private static final StagedEdits.Changes NOTHING =
      new StagedEdits.Changes(List.of(), List.of(), Map.of(), Map.of(), List.of());

  @Override
  void define(Options options) {
    options
        .example("sheaf status pets.sheaf", "Show what waits to be committed")
        .example("sheaf status pets.sheaf@dev --json", "For another branch, every edit listed")
        .synopsis("[DATASET]")
        .about(
            "Shows the branch and the edits that wait for sheaf commit: in this workspace (this"
                + " user and host, or $SHEAF_WORKSPACE), for this branch. Says, too, what was begun"
                + " and waits to be finished: a merge, a bisection, a purge.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      boolean looksOnly = opened.branch().isEmpty();
      if (looksOnly && !isDetached(opened, target)) {
        throw noBranch(opened, target);
      }
      Optional<StagedEdits> staged =
          looksOnly ? Optional.empty() : Optional.of(EditCommand.staged(opened));
      CommitInfo head = opened.dataset().at(looksOnly ? opened.rev() : opened.branch()).commit();
      Unfinished unfinished = Unfinished.of(opened);
      List<String> others =
          new ArrayList<>(opened.dataset().stagedBranches(opened.workspace().id()));
      others.remove(opened.branch());
      if (json()) {
        Map<String, Object> json = json(opened, staged, head, others);
        unfinished.addTo(json);
        print(json);
        return 0;
      }
      String on = looksOnly ? "On no branch" : "On branch " + opened.branch();
      out().line(on + ", at " + Commits.brief(head));
      List<String> next = new ArrayList<>(unfinished.write(out(), target));
      Optional<Version> base = staged.flatMap(StagedEdits::base);
      if (base.isEmpty()) {
        out().line("Nothing is staged");
      } else {
        long behind = behind(opened, base.get().commit());
        String since = "Staged since " + Commits.brief(base.get().commit());
        out().line(since + (behind == 0 ? ":" : " (" + Amounts.count(behind, "commit") + " ago):"));
        write(base.get(), staged.get().changes());
        next.add(
            "sheaf commit " + target.shown() + " -m MESSAGE, or sheaf restore " + target.shown());
      }
      if (!others.isEmpty()) {
        out().line("Edits wait for other branches too: " + String.join(", ", others));
      }
      next.forEach(line -> note("next: " + line));
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
      Opened opened, Optional<StagedEdits> staged, CommitInfo head, List<String> others) {
    Version base = staged.flatMap(StagedEdits::base).orElse(null);
    Map<String, Object> json =
        Json.object(
            "workspace", opened.workspace().id(),
            "branch", opened.branch().isEmpty() ? null : opened.branch(),
            "commit", head.id(),
            "base", base == null ? null : base.commit().id(),
            "behind", base == null ? 0 : behind(opened, base.commit()),
            "transaction", base == null ? null : staged.get().transactionId());
    StagedEdits.Changes changes = staged.map(StagedEdits::changes).orElse(NOTHING);
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
      edits.add(edit.json(staged.orElseThrow()));
    }
    long cells = changes.cells().values().stream().mapToLong(Map::size).sum();
    json.put("columns_added", added);
    json.put("columns_dropped", changes.dropped());
    json.put("columns_renamed", renamed);
    json.put("samples", changes.cells().size());
    json.put("cells", cells);
    json.put("cells_by_column", byColumn(changes));
    json.put("deleted", changes.deleted().stream().map(SampleId::toString).toList());
    json.put("edits", edits);
    json.put("other_branches", others);
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
