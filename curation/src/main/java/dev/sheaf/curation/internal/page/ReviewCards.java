package dev.sheaf.curation.internal.page;

import dev.sheaf.format.Column;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cards of samples on the page that shows a change. Any number of threads make them at once.
 */
final class ReviewCards {
  private static final int SIDE = 176;
  private static final int MOST_CELLS = 8;

  private ReviewCards() {}

  /**
   * Returns the card of a sample that changed: its picture, then each changed cell, before and
   * after.
   */
  static String changed(Diff.SampleChange change, Version to) {
    StringBuilder card = new StringBuilder();
    head(card, change.key(), index(change.toIndex()), change.id().toString());
    if (change.moved()) {
      card.append("<span class=badge>moved from ").append(index(change.fromIndex()));
      card.append("</span>");
    }
    card.append("</header><div class=body>");
    Sample after = to.sample(change.toIndex().getAsLong());
    Optional<String> pictures = Thumbnails.pictures(to.schema());
    boolean repainted =
        change.cells().stream()
            .anyMatch(cell -> pictures.filter(cell.column().name()::equals).isPresent());
    if (pictures.isPresent() && !repainted && !after.isNull(pictures.get())) {
      card.append("<div class=pictures>");
      figure(card, after.media(pictures.get()), change.key(), "");
      card.append("</div>");
    }
    card.append("<dl>");
    for (Diff.CellChange cell : change.cells()) {
      if (cell.column().name().startsWith("_")) {
        continue;
      }
      card.append("<dt>").append(ReviewCells.text(cell.column().name())).append("<dd>");
      Object value = cell.to() != null ? cell.to() : cell.from();
      if (value instanceof Media media && Thumbnails.isVisual(media)) {
        card.append("<div class=pictures>");
        figure(card, (Media) cell.from(), change.key() + ", before", "before");
        card.append("<span class=arrow>→</span>");
        figure(card, (Media) cell.to(), change.key() + ", after", "after");
        card.append("</div>");
      }
      card.append(ReviewCells.change(cell));
    }
    return card.append("</dl></div></article>\n").toString();
  }

  /** Returns the card of a sample that was added or removed: its picture and its first cells. */
  static String whole(Diff.SampleChange change, Version version, OptionalLong index) {
    StringBuilder card = new StringBuilder();
    head(card, change.key(), index(index), change.id().toString());
    card.append("</header>");
    Sample sample = version.sample(index.getAsLong());
    Optional<String> pictures = Thumbnails.pictures(version.schema());
    if (pictures.isPresent() && !sample.isNull(pictures.get())) {
      card.append("<div class=pictures>");
      figure(card, sample.media(pictures.get()), change.key(), "");
      card.append("</div>");
    }
    card.append("<dl>");
    int cells = 0;
    int left = 0;
    for (Column column : version.schema()) {
      String name = column.name();
      if (name.startsWith("_") || sample.isNull(name)) {
        continue;
      }
      if (cells++ < MOST_CELLS) {
        card.append("<dt>").append(ReviewCells.text(name)).append("<dd>");
        card.append(ReviewCells.shown(sample.value(name)));
      } else {
        left++;
      }
    }
    card.append("</dl>");
    if (left > 0) {
      card.append("<p class=dim>and ").append(left).append(" more columns</p>");
    }
    return card.append("</article>\n").toString();
  }

  /** Returns a sample's index, or nothing where the version has no such sample. */
  static String index(OptionalLong index) {
    return index.isPresent() ? String.format(Locale.ROOT, "%,d", index.getAsLong()) : "";
  }

  private static void head(StringBuilder card, String key, String index, String id) {
    card.append("<article tabindex=-1 id=\"s-").append(Html.escaped(id));
    card.append("\"><header><label class=viewed><input type=checkbox> viewed</label>");
    card.append("<h3>").append(ReviewCells.text(key.isEmpty() ? id : key)).append("</h3>");
    card.append("<span class=dim>sample ").append(index).append("</span>");
  }

  private static void figure(StringBuilder card, Media media, String name, String caption) {
    card.append("<figure>");
    Optional<String> uri = media == null ? Optional.empty() : Thumbnails.of(media, SIDE);
    if (uri.isPresent()) {
      card.append("<img loading=lazy decoding=async alt=\"").append(Html.escaped(name));
      card.append("\" src=\"").append(uri.get()).append("\">");
    } else {
      card.append("<div class=none>").append(media == null ? "null" : "no preview");
      card.append("</div>");
    }
    if (!caption.isEmpty()) {
      card.append("<figcaption>").append(caption).append("</figcaption>");
    }
    card.append("</figure>");
  }
}
