package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.FsckReport;
import java.util.ArrayList;
import java.util.List;

/** Checks a dataset. */
final class FsckCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf fsck pets.sheaf", "Check structure, presence and page checksums")
        .example(
            "sheaf fsck pets.sheaf --deep --json",
            "Read every byte and check the SHA-256 names too")
        .synopsis("[DATASET] [--deep]")
        .about(
            "Checks all that the branches and tags refer to. Exit code 0 when "
                + "nothing is damaged, 3 when something is.")
        .flag("Read every byte and check the SHA-256 names", "--deep");
  }

  @Override
  int run() {
    boolean deep = options().has("--deep");
    Target target = target();
    refuseMore(target, 0);
    FsckReport report;
    try (Opened opened = Opened.of(target, surroundings());
        ProgressLine progress = progress()) {
      report = opened.dataset().fsck(deep, progress);
    }
    if (json()) {
      printJson(report, deep);
    } else {
      printText(report, target);
    }
    return report.ok() ? Failure.DONE : Failure.DATA;
  }

  private void printJson(FsckReport report, boolean deep) {
    List<Object> damaged = new ArrayList<>();
    for (FsckReport.Damage damage : report.damaged()) {
      boolean known = damage.firstSample() >= 0;
      damaged.add(
          Json.object(
              "chunk", damage.chunk(),
              "column", damage.column(),
              "samples", known ? List.of(damage.firstSample(), damage.lastSample()) : List.of(),
              "what", damage.what()));
    }
    print(
        Json.object(
            "ok", report.ok(),
            "damaged", damaged,
            "deep", deep,
            "chunks", report.chunks(),
            "bytes", report.bytes(),
            "purged_cells", report.purged()));
  }

  private void printText(FsckReport report, Target target) {
    for (FsckReport.Damage damage : report.damaged()) {
      out().line(style().bad("damaged") + "  " + Text.visible(damage.what()));
      String what = damage.chunk().startsWith("link:") ? "link" : "chunk";
      out().line(String.format("  %-9s%s", what, Text.visible(damage.chunk())));
      if (!damage.column().isEmpty()) {
        out().line("  column   " + Text.visible(damage.column()));
      }
      if (damage.firstSample() >= 0) {
        out().line("  samples  " + damage.firstSample() + " to " + damage.lastSample());
      }
    }
    String checked =
        Amounts.count(report.chunks(), "chunk")
            + " checked, "
            + Amounts.bytes(report.bytes())
            + " read"
            + (report.purged() > 0
                ? ", " + Amounts.count(report.purged(), "cell") + " purged"
                : "");
    if (report.ok()) {
      out().line(style().good("ok") + ": " + checked);
    } else {
      out().line(Amounts.count(report.damaged().size(), "damaged place") + "; " + checked);
      note(
          "the rest stays readable; bring the samples again with sheaf ingest, or restore "
              + target.path().resolve("chunks")
              + " from a copy");
    }
  }
}
