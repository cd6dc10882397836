package dev.sheaf.format.internal.source.archive;

import java.util.Locale;
import java.util.Optional;

/** Names of members of archives: which are safe, and which samples they belong to. */
final class MemberNames {
  private MemberNames() {}

  /** Returns why a name is refused, or empty. */
  static Optional<String> unsafe(String name) {
    String plain = name.replace('\\', '/');
    if (plain.startsWith("/") || plain.matches("[A-Za-z]:.*")) {
      return Optional.of("it is an absolute path");
    }
    for (String part : plain.split("/", -1)) {
      if (part.equals("..")) {
        return Optional.of("it leaves the archive");
      }
    }
    return name.indexOf('\0') >= 0 ? Optional.of("it has a NUL") : Optional.empty();
  }

  /** Returns the name without a leading {@code ./}. */
  static String plain(String name) {
    String plain = name;
    while (plain.startsWith("./")) {
      plain = plain.substring(2);
    }
    return plain;
  }

  /** Tells whether a name begins with a dot in any folder, as the litter of systems does. */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.") || name.startsWith("__MACOSX/");
  }

  private static int dot(String name) {
    int slash = name.lastIndexOf('/');
    return name.indexOf('.', slash + 1);
  }

  /** Returns what stands before the first dot of the last part; the whole name if there is none. */
  static String key(String name) {
    int dot = dot(name);
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** Returns what stands behind the first dot of the last part, in lower case. */
  static String extension(String name) {
    int dot = dot(name);
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
