package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.ExportRecord;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.export.Export;
import dev.sheaf.format.export.ExportFormat;
import dev.sheaf.format.export.ExportPlan;
import dev.sheaf.format.export.ExportReport;
import dev.sheaf.format.export.ExportedColumn;
import dev.sheaf.format.export.ImageLayout;
import dev.sheaf.format.export.ShardSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Hands a version to other tools. */
final class ExportCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf export pets.sheaf --to webdataset pets-tar", "As tar shards")
        .example(
            "sheaf export pets.sheaf@v1 --to parquet out --dry-run",
            "Say what each column would become")
        .synopsis("[DATASET] --to FORMAT DIR")
        .about(
            "Writes the samples of a version or view, in their order, into a new folder in a format"
                + " that other tools read. Payloads are copied, never decoded. What the format"
                + " cannot carry refuses the export. The folder appears whole or not at all; an"
                + " interrupted export is repeated by running it again. docs/export.md says what"
                + " each format carries.")
        .value("FORMAT", "One of " + String.join(", ", ExportFormat.ids()), "--to")
        .value("A,B", "These columns only (all but Sheaf's own)", "--columns")
        .value("SIZE", "About how long a file gets: 256MB, 1GiB; or samples: 10000", "--shard-size")
        .value("HOW", "For imagefolder: folders (one a label) or metadata", "--layout")
        .flag("Replace the folder if it is an earlier export", "--overwrite")
        .flag("Do not have the dataset remember this export", "--no-record")
        .flag("List the exports that the dataset remembers", "--list")
        .flag("Say how each column would be carried; write nothing", "--dry-run")
        .scanning();
  }

  @Override
  int run() {
    Target target = target();
    if (options().has("--list")) {
      refuseMore(target, 0);
      list(target);
      return 0;
    }
    if (!options().has("--to")) {
      throw usage("No format is named", "Name one with --to: " + known());
    }
    if (target.rest().isEmpty()) {
      String format = options().value("--to");
      throw usage(
          "No folder is named",
          "Name one: sheaf export " + target.shown() + " --to " + format + " DIR");
    }
    refuseMore(target, 1);
    Path folder = surroundings().path(target.rest().get(0));
    try (Opened opened = Opened.of(target, surroundings())) {
      Export export = configured(Export.of(read(opened)), folder, target.rest().get(0));
      if (options().has("--dry-run")) {
        write(export.plan(), target.rest().get(0));
      } else {
        ExportReport report;
        try (ProgressLine progress = progress()) {
          report = export.progress(progress).run();
        }
        write(report, target.rest().get(0));
      }
    }
    return 0;
  }

  private void list(Target target) {
    try (Opened opened = Opened.of(target, surroundings())) {
      List<ExportRecord> exports = opened.dataset().exports();
      if (json()) {
        print(exports.stream().map(ExportCommand::json).toList());
        return;
      }
      if (exports.isEmpty()) {
        note("no exports are remembered");
        return;
      }
      Table table = new Table("time", "commit", "format", "samples", "folder");
      for (ExportRecord one : exports) {
        table.row(
            one.time().toString(),
            one.commit().substring(0, 7),
            one.format(),
            Amounts.count(one.rows()) + (one.some() ? " (some)" : ""),
            Text.visible(one.target()));
      }
      table.writeTo(out(), style(), width());
    }
  }

  /** Returns a remembered export as JSON has it. */
  static Map<String, Object> json(ExportRecord one) {
    return Json.object(
        "id", one.id(),
        "time", one.time().toString(),
        "author", one.author(),
        "commit", one.commit(),
        "format", one.format(),
        "folder", one.target(),
        "columns", one.columns(),
        "rows", one.rows(),
        "some", one.some());
  }

  private static String known() {
    return String.join(", ", ExportFormat.ids());
  }

  /** What the library finds wrong with an option is a mistake on the command line. */
  private Export configured(Export export, Path folder, String given) {
    try {
      export.to(ExportFormat.of(options().value("--to")), folder);
      if (options().has("--columns")) {
        export.columns(options().values("--columns").toArray(new String[0]));
      }
      if (options().has("--shard-size")) {
        export.shardSize(ShardSize.parse(options().value("--shard-size")));
      }
      if (options().has("--layout")) {
        export.imageLayout(layout(options().value("--layout")));
      }
      export.named(given);
      if (options().has("--no-record")) {
        export.unrecorded();
      }
      if (options().has("--overwrite")) {
        export.overwrite();
      }
      return export;
    } catch (InvalidInputException e) {
      throw new UsageException("SHEAF-CLI-002", e.headline(), e.hint());
    }
  }

  private ImageLayout layout(String name) {
    for (ImageLayout layout : ImageLayout.values()) {
      if (layout.name().toLowerCase(Locale.ROOT).equals(name)) {
        return layout;
      }
    }
    throw usage("--layout is \"" + name + "\"", "Give folders or metadata");
  }

  private void write(ExportPlan plan, String folder) {
    if (json()) {
      print(
          Json.object(
              "dry_run", true,
              "format", plan.format().id(),
              "folder", surroundings().path(folder).toString(),
              "rows", plan.rows(),
              "columns", columns(plan.columns()),
              "notes", plan.notes()));
      return;
    }
    noteAll(plan.notes());
    String rows = Amounts.count(plan.rows(), "sample");
    out().line(rows + " to " + plan.format().id() + " in " + folder + "; nothing was written");
    out().line("");
    table(plan.columns());
  }

  private void write(ExportReport report, String folder) {
    if (json()) {
      print(
          Json.object(
              "format",
              report.format().id(),
              "folder",
              surroundings().path(folder).toString(),
              "rows",
              report.rows(),
              "files",
              report.files(),
              "bytes",
              report.bytes(),
              "columns",
              columns(report.columns()),
              "notes",
              report.notes(),
              "seconds",
              Math.round(report.seconds() * 1000) / 1000.0));
      return;
    }
    noteAll(report.notes());
    if (quiet()) {
      return;
    }
    String amount =
        Amounts.count(report.files(), "file")
            + ", "
            + Amounts.bytes(report.bytes())
            + " in "
            + Amounts.seconds(report.seconds());
    String rows = Amounts.count(report.rows(), "sample");
    out().line(rows + " as " + report.format().id() + " in " + folder + " (" + amount + ")");
    List<ExportedColumn> changed =
        report.columns().stream().filter(column -> !column.note().isEmpty()).toList();
    for (ExportedColumn column : changed) {
      note("note: column \"" + column.name() + "\" is " + column.as() + ", " + column.note());
    }
  }

  private void noteAll(List<String> notes) {
    notes.forEach(text -> note("note: " + text));
  }

  private void table(List<ExportedColumn> columns) {
    Table table = new Table("column", "type", "becomes", "note");
    columns.forEach(one -> table.row(one.name(), one.type(), one.as(), one.note()));
    table.writeTo(out(), style(), width());
  }

  private static List<Object> columns(List<ExportedColumn> columns) {
    List<Object> list = new ArrayList<>();
    for (ExportedColumn column : columns) {
      list.add(
          Json.object(
              "name", column.name(),
              "type", column.type(),
              "as", column.as(),
              "note", column.note().isEmpty() ? null : column.note()));
    }
    return list;
  }
}
