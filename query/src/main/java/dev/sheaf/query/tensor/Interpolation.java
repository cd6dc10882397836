package dev.sheaf.query.tensor;

import dev.sheaf.format.Location;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How an image is resized. Both are computed in exact integer arithmetic and rounded once, half up,
 * so that every machine gives the same pixels.
 */
public enum Interpolation {
  /** The mean of the source area that a pixel covers: best for making images smaller. */
  AREA,
  /**
   * Linear between the four nearest pixels, pixel centres at half positions, edges repeated; not
   * smoothed, so it aliases when an image is made much smaller.
   */
  BILINEAR;

  private static final List<String> NAMES = Arrays.stream(values()).map(Interpolation::id).toList();

  /** Returns the name: {@code area} or {@code bilinear}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the interpolation of this name.
   *
   * @throws QuerySyntaxException if there is none
   */
  public static Interpolation of(String name) {
    int index = NAMES.indexOf(name.toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw new QuerySyntaxException(
          ShapeError.ARGUMENT,
          "Unknown interpolation \"" + name + "\"",
          Location.NONE,
          Suggestion.of(name, NAMES, "interpolations"));
    }
    return values()[index];
  }
}
