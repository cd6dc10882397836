package dev.sheaf.format.internal.git;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Everything that commits lead to. An object is visited once, wherever it occurs, so the cost
 * follows the number of objects and not of versions. For one thread.
 */
final class Reach {
  private final ObjectStore objects;
  private final BlobVisitor visitor;
  private final Set<Oid> seen = new HashSet<>();

  private record Todo(Oid id, String path) {}

  Reach(ObjectStore objects, BlobVisitor visitor) {
    this.objects = objects;
    this.visitor = visitor;
  }

  /** Returns all objects that were found, blobs included. */
  Set<Oid> seen() {
    return Collections.unmodifiableSet(seen);
  }

  /** Visits what a commit, tag, tree or blob leads to and is not visited yet. */
  void visit(Oid start) {
    Deque<Todo> todo = new ArrayDeque<>();
    push(todo, start, "");
    while (!todo.isEmpty()) {
      Todo next = todo.pop();
      GitObject object = objects.read(next.id(), next.path());
      switch (object.type()) {
        case COMMIT -> {
          CommitObject commit = objects.commit(next.id());
          commit.parents().forEach(parent -> push(todo, parent, ""));
          push(todo, commit.tree(), "");
        }
        case TREE -> tree(objects.tree(next.id(), next.path()), next.path(), todo);
        case TAG -> push(todo, tagged(object, next.id()), "");
        case BLOB -> visitor.blob(next.path(), object.bytes());
      }
    }
  }

  private void tree(TreeObject tree, String path, Deque<Todo> todo) {
    for (int i = 0; i < tree.count(); i++) {
      TreeObject.Item item = tree.item(i);
      String name = path.isEmpty() ? item.name() : path + "/" + item.name();
      if (item.isTree()) {
        push(todo, item.id(), name);
      } else if (seen.add(item.id()) && visitor.isWanted(name)) {
        visitor.blob(name, objects.read(item.id(), ObjectType.BLOB, name).bytes());
      }
    }
  }

  private static Oid tagged(GitObject tag, Oid id) {
    String text = new String(tag.bytes(), StandardCharsets.UTF_8);
    int start = "object ".length();
    int end = start + Oid.HEX_DIGITS;
    if (!text.startsWith("object ")
        || text.length() < end
        || !Oid.isHex(text.substring(start, end))) {
      throw new CorruptDataException(
          "SHEAF-GIT-001",
          "Tag names no object",
          Location.NONE.with("object", id.hex()),
          "Run `sheaf fsck`; nothing was removed");
    }
    return Oid.parse(text.substring(start, end));
  }

  private void push(Deque<Todo> todo, Oid id, String path) {
    if (seen.add(id)) {
      todo.push(new Todo(id, path));
    }
  }
}
