package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.NotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one commit. Immutable; reads lazily, through the store's cache. Safe for use by
 * several threads, valid until the store is closed.
 */
public final class TreeSnapshot {
  private final ObjectStore objects;
  private final Damage damage;
  private final Oid commit;
  private final Oid tree;
  private final Map<Oid, GitObject> unwritten;
  private volatile CommitObject info;

  TreeSnapshot(ObjectStore objects, Damage damage, CommitObject commit) {
    this.objects = objects;
    this.damage = damage;
    this.commit = commit.id();
    this.tree = commit.tree();
    this.unwritten = Map.of();
    this.info = commit;
  }

  /** Creates the snapshot of a tree of which some objects are in memory alone. */
  TreeSnapshot(ObjectStore objects, Damage damage, Oid tree, Map<Oid, GitObject> unwritten) {
    this.objects = objects;
    this.damage = damage;
    this.commit = Oid.ZERO;
    this.tree = tree;
    this.unwritten = Map.copyOf(unwritten);
  }

  /** Creates the snapshot of a commit of which some objects are in memory alone. */
  TreeSnapshot(
      ObjectStore objects, Damage damage, CommitObject commit, Map<Oid, GitObject> unwritten) {
    this.objects = objects;
    this.damage = damage;
    this.commit = commit.id();
    this.tree = commit.tree();
    this.unwritten = Map.copyOf(unwritten);
    this.info = commit;
  }

  Map<Oid, GitObject> unwritten() {
    return unwritten;
  }

  TreeObject tree(Oid id, String path) {
    return unwritten.get(id) instanceof TreeObject known ? known : objects.tree(id, path);
  }

  /** Creates the snapshot of a branch that has no commit yet. */
  TreeSnapshot(ObjectStore objects, Damage damage) {
    this.objects = objects;
    this.damage = damage;
    this.commit = Oid.ZERO;
    this.tree = TreeObject.EMPTY_ID;
    this.unwritten = Map.of();
  }

  /**
   * One name in a directory.
   *
   * @param name without {@code /}
   * @param objectId the blob or tree, 40 hex digits
   * @param isTree true for a directory
   */
  public record Entry(String name, String objectId, boolean isTree) {}

  /** Returns the commit's id, 40 hex digits; 40 zeros before the first commit. */
  public String commitId() {
    return commit.hex();
  }

  /** Returns the root tree's id: equal content gives an equal id. */
  public String treeId() {
    return tree.hex();
  }

  /** Returns false for a branch that has no commit yet. */
  public boolean hasCommit() {
    return !commit.equals(Oid.ZERO);
  }

  /**
   * Returns the commit.
   *
   * @throws IllegalStateException if there is none yet; see {@link #hasCommit}
   */
  public CommitInfo info() {
    if (info == null) {
      throw new IllegalStateException("the branch has no commit yet");
    }
    return info.info();
  }

  /**
   * Returns the content of a file. The array is shared with the cache: the caller must not modify
   * it.
   *
   * @throws NotFoundException if the path is absent or a directory
   */
  public byte[] read(String path) {
    return find(path)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "SHEAF-NF-003",
                    "Version has no file \"" + path + "\"",
                    damage.location().with("commit", commit.hex()),
                    ""));
  }

  /**
   * Returns the content of a file, or empty if the path is absent or a directory; see {@link
   * #read}.
   */
  public Optional<byte[]> find(String path) {
    return item(path)
        .filter(item -> !item.isTree())
        .map(
            item -> {
              GitObject known = unwritten.get(item.id());
              return known != null
                  ? known.bytes()
                  : objects.read(item.id(), ObjectType.BLOB, path).bytes();
            });
  }

  /** Returns the id of the blob or tree at a path; the root is the empty path. */
  public Optional<String> objectId(String path) {
    return path.isEmpty() ? Optional.of(tree.hex()) : item(path).map(item -> item.id().hex());
  }

  /**
   * Returns the entries of a directory in Git's order; none if it is absent or a file. The root is
   * the empty path.
   */
  public List<Entry> list(String directory) {
    return directory(directory).map(TreeSnapshot::entries).orElse(List.of());
  }

  private static List<Entry> entries(TreeObject found) {
    List<Entry> entries = new ArrayList<>(found.count());
    for (int i = 0; i < found.count(); i++) {
      TreeObject.Item item = found.item(i);
      entries.add(new Entry(item.name(), item.id().hex(), item.isTree()));
    }
    return List.copyOf(entries);
  }

  /** Returns how many objects the store has read from disk so far, over all its snapshots. */
  public long loads() {
    return objects.loads();
  }

  private Optional<TreeObject> directory(String path) {
    TreeObject at = tree(tree, "");
    if (path.isEmpty()) {
      return Optional.of(at);
    }
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      Optional<TreeObject.Item> item =
          at.find(path.substring(from, to)).filter(TreeObject.Item::isTree);
      if (item.isEmpty()) {
        return Optional.empty();
      }
      at = tree(item.get().id(), path.substring(0, to));
      from = to + 1;
    }
    return Optional.of(at);
  }

  private Optional<TreeObject.Item> item(String path) {
    int slash = path.lastIndexOf('/');
    return directory(slash < 0 ? "" : path.substring(0, slash))
        .flatMap(found -> found.find(path.substring(slash + 1)));
  }
}
