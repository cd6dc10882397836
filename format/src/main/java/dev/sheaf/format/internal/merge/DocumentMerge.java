package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Merge;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Merges all that lies in the tree beside columns, order and segments, file by file. */
final class DocumentMerge {
  private static final Set<String> DATA = Set.of("order", "schema", "segments");

  private final MergeBase start;
  private final TreeSnapshot base;
  private final TreeSnapshot ours;
  private final TreeSnapshot theirs;
  private final Decisions decisions;
  private final TreeEdit edit;
  private final List<String> taken = new ArrayList<>();

  DocumentMerge(MergeContext context, TreeEdit edit) {
    this.start = context.start();
    this.base = context.base().state().tree();
    this.ours = context.ours().state().tree();
    this.theirs = context.theirs().state().tree();
    this.decisions = context.decisions();
    this.edit = edit;
  }

  /** Puts what is taken from theirs into the edit and returns the paths. */
  List<String> merge() {
    folder("");
    return List.copyOf(taken);
  }

  private void folder(String path) {
    Map<String, TreeSnapshot.Entry> from = entries(base, path);
    Map<String, TreeSnapshot.Entry> left = entries(ours, path);
    Map<String, TreeSnapshot.Entry> right = entries(theirs, path);
    Set<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    if (path.isEmpty()) {
      names.removeAll(DATA);
    }
    for (String name : names) {
      String child = path.isEmpty() ? name : path + "/" + name;
      merge(child, from.get(name), left.get(name), right.get(name));
    }
  }

  private static Map<String, TreeSnapshot.Entry> entries(TreeSnapshot tree, String path) {
    Map<String, TreeSnapshot.Entry> entries = new LinkedHashMap<>();
    tree.list(path).forEach(entry -> entries.put(entry.name(), entry));
    return entries;
  }

  private void merge(
      String path, TreeSnapshot.Entry from, TreeSnapshot.Entry left, TreeSnapshot.Entry right) {
    boolean disputed = start.isDocumentDisputed(path);
    if (Objects.equals(left, right) || (Objects.equals(right, from) && !disputed)) {
      return;
    }
    if (Objects.equals(left, from) && !disputed) {
      take(path, right);
    } else if (isFolder(left) && isFolder(right)) {
      folder(path);
    } else {
      Merge.Conflict conflict =
          new Merge.Conflict(
              "document:" + path,
              Merge.ConflictKind.DOCUMENT,
              null,
              "",
              path,
              shown(from),
              shown(left),
              shown(right),
              "both sides changed document \"" + path + "\"");
      String choice = decisions.settle(conflict).map(Merge.Resolution::choice).orElse("ours");
      if (choice.equals("theirs")) {
        take(path, right);
      } else if (choice.equals("base")) {
        take(path, from);
      }
    }
  }

  private static boolean isFolder(TreeSnapshot.Entry entry) {
    return entry == null || entry.isTree();
  }

  private static String shown(TreeSnapshot.Entry entry) {
    return entry == null ? null : entry.objectId();
  }

  private void take(String path, TreeSnapshot.Entry entry) {
    taken.add(path);
    if (entry == null) {
      edit.remove(path);
    } else if (entry.isTree()) {
      edit.putTree(path, entry.objectId());
    } else {
      edit.putObject(path, entry.objectId());
    }
  }
}
