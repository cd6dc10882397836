package dev.sheaf.format;

/** What an encoded payload is. */
public enum MediaKind {
  /** A still or animated picture. */
  IMAGE("image"),
  /** A moving picture, with or without sound. */
  VIDEO("video"),
  /** Sound. */
  AUDIO("audio"),
  /** A payload that is kept as it is. */
  FILE("file");

  private final String id;

  MediaKind(String id) {
    this.id = id;
  }

  /** Returns the stored name, for example {@code image}. */
  public String id() {
    return id;
  }

  /**
   * Returns the kind with this stored name.
   *
   * @throws UnsupportedFormatException if there is none
   */
  public static MediaKind of(String id) {
    for (MediaKind kind : values()) {
      if (kind.id.equals(id)) {
        return kind;
      }
    }
    throw new UnsupportedFormatException(
        "SHEAF-FMT-004", "Unknown media kind \"" + id + "\"", Location.NONE, "Update Sheaf");
  }
}
