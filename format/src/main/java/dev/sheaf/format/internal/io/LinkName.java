package dev.sheaf.format.internal.io;

import java.util.Optional;

/**
 * What stands for a linked file where else a chunk is named: {@code link:ROOT} for the folder that
 * many links begin at, {@code link:ROOT/PATH} for a file below it.
 *
 * <p>Spec: {@code docs/format-spec.md#links}.
 */
public final class LinkName {
  private static final String PREFIX = "link:";
  private static final int MOST_ROOT = 255;
  private static final int MOST_PATH = 4096;

  private LinkName() {}

  /** Tells whether a name is that of a link, not of a chunk. */
  public static boolean isLink(String name) {
    return name.startsWith(PREFIX);
  }

  /** Returns the name of a root, as {@code blobs} of a layer has it. */
  public static String ofRoot(String root) {
    return PREFIX + root;
  }

  /** Returns the name of a file below a root. */
  public static String of(String root, String path) {
    return PREFIX + root + "/" + path;
  }

  /** Returns the root of a link. */
  public static String root(String link) {
    int slash = link.indexOf('/');
    return link.substring(PREFIX.length(), slash < 0 ? link.length() : slash);
  }

  /** Returns the path below the root, with {@code /}; empty for the root itself. */
  public static String path(String link) {
    int slash = link.indexOf('/');
    return slash < 0 ? "" : link.substring(slash + 1);
  }

  /**
   * Tells whether a text can name a root: 1 to 255 characters, none of them a control character,
   * {@code / \ : ; =} or, as the first, a dot.
   */
  public static boolean isRoot(String root) {
    return !root.isEmpty()
        && root.length() <= MOST_ROOT
        && root.charAt(0) != '.'
        && root.chars().noneMatch(c -> Character.isISOControl(c) || "/\\:;=".indexOf(c) >= 0);
  }

  /**
   * Says what is wrong with a path below a root, if something is: it must not lead out of it on any
   * system.
   */
  public static Optional<String> fault(String path) {
    if (path.isEmpty() || path.length() > MOST_PATH) {
      return Optional.of("a path of " + path.length() + " characters");
    }
    if (path.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\')) {
      return Optional.of("a path with control characters or \\");
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return Optional.of("a path that is not below its root");
      }
    }
    return path.matches("[A-Za-z]:.*") ? Optional.of("a path with a drive") : Optional.empty();
  }
}
