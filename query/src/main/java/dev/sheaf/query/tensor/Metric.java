package dev.sheaf.query.tensor;

import java.util.Locale;

/** How near two vectors are. */
public enum Metric {
  /** The Euclidean distance; nearest first in ascending order. */
  L2_DISTANCE,
  /** One minus the cosine of the angle; nearest first in ascending order. */
  COSINE_DISTANCE,
  /** The sum of products; nearest first in descending order. */
  INNER_PRODUCT;

  /** Returns the name of the SQL function: {@code l2_distance}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Adds this metric of two values to a program. */
  public Value of(ProgramBuilder builder, Value a, Value b) {
    return switch (this) {
      case L2_DISTANCE -> builder.l2Distance(a, b);
      case COSINE_DISTANCE -> builder.cosineDistance(a, b);
      case INNER_PRODUCT -> builder.innerProduct(a, b);
    };
  }
}
