package dev.sheaf.format.internal.probe;

import dev.sheaf.format.MediaKind;
import java.util.Map;
import java.util.Objects;

/**
 * What a look at a payload found.
 *
 * @param kind what it is
 * @param codec its codec or container, for example {@code jpeg}
 * @param facts {@code codec} (String), {@code width}, {@code height}, {@code channels} and {@code
 *     orientation} (Integer), as far as they are known
 * @param defect why the payload cannot be whole, or the empty string
 */
public record Probe(MediaKind kind, String codec, Map<String, Object> facts, String defect) {
  /** Copies the facts. */
  public Probe {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(codec, "codec");
    Objects.requireNonNull(defect, "defect");
    facts = Map.copyOf(facts);
  }

  /**
   * Tells whether the structure is broken: cut short, or a checksum or length that does not hold.
   */
  public boolean isBroken() {
    return !defect.isEmpty();
  }
}
