package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.ExpireReport;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Forgets history. */
final class ExpireCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example(
            "sheaf expire pets.sheaf --older-than 90d --dry-run",
            "Say what history would be forgotten")
        .example("sheaf expire pets.sheaf --older-than 2026-11-01", "Forget what is before a day")
        .synopsis("[DATASET] --older-than AGE|DATE")
        .about(
            "Forgets versions that are older, so that sheaf gc can remove what only they hold."
                + " Branches and tags stay, and so does what two branches started from, with all"
                + " since, so that diffs and merges are as before.")
        .value("AGE|DATE", "90d, 12w, now; or 2026-11-01, 2026-11-01T10:00Z", "--older-than")
        .flag("Change nothing, say what would be forgotten", "--dry-run");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    Instant before = before();
    try (Opened opened = Opened.of(target, surroundings())) {
      ExpireReport report = opened.dataset().expire(before, options().has("--dry-run"));
      if (json()) {
        print(json(report));
      } else if (!quiet()) {
        write(report, target);
      }
    }
    return 0;
  }

  private Instant before() {
    String text = options().value("--older-than");
    if (text == null) {
      throw usage("--older-than is missing", "For example: --older-than 90d");
    }
    Instant now = Instant.now();
    if (text.equals("now")) {
      return now;
    }
    try {
      return GcCommand.age(text)
          .map(now::minus)
          .orElseGet(
              () ->
                  text.contains("T")
                      ? OffsetDateTime.parse(text).toInstant()
                      : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException e) {
      throw usage(
          "--older-than is \"" + text + "\"", "Give an age or a day: 90d, 12w, now, 2026-11-01");
    }
  }

  private static Object json(ExpireReport report) {
    List<Object> held = new ArrayList<>();
    for (ExpireReport.Held one : report.held()) {
      held.add(Json.object("branches", List.of(one.branch(), one.other()), "commit", one.commit()));
    }
    return Json.object(
        "dry_run", report.dryRun(),
        "before", report.before().toString(),
        "forgotten", report.forgotten(),
        "kept", report.kept(),
        "boundary", report.boundary(),
        "reflog_entries", report.reflogEntries(),
        "held", held);
  }

  private void write(ExpireReport report, Target target) {
    String verb = report.dryRun() ? "Would forget " : "Forgot ";
    out()
        .line(
            verb
                + Amounts.count(report.forgotten(), "version")
                + " and "
                + (report.reflogEntries() == 1
                    ? "1 reflog entry"
                    : report.reflogEntries() + " reflog entries")
                + "; "
                + Amounts.count(report.kept(), "version")
                + (report.kept() == 1 ? " stays" : " stay"));
    for (ExpireReport.Held one : report.held()) {
      out()
          .line(
              "Kept since "
                  + one.commit().substring(0, 7)
                  + ", where the branches "
                  + one.branch()
                  + " and "
                  + one.other()
                  + " part");
    }
    if (!report.dryRun() && report.forgotten() > 0) {
      note("next: sheaf gc " + target.shown() + " removes what only they held");
    }
  }
}
