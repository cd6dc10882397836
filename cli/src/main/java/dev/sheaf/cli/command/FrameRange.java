package dev.sheaf.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames of a video column as the command line names them: {@code video:30:46}, without 46; either
 * end may be left out.
 *
 * @param column the name of the column
 * @param from the first frame
 * @param to the one behind the last, or -1 for all that follow
 */
record FrameRange(String column, int from, int to) {
  private static final Pattern GRAMMAR = Pattern.compile("(.+):(\\d{0,9}):(\\d{0,9})");

  /** Returns the range, or null if {@code text} is none. */
  static FrameRange parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int from = matcher.group(2).isEmpty() ? 0 : Integer.parseInt(matcher.group(2));
    int to = matcher.group(3).isEmpty() ? -1 : Integer.parseInt(matcher.group(3));
    return new FrameRange(matcher.group(1), from, to);
  }

  /** Returns the end for a video with so many frames. */
  int end(int frames) {
    return to < 0 ? frames : to;
  }
}
