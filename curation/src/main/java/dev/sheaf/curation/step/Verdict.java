package dev.sheaf.curation.step;

import java.util.Locale;

/** What a step says about a sample. */
public enum Verdict {
  /** It goes on to the next step. */
  KEEP,
  /** It is not selected. */
  DROP,
  /** The step could not judge it; whether it goes on is up to {@code on_error}. */
  FAILED;

  /** Returns the stored name, for example {@code keep}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the verdict with a stored name. */
  public static Verdict of(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }
}
