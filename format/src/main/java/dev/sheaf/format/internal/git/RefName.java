package dev.sheaf.format.internal.git;

import java.util.List;

/** Git's rules for the names of branches, tags and other refs. */
final class RefName {
  static final String HEADS = "refs/heads/";
  static final String TAGS = "refs/tags/";
  private static final String FORBIDDEN = " ~^:?*[\\\u007f";
  private static final int MAX_LENGTH = 240;

  private RefName() {}

  /**
   * Returns true when {@code name} may be a full ref name or a part of it, as {@code git
   * check-ref-format}.
   */
  static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || name.equals("@") || name.endsWith(".")) {
      return false;
    }
    if (name.contains("..")
        || name.contains("@{")
        || name.chars().anyMatch(c -> c < ' ' || FORBIDDEN.indexOf(c) >= 0)) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.startsWith(".") || part.endsWith(".lock")) {
        return false;
      }
    }
    return true;
  }

  /** Returns true when a new branch or tag may be called so. */
  static boolean isValidShort(String name) {
    return isValid(name)
        && !name.startsWith("-")
        && !name.equals("HEAD")
        && !name.startsWith("refs/");
  }

  /** Returns the full names that a short one may mean, in Git's order. */
  static List<String> candidates(String name) {
    if (!isValid(name)) {
      return List.of();
    }
    String plain = "refs/" + name;
    List<String> rest = List.of(plain, TAGS + name, HEADS + name, "refs/remotes/" + name);
    if (!name.startsWith("refs/")) {
      return rest;
    }
    return List.of(name, plain, TAGS + name, HEADS + name);
  }

  static String ofBranch(String branch) {
    return branch.startsWith("refs/") ? branch : HEADS + branch;
  }
}
