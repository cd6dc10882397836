package dev.sheaf.format.internal.git;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Edits of paths, to be applied to a tree. Later calls win over earlier ones; apart from that the
 * order of calls does not matter. Only the directories that are touched are read and written again.
 * Not safe for use by several threads.
 *
 * <p>Paths are relative, with {@code /}, in UTF-8. A file put where a directory is replaces it, and
 * the other way round. Directories that become empty vanish.
 */
public final class TreeEdit {
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_DEPTH = 64;

  private final Directory root = new Directory();

  /** Creates an edit that changes nothing. */
  public TreeEdit() {}

  private sealed interface Change permits Directory, Content, Existing, Removal {}

  /** Edits below a directory. */
  private static final class Directory implements Change {
    private final Map<String, Change> children = new TreeMap<>();

    /** Nothing of what the old tree has here stays. */
    private boolean replaces;

    /** Something was put below, so a file that the old tree has here goes. */
    private boolean displaces;
  }

  private static final class Content implements Change {
    private final GitObject blob;

    Content(GitObject blob) {
      this.blob = blob;
    }
  }

  private record Existing(Oid id, int mode) implements Change {}

  private record Removal() implements Change {}

  /**
   * Sets the content of a file.
   *
   * @param bytes at most 256 MiB; not copied, so not to be modified until the commit is made
   */
  public TreeEdit put(String path, byte[] bytes) {
    if (bytes.length > GitObject.MAX_BYTES) {
      throw invalid(
          "File is too large for a version: expected at most "
              + GitObject.MAX_BYTES
              + " bytes, got "
              + bytes.length,
          path);
    }
    return set(path, new Content(new GitObject(ObjectType.BLOB, bytes)));
  }

  /** Sets a file to a blob that is in the store already. */
  public TreeEdit putObject(String path, String objectId) {
    return set(path, new Existing(id(objectId, path), TreeObject.MODE_FILE));
  }

  /** Sets a directory to a tree that is in the store already, as a whole. */
  public TreeEdit putTree(String path, String treeId) {
    return set(path, new Existing(id(treeId, path), TreeObject.MODE_TREE));
  }

  /** Removes a file, or a directory with all that is in it; does nothing if the path is absent. */
  public TreeEdit remove(String path) {
    return set(path, new Removal());
  }

  /** Returns true when nothing was put or removed. */
  public boolean isEmpty() {
    return root.children.isEmpty();
  }

  private static Oid id(String objectId, String path) {
    if (!Oid.isHex(objectId)) {
      throw invalid("Not an object id: \"" + objectId + "\"", path);
    }
    return Oid.parse(objectId);
  }

  private TreeEdit set(String path, Change change) {
    String[] names = path.split("/", -1);
    if (names.length > MAX_DEPTH) {
      throw invalid(
          "Path is too deep: expected at most " + MAX_DEPTH + " names, got " + names.length, path);
    }
    for (String name : names) {
      checkName(name, path);
    }
    Directory directory = root;
    for (int i = 0; i < names.length - 1; i++) {
      Change present = directory.children.get(names[i]);
      if (!(present instanceof Directory)) {
        Directory made = new Directory();
        if (present != null && change instanceof Removal && !isTree(present)) {
          return this;
        }
        if (isTree(present)) {
          throw invalid("Path lies below a directory that this edit sets as a whole", path);
        }
        // What was put or removed here before is gone, and so is what the old tree has here.
        made.replaces = present != null;
        directory.children.put(names[i], made);
        present = made;
      }
      directory = (Directory) present;
      directory.displaces |= !(change instanceof Removal);
    }
    directory.children.put(names[names.length - 1], change);
    return this;
  }

  private static boolean isTree(Change change) {
    return change instanceof Existing existing && existing.mode() == TreeObject.MODE_TREE;
  }

  private static void checkName(String name, String path) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean reserved =
        name.isEmpty() || name.equals(".") || name.equals("..") || lower.equals(".git");
    if (reserved || lower.equals("git~1") || name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0) {
      throw invalid("Path has a name that Git does not allow: \"" + name + "\"", path);
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_NAME_BYTES || !new String(bytes, StandardCharsets.UTF_8).equals(name)) {
      throw invalid("Path has a name that is too long or not text", path);
    }
  }

  private static InvalidInputException invalid(String headline, String path) {
    return new InvalidInputException(
        "SHEAF-GIT-003", headline, Location.NONE.with("path", path), "");
  }

  /** Receives the new objects of an edit and tells which ones exist. */
  interface Target {
    TreeObject tree(Oid id, String path);

    boolean contains(Oid id);

    Oid add(GitObject object);
  }

  /**
   * Applies the edits to a tree and returns the new tree's id.
   *
   * @param base the tree's id, that of the empty tree for none
   */
  Oid apply(Oid base, Target target) {
    return apply(root, Optional.of(base), "", target).orElseGet(() -> target.add(TreeObject.EMPTY));
  }

  private static Optional<Oid> apply(
      Directory edits, Optional<Oid> base, String path, Target target) {
    if (edits.children.isEmpty() && !edits.replaces) {
      return base;
    }
    Map<String, Change> rest = new HashMap<>(edits.children);
    List<TreeObject.Item> items = new ArrayList<>();
    if (base.isPresent() && !edits.replaces) {
      TreeObject old = target.tree(base.get(), path);
      for (int i = 0; i < old.count(); i++) {
        TreeObject.Item item = old.item(i);
        Change change = rest.remove(item.name());
        if (change == null) {
          items.add(item);
        } else {
          apply(change, item.name(), Optional.of(item), path, target).ifPresent(items::add);
        }
      }
    }
    rest.forEach(
        (name, change) ->
            apply(change, name, Optional.empty(), path, target).ifPresent(items::add));
    return items.isEmpty() ? Optional.empty() : Optional.of(target.add(TreeObject.of(items)));
  }

  private static Optional<TreeObject.Item> apply(
      Change change, String name, Optional<TreeObject.Item> old, String path, Target target) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (change instanceof Content content) {
      return Optional.of(
          new TreeObject.Item(TreeObject.MODE_FILE, bytes, target.add(content.blob)));
    } else if (change instanceof Existing existing) {
      if (!existing.id().equals(TreeObject.EMPTY_ID) && !target.contains(existing.id())) {
        throw invalid("Object is not in the store: " + existing.id(), path + name);
      }
      return existing.id().equals(TreeObject.EMPTY_ID)
          ? Optional.empty()
          : Optional.of(new TreeObject.Item(existing.mode(), bytes, existing.id()));
    } else if (change instanceof Directory directory) {
      Optional<Oid> base = old.filter(TreeObject.Item::isTree).map(TreeObject.Item::id);
      if (base.isEmpty() && !directory.displaces) {
        return old; // Removing below what is absent, or is a file, changes nothing.
      }
      return apply(directory, base, path + name + "/", target)
          .map(id -> new TreeObject.Item(TreeObject.MODE_TREE, bytes, id));
    }
    return Optional.empty();
  }
}
