package dev.sheaf.curation.internal.page;

import dev.sheaf.curation.internal.run.StepResult;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The report of a run as one HTML page that needs nothing else. One use. */
public final class ReportPage {
  private static final int EXAMPLES = 12;
  private static final int SIDE = 144;
  private static final int CAPTION = 160;

  private final Version version;
  private final List<StepResult> steps;
  private final Optional<String> pictures;
  private final Optional<String> captions;
  private final StringBuilder html = new StringBuilder();

  /**
   * Prepares the page.
   *
   * @param version what was curated, with the columns of the run
   * @param steps what each step did
   */
  public ReportPage(Version version, List<StepResult> steps) {
    this.version = version;
    this.steps = steps;
    this.pictures = Thumbnails.pictures(version.schema());
    this.captions = Thumbnails.captions(version.schema());
  }

  /**
   * Returns the page.
   *
   * @param dataset the dataset's name
   * @param recipe the recipe's name
   * @param recipeText the recipe
   * @param selected how many samples were selected
   */
  public String write(String dataset, String recipe, String recipeText, long selected) {
    String title = recipe + " over " + dataset;
    html.append("<h1>").append(Html.escaped(title)).append("</h1>");
    html.append("<p class=lead><strong>").append(number(selected)).append("</strong> of ");
    html.append(number(version.size())).append(" samples selected. Version <code>");
    html.append(version.commit().id(), 0, 12)
        .append("</code>. Nothing was deleted: <code>sheaf why</code>");
    html.append(" tells why a sample was dropped, <code>sheaf rescue</code> takes it back.</p>");
    funnel();
    steps.forEach(this::section);
    html.append("<details><summary>The recipe</summary><pre tabindex=0>");
    html.append(Html.escaped(recipeText)).append("</pre></details>");
    return Html.filled(
        Html.resource("report.html"),
        Map.of("title", Html.escaped(title), "body", html.toString()));
  }

  private void funnel() {
    html.append("<table class=funnel><caption>Steps</caption><thead><tr><th scope=col>Step<th ");
    html.append("scope=col class=n>In<th scope=col class=n>Dropped<th scope=col class=n>Kept<th ");
    html.append("scope=col>Share of all samples</thead><tbody>");
    for (StepResult step : steps) {
      double share = version.size() == 0 ? 0 : 100.0 * step.kept() / version.size();
      html.append("<tr><th scope=row><a href=\"#").append(step.id()).append("\">");
      html.append(Html.escaped(step.id())).append("</a>");
      cell(step.in());
      cell(step.dropped());
      cell(step.kept());
      html.append(
          String.format(
              Locale.ROOT,
              "<td><span class=bar><span style=\"width:%.1f%%\"></span></span> %.1f%%",
              share,
              share));
    }
    html.append("</tbody></table>");
  }

  private void cell(long value) {
    html.append("<td class=n>").append(number(value));
  }

  private void section(StepResult step) {
    html.append("<section id=\"")
        .append(step.id())
        .append("\"><h2>")
        .append(Html.escaped(step.id()));
    if (!step.id().equals(step.op())) {
      html.append(" <small>").append(Html.escaped(step.op())).append("</small>");
    }
    html.append("</h2><p>")
        .append(number(step.in()))
        .append(" in, ")
        .append(number(step.dropped()));
    html.append(" dropped, ").append(number(step.kept())).append(" kept");
    if (step.failed() > 0) {
      html.append("; ").append(number(step.failed())).append(" could not be judged");
    }
    if (step.computed() + step.reused() > 0) {
      html.append(". Looked at ").append(number(step.computed())).append(" samples, ");
      html.append(number(step.reused())).append(" were known");
    }
    html.append(".</p>");
    for (String note : step.notes()) {
      html.append("<p class=note>").append(Html.escaped(note)).append("</p>");
    }
    counts("Dropped by", rules(step));
    counts("Numbers", step.counts());
    html.append("<div class=figures>");
    measures(step);
    scores(step);
    html.append("</div>");
    examples(step);
    html.append("</section>");
  }

  private static Map<String, Long> rules(StepResult step) {
    Map<String, Long> rules = new TreeMap<>();
    for (Decision decision : step.decisions()) {
      if (decision != null && decision.verdict() == Verdict.DROP) {
        rules.merge(decision.rule(), 1L, Long::sum);
      }
    }
    return rules;
  }

