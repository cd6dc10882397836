package dev.sheaf.format.internal.source.archive;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.util.Set;

/** What the bytes of a member become, by its extension as WebDataset's decoders have it. */
enum MemberUse {
  /** A payload. */
  MEDIA,
  /** UTF-8 text. */
  TEXT,
  /** A JSON document. */
  JSON,
  /** The decimal digits of an integer. */
  INTEGER,
  /** A NumPy array. */
  NPY,
  /** Cues. */
  SUBTITLES;

  private static final Set<String> TEXTS = Set.of("txt", "text", "transcript", "caption");
  private static final Set<String> INTEGERS =
      Set.of("cls", "cls2", "class", "count", "index", "inx", "id");

  /** Returns what the part behind the first dot of a name says; what it does not know is media. */
  static MemberUse of(String extension) {
    String last = extension.substring(extension.lastIndexOf('.') + 1);
    if (TEXTS.contains(last)) {
      return TEXT;
    }
    if (INTEGERS.contains(last)) {
      return INTEGER;
    }
    return switch (last) {
      case "json", "jsn" -> JSON;
      case "npy" -> NPY;
      case "srt", "vtt" -> SUBTITLES;
      default -> MEDIA;
    };
  }

  /** Returns the kind of payload that an extension stands for; a plain file where it is unknown. */
  static MediaKind kindOf(String extension) {
    return MediaProbe.byName("." + extension).orElse(MediaKind.FILE);
  }
}
