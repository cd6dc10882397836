package dev.sheaf.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a problem was found: an ordered list of facts such as dataset, column, sample, chunk, file
 * and row.
 *
 * <p>Immutable and safe for use by several threads.
 *
 * @param parts the facts in the order in which they are printed, e.g. {@code column="image"}
 */
public record Location(List<String> parts) {
  /** The empty location. */
  public static final Location NONE = new Location(List.of());

  /** Copies {@code parts}. */
  public Location {
    parts = List.copyOf(parts);
  }

  /** Returns a location that names a file, dataset or other path. */
  public static Location of(Object path) {
    return new Location(List.of(path.toString()));
  }

  /** Returns this location with the fact {@code name=value} added; text values are quoted. */
  public Location with(String name, Object value) {
    List<String> more = new ArrayList<>(parts);
    more.add(
        name + "=" + (value instanceof CharSequence ? "\"" + value + "\"" : String.valueOf(value)));
    return new Location(more);
  }

  /** Returns {@code outer} followed by the facts of this location. */
  public Location within(Location outer) {
    List<String> more = new ArrayList<>(outer.parts);
    more.addAll(parts);
    return new Location(more);
  }

  @Override
  public String toString() {
    return String.join(", ", parts);
  }
}
