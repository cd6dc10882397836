package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.GcReport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes what no version needs. */
final class GcCommand extends Command {
  private static final Pattern AGE = Pattern.compile("([0-9]{1,6})(s|m|h|d|w)");
  private static final Map<String, Long> SECONDS =
      Map.of("s", 1L, "m", 60L, "h", 3600L, "d", 86_400L, "w", 604_800L);

  @Override
  void define(Options options) {
    options
        .example("sheaf gc pets.sheaf --dry-run", "Say what would go, and how much")
        .example("sheaf gc pets.sheaf", "Remove what has been unused for 14 days")
        .synopsis("[DATASET]")
        .about(
            "Removes chunks and Git objects that no branch, tag, reflog entry of the last 90 days"
                + " or staged edit leads to, and what interrupted writers left. What was written or"
                + " deleted within the grace period stays, so that readers and writers at work are"
                + " safe. Chunks of payloads that are mostly dead are written anew without what no"
                + " version needs.")
        .flag("Change nothing, say what would go", "--dry-run")
        .value("AGE", "The grace period: 14d (the default), 12h, 2w, now", "--prune-older-than")
        .value(
            "PERCENT",
            "Write chunks of payloads anew from this part of dead bytes on (50); above 100 none",
            "--dead");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    Duration grace = grace();
    try (Opened opened = Opened.of(target, surroundings())) {
      GcReport report =
          opened
              .dataset()
              .gc(
                  grace,
                  (int) Math.min(101, options().number("--dead", 1, Dataset.DEAD_PERCENT)),
                  options().has("--dry-run"));
      if (json()) {
        print(
            Json.object(
                "dry_run", report.dryRun(),
                "bytes", report.bytes(),
                "chunks", report.chunks(),
                "chunk_bytes", report.chunkBytes(),
                "objects", report.objects(),
                "object_bytes", report.objectBytes(),
                "leftovers", report.leftovers(),
                "leftover_bytes", report.leftoverBytes(),
                "young_chunks", report.youngChunks(),
                "young_objects", report.youngObjects(),
                "used_chunks", report.usedChunks(),
                "rewritten_chunks", report.rewrittenChunks(),
                "rewritten_bytes", report.rewrittenBytes()));
      } else if (!quiet()) {
        write(report);
      }
    }
    return 0;
  }

  private void write(GcReport report) {
    String verb = report.dryRun() ? "Would remove " : "Removed ";
    out()
        .line(
            verb
                + Amounts.count(report.chunks(), "chunk")
                + ", "
                + Amounts.count(report.objects(), "Git object")
                + " and "
                + Amounts.count(report.leftovers(), "leftover")
                + ": "
                + Amounts.bytes(report.bytes()));
    if (report.rewrittenChunks() > 0) {
      out()
          .line(
              (report.dryRun() ? "Would write anew " : "Written anew ")
                  + Amounts.count(report.rewrittenChunks(), "chunk")
                  + ", mostly dead: "
                  + Amounts.bytes(report.rewrittenBytes())
                  + " of these");
    }
    out().line("In use: " + Amounts.count(report.usedChunks(), "chunk"));
    if (report.youngChunks() + report.youngObjects() > 0) {
      out()
          .line(
              "Unused but too young: "
                  + Amounts.count(report.youngChunks(), "chunk")
                  + ", "
                  + Amounts.count(report.youngObjects(), "Git object"));
    }
  }

  private Duration grace() {
    String text = options().value("--prune-older-than");
    if (text == null) {
      return Duration.ofDays(14);
    }
    if (text.equals("now")) {
      return Duration.ZERO;
    }
    return age(text)
        .orElseThrow(
            () ->
                usage(
                    "--prune-older-than is \"" + text + "\"", "Give an age: 14d, 12h, 2w or now"));
  }

  /** Returns the age that a text such as {@code 14d} is, or empty if it is none. */
  static Optional<Duration> age(String text) {
    Matcher age = AGE.matcher(text);
    return age.matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(age.group(1)) * SECONDS.get(age.group(2))))
        : Optional.empty();
  }
}
