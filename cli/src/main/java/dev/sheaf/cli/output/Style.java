package dev.sheaf.cli.output;

/** Colour for one stream; plain text where nobody would see it. Immutable. */
public final class Style {
  /** No colour. */
  public static final Style PLAIN = new Style(false);

  private final boolean coloured;

  private Style(boolean coloured) {
    this.coloured = coloured;
  }

  /**
   * Returns the style of a stream.
   *
   * @param terminal whether a person sees the stream
   * @param surroundings for {@code NO_COLOR} and {@code TERM}
   */
  public static Style of(boolean terminal, Surroundings surroundings) {
    return terminal
            && surroundings.variable("NO_COLOR").isEmpty()
            && !surroundings.variable("TERM").equals("dumb")
        ? new Style(true)
        : PLAIN;
  }

  /** Returns text that matters. */
  public String strong(String text) {
    return wrap("1", text);
  }

  /** Returns text that may be overlooked. */
  public String dim(String text) {
    return wrap("2", text);
  }

  /** Returns text that tells of trouble. */
  public String bad(String text) {
    return wrap("1;31", text);
  }

  /** Returns text that tells that all is well. */
  public String good(String text) {
    return wrap("32", text);
  }

  /** Returns a name: a branch, a commit. */
  public String name(String text) {
    return wrap("33", text);
  }

  private String wrap(String how, String text) {
    return coloured ? "\u001b[" + how + "m" + text + "\u001b[0m" : text;
  }
}
