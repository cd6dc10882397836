package dev.sheaf.curation.internal.page;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Version;
import dev.sheaf.query.Checks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Fills the page that shows what a change does. One use. */
public final class ReviewHtml {
  private static final int BRIEF = 7;
  private static final int MOST_COMMITS = 200;
  private static final int SEARCHED_COMMITS = 10_000;
  private static final int MOST_VALUES = 24;
  private static final int MOST_ROWS = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Dataset dataset;
  private final Version from;
  private final Version to;
  private final Diff diff;
  private final int most;
  private final Progress progress;
  private final StringBuilder html = new StringBuilder();
  private final StringBuilder contents = new StringBuilder();
  private long shown;

  /**
   * Prepares the page.
   *
   * @param most how many samples of each kind are shown
   */
  public ReviewHtml(Dataset dataset, Version from, Version to, int most, Progress progress) {
    this.dataset = dataset;
    this.from = from;
    this.to = to;
    this.diff = from.diff(to);
    this.most = most;
    this.progress = progress;
  }

  /**
   * Returns the page.
   *
   * @param title what is looked at
   * @param fromName what the version before is called
   * @param toName what the version after is called
   */
  public String write(String title, String fromName, String toName) {
    Diff.Summary summary = diff.summary();
    Found found = find(summary);
    Shift.Found shifts = Shift.between(from, to, progress);
    overview(summary, shifts);
    commits();
    checks();
    schema();
    shifts(shifts);
    changed(found, summary);
    grid("added", "Added", found.added, summary.added(), to);
    grid("removed", "Removed", found.removed, summary.removed(), from);
    moved(found, summary);
    documents();
    String script = Html.resource("review.js");
    return Html.filled(
        Html.resource("review.html"),
        Map.of(
            "title", Html.escaped(title),
            "from", version(fromName, from),
            "to", version(toName, to),
            "contents", contents.toString(),
            "body", html.toString(),
            "id", from.commit().id() + ".." + to.commit().id(),
            "hash", sha256(script),
            "script", script));
  }

  /** Returns how many samples the page shows. */
  public long shown() {
    return shown;
  }

  private static String version(String name, Version version) {
    return ReviewCells.text(name) + " <code>" + brief(version.commit().id()) + "</code>";
  }

  private static String brief(String id) {
    return id.substring(0, BRIEF);
  }

