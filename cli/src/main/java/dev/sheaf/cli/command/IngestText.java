package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.IngestPlan;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.Skipped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code ingest} says about its outcome. */
final class IngestText {
  private static final int MOST_SKIPPED = 20;

  private final Command command;
  private final Target target;

  IngestText(Command command, Target target) {
    this.command = command;
    this.target = target;
  }

  /** Says what was done. */
  void write(IngestReport report, Dataset dataset, String branch) {
    Version version = dataset.at(report.commit());
    if (command.json()) {
      command.print(
          Json.object(
              "dataset", target.path().toString(),
              "branch", branch,
              "commit", report.commit(),
              "rows", version.size(),
              "added", report.rowsAdded(),
              "updated", report.rowsUpdated(),
              "unchanged", report.rowsUnchanged(),
              "skipped", skipped(report.skipped()),
              "notes", report.notes(),
              "bytes_read", report.bytesRead(),
              "files_read", report.filesRead(),
              "files_recognised", report.filesRecognised(),
              "seconds", Math.round(report.seconds() * 1000) / 1000.0));
      return;
    }
    noteAll(report.notes(), report.skipped());
    if (command.quiet()) {
      return;
    }
    String at = branch + " at " + Commits.brief(version.commit());
    if (!report.changed()) {
      String all =
          report.rowsUnchanged() == 0 ? "" : samples(report.rowsUnchanged(), "unchanged, ");
      command.out().line("Nothing new: " + all + at);
      return;
    }
    List<String> parts = new ArrayList<>();
    parts.add(samples(report.rowsAdded(), "added"));
    if (report.rowsUpdated() > 0) {
      parts.add(Amounts.count(report.rowsUpdated()) + " updated");
    }
    if (report.rowsUnchanged() > 0) {
      parts.add(Amounts.count(report.rowsUnchanged()) + " unchanged");
    }
    String read = Amounts.bytes(report.bytesRead()) + " read";
    String amount = " (" + read + " in " + Amounts.seconds(report.seconds()) + ")";
    command.out().line(String.join(", ", parts) + amount);
    String now = Amounts.count(version.size(), "sample");
    command.out().line(target.shown() + ": " + now + ", " + at);
    command.note("next: sheaf info " + target.shown() + "   sheaf get " + target.shown() + " 0");
  }

  private static String samples(long count, String what) {
    return Amounts.count(count, "sample") + " " + what;
  }

  /** Says what would be done. */
  void write(IngestPlan plan) {
    if (command.json()) {
      command.print(
          Json.object(
              "dry_run", true,
              "rows", plan.rows(),
              "added", plan.rowsToAdd(),
              "updated", plan.rowsToUpdate(),
              "unchanged", plan.rowsUnchanged(),
              "columns", plan.schema().columns().stream().map(ColumnFacts::json).toList(),
              "sample", sample(plan),
              "skipped", skipped(plan.skipped()),
              "notes", plan.notes()));
      return;
    }
    noteAll(plan.notes(), plan.skipped());
    String parts = ": " + Amounts.count(plan.rowsToAdd()) + " to add";
    parts += ", " + Amounts.count(plan.rowsToUpdate()) + " to update";
    parts += ", " + Amounts.count(plan.rowsUnchanged()) + " unchanged";
    command.out().line(Amounts.count(plan.rows(), "row") + parts + "; nothing was written");
    command.out().line("");
    Table table = new Table("column", "type", "first row");
    for (Column column : plan.schema()) {
      Object cell = plan.sample().get(column.name());
      table.row(column.name(), column.type().toString(), Cells.text(cell, command.width()));
    }
    table.writeTo(command.out(), command.style(), command.width());
  }

  private static Map<String, Object> sample(IngestPlan plan) {
    Map<String, Object> cells = new LinkedHashMap<>();
    for (Column column : plan.schema()) {
      if (plan.sample().containsKey(column.name())) {
        Object cell = plan.sample().get(column.name());
        cells.put(column.name(), Cells.json(cell, column.type(), false));
      }
    }
    return plan.sample().isEmpty() ? null : cells;
  }

  private static List<Object> skipped(List<Skipped> items) {
    List<Object> list = new ArrayList<>();
    for (Skipped item : items) {
      list.add(
          Json.object(
              "code", item.code(),
              "message", item.reason(),
              "location", item.where(),
              "hint", item.hint()));
    }
    return list;
  }

  private void noteAll(List<String> notes, List<Skipped> items) {
    for (String note : notes) {
      command.note("note: " + Text.visible(note));
    }
    for (Skipped item : items.subList(0, Math.min(MOST_SKIPPED, items.size()))) {
      String where = item.where().isEmpty() ? "" : " at " + item.where();
      command.note("skipped[" + item.code() + "]: " + Text.visible(item.reason() + where));
    }
    if (!items.isEmpty()) {
      String more = items.size() > MOST_SKIPPED ? "; --json lists them all" : "";
      command.note(Amounts.count(items.size(), "item") + " skipped" + more);
    }
  }
}
