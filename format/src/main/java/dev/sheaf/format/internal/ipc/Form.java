package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.Location;
import dev.sheaf.format.UnsupportedFormatException;

/**
 * How the cells of a column are laid out in the pages of a layer. Spec: {@code
 * docs/format-spec.md#forms}.
 */
public enum Form {
  /** The value itself. */
  PLAIN("plain"),
  /** {@code struct{inline, ref}}: short values in the page, long ones elsewhere. */
  VARYING("varying"),
  /** The CRC-32C of a row of a tensor chunk. */
  FIXED("fixed"),
  /** {@code struct{inline, ref, sha256, facts}}. */
  MEDIA("media"),
  /**
   * {@code struct{inline, ref, sha256, facts, link}}: some payloads lie in files of the outside.
   */
  LINKED("linked");

  private final String id;

  Form(String id) {
    this.id = id;
  }

  /** Returns the stored name. */
  public String id() {
    return id;
  }

  /** Returns the form with this stored name. */
  public static Form of(String id) {
    for (Form form : values()) {
      if (form.id.equals(id)) {
        return form;
      }
    }
    throw new UnsupportedFormatException(
        "SHEAF-FMT-006", "Unknown column form \"" + id + "\"", Location.NONE, "Update Sheaf");
  }
}
