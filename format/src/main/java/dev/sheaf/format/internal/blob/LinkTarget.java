package dev.sheaf.format.internal.blob;

import dev.sheaf.format.internal.io.LinkName;
import java.util.Objects;

/**
 * Where a payload lies that is not to be copied: a range of a file of the outside, as long as the
 * payload.
 *
 * @param name the file; see {@link LinkName}
 * @param offset the first byte
 */
public record LinkTarget(String name, long offset) {
  /** Requires the name of a file. */
  public LinkTarget {
    Objects.requireNonNull(name, "name");
    if (!LinkName.isLink(name) || LinkName.path(name).isEmpty() || offset < 0) {
      throw new IllegalArgumentException("name=" + name + " offset=" + offset);
    }
  }
}
