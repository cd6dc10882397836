package dev.sheaf.curation;

import dev.sheaf.curation.internal.page.ReviewHtml;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Version;
import java.util.Objects;

/**
 * One offline HTML page that shows what differs between two versions, to review a change of data as
 * one reviews a pull request: the commits, columns, how labels and tags shifted, what the checks
 * say, and the samples that were changed, added, removed and moved, with previews.
 *
 * <pre>{@code
 * ReviewPage.Page page = ReviewPage.of(pets, pets.at("main"), pets.at("curator")).write();
 * Files.writeString(Path.of("review.html"), page.html());
 * }</pre>
 *
 * <p>The page needs no network and no other file. Texts of the dataset stand in it as text, and a
 * content security policy lets no script run but the page's own. Not safe for use by several
 * threads.
 */
public final class ReviewPage {
  /** How many samples of each kind a page shows unless told otherwise. */
  public static final int DEFAULT_MOST = 100;

  private final Dataset dataset;
  private final Version from;
  private final Version to;
  private String title;
  private String fromName;
  private String toName;
  private int most = DEFAULT_MOST;
  private Progress progress = Progress.NONE;

  private ReviewPage(Dataset dataset, Version from, Version to) {
    this.dataset = dataset;
    this.from = from;
    this.to = to;
    this.title = dataset.path().getFileName().toString();
    this.fromName = "";
    this.toName = "";
  }

  /**
   * A page.
   *
   * @param html the page
   * @param shown how many samples it shows
   */
  public record Page(String html, long shown) {}

  /** Returns the page about two versions of a dataset. */
  public static ReviewPage of(Dataset dataset, Version from, Version to) {
    return new ReviewPage(dataset, from, to);
  }

  /** Sets the heading; the name of the dataset without it. */
  public ReviewPage title(String text) {
    this.title = Objects.requireNonNull(text, "text");
    return this;
  }

  /** Sets what the versions are called; their commits stand beside it. */
  public ReviewPage names(String before, String after) {
    this.fromName = Objects.requireNonNull(before, "before");
    this.toName = Objects.requireNonNull(after, "after");
    return this;
  }

  /**
   * Sets how many changed, added, removed and moved samples are shown at most, of each; the rest is
   * counted. A preview costs about 8 KB of page.
   */
  public ReviewPage most(int samples) {
    if (samples < 0) {
      throw new IllegalArgumentException("samples=" + samples);
    }
    this.most = samples;
    return this;
  }

  /** Sets who is told how far it is. */
  public ReviewPage progress(Progress listener) {
    this.progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Returns the page. Costs what the comparison costs, and a read of all labels and tags. */
  public Page write() {
    ReviewHtml page = new ReviewHtml(dataset, from, to, most, progress);
    return new Page(page.write(title, fromName, toName), page.shown());
  }
}