  /** The browser runs the script of this page and no other, whatever texts stand in it. */
  private static String sha256(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The first samples of each kind. */
  private static final class Found {
    final List<Diff.SampleChange> added = new ArrayList<>();
    final List<Diff.SampleChange> removed = new ArrayList<>();
    final List<Diff.SampleChange> changed = new ArrayList<>();
    final List<Diff.SampleChange> moved = new ArrayList<>();
  }

  private Found find(Diff.Summary summary) {
    Found found = new Found();
    long moves = 0;
    for (Diff.SampleChange change : diff.samples()) {
      moves += change.moved() ? 1 : 0;
      List<Diff.SampleChange> list =
          change.isAdded()
              ? found.added
              : change.isRemoved()
                  ? found.removed
                  : change.cells().isEmpty() ? found.moved : found.changed;
      if (list.size() < most) {
        list.add(change);
      }
      boolean all =
          found.added.size() >= Math.min(most, summary.added())
              && found.removed.size() >= Math.min(most, summary.removed())
              && found.changed.size() >= Math.min(most, summary.modified())
              && (found.moved.size() >= most || moves >= summary.moved());
      if (all) {
        break;
      }
    }
    shown =
        (long) found.added.size()
            + found.removed.size()
            + found.changed.size()
            + found.moved.size();
    return found;
  }

  private void open(String id, String heading, long count) {
    String number = count < 0 ? "" : " <span class=count>" + number(count) + "</span>";
    html.append("<section id=").append(id).append("><h2>").append(heading).append(number);
    html.append("</h2>");
    contents.append("<a href=\"#").append(id).append("\">").append(heading).append(number);
    contents.append("</a>");
  }

  private void close() {
    html.append("</section>\n");
  }

  private void overview(Diff.Summary summary, Shift.Found shifts) {
    open("overview", "Overview", -1);
    html.append("<ul class=tiles>");
    tile("", to.size(), to.size() == 1 ? "sample" : "samples", delta(from.size(), to.size()));
    tile("plus", summary.added(), "added", "");
    tile("minus", summary.removed(), "removed", "");
    long cells = ownLeftOut(summary).values().stream().mapToLong(Long::longValue).sum();
    String of = number(cells) + (cells == 1 ? " cell" : " cells");
    tile("edit", summary.modified(), "changed", summary.modified() == 0 ? "" : of);
    tile("", summary.moved(), "moved", "");
    html.append("</ul>");
    if (diff.isEmpty() && diff.documents().isEmpty()) {
      html.append(
          "<p class=dim>Both versions show the same columns, samples, cells and order.</p>");
    }
    cells(summary);
    sums(shifts.sums());
    close();
  }

  private void tile(String kind, long count, String what, String more) {
    html.append("<li class=\"tile ").append(count == 0 ? "zero" : kind).append("\"><b>");
    html.append(number(count)).append("</b> ").append(what);
    if (!more.isEmpty()) {
      html.append("<small>").append(more).append("</small>");
    }
    html.append("</li>");
  }

  private static String delta(long before, long after) {
    return before == after
        ? "as many as before"
        : String.format(Locale.ROOT, "%+,d, before %,d", after - before, before);
  }

  /** Leaves out Sheaf's own columns, which change by the way. */
  private static Map<String, Long> ownLeftOut(Diff.Summary summary) {
    Map<String, Long> cells = new java.util.LinkedHashMap<>(summary.cells());
    cells.keySet().removeIf(name -> name.startsWith("_"));
    return cells;
  }

  private void cells(Diff.Summary summary) {
    Map<String, Long> cells = ownLeftOut(summary);
    if (cells.isEmpty()) {
      return;
    }
    long highest = cells.values().stream().mapToLong(Long::longValue).max().orElse(1);
    html.append("<table class=bars><caption>Changed cells</caption><tbody>");
    cells.forEach(
        (column, count) -> {
          html.append("<tr><th scope=row>").append(ReviewCells.text(column));
          html.append("<td class=n>").append(number(count)).append("<td class=wide>");
          bar("edit", 100.0 * count / highest);
        });
    html.append("</tbody></table>");
  }

  private void bar(String kind, double percent) {
    html.append(
        String.format(
            Locale.ROOT,
            "<span class=bar><span class=\"%s\" style=\"width:%.1f%%\"></span></span>",
            kind,
            percent));
  }

  private void sums(List<Shift.Sums> sums) {
    for (Shift.Sums sum : sums) {
      if (sum.before().equals(sum.after())) {
        continue;
      }
      html.append("<table><caption>Payloads of ").append(ReviewCells.text(sum.column()));
      html.append("</caption><thead><tr><td><th scope=col class=n>before<th scope=col class=n>");
      html.append("after<th scope=col class=n>change</thead><tbody>");
      row("payloads", sum.before().payloads(), sum.after().payloads());
      html.append("<tr><th scope=row>bytes<td class=n>");
      html.append(ReviewCells.bytes(sum.before().bytes())).append("<td class=n>");
      html.append(ReviewCells.bytes(sum.after().bytes())).append("<td class=n>");
      long more = sum.after().bytes() - sum.before().bytes();
      html.append(more == 0 ? "" : (more < 0 ? "−" : "+") + ReviewCells.bytes(Math.abs(more)));
      if (!Double.isNaN(sum.after().seconds()) || !Double.isNaN(sum.before().seconds())) {
        html.append("<tr><th scope=row>duration<td class=n>").append(time(sum.before().seconds()));
        html.append("<td class=n>").append(time(sum.after().seconds())).append("<td class=n>");
        double longer = seconds(sum.after()) - seconds(sum.before());
        html.append(longer < 0 ? "−" : "+").append(time(Math.abs(longer)));
      }
      html.append("</tbody></table>");
    }
  }

  private static double seconds(Shift.Sum sum) {
    return Double.isNaN(sum.seconds()) ? 0 : sum.seconds();
  }

  private static String time(double seconds) {
    if (Double.isNaN(seconds)) {
      return "";
    }
    long whole = (long) seconds;
    return whole >= 60
        ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }

  private void row(String name, long before, long after) {
    html.append("<tr><th scope=row>").append(name).append("<td class=n>").append(number(before));
    html.append("<td class=n>").append(number(after));
    html.append("<td class=n>");
    html.append(after == before ? "" : String.format(Locale.ROOT, "%+,d", after - before));
  }

  private void commits() {
    Set<String> known = new HashSet<>();
    dataset.log(from.commit().id(), SEARCHED_COMMITS).forEach(one -> known.add(one.id()));
    List<CommitInfo> made = dataset.log(to.commit().id(), SEARCHED_COMMITS);
    Set<String> there = new HashSet<>();
    made.forEach(one -> there.add(one.id()));
    List<CommitInfo> fresh = made.stream().filter(one -> !known.contains(one.id())).toList();
    long left =
        dataset.log(from.commit().id(), SEARCHED_COMMITS).stream()
            .filter(one -> !there.contains(one.id()))
            .count();
    open("commits", "Commits", fresh.size());
    html.append("<ol class=commits>");
    for (CommitInfo commit : fresh.subList(0, Math.min(MOST_COMMITS, fresh.size()))) {
      String body = commit.message().substring(commit.subject().length()).strip();
      html.append("<li><code>").append(brief(commit.id())).append("</code> <span class=subject>");
      html.append(ReviewCells.text(Html.cut(commit.subject(), 300))).append("</span> ");
      html.append("<span class=dim>").append(ReviewCells.text(commit.authorName()));
      html.append(", ").append(TIME.format(commit.time())).append(" UTC</span>");
      if (!body.isEmpty()) {
        html.append("<details><summary>more</summary><pre dir=auto>");
        html.append(Html.escaped(Html.cut(body, 4000))).append("</pre></details>");
      }
      html.append("</li>");
    }
    html.append("</ol>");
    rest(MOST_COMMITS, fresh.size(), "commits");
    if (left > 0) {
      html.append("<p class=note>").append(number(left));
      html.append(" of the commits of the version before are not in the version after: the ");
      html.append("histories went apart, and what those commits did shows as undone.</p>");
    }
    close();
  }

  private void rest(long limit, long all, String what) {
    if (all > limit) {
      html.append("<p class=note>The first ").append(number(limit)).append(" of ");
      html.append(number(all)).append(' ').append(what).append(" are shown.</p>");
    }
  }

  private void checks() {
    Checks checks = Checks.of(dataset);
    if (checks.list(to).isEmpty()) {
      return;
    }
    List<Checks.Outcome> outcomes = checks.run(to, MOST_ROWS);
    open("checks", "Checks", outcomes.size());
    html.append("<ul class=checks>");
    for (Checks.Outcome outcome : outcomes) {
      html.append(
          outcome.passed() ? "<li><b class=good>passes</b> " : "<li><b class=bad>refuses</b> ");
      html.append(ReviewCells.text(outcome.check().name()));
      html.append(" <code>").append(Html.escaped(Html.cut(outcome.check().sql().strip(), 400)));
      html.append("</code>");
      outcome.failure().ifPresent(e -> html.append("<br>").append(ReviewCells.text(e.headline())));
      for (List<Object> row : outcome.rows()) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
          String value = Html.cut(ReviewCells.plain(row.get(i)), 80);
          cells.add(outcome.columns().get(i).name() + " = " + value);
        }
        html.append("<br>").append(ReviewCells.text(String.join(", ", cells)));
      }
      html.append(outcome.more() ? "<br>…</li>" : "</li>");
    }
    html.append("</ul>");
    close();
  }

  private void schema() {
    List<Diff.ColumnChange> changes =
        diff.columns().stream().filter(change -> !isOwn(change)).toList();
    if (changes.isEmpty()) {
      return;
    }
    open("schema", "Columns", changes.size());
    html.append("<ul class=schema>");
    for (Diff.ColumnChange change : changes) {
      html.append("<li>");
      if (change.isAdded()) {
        html.append("<b class=good>added</b> <ins>").append(column(change.to())).append("</ins>");
      } else if (change.isDropped()) {
        html.append("<b class=bad>dropped</b> <del>").append(column(change.from()));
        html.append("</del>");
      } else {
        html.append("<b>changed</b> <del>").append(column(change.from())).append("</del> ");
        html.append("<span class=arrow>→</span> <ins>").append(column(change.to()));
        html.append("</ins>");
      }
      html.append("</li>");
    }
    html.append("</ul>");
    close();
  }

  private static boolean isOwn(Diff.ColumnChange change) {
    return (change.to() == null ? change.from() : change.to()).name().startsWith("_");
  }

  private static String column(Column column) {
    return ReviewCells.text(column.name())
        + " <code>"
        + Html.escaped(column.type().toString())
        + "</code>";
  }

  private void shifts(Shift.Found found) {
    List<Shift> shifts = found.shifts().stream().filter(shift -> !shift.isEmpty()).toList();
    List<String> same = found.shifts().stream().filter(Shift::isEmpty).map(Shift::name).toList();
    if (shifts.isEmpty() && same.isEmpty()) {
      return;
    }
    open("labels", "Labels and tags", -1);
    html.append("<p class=legend><span class=\"key before\"></span> before ");
    html.append("<span class=\"key after\"></span> after</p><div class=shifts>");
    shifts.forEach(this::shift);
    html.append("</div>");
    if (!same.isEmpty()) {
      html.append("<p class=note>As before: ");
      html.append(String.join(", ", same.stream().map(ReviewCells::text).toList()));
      html.append(".</p>");
    }
    close();
  }

  private void shift(Shift shift) {
    List<Shift.Count> shown =
        shift.values().subList(0, Math.min(MOST_VALUES, shift.values().size()));
    long highest =
        shown.stream().mapToLong(count -> Math.max(count.before(), count.after())).max().orElse(1);
    html.append("<table class=shift><caption>").append(ReviewCells.text(shift.name()));
    html.append(" <span class=dim>").append(number(shift.values().size()));
    html.append(shift.values().size() == 1 ? " value" : " values");
    html.append("</span></caption><thead class=out><tr><th scope=col>value<th scope=col>share");
    html.append("<th scope=col>before<th scope=col>after<th scope=col>change</thead><tbody>");
    for (Shift.Count count : shown) {
      html.append("<tr><th scope=row>").append(ReviewCells.text(count.value()));
      html.append("<td class=wide>");
      bar("before", 100.0 * count.before() / highest);
      bar("after", 100.0 * count.after() / highest);
      html.append("<td class=n>").append(number(count.before())).append("<td class=n>");
      html.append(number(count.after())).append("<td class=\"n ");
      html.append(count.change() > 0 ? "good" : count.change() < 0 ? "bad" : "dim").append("\">");
      html.append(count.change() == 0 ? "" : String.format(Locale.ROOT, "%+,d", count.change()));
    }
    List<Shift.Count> rest = shift.values().subList(shown.size(), shift.values().size());
    if (!rest.isEmpty()) {
      long before = rest.stream().mapToLong(Shift.Count::before).sum();
      long after = rest.stream().mapToLong(Shift.Count::after).sum();
      html.append("<tr class=dim><th scope=row>").append(number(rest.size())).append(" more<td>");
      html.append("<td class=n>").append(number(before)).append("<td class=n>");
      html.append(number(after)).append("<td class=n>");
      html.append(after == before ? "" : String.format(Locale.ROOT, "%+,d", after - before));
    }
    html.append("</tbody></table>");
  }

  private void changed(Found found, Diff.Summary summary) {
    if (summary.modified() == 0) {
      return;
    }
    open("changed", "Changed", summary.modified());
    rest(most, summary.modified(), "changed samples");
    articles(found.changed, "reading changed samples", change -> ReviewCards.changed(change, to));
    close();
  }

  /** Writes what is made of each, made side by side and in order. */
  private void articles(
      List<Diff.SampleChange> changes,
      String phase,
      java.util.function.Function<Diff.SampleChange, String> article) {
    java.util.concurrent.atomic.AtomicLong done = new java.util.concurrent.atomic.AtomicLong();
    IntStream.range(0, changes.size())
        .parallel()
        .mapToObj(
            i -> {
              String made = article.apply(changes.get(i));
              synchronized (progress) {
                progress.at(phase, done.incrementAndGet(), changes.size());
              }
              return made;
            })
        .toList()
        .forEach(html::append);
  }

  private void grid(
      String id, String heading, List<Diff.SampleChange> changes, long all, Version version) {
    if (all == 0) {
      return;
    }
    open(id, heading, all);
    rest(most, all, id + " samples");
    html.append("<div class=grid>");
    boolean isAfter = id.equals("added");
    articles(
        changes,
        "reading " + id + " samples",
        change ->
            ReviewCards.whole(change, version, isAfter ? change.toIndex() : change.fromIndex()));
    html.append("</div>");
    close();
  }

  private void moved(Found found, Diff.Summary summary) {
    if (summary.moved() == 0) {
      return;
    }
    open("moved", "Moved", summary.moved());
    html.append("<p class=note>Samples that are in another place among those that both versions ");
    html.append("have");
    html.append(summary.modified() > 0 ? "; those that changed too are shown above" : "");
    html.append(".</p><table><thead><tr><th scope=col>key<th scope=col class=n>from<th scope=col ");
    html.append("class=n>to</thead><tbody>");
    for (Diff.SampleChange change : found.moved) {
      html.append("<tr><th scope=row>").append(ReviewCells.text(change.key()));
      html.append("<td class=n>")
          .append(ReviewCards.index(change.fromIndex()))
          .append("<td class=n>");
      html.append(ReviewCards.index(change.toIndex()));
    }
    html.append("</tbody></table>");
    if (found.moved.size() == most) {
      html.append("<p class=note>The list ends after ").append(number(most)).append(".</p>");
    }
    close();
  }

  private void documents() {
    List<String> paths = diff.documents();
    if (paths.isEmpty()) {
      return;
    }
    open("documents", "Documents", paths.size());
    for (String path : paths.subList(0, Math.min(most, paths.size()))) {
      String before = document(from, path);
      String after = document(to, path);
      String what =
          before == null
              ? "<b class=good>added</b> "
              : after == null ? "<b class=bad>removed</b> " : "<b>changed</b> ";
      html.append("<details><summary>").append(what).append(ReviewCells.text(path));
      html.append("</summary><pre>");
      html.append(ReviewCells.words(before == null ? "" : before, after == null ? "" : after));
      html.append("</pre></details>");
    }
    rest(most, paths.size(), "documents");
    close();
  }

  private static String document(Version version, String path) {
    return version
        .document(path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse(null);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
