package dev.sheaf.curation.internal.page;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A histogram as inline SVG, with the thresholds that apply. */
final class Histogram {
  private static final int BINS = 40;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 96;

  private Histogram() {}

  /**
   * Returns the picture.
   *
   * @param title what is measured
   * @param values the values; those that are not finite are left out
   * @param thresholds where lines are drawn
   */
  static String of(String title, double[] values, List<Double> thresholds) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return "";
    }
    // A few extreme values would squeeze all others into one bar; they are counted in the last one.
    double least = sorted[0];
    double most = sorted[(int) Math.ceil((sorted.length - 1) * 0.99)];
    for (double threshold : thresholds) {
      if (threshold <= 4 * Math.max(Math.abs(most), 1e-9)) {
        least = Math.min(least, threshold);
        most = Math.max(most, threshold);
      }
    }
    if (most <= least) {
      most = least + 1;
    }
    int[] counts = new int[BINS];
    for (double value : sorted) {
      counts[(int) Math.min(BINS - 1, Math.floor((value - least) / (most - least) * BINS))]++;
    }
    int highest = Arrays.stream(counts).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    String label =
        title + ": " + sorted.length + " values, median " + shown(sorted[sorted.length / 2]);
    svg.append("<figure><svg role=\"img\" viewBox=\"0 0 ").append(WIDTH).append(' ');
    svg.append(HEIGHT + 18).append("\" aria-label=\"").append(Html.escaped(label)).append("\">");
    double bar = (double) WIDTH / BINS;
    for (int i = 0; i < BINS; i++) {
      double height = counts[i] == 0 ? 0 : Math.max(1.5, (double) counts[i] / highest * HEIGHT);
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s to %s: %d</title></rect>",
              i * bar + 0.5,
              HEIGHT - height,
              bar - 1,
              height,
              shown(least + i * (most - least) / BINS),
              shown(least + (i + 1) * (most - least) / BINS),
              counts[i]));
    }
    svg.append("<line class=axis x1=0 x2=").append(WIDTH).append(" y1=").append(HEIGHT);
    svg.append(" y2=").append(HEIGHT).append(" />");
    for (double threshold : thresholds) {
      double x = (threshold - least) / (most - least) * WIDTH;
      if (x >= 0 && x <= WIDTH) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<line class=threshold x1=\"%.1f\" x2=\"%.1f\" y1=0 y2=%d><title>threshold %s</title></line>",
                x,
                x,
                HEIGHT,
                shown(threshold)));
      }
    }
    svg.append(text(0, "start", shown(least))).append(text(WIDTH, "end", shown(most)));
    String at =
        thresholds.isEmpty()
            ? ""
            : ", threshold "
                + String.join(", ", thresholds.stream().map(Histogram::shown).toList());
    svg.append("</svg><figcaption>")
        .append(Html.escaped(title + at))
        .append("</figcaption></figure>");
    return svg.toString();
  }

  private static String text(int x, String anchor, String text) {
    return "<text x="
        + x
        + " y="
        + (HEIGHT + 14)
        + " text-anchor="
        + anchor
        + ">"
        + Html.escaped(text)
        + "</text>";
  }

  static String shown(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e7) {
      return Long.toString((long) value);
    }
    String text = String.format(Locale.ROOT, "%.3g", value);
    boolean plain = text.indexOf('.') >= 0 && text.indexOf('e') < 0;
    return plain ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
