package dev.sheaf.curation;

import dev.sheaf.curation.internal.page.LookHtml;
import dev.sheaf.format.Version;
import java.util.List;
import java.util.Objects;

/**
 * One offline HTML page that shows samples, for people who look through data and label it:
 * previews, captions, filters, labels by keyboard, and an export of the edits as JSONL (a line a
 * sample: {@code {"id", "key", "index", "labels"}}).
 *
 * <pre>{@code
 * String html = LookPage.of(version).title("pets.sheaf").labels(List.of("good", "bad")).write();
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class LookPage {
  /** How many samples a page shows unless told otherwise. */
  public static final int DEFAULT_LIMIT = 500;

  private final Version version;
  private String title = "Samples";
  private List<String> labels = List.of("good", "bad", "unsure");
  private int limit = DEFAULT_LIMIT;
  private long[] indices;

  private LookPage(Version version) {
    this.version = version;
  }

  /** Returns the page of a version. */
  public static LookPage of(Version version) {
    return new LookPage(version);
  }

  /** Sets the heading. */
  public LookPage title(String text) {
    this.title = Objects.requireNonNull(text, "text");
    return this;
  }

  /** Sets the labels of the keys 1 to 9; readers can change them on the page. */
  public LookPage labels(List<String> names) {
    this.labels = List.copyOf(names);
    return this;
  }

  /** Sets how many samples are shown at most; each costs about 10 KB of page. */
  public LookPage limit(int samples) {
    this.limit = samples;
    return this;
  }

  /** Shows these samples, in this order, instead of the first ones. */
  public LookPage samples(long... positions) {
    this.indices = positions.clone();
    return this;
  }

  /** Returns the page. */
  public String write() {
    long total = indices == null ? version.size() : indices.length;
    long[] shown = new long[(int) Math.min(limit, total)];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = indices == null ? i : indices[i];
    }
    return LookHtml.write(version, shown, total, title, labels);
  }
}
