package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.format.DType;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which of several duplicates is kept. Ties go to the sample that comes first in the version.
 *
 * @param keep first, last, largest or best
 * @param column with best, the number of which the greatest is kept
 */
record Preference(String keep, String column) {
  private static final int TOGETHER = 512;

  /** The parameters that choose it. */
  static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.text(
              "keep",
              "first",
              "which of the duplicates stays; best: the greatest number in prefer",
              "first",
              "last",
              "largest",
              "best"),
          Parameter.text("prefer", "", "with keep: best, a column of numbers"));

  static Preference of(Settings settings, Setting setting) {
    String keep = settings.text("keep");
    String column = "";
    if (keep.equals("best")) {
      if (!settings.has("prefer")) {
        throw settings.error("keep", "keep: best needs a column", "Add prefer: COLUMN");
      }
      column = settings.column("prefer", setting, "numbers", Preference::isNumber);
    } else if (settings.has("prefer")) {
      throw settings.error("prefer", "prefer is not used with keep: " + keep, "Write keep: best");
    }
    return new Preference(keep, column);
  }

  private static boolean isNumber(Type type) {
    return type instanceof Type.Scalar scalar && scalar.dtype().kind() != DType.Kind.BOOL;
  }

  /**
   * Returns the rows, the most preferred first.
   *
   * @param sizes how large a row's sample is, for {@code largest}
   */
  int[] order(Rows rows, IntToDoubleFunction sizes) {
    double[] scores =
        switch (keep) {
          case "first" -> new double[rows.size()];
          case "last" -> IntStream.range(0, rows.size()).asDoubleStream().toArray();
          case "largest" -> IntStream.range(0, rows.size()).mapToDouble(sizes).toArray();
          default -> read(rows);
        };
    return IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer row) -> -scores[row]).thenComparing(r -> r))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private double[] read(Rows rows) {
    double[] scores = new double[rows.size()];
    for (int from = 0; from < scores.length; from += TOGETHER) {
      int at = from;
      for (Sample sample : rows.samples(from, Math.min(scores.length, from + TOGETHER))) {
        Object value = sample.value(column);
        scores[at++] = value == null ? Double.NEGATIVE_INFINITY : ((Number) value).doubleValue();
      }
    }
    return scores;
  }
}
