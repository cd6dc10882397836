package dev.sheaf.format.internal.source;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.util.Optional;

/** What files hold, by their first bytes and by their names. */
public final class MediaFiles {
  private MediaFiles() {}

  /**
   * Returns what a payload is: the first bytes decide, the name where they say nothing. MP4,
   * Matroska, Ogg and ASF hold sound alone as well as pictures: between those two the name decides.
   */
  public static Optional<MediaKind> kindOf(byte[] head, String name) {
    Optional<MediaKind> byName = MediaProbe.byName(name);
    Optional<MediaKind> byHead = MediaProbe.sniff(head);
    if (byHead.isEmpty() || byName.isPresent() && isOneOf(byHead.get(), byName.get())) {
      return byName;
    }
    return byHead;
  }

  /** Tells whether a payload found to be of a kind can stand in a column of another. */
  public static boolean isOneOf(MediaKind found, MediaKind wanted) {
    return found == wanted || lasts(found) && lasts(wanted);
  }

  private static boolean lasts(MediaKind kind) {
    return kind == MediaKind.VIDEO || kind == MediaKind.AUDIO;
  }
}
