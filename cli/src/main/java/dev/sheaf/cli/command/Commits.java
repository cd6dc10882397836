package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.JsonReader;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Activity;
import dev.sheaf.format.CommitInfo;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How commits are shown: as Git does it. */
final class Commits {
  private static final int BRIEF = 7;

  private Commits() {}

  /** Returns the first digits of a commit's id. */
  static String brief(CommitInfo commit) {
    return commit.id().substring(0, Math.min(BRIEF, commit.id().length()));
  }

  /** Returns a commit as JSON has it. */
  static Map<String, Object> json(CommitInfo commit, List<String> refs) {
    return Json.object(
        "commit", commit.id(),
        "tree", commit.tree(),
        "parents", commit.parents(),
        "author", Json.object("name", commit.authorName(), "email", commit.authorEmail()),
        "time", commit.time().toString(),
        "subject", commit.subject(),
        "message", commit.message(),
        "trailers", commit.trailers(),
        "refs", refs);
  }

  /**
   * Tells whether a line is what {@code origin} shows: long, and of no use in a list of commits.
   */
  private static boolean isRecord(String line) {
    return Stream.of(Activity.KIND, Activity.COMMAND, Activity.PARAMETERS, Activity.TOOLS)
        .anyMatch(name -> line.startsWith(name + ": "));
  }

  /** Returns what is behind a commit as JSON has it. */
  static Map<String, Object> json(Activity activity) {
    CommitInfo commit = activity.commit();
    return Json.object(
        "activity", activity.kind(),
        "commit", commit.id(),
        "time", commit.time().toString(),
        "author", Json.object("name", commit.authorName(), "email", commit.authorEmail()),
        "subject", commit.subject(),
        "command", nullIfEmpty(activity.command()),
        "parameters",
            JsonReader.isJson(activity.parameters()) ? new Json.Raw(activity.parameters()) : null,
        "tools", nullIfEmpty(activity.tools()),
        "recipe", nullIfEmpty(activity.recipe()));
  }

  private static String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /** Writes a commit on one line. */
  static void writeLine(Output out, Style style, CommitInfo commit, String refs) {
    out.line(style.name(brief(commit)) + refs + " " + Text.visible(commit.subject()));
  }

  /** Writes a commit in full. */
  static void write(Output out, Style style, CommitInfo commit, String refs) {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy Z", Locale.ENGLISH);
    out.line(style.name("commit " + commit.id()) + refs);
    if (commit.parents().size() > 1) {
      List<String> parents =
          commit.parents().stream().map(p -> p.substring(0, Math.min(BRIEF, p.length()))).toList();
      out.line("Merge: " + String.join(" ", parents));
    }
    out.line("Author: " + Text.visible(commit.authorName() + " <" + commit.authorEmail() + ">"));
    out.line("Date:   " + format.format(commit.time().atZone(ZoneId.systemDefault())));
    out.line("");
    commit
        .message()
        .lines()
        .filter(line -> !isRecord(line))
        .collect(Collectors.joining("\n"))
        .strip()
        .lines()
        .forEach(line -> out.line(("    " + Text.visible(line)).stripTrailing()));
  }
}
