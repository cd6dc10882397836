package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.cluster.Clusters;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Rows;

/** Turns groups of duplicates into decisions. */
final class Duplicates {
  /** How a similarity is shown and stored as a score. */
  interface Measure {
    /** Returns the score of a similarity. */
    double score(double similarity);

    /** Returns the score in words. */
    String words(double score);
  }

  private Duplicates() {}

  /**
   * Drops all but the first of each group.
   *
   * @param order the row of each member of {@code clusters}
   */
  static void decide(
      Outcome.Builder outcome,
      Rows rows,
      Clusters clusters,
      int[] order,
      String rule,
      double threshold,
      Measure measure) {
    for (int member = 0; member < order.length; member++) {
      if (!clusters.isDuplicate(member)) {
        continue;
      }
      int kept = clusters.representative(member);
      int witness = clusters.witness(member);
      double score = measure.score(clusters.similarity(member));
      String reason = measure.words(score) + " " + rows.id(order[witness]);
      if (witness != kept) {
        reason += ", which is in the group of " + rows.id(order[kept]);
      }
      outcome.drop(order[member], rule, score, threshold, rows.id(order[witness]), reason);
    }
    outcome.count("duplicates", clusters.duplicates()).count("clusters", clusters.groups());
  }
}
