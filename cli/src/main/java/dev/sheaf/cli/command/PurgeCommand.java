package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.PurgeReport;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Removes the bytes of samples from every version. */
final class PurgeCommand extends Command {
  private static final int MOST_SHOWN = 10;

  @Override
  void define(Options options) {
    options
        .example(
            "sheaf purge pets.sheaf 17 --reason 'asked to' --dry-run", "Say what would go and stay")
        .example(
            "sheaf purge pets.sheaf@v1 key:a.jpg --reason 'asked to' --force", "One that v1 has")
        .synopsis("[DATASET] SAMPLE... --reason TEXT (--dry-run | --force)")
        .about(
            "Removes all bytes of samples from every version: deletes them from all branches and"
                + " writes the chunks that hold their cells anew. No commit changes; older versions"
                + " then say that the sample was purged, when and why. This cannot be undone.")
        .value("TEXT", "Why, in one line; it is kept and shown", "--reason")
        .flag("Change nothing, say what would go", "--dry-run")
        .flag("Do it", "--force")
        .value(
            "WHAT",
            "If other samples have the same bytes: refuse (the default), keep them, or purge those"
                + " samples too",
            "--shared")
        .flag("Finish a purge that was interrupted", "--continue")
        .committing();
    EditCommand.where(options);
  }

  @Override
  int run() {
    Target target = target();
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy());
        ProgressLine progress = progress()) {
      PurgeReport report;
      if (options().has("--continue")) {
        refuseMore(target, 0);
        report = opened.dataset().finishPurge(progress);
      } else {
        PurgeRequest request = request(target, opened);
        report =
            options().has("--dry-run")
                ? opened.dataset().previewPurge(request)
                : opened.dataset().purge(request, progress);
      }
      progress.close();
      if (json()) {
        print(json(report));
      } else if (!quiet()) {
        write(report);
      }
    }
    return 0;
  }

  private PurgeRequest request(Target target, Opened opened) {
    if (target.rest().isEmpty() && options().value("--where") == null) {
      throw usage("No sample is named", "Name one by its position, or give --where SQL");
    }
    String reason = options().value("--reason");
    if (reason == null) {
      throw usage("--reason is missing", "Say why in one line: it is shown in the sample's place");
    }
    if (!options().has("--dry-run") && !options().has("--force")) {
      throw usage(
          "A purge cannot be undone", "Look with --dry-run first, then repeat it with --force");
    }
    Set<SampleId> samples = EditCommand.samples(this, target, opened, target.rest());
    return new PurgeRequest(samples, reason, shared());
  }

  private PurgeRequest.Shared shared() {
    String text = options().value("--shared");
    if (text == null) {
      return PurgeRequest.Shared.REFUSE;
    }
    for (PurgeRequest.Shared shared : PurgeRequest.Shared.values()) {
      if (shared.name().toLowerCase(Locale.ROOT).equals(text)) {
        return shared;
      }
    }
    throw usage("--shared is \"" + text + "\"", "Give refuse, keep or purge");
  }

  private static Map<String, Object> json(PurgeReport report) {
    List<Object> left = new ArrayList<>();
    for (PurgeReport.Left one : report.left()) {
      left.add(
          Json.object(
              "sample", one.sample().toString(),
              "columns", one.columns(),
              "where", one.where(),
              "why", one.why().name().toLowerCase(Locale.ROOT)));
    }
    return Json.object(
        "dry_run", report.dryRun(),
        "samples", report.samples().stream().map(SampleId::toString).toList(),
        "rows", report.rows(),
        "values", report.values(),
        "bytes", report.bytes(),
        "chunks", report.chunks(),
        "commits", report.commits(),
        "branches", report.branches(),
        "tags", report.tags(),
        "views", report.views(),
        "exports", report.exports().stream().map(ExportCommand::json).toList(),
        "left", left);
  }

  private void write(PurgeReport report) {
    boolean dry = report.dryRun();
    out()
        .line(
            (dry ? "Would purge " : "Purged ")
                + Amounts.count(report.samples().size(), "sample")
                + ": "
                + Amounts.count(report.rows(), "row")
                + " of pages and "
                + Amounts.count(report.values(), "value")
                + " outside ("
                + Amounts.bytes(report.bytes())
                + "), in "
                + Amounts.count(report.chunks(), "chunk"));
    list(dry ? "Would be deleted from" : "Deleted from", report.branches());
    out().line("  Versions that have them: " + report.commits());
    list("Tags that have them", report.tags());
    list("Views that have them", report.views());
    list(
        "Exports that have them, and keep them",
        report.exports().stream().map(one -> one.target() + " (" + one.format() + ")").toList());
    if (!report.left().isEmpty()) {
      out().line(style().bad(dry ? "  Would stay readable:" : "  Still readable:"));
      report.left().stream().limit(MOST_SHOWN).forEach(this::write);
      if (report.left().size() > MOST_SHOWN) {
        out().line("    … " + (report.left().size() - MOST_SHOWN) + " more: --json has all");
      }
    }
    note("clones are not known to the dataset, and keep what they have");
  }

  private void list(String what, List<String> names) {
    if (!names.isEmpty()) {
      out().line("  " + what + ": " + Text.visible(String.join(", ", names)));
    }
  }

  private void write(PurgeReport.Left left) {
    String columns = left.columns().isEmpty() ? "all cells" : String.join(", ", left.columns());
    String why =
        switch (left.why()) {
          case GIT -> "in Git object " + left.where();
          case LINK -> "in the file of " + left.where();
          case SHARED -> "shared with another sample, by " + left.where();
        };
    out().line("    " + left.sample() + ": " + Text.visible(columns) + " (" + why + ")");
  }
}
