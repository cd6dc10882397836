package dev.sheaf.curation.internal.taxonomy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A tag of one sample.
 *
 * @param tag the tag
 * @param modality what it was seen in, for example {@code text} or {@code image}
 * @param source who says so: {@code keyword:dog}, {@code rule:2}, {@code implied:dog}, a person
 * @param confidence from 0 to 1
 */
public record Assignment(String tag, String modality, String source, double confidence) {
  /** Checks the parts. */
  public Assignment {
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(modality, "modality");
    Objects.requireNonNull(source, "source");
  }

  /** Returns the cell of a list of structs. */
  public Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("tag", tag);
    fields.put("modality", modality);
    fields.put("source", source);
    fields.put("confidence", (float) confidence);
    return fields;
  }

  /** Reads what {@link #toMap} wrote. */
  public static Assignment of(Map<?, ?> fields) {
    return new Assignment(
        (String) fields.get("tag"),
        (String) fields.get("modality"),
        (String) fields.get("source"),
        ((Number) fields.get("confidence")).doubleValue());
  }
}
