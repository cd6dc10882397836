package dev.sheaf.format.internal.engine;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The small files that are kept with a version, beside its data. */
final class Documents {
  static final int MAX_BYTES = 64 << 20;
  static final String VIEWS = "views";
  static final String CHECKS = "checks";

  private static final List<String> FOLDERS =
      List.of(VIEWS, "recipes", "provenance", "taxonomy", CHECKS);
  private static final List<String> FILES = List.of("taxonomy.json", "taxonomy.yaml");
  private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}]{1,200}");

  private Documents() {}

  /** Refuses a path that no document may have. */
  static void check(String path) {
    String[] names = path.split("/", -1);
    boolean known = names.length == 1 ? FILES.contains(path) : FOLDERS.contains(names[0]);
    for (String name : names) {
      known &= NAME.matcher(name).matches() && !name.startsWith(".");
    }
    if (!known) {
      throw new InvalidInputException(
          "SHEAF-INP-020",
          "Bad path of a document \"" + path + "\"",
          Location.NONE,
          "Documents are files below " + String.join("/, ", FOLDERS) + "/, and " + FILES);
    }
  }

  static List<String> list(TreeSnapshot tree, String folder) {
    List<String> found = new ArrayList<>();
    if (folder.isEmpty()) {
      FOLDERS.forEach(one -> collect(tree, one, found));
      FILES.stream().filter(file -> tree.objectId(file).isPresent()).forEach(found::add);
    } else {
      collect(tree, folder, found);
    }
    return found.stream().sorted().toList();
  }

  private static void collect(TreeSnapshot tree, String folder, List<String> found) {
    if (!FOLDERS.contains(folder.split("/", -1)[0])) {
      return;
    }
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      String path = folder + "/" + entry.name();
      if (entry.isTree()) {
        collect(tree, path, found);
      } else {
        found.add(path);
      }
    }
  }
}
