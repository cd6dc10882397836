package dev.sheaf.curation.internal.page;

import dev.sheaf.curation.internal.text.WordDiff;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Cells, and what became of them, as HTML. */
final class ReviewCells {
  private static final int LONGEST = 240;
  private static final int LONGEST_COMPARED = 20_000;
  private static final int CONTEXT = 60;
  private static final int MOST_ITEMS = 60;
  private static final int SHORT = 32;

  private ReviewCells() {}

  /** Returns a cell in short. */
  static String shown(Object value) {
    if (value == null) {
      return "<i>null</i>";
    }
    if (value instanceof List<?> list) {
      StringBuilder html = new StringBuilder("<span class=chips>");
      list.stream().limit(MOST_ITEMS).forEach(item -> chip(html, "", plain(item)));
      return html.append(more(list.size() - MOST_ITEMS)).append("</span>").toString();
    }
    return text(Html.cut(plain(value), LONGEST));
  }

  /** Returns what became of a cell. */
  static String change(Diff.CellChange change) {
    Object from = change.from();
    Object to = change.to();
    if (change.l2Distance().isPresent()) {
      long all = ((Tensor) to).shape().elementCount();
      return String.format(
          Locale.ROOT,
          "<b>%,d</b> of %,d elements changed, L2 distance <b>%.6g</b> <span class=dim>%s</span>",
          change.changedElements().getAsLong(),
          all,
          change.l2Distance().getAsDouble(),
          text(to.toString()));
    }
    if (from instanceof List<?> before && to instanceof List<?> after) {
      return items(before, after);
    }
    if (from instanceof String before && to instanceof String after) {
      return words(before, after);
    }
    return replaced(shown(from), shown(to));
  }

  private static String replaced(String from, String to) {
    return "<del>" + from + "</del> <span class=arrow>→</span> <ins>" + to + "</ins>";
  }

  /** Items that stay, those that went struck out, those that came marked. */
  private static String items(List<?> before, List<?> after) {
    Map<String, Integer> left = new LinkedHashMap<>();
    before.forEach(item -> left.merge(plain(item), 1, Integer::sum));
    List<String> added = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (Object item : after) {
      String name = plain(item);
      boolean there = left.getOrDefault(name, 0) > 0;
      (there ? kept : added).add(name);
      left.merge(name, there ? -1 : 0, Integer::sum);
    }
    List<String> removed = new ArrayList<>();
    left.forEach((name, count) -> removed.addAll(java.util.Collections.nCopies(count, name)));
    if (added.isEmpty() && removed.isEmpty()) {
      return replaced(shown(before), shown(after));
    }
    StringBuilder html = new StringBuilder("<span class=chips>");
    chips(html, "gone", removed);
    chips(html, "new", added);
    chips(html, "", kept);
    return html.append("</span>").toString();
  }

  private static void chips(StringBuilder html, String kind, List<String> names) {
    names.stream().limit(MOST_ITEMS).forEach(name -> chip(html, kind, name));
    html.append(more(names.size() - MOST_ITEMS));
  }

  private static void chip(StringBuilder html, String kind, String name) {
    String shown = text(Html.cut(name, LONGEST));
    switch (kind) {
      case "gone" -> html.append("<del class=chip>").append(shown).append("</del>");
      case "new" -> html.append("<ins class=chip>").append(shown).append("</ins>");
      default -> html.append("<span class=chip>").append(shown).append("</span>");
    }
  }

  private static String more(int count) {
    return count > 0 ? "<span class=dim>and " + count + " more</span>" : "";
  }

  /** Returns what became of a text, word by word; long stretches that stay are left out. */
  static String words(String before, String after) {
    boolean brief = before.length() <= SHORT && after.length() <= SHORT;
    if (brief && !before.contains(" ") && !after.contains(" ")) {
      return replaced(text(before), text(after));
    }
    String from = Html.cut(before, LONGEST_COMPARED);
    String to = Html.cut(after, LONGEST_COMPARED);
    List<WordDiff.Piece> pieces = WordDiff.of(from, to);
    StringBuilder html = new StringBuilder("<span class=words dir=auto>");
    for (int i = 0; i < pieces.size(); i++) {
      String text = pieces.get(i).text();
      switch (pieces.get(i).kind()) {
        case REMOVED -> html.append("<del>").append(Html.escaped(text)).append("</del>");
        case ADDED -> html.append("<ins>").append(Html.escaped(text)).append("</ins>");
        default -> html.append(context(text, i == 0, i == pieces.size() - 1));
      }
    }
    html.append("</span>");
    if (before.length() > LONGEST_COMPARED || after.length() > LONGEST_COMPARED) {
      html.append(
          String.format(
              Locale.ROOT,
              " <span class=dim>the first %,d of %,d and %,d characters</span>",
              LONGEST_COMPARED,
              before.length(),
              after.length()));
    }
    return html.toString();
  }

  private static String context(String text, boolean first, boolean last) {
    if (text.length() <= 3 * CONTEXT) {
      return Html.escaped(text);
    }
    String head = first ? "" : Html.escaped(Html.cut(text, CONTEXT));
    String tail = last ? "" : Html.escaped(Html.cutFront(text, CONTEXT));
    return (first ? "… " : head + " … ") + tail;
  }

  /** Returns text for HTML that cannot change the direction of what stands around it. */
  static String text(String text) {
    return "<bdi>" + Html.escaped(text) + "</bdi>";
  }

  /** Returns a value in plain words. */
  static String plain(Object value) {
    if (value instanceof Media media) {
      return media(media);
    }
    if (value instanceof ByteBuffer bytes) {
      return bytes.remaining() + " bytes";
    }
    if (value instanceof Map<?, ?> fields) {
      List<String> parts = new ArrayList<>();
      fields.forEach(
          (name, field) -> {
            if (field != null) {
              parts.add(name + " " + plain(field));
            }
          });
      return String.join(", ", parts);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ReviewCells::plain).toList().toString();
    }
    return String.valueOf(value);
  }

  private static String media(Media media) {
    List<String> parts = new ArrayList<>();
    parts.add(media.codec().isEmpty() ? media.kind().id() : media.codec());
    if (media.width() > 0) {
      parts.add(media.width() + "×" + media.height());
    }
    if (media.facts().get("duration") instanceof Number seconds) {
      parts.add(String.format(Locale.ROOT, "%.1f s", seconds.doubleValue()));
    }
    parts.add(bytes(media.byteLength()));
    return String.join(" ", parts);
  }

  /** Returns a number of bytes in short. */
  static String bytes(long count) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = count;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
  }
}
