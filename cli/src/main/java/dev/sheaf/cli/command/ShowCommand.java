package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Column;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what one version changed. */
final class ShowCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf show pets.sheaf", "Say what the newest version changed")
        .example("sheaf show pets.sheaf main~1", "The one before")
        .synopsis("[DATASET] [REV]")
        .about(
            "Shows a commit, and how samples, columns and chunks differ from its " + "parent's.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 1);
    boolean named = !target.rest().isEmpty();
    if (named && !target.name().rev().isEmpty()) {
      throw usage("Two versions are named", "Give @REV or REV, not both");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      String rev = named ? opened.absolute(target.rest().get(0)) : opened.rev();
      Version version = opened.dataset().at(rev);
      List<String> parents = version.commit().parents();
      Change change =
          new Change(
              opened, version, parents.isEmpty() ? null : opened.dataset().at(parents.get(0)));
      Refs refs = new Refs(opened.dataset(), opened.current());
      if (json()) {
        Map<String, Object> commit = Commits.json(version.commit(), refs.at(version.commit()));
        commit.putAll(change.json());
        print(commit);
      } else {
        Commits.write(out(), style(), version.commit(), refs.text(version.commit(), style()));
        out().line("");
        change.lines().forEach(line -> out().line(line));
      }
    }
    return 0;
  }

  /** How a version differs from its first parent, null where it has none. */
  private static final class Change {
    private final long rows;
    private final long rowsBefore;
    private final List<Object> added = new ArrayList<>();
    private final List<Object> dropped = new ArrayList<>();
    private final List<Object> changed = new ArrayList<>();
    private final List<String> columnLines = new ArrayList<>();
    private long newChunks;
    private long newBytes;

    Change(Opened opened, Version version, Version parent) {
      rows = version.size();
      rowsBefore = parent == null ? 0 : parent.size();
      Set<String> known = new HashSet<>();
      if (parent != null) {
        opened.dataset().chunks(parent).forEach(chunk -> known.add(chunk.id()));
        parent.diff(version).columns().forEach(change -> compare(change.from(), change.to()));
      } else {
        version.schema().forEach(column -> compare(null, column));
      }
      for (ChunkInfo chunk : opened.dataset().chunks(version)) {
        if (known.add(chunk.id())) {
          newChunks++;
          newBytes += Math.max(0, chunk.bytes());
        }
      }
    }

    private void compare(Column before, Column now) {
      if (now == null) {
        dropped.add(before.name());
        line(before, "- column " + before.name());
        return;
      }
      String type = now.type().toString();
      if (before == null) {
        added.add(Json.object("name", now.name(), "type", type));
        line(now, "+ column " + now.name() + ": " + type);
      } else {
        changed.add(
            Json.object(
                "name", now.name(),
                "type", type,
                "name_before", before.name(),
                "type_before", before.type().toString()));
        line(
            now,
            "~ column " + before.name() + ": " + before.type() + " -> " + now.name() + ": " + type);
      }
    }

    private void line(Column column, String text) {
      if (!ColumnFacts.isOwn(column)) {
        columnLines.add("  " + Text.visible(text));
      }
    }

    Map<String, Object> json() {
      return Json.object(
          "rows", rows,
          "rows_before", rowsBefore,
          "columns_added", added,
          "columns_dropped", dropped,
          "columns_changed", changed,
          "chunks_added", newChunks,
          "bytes_added", newBytes);
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      long difference = rows - rowsBefore;
      String sign = difference > 0 ? "+" : "";
      String by = difference == 0 ? "" : " (" + sign + Amounts.count(difference) + ")";
      lines.add("  samples  " + Amounts.count(rows) + by);
      String chunks = "+" + Amounts.count(newChunks, "chunk");
      lines.add("  chunks   " + chunks + ", " + Amounts.bytes(newBytes));
      lines.addAll(columnLines);
      return lines;
    }
  }
}
