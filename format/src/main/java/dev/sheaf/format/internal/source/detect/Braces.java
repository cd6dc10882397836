package dev.sheaf.format.internal.source.detect;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brace ranges in the names of sources, as WebDataset writes them for a shell that is not there:
 * {@code shard-{000..009}.tar}, {@code {train,val}.tar}. Leading zeros are kept.
 */
final class Braces {
  private static final Pattern INNERMOST = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
  private static final int MOST = 1_000_000;

  private Braces() {}

  /** Returns the paths that a path stands for; itself if it exists or has no braces. */
  static List<Path> expand(Path path) {
    if (Files.exists(path) || !INNERMOST.matcher(path.toString()).find()) {
      return List.of(path);
    }
    List<String> names = new ArrayList<>(List.of(path.toString()));
    boolean more = true;
    while (more) {
      more = false;
      List<String> next = new ArrayList<>();
      for (String name : names) {
        Matcher brace = INNERMOST.matcher(name);
        if (brace.find()) {
          more = true;
          String start = name.substring(0, brace.start());
          String end = name.substring(brace.end());
          options(brace.group(1), path).forEach(option -> next.add(start + option + end));
        } else {
          next.add(name);
        }
        check(next.size(), path);
      }
      names = next;
    }
    return names.stream().map(path.getFileSystem()::getPath).toList();
  }

  private static List<String> options(String inner, Path path) {
    Matcher range = RANGE.matcher(inner);
    if (!range.matches()) {
      return List.of(inner.split(",", -1));
    }
    long from = Long.parseLong(range.group(1));
    long to = Long.parseLong(range.group(2));
    check(Math.abs(to - from), path);
    int width = range.group(1).startsWith("0") ? range.group(1).length() : 1;
    List<String> options = new ArrayList<>();
    for (long i = from; from <= to ? i <= to : i >= to; i += from <= to ? 1 : -1) {
      options.add(String.format("%0" + width + "d", i));
    }
    return List.copyOf(options);
  }

  private static void check(long count, Path path) {
    if (count > MOST) {
      throw InputErrors.of(
          50,
          "The braces stand for more than " + MOST + " files",
          Location.of(path.toString()),
          "Give a smaller range");
    }
  }
}
