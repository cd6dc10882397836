package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How merges and their conflicts are shown. */
final class MergeText {
  private static final int SHOWN = 32;

  private final Dataset dataset;
  private final Merge merge;

  MergeText(Dataset dataset, Merge merge) {
    this.dataset = dataset;
    this.merge = merge;
  }

  /** Returns the command that began a merge and goes on with it. */
  static String verb(Merge merge) {
    return merge.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the report as JSON has it. */
  Map<String, Object> json(Merge.Report report) {
    List<Object> columns = new ArrayList<>();
    for (Merge.ColumnReport column : report.columns()) {
      columns.add(
          Json.object(
              "column", column.column(),
              "ours", column.ours(),
              "theirs", column.theirs(),
              "same", column.same(),
              "merged", column.merged(),
              "resolved", column.resolved(),
              "conflicts", column.conflicts(),
              "note", column.note()));
    }
    Merge.SampleReport samples = report.samples();
    return Json.object(
        "status",
        name(report.status()),
        "branch",
        merge.branch(),
        "ours",
        merge.ours().id(),
        "theirs",
        merge.theirs().id(),
        "columns",
        columns,
        "samples",
        Json.object(
            "added_by_us", samples.addedByUs(),
            "added_by_them", samples.addedByThem(),
            "united", samples.united(),
            "removed_by_us", samples.removedByUs(),
            "removed_by_them", samples.removedByThem(),
            "removed_by_both", samples.removedByBoth(),
            "order", samples.order()),
        "documents",
        report.documents(),
        "conflicts",
        conflicts(report.conflicts()),
        "resolved",
        conflicts(report.resolved()));
  }

  /** Returns conflicts as JSON has them. */
  List<Object> conflicts(List<Merge.Conflict> conflicts) {
    List<Object> list = new ArrayList<>();
    for (Merge.Conflict conflict : conflicts) {
      Type type = type(conflict.column());
      list.add(
          Json.object(
              "id", conflict.id(),
              "kind", name(conflict.kind()),
              "sample", conflict.sample() == null ? null : conflict.sample().toString(),
              "index", index(conflict) < 0 ? null : (Object) index(conflict),
              "key", conflict.key(),
              "column", conflict.column(),
              "base", Cells.json(conflict.base(), type, false),
              "ours", Cells.json(conflict.ours(), type, false),
              "theirs", Cells.json(conflict.theirs(), type, false),
              "what", conflict.what()));
    }
    return list;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Type type(String column) {
    for (String id : List.of(merge.ours().id(), merge.theirs().id())) {
      Version version = dataset.at(id);
      if (version.schema().contains(column)) {
        return version.schema().column(column).type();
      }
    }
    return null;
  }

  private long index(Merge.Conflict conflict) {
    return conflict.sample() == null
        ? -1
        : dataset.at(merge.ours().id()).indexOf(conflict.sample()).orElse(-1);
  }

  /** Writes where columns and samples come from. */
  void write(Output out, Style style, Merge.Report report) {
    for (Merge.ColumnReport column : report.columns()) {
      if (column.column().startsWith("_")) {
        continue;
      }
      List<String> parts = new ArrayList<>();
      part(parts, column.ours(), "ours");
      part(parts, column.theirs(), "theirs");
      part(parts, column.same(), "the same in both");
      part(parts, column.merged(), "brought together");
      part(parts, column.resolved(), "decided");
      if (column.conflicts() > 0) {
        parts.add(style.bad(Amounts.count(column.conflicts(), "conflict")));
      }
      if (!column.note().isEmpty()) {
        parts.add(column.note());
      }
      out.line("  " + style.name(Text.visible(column.column())) + ": " + String.join(", ", parts));
    }
    Merge.SampleReport samples = report.samples();
    List<String> parts = new ArrayList<>();
    part(parts, samples.addedByUs(), "added by ours");
    part(parts, samples.addedByThem(), "added by theirs");
    part(parts, samples.united(), "added by both and united");
    part(parts, samples.removedByUs(), "removed by ours");
    part(parts, samples.removedByThem(), "removed by theirs");
    part(parts, samples.removedByBoth(), "removed by both");
    if (!samples.order().equals("unchanged")) {
      parts.add("order of " + samples.order());
    }
    if (!parts.isEmpty()) {
      out.line("  samples: " + String.join(", ", parts));
    }
    report.documents().forEach(path -> out.line("  document " + Text.visible(path) + ": theirs"));
  }

  private static void part(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(Amounts.count(count) + " " + what);
    }
  }

  /** Writes a conflict on one line. */
  void write(Output out, Style style, Merge.Conflict conflict) {
    StringBuilder line = new StringBuilder(style.bad("CONFLICT")).append(' ');
    if (conflict.sample() != null) {
      long index = index(conflict);
      line.append(index < 0 ? "" : "[" + index + "] ").append(Text.visible(conflict.key()));
      if (index < 0) {
        line.append(" id:").append(conflict.sample());
      }
      line.append(": ");
    }
    if (conflict.kind() == Merge.ConflictKind.CELL) {
      line.append(Text.visible(conflict.column()))
          .append(": base ")
          .append(shown(conflict.base()))
          .append(", ours ")
          .append(shown(conflict.ours()))
          .append(", theirs ")
          .append(shown(conflict.theirs()));
    } else {
      line.append(Text.visible(conflict.what()));
    }
    out.line(line.toString());
  }

  private static String shown(Object value) {
    return Text.cut(Cells.text(value, SHOWN), SHOWN);
  }
}
