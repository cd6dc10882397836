package dev.sheaf.query.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What NumPy writes between brackets: {@code x[0:64, :, -1]}, {@code x[::2]}, {@code x[..., None]}.
 *
 * <p>Positions are 0-based and ranges half-open; negative positions count from the end; ranges that
 * reach beyond the axis are cut to it; steps may be negative. Axes that are not named stay whole.
 *
 * @param parts the parts, outermost axis first
 */
public record Slice(List<Part> parts) {
  /** Copies {@code parts}. */
  public Slice {
    parts = List.copyOf(parts);
  }

  /** One part of a slice. */
  public sealed interface Part {}

  /** One position; the axis disappears. */
  public record Index(long position) implements Part {
    @Override
    public String toString() {
      return Long.toString(position);
    }
  }

  /**
   * Positions from {@code start} up to but without {@code stop}.
   *
   * @param start the first, or empty for the end from which the step leads away
   * @param stop the position after the last, or empty for the other end
   * @param step the distance, not 0
   */
  public record Range(OptionalLong start, OptionalLong stop, long step) implements Part {
    /** Requires a step. */
    public Range {
      Objects.requireNonNull(start, "start");
      Objects.requireNonNull(stop, "stop");
      if (step == 0 || step == Long.MIN_VALUE) {
        throw ShapeError.of(
            ShapeError.INDEX,
            "The step of a slice is " + step,
            "Use a step other than 0, for example ::2 or ::-1");
      }
    }

    boolean isWhole() {
      return start.isEmpty() && stop.isEmpty() && step == 1;
    }

    /** Returns the first position and the number of positions on an axis of this length. */
    long[] on(long length) {
      long low = step > 0 ? 0 : -1;
      long high = step > 0 ? length : length - 1;
      long from =
          start.isPresent() ? clip(start.getAsLong(), length, low, high) : step > 0 ? 0 : high;
      long to =
          stop.isPresent() ? clip(stop.getAsLong(), length, low, high) : step > 0 ? length : -1;
      long span = step > 0 ? to - from : from - to;
      long size = Math.abs(step);
      return new long[] {from, span <= 0 ? 0 : (span - 1) / size + 1};
    }

    private static long clip(long position, long length, long low, long high) {
      long at = position < 0 ? position + length : position;
      return Math.max(low, Math.min(high, at));
    }

    @Override
    public String toString() {
      return text(start) + ":" + text(stop) + (step == 1 ? "" : ":" + step);
    }

    private static String text(OptionalLong position) {
      return position.isPresent() ? Long.toString(position.getAsLong()) : "";
    }
  }

  /** A new axis of length 1: {@code None}. */
  public record NewAxis() implements Part {
    @Override
    public String toString() {
      return "None";
    }
  }

  /** As many whole axes as are left: {@code ...}; at most once. */
  public record Ellipsis() implements Part {
    @Override
    public String toString() {
      return "...";
    }
  }

  /** Returns one whole axis. */
  public static Range all() {
    return new Range(OptionalLong.empty(), OptionalLong.empty(), 1);
  }

  /** Returns the range from {@code start} up to but without {@code stop}. */
  public static Range range(long start, long stop) {
    return new Range(OptionalLong.of(start), OptionalLong.of(stop), 1);
  }

  /** Returns the slice of these parts. */
  public static Slice of(Part... parts) {
    return new Slice(List.of(parts));
  }

  /**
   * Reads a slice as NumPy writes it, without the brackets.
   *
   * @throws dev.sheaf.format.QuerySyntaxException if it is none
   */
  public static Slice parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      parts.add(part(part.strip(), text));
    }
    return new Slice(parts);
  }

  private static Part part(String text, String whole) {
    if (text.equals("...")) {
      return new Ellipsis();
    }
    if (text.equalsIgnoreCase("none") || text.equalsIgnoreCase("newaxis")) {
      return new NewAxis();
    }
    String[] ends = text.split(":", -1);
    if (ends.length == 1) {
      return new Index(number(text, whole));
    }
    if (ends.length > 3) {
      throw bad(text, whole);
    }
    return new Range(
        end(ends[0], whole),
        end(ends[1], whole),
        ends.length == 3 && !ends[2].isBlank() ? number(ends[2], whole) : 1);
  }

  private static OptionalLong end(String text, String whole) {
    return text.isBlank() ? OptionalLong.empty() : OptionalLong.of(number(text, whole));
  }

  private static long number(String text, String whole) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw bad(text, whole);
    }
  }

  private static RuntimeException bad(String text, String whole) {
    return ShapeError.of(
        ShapeError.INDEX,
        "\"" + text + "\" is no part of a slice in [" + whole + "]",
        "Write an index (-1), a range (0:64, ::2), None or ...");
  }

  @Override
  public String toString() {
    return parts.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