  private void counts(String caption, Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    long most = Math.max(1, counts.values().stream().mapToLong(Long::longValue).max().orElse(1));
    html.append("<table class=counts><caption>").append(caption).append("</caption><tbody>");
    counts.forEach(
        (name, count) -> {
          html.append("<tr><th scope=row>").append(Html.escaped(name));
          cell(count);
          html.append(
              String.format(
                  Locale.ROOT,
                  "<td><span class=bar><span style=\"width:%.1f%%\"></span></span>",
                  100.0 * count / most));
        });
    html.append("</tbody></table>");
  }

  /** One histogram for each number in the columns that the step made. */
  private void measures(StepResult step) {
    for (String column : step.columns()) {
      Type type = version.schema().column(column).type();
      if (type instanceof Type.Struct struct) {
        for (Type.Field field : struct.fields()) {
          double[] values =
              cells(column)
                  .mapToDouble(cell -> number(((Map<?, ?>) cell).get(field.name())))
                  .toArray();
          html.append(Histogram.of(field.name(), values, thresholds(step, field.name())));
        }
      } else if (type instanceof Type.Scalar) {
        double[] values = cells(column).mapToDouble(ReportPage::number).toArray();
        html.append(Histogram.of(column, values, List.of()));
      }
    }
  }

  private Stream<Object> cells(String column) {
    List<Object> cells = new ArrayList<>();
    version
        .select(column)
        .scan()
        .forEach(
            batch -> {
              for (int row = 0; row < batch.size(); row++) {
                Object cell = batch.sample(row).value(column);
                if (cell != null) {
                  cells.add(cell);
                }
              }
            });
    return cells.stream();
  }

  private static double number(Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static List<Double> thresholds(StepResult step, String measure) {
    List<Double> thresholds = new ArrayList<>();
    for (String name : List.of(measure, "min_" + measure, "max_" + measure)) {
      if (step.thresholds().containsKey(name)) {
        thresholds.add(step.thresholds().get(name));
      }
    }
    return thresholds;
  }

  /** Steps without measures of their own show the scores of what they dropped. */
  private void scores(StepResult step) {
    if (!step.columns().isEmpty() || !step.op().startsWith("dedupe")) {
      return;
    }
    double[] scores =
        step.decisions().stream()
            .filter(d -> d != null && d.verdict() == Verdict.DROP)
            .mapToDouble(Decision::score)
            .toArray();
    String rule = step.op().equals("dedupe_image") ? "distance" : "threshold";
    List<Double> thresholds =
        step.thresholds().containsKey(rule) ? List.of(step.thresholds().get(rule)) : List.of();
    html.append(Histogram.of("score of the duplicates", scores, thresholds));
  }

  private void examples(StepResult step) {
    Map<Long, Decision> shown = new LinkedHashMap<>();
    for (int index = 0; index < step.decisions().size() && shown.size() < EXAMPLES; index++) {
      Decision decision = step.decisions().get(index);
      if (decision != null && decision.verdict() != Verdict.KEEP) {
        shown.put((long) index, decision);
      }
    }
    if (shown.isEmpty()) {
      return;
    }
    html.append("<h3>Dropped, for example</h3><ul class=examples>");
    shown.forEach(
        (index, decision) -> {
          html.append("<li><div class=pair>");
          sample(version.sample(index), "sample " + index);
          witness(decision).ifPresent(other -> sample(other, "like sample " + other.index()));
          html.append("</div><p>").append(Html.escaped(decision.reason())).append("</p></li>");
        });
    html.append("</ul>");
  }

  private Optional<Sample> witness(Decision decision) {
    if (decision.witness().isEmpty()) {
      return Optional.empty();
    }
    var index = version.indexOf(SampleId.parse(decision.witness()));
    return index.isPresent() ? Optional.of(version.sample(index.getAsLong())) : Optional.empty();
  }

  private void sample(Sample sample, String name) {
    html.append("<figure>");
    if (pictures.isPresent()) {
      String alt = Html.escaped(name + ", " + sample.key());
      Optional<String> thumbnail = Thumbnails.of(sample.media(pictures.get()), SIDE);
      html.append(
          thumbnail
              .map(uri -> "<img src=\"" + uri + "\" alt=\"" + alt + "\">")
              .orElse("<div class=none>no preview</div>"));
    }
    html.append("<figcaption>").append(Html.escaped(name));
    if (captions.isPresent() && !sample.isNull(captions.get())) {
      String text = sample.text(captions.get());
      html.append("<br>").append(Html.escaped(Html.cut(text, CAPTION)));
    }
    html.append("</figcaption></figure>");
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
