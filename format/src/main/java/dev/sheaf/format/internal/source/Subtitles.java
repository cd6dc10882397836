package dev.sheaf.format.internal.source;

import dev.sheaf.format.DType;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cues of SubRip (SRT) and WebVTT files. Both have blocks between blank lines with a line of
 * times; what stands before it (a number, a name) and behind it (settings) is left out, as are
 * WebVTT's NOTE, STYLE and REGION blocks. The text keeps its tags and line ends.
 *
 * <p>Source: W3C WebVTT, section 4; SRT has no specification beyond its writers.
 */
public final class Subtitles {
  /** Start and end in seconds from the beginning, and the text. */
  public static final Type TYPE =
      Type.list(
          new Type.Struct(
              List.of(
                  new Type.Field("start", Type.scalar(DType.FLOAT64)),
                  new Type.Field("end", Type.scalar(DType.FLOAT64)),
                  new Type.Field("text", Type.UTF8))));

  private static final Pattern TIMES =
      Pattern.compile(
          "\\s*(?:(\\d{1,9}):)?(\\d{1,2}):(\\d{1,2})[.,](\\d{1,3})\\s*-->\\s*"
              + "(?:(\\d{1,9}):)?(\\d{1,2}):(\\d{1,2})[.,](\\d{1,3})(?:\\s.*)?");

  private Subtitles() {}

  /**
   * Reads all cues.
   *
   * @throws dev.sheaf.format.InvalidInputException if a cue has no end after its start
   */
  public static List<Map<String, Object>> parse(String text, Location where) {
    String[] lines = text.split("\r\n|\r|\n", -1);
    List<Map<String, Object>> cues = new ArrayList<>();
    int at = 0;
    while (at < lines.length) {
      Matcher times = TIMES.matcher(lines[at]);
      if (!times.matches()) {
        if (lines[at].contains("-->")) {
          throw InputErrors.of(
              54,
              "A line of times cannot be read: \"" + Names.brief(lines[at]) + "\"",
              where.with("line", at + 1),
              "Write HH:MM:SS.mmm --> HH:MM:SS.mmm, or pass --on-error skip to leave it out");
        }
        at++;
        continue;
      }
      double start = seconds(times, 1);
      double end = seconds(times, 5);
      if (end < start) {
        throw InputErrors.of(
            54,
            "A cue ends at " + end + " s before it starts at " + start + " s",
            where.with("line", at + 1),
            "Correct the times, or pass --on-error skip to leave it out");
      }
      int first = ++at;
      while (at < lines.length && !lines[at].isBlank()) {
        at++;
      }
      Map<String, Object> cue = new LinkedHashMap<>();
      cue.put("start", start);
      cue.put("end", end);
      cue.put("text", String.join("\n", List.of(lines).subList(first, at)));
      cues.add(cue);
    }
    if (cues.isEmpty() && !text.isBlank() && !text.startsWith("WEBVTT")) {
      throw InputErrors.of(
          54,
          "The file has no cue",
          where,
          "Give it the extension of what it holds, or pass --on-error skip to leave it out");
    }
    return cues;
  }

  private static double seconds(Matcher times, int group) {
    long hours = times.group(group) == null ? 0 : Long.parseLong(times.group(group));
    long minutes = Long.parseLong(times.group(group + 1));
    long seconds = Long.parseLong(times.group(group + 2));
    long millis = Long.parseLong((times.group(group + 3) + "00").substring(0, 3));
    return ((hours * 60 + minutes) * 60 + seconds) + millis / 1000.0;
  }
}
