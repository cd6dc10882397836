package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of views, under {@code refs/sheaf/derived}: {@code views/DEFINITION/DATA/order/…}, by
 * digests of the view's definition and of the data that the rows are of. Other branches with the
 * same definition and data share them; nothing of a version depends on them.
 */
final class ViewRows {
  static final String REF = "refs/sheaf/derived";

  private static final int SEARCHED_COMMITS = 1000;

  private final LocalDataset dataset;

  ViewRows(LocalDataset dataset) {
    this.dataset = dataset;
  }

  void store(LocalVersion version, String name, LocalVersion rows) {
    Map<String, byte[]> files = rows.orderFiles();
    if (files.isEmpty()) {
      throw new IllegalArgumentException("the rows of a view are picked from its version");
    }
    String folder = folder(definition(version, name), version.dataDigest());
    dataset
        .git()
        .commit(
            REF,
            Authors.request(
                "Store the rows of view " + name,
                head -> {
                  TreeEdit edit = new TreeEdit();
                  edit.remove(folder);
                  files.forEach((path, bytes) -> edit.put(folder + "/" + path, bytes));
                  return edit;
                }));
  }

  LocalVersion find(LocalVersion version, String name) {
    String definition = definition(version, name);
    Optional<TreeSnapshot> derived = dataset.git().find(REF);
    if (derived.isPresent()) {
      for (CommitInfo commit : dataset.log(version.commit().id(), SEARCHED_COMMITS)) {
        LocalVersion candidate =
            commit.id().equals(version.commit().id())
                ? version
                : (LocalVersion) dataset.at(commit.id());
        String folder = folder(definition, candidate.dataDigest());
        if (!derived.get().list(folder).isEmpty()) {
          return candidate.withOrder(files(derived.get(), folder + "/", "order"));
        }
      }
    }
    throw new NotFoundException(
        "SHEAF-NF-011",
        "View \"" + name + "\" has no rows yet",
        version.location(),
        "Make them with `sheaf view refresh " + dataset.path() + " " + name + "`");
  }

  private String definition(LocalVersion version, String name) {
    byte[] definition =
        version
            .document(Documents.VIEWS + "/" + name + ".json")
            .orElseThrow(() -> unknown(version, name));
    return HexFormat.of().formatHex(Checksums.sha256(definition), 0, 20);
  }

  private static NotFoundException unknown(LocalVersion version, String name) {
    List<String> names =
        version.documents(Documents.VIEWS).stream()
            .map(path -> path.substring(path.indexOf('/') + 1))
            .filter(file -> file.endsWith(".json"))
            .map(file -> file.substring(0, file.length() - ".json".length()))
            .toList();
    return new NotFoundException(
        "SHEAF-NF-010",
        "Unknown view \"" + name + "\"",
        version.location(),
        Suggestion.of(name, names, "views"));
  }

  private static String folder(String definition, String data) {
    return "views/" + definition + "/" + data;
  }

  private static Map<String, byte[]> files(TreeSnapshot tree, String prefix, String folder) {
    Map<String, byte[]> files = new HashMap<>();
    for (TreeSnapshot.Entry entry : tree.list(prefix + folder)) {
      String path = folder + "/" + entry.name();
      if (entry.isTree()) {
        files.putAll(files(tree, prefix, path));
      } else {
        files.put(path, tree.read(prefix + path));
      }
    }
    return files;
  }
}
