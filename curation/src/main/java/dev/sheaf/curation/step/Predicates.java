package dev.sheaf.curation.step;

import dev.sheaf.format.Version;
import java.util.BitSet;

/** Evaluates SQL conditions over the samples of a version: the seam to the query engine. */
@FunctionalInterface
public interface Predicates {
  /**
   * Returns the indices of the samples for which a condition is true (neither false nor null).
   *
   * @param version the samples; its columns are what the condition may name, those that earlier
   *     steps made included. It may be any implementation of {@link Version}
   * @param condition what stands after {@code WHERE}, for example {@code width > 256 AND label <>
   *     'none'}
   * @throws dev.sheaf.format.QuerySyntaxException if it is none, with the position
   */
  BitSet matching(Version version, String condition);
}
