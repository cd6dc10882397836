package dev.sheaf.format;

import dev.sheaf.format.internal.layer.MediaFacts;
import java.util.ArrayList;
import java.util.List;

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
   * Returns the facts that a column of this kind may have, as a struct: those that ingest finds,
   * and {@code bytes} (the length of the payload) and {@code sha256} (64 hex digits).
   */
  public Type.Struct facts() {
    List<Type.Field> fields = new ArrayList<>(MediaFacts.of(this).fields());
    fields.add(new Type.Field("bytes", Type.scalar(DType.INT64)));
    fields.add(new Type.Field("sha256", Type.UTF8));
    return new Type.Struct(fields);
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
