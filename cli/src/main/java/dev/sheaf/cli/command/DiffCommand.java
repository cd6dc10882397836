package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.curation.ReviewPage;
import dev.sheaf.format.Column;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Says what differs between two versions. */
final class DiffCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf diff pets.sheaf main~1 main", "What the newest commit of main changed")
        .example("sheaf diff pets.sheaf v1 --stat", "How much changed since a tag")
        .synopsis("[DATASET] FROM [TO]")
        .about(
            "Lists what differs between two versions, by column, sample and cell. TO is the "
                + "current version where it is left out; FROM..TO says both.")
        .flag("Only say how much differs, by column", "--stat")
        .flag("Only the columns that differ", "--columns")
        .flag("Only the samples that differ, without their cells", "--samples")
        .value("FILE", "Write one offline page to review the change, with previews", "--html")
        .value("N", "With --html: show so many samples of each kind at most (100)", "--most");
  }

  @Override
  int run() throws IOException {
    Target target = target();
    refuseMore(target, 2);
    List<String> revs = new ArrayList<>(target.rest());
    if (revs.size() == 1 && revs.get(0).contains("..")) {
      revs = new ArrayList<>(List.of(revs.get(0).split("\\.\\.", 2)));
    }
    if (revs.isEmpty()) {
      throw usage(
          "No version to compare with",
          "Give one: sheaf diff "
              + target.shown()
              + " ~1; what is staged is shown by sheaf status");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      Version from = version(opened, revs.get(0));
      Version to = revs.size() > 1 ? version(opened, revs.get(1)) : opened.version();
      Diff diff = from.diff(to);
      if (options().has("--html")) {
        String toName = revs.size() > 1 ? revs.get(1) : opened.rev();
        page(opened, target, diff, revs.get(0), toName);
      } else if (json()) {
        print(json(diff));
      } else if (options().has("--stat")) {
        stat(diff);
      } else {
        text(diff);
      }
    }
    return 0;
  }

  private static Version version(Opened opened, String rev) {
    return opened.dataset().at(opened.absolute(rev));
  }

  private void page(Opened opened, Target target, Diff diff, String fromName, String toName)
      throws IOException {
    String file = options().value("--html");
    long most = options().number("--most", 0, ReviewPage.DEFAULT_MOST);
    ReviewPage.Page page;
    try (ProgressLine progress = progress()) {
      page =
          ReviewPage.of(opened.dataset(), diff.from(), diff.to())
              .title(target.shown())
              .names(fromName, toName)
              .most((int) Math.min(Integer.MAX_VALUE, most))
              .progress(progress)
              .write();
    }
    Path path = surroundings().path(file);
    Files.writeString(path, page.html());
    if (json()) {
      Map<String, Object> json = heading(diff);
      json.put("file", file);
      json.put("shown", page.shown());
      json.put("bytes", Files.size(path));
      print(json);
    } else if (!quiet()) {
      out().line(total(diff));
      String shown = Amounts.count(page.shown(), "sample") + " shown";
      out().line("wrote " + file + "  " + shown + ", " + Amounts.bytes(Files.size(path)));
    }
  }

  private boolean isWanted(String part) {
    boolean narrowed = options().has("--columns") || options().has("--samples");
    return !narrowed || options().has(part);
  }

  private static Map<String, Object> heading(Diff diff) {
    Diff.Summary summary = diff.summary();
    return Json.object(
        "from",
        diff.from().commit().id(),
        "to",
        diff.to().commit().id(),
        "summary",
        Json.object(
            "added", summary.added(),
            "removed", summary.removed(),
            "moved", summary.moved(),
            "modified", summary.modified(),
            "cells", summary.cells()));
  }

  private Map<String, Object> json(Diff diff) {
    Map<String, Object> json = heading(diff);
    if (options().has("--stat")) {
      return json;
    }
    if (isWanted("--columns")) {
      List<Object> columns = new ArrayList<>();
      diff.columns().forEach(change -> columns.add(json(change)));
      json.put("columns", columns);
      json.put("documents", diff.documents());
    }
    if (isWanted("--samples")) {
      List<Object> samples = new ArrayList<>();
      diff.samples().forEach(change -> samples.add(json(change)));
      json.put("samples", samples);
    }
    return json;
  }

  private static Map<String, Object> json(Diff.ColumnChange change) {
    Column column = change.to() == null ? change.from() : change.to();
    return Json.object(
        "change",
        change.isAdded() ? "added" : change.isDropped() ? "dropped" : "changed",
        "id",
        column.id(),
        "from",
        side(change.from()),
        "to",
        side(change.to()));
  }

  private static Object side(Column column) {
    return column == null
        ? null
        : Json.object(
            "name",
            column.name(),
            "type",
            column.type().toString(),
            "default",
            new Json.Raw(column.defaultJson()));
  }

  private Map<String, Object> json(Diff.SampleChange change) {
    Map<String, Object> json =
        Json.object(
            "change",
            change.isAdded()
                ? "added"
                : change.isRemoved() ? "removed" : change.cells().isEmpty() ? "moved" : "modified",
            "id",
            change.id().toString(),
            "key",
            change.key(),
            "from_index",
            index(change.fromIndex()),
            "to_index",
            index(change.toIndex()),
            "moved",
            change.moved());
    List<Object> cells = new ArrayList<>();
    for (Diff.CellChange cell : change.cells()) {
      Map<String, Object> one =
          Json.object(
              "column", cell.column().name(),
              "from", Cells.json(cell.from(), cell.column().type(), false),
              "to", Cells.json(cell.to(), cell.column().type(), false));
      cell.changedElements().ifPresent(count -> one.put("changed_elements", count));
      cell.l2Distance().ifPresent(distance -> one.put("l2", distance));
      cells.add(one);
    }
    json.put("cells", cells);
    return json;
  }

  private static Object index(OptionalLong index) {
    return index.isPresent() ? (Object) index.getAsLong() : null;
  }

  private void stat(Diff diff) {
    Diff.Summary summary = diff.summary();
    Map<String, Long> cells = shown(summary);
    if (!cells.isEmpty()) {
      Table table = new Table("column", ">cells");
      cells.forEach((column, count) -> table.row(column, Amounts.count(count)));
      table.writeTo(out(), style(), width());
    }
    out().line(total(diff));
  }

  /** Leaves out Sheaf's own columns, which change by the way. */
  private static Map<String, Long> shown(Diff.Summary summary) {
    Map<String, Long> cells = new LinkedHashMap<>(summary.cells());
    cells.keySet().removeIf(name -> name.startsWith("_"));
    return cells;
  }

  private String total(Diff diff) {
    Diff.Summary summary = diff.summary();
    List<String> parts = new ArrayList<>();
    part(parts, summary.added(), "sample", "added");
    part(parts, summary.removed(), "sample", "removed");
    part(parts, summary.moved(), "sample", "moved");
    part(parts, summary.modified(), "sample", "modified");
    long cells = shown(summary).values().stream().mapToLong(Long::longValue).sum();
    part(parts, cells, "cell", "modified");
    part(
        parts,
        diff.columns().stream().filter(change -> !isOwn(change)).count(),
        "column",
        "changed");
    part(parts, diff.documents().size(), "document", "changed");
    return parts.isEmpty() ? "No difference" : String.join(", ", parts);
  }

  private static void part(List<String> parts, long count, String what, String how) {
    if (count > 0) {
      parts.add(Amounts.count(count, what) + " " + how);
    }
  }

  private static boolean isOwn(Diff.ColumnChange change) {
    return ColumnFacts.isOwn(change.to() == null ? change.from() : change.to());
  }

  private void text(Diff diff) {
    out()
        .line(
            style()
                .strong(
                    "diff "
                        + Commits.brief(diff.from().commit())
                        + ".."
                        + Commits.brief(diff.to().commit())));
    if (isWanted("--columns")) {
      for (Diff.ColumnChange change : diff.columns()) {
        if (!isOwn(change)) {
          line(change);
        }
      }
      diff.documents().forEach(path -> out().line("~ document " + Text.visible(path)));
    }
    if (isWanted("--samples")) {
      for (Diff.SampleChange change : diff.samples()) {
        line(change);
      }
    }
    out().line(total(diff));
  }

  private void line(Diff.ColumnChange change) {
    if (change.isAdded()) {
      out().line(style().good("+ column " + shown(change.to())));
    } else if (change.isDropped()) {
      out().line(style().bad("- column " + shown(change.from())));
    } else {
      out().line("~ column " + shown(change.from()) + " -> " + shown(change.to()));
    }
  }

  private static String shown(Column column) {
    return Text.visible(column.name() + ": " + column.type());
  }

  private void line(Diff.SampleChange change) {
    String key = Text.visible(change.key());
    if (change.isAdded()) {
      out().line(style().good("+ [" + change.toIndex().getAsLong() + "] " + key));
    } else if (change.isRemoved()) {
      out().line(style().bad("- [" + change.fromIndex().getAsLong() + "] " + key));
    } else {
      long from = change.fromIndex().getAsLong();
      long to = change.toIndex().getAsLong();
      String moved = change.moved() ? "  moved from " + from : "";
      out().line((change.cells().isEmpty() ? "> [" : "~ [") + to + "] " + key + moved);
    }
    if (!options().has("--samples")) {
      change.cells().stream().filter(cell -> !ColumnFacts.isOwn(cell.column())).forEach(this::line);
    }
  }

  private void line(Diff.CellChange cell) {
    String name = "    " + Text.visible(cell.column().name()) + ": ";
    if (cell.l2Distance().isPresent()) {
      long count = ((dev.sheaf.format.Tensor) cell.to()).shape().elementCount();
      out()
          .line(
              name
                  + cell.changedElements().getAsLong()
                  + " of "
                  + Amounts.count(count, "element")
                  + String.format(
                      Locale.ROOT, ", L2 distance %.6g", cell.l2Distance().getAsDouble()));
      return;
    }
    int half = Math.max(24, (width() - name.length() - 4) / 2);
    String from = Text.cut(Cells.text(cell.from(), half), half);
    String to = Text.cut(Cells.text(cell.to(), half), half);
    out().line(name + style().bad(from) + " -> " + style().good(to));
  }
}
