package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.Origin;

/**
 * Where one row stands in its source.
 *
 * @param file the file
 * @param unit what {@code position} counts
 * @param position the byte offset, or the row from 0, or -1 for a whole file
 * @param line the line of a text file from 1, as an editor counts, or 0 where there are none
 */
public record Place(SourceFile file, Origin.Unit unit, long position, long line) {
  /** Returns the place of a sample that is a whole file. */
  public static Place whole(SourceFile file) {
    return new Place(file, Origin.Unit.WHOLE, -1, 0);
  }

  /** Returns the place as the origin of a sample. */
  public Origin origin(String sha256) {
    return new Origin(file.name(), unit, position, sha256);
  }

  /** Returns the place as a location of a message. */
  public Location location() {
    Location location = file.location();
    if (unit == Origin.Unit.ROW) {
      location = location.with("row", position);
    }
    if (line > 0) {
      location = location.with("line", line);
    }
    return unit == Origin.Unit.OFFSET ? location.with("offset", position) : location;
  }
}
