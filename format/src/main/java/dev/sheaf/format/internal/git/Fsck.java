package dev.sheaf.format.internal.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads everything that refs reach, past the cache, and collects what is wrong. For one run, by one
 * thread.
 */
final class Fsck {
  private static final int BUFFER = 1 << 16;

  private final ObjectStore objects;
  private final List<GitStore.Problem> problems = new ArrayList<>();
  private final Set<Oid> seen = new HashSet<>();
  private final Deque<Task> tasks = new ArrayDeque<>();

  Fsck(ObjectStore objects) {
    this.objects = objects;
  }

  private record Task(Oid id, Optional<ObjectType> type, String path) {}

  /** Adds a ref, log entry or the like to what must be whole. */
  void start(String name, Oid id) {
    push(id, Optional.empty(), name);
  }

  void problem(String path, String what) {
    problems.add(new GitStore.Problem("", path, what));
  }

  List<GitStore.Problem> run() {
    while (!tasks.isEmpty()) {
      Task task = tasks.pop();
      try {
        visit(task);
      } catch (BadObject e) {
        problems.add(new GitStore.Problem(task.id().hex(), task.path(), e.getMessage()));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read the Git object " + task.id() + ": " + e, e);
      }
    }
    return List.copyOf(problems);
  }

  private void push(Oid id, Optional<ObjectType> type, String path) {
    if (!id.equals(TreeObject.EMPTY_ID) && seen.add(id)) {
      tasks.push(new Task(id, type, path));
    }
  }

  private void visit(Task task) throws IOException, BadObject {
    GitObject object =
        objects.fetch(task.id(), 0).orElseThrow(() -> new BadObject("Git object is missing"));
    if (task.type().isPresent() && task.type().get() != object.type()) {
      throw new BadObject(
          "Git object is a " + object.type().label() + ", expected a " + task.type().get().label());
    }
    if (object.type() == ObjectType.COMMIT) {
      CommitObject commit = CommitObject.parse(task.id(), object.bytes());
      push(commit.tree(), Optional.of(ObjectType.TREE), "");
      List<Oid> parents =
          objects.shallow().commits().contains(task.id()) ? List.of() : commit.parents();
      parents.forEach(parent -> push(parent, Optional.of(ObjectType.COMMIT), task.path()));
    } else if (object.type() == ObjectType.TREE) {
      TreeObject tree = TreeObject.parse(object.bytes());
      for (int i = 0; i < tree.count(); i++) {
        TreeObject.Item item = tree.item(i);
        String path = task.path().isEmpty() ? item.name() : task.path() + "/" + item.name();
        push(item.id(), Optional.of(item.isTree() ? ObjectType.TREE : ObjectType.BLOB), path);
      }
    } else if (object.type() == ObjectType.TAG) {
      String text = new String(object.bytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (!text.startsWith("object ") || text.length() < 47 || !Oid.isHex(text.substring(7, 47))) {
        throw new BadObject("tag is damaged");
      }
      push(Oid.parse(text.substring(7, 47)), Optional.empty(), task.path());
    }
  }

  /**
   * Compares each pack and index with its own checksum: damage in parts that no version needs now.
   */
  void checkPacks() {
    try {
      for (PackFile pack : objects.packs().list()) {
        String name = "objects/pack/" + pack.path().getFileName();
        try {
          pack.index().verifyChecksum();
          checkPack(pack);
        } catch (BadObject e) {
          problem(name, e.getMessage());
        } catch (java.nio.file.NoSuchFileException e) {
          problem(name, "pack or its index is missing");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the packs: " + e, e);
    }
  }

  private static void checkPack(PackFile pack) throws IOException, BadObject {
    long end = pack.size() - Oid.BYTES;
    byte[] buffer = new byte[BUFFER];
    MessageDigest sha1 = GitObject.sha1();
    if (end < PackFile.HEADER_LENGTH) {
      throw new BadObject("pack is too short: bytes=" + (end + Oid.BYTES));
    }
    pack.readFully(buffer, PackFile.HEADER_LENGTH, 0);
    boolean isPack = Bytes.int32(buffer, 0) == PackFile.SIGNATURE && Bytes.int32(buffer, 4) == 2;
    if (!isPack || Bytes.int32(buffer, 8) != pack.index().count()) {
      throw new BadObject("pack header is damaged");
    }
    for (long at = 0; at < end; at += BUFFER) {
      int n = (int) Math.min(BUFFER, end - at);
      pack.readFully(buffer, n, at);
      sha1.update(buffer, 0, n);
    }
    pack.readFully(buffer, Oid.BYTES, end);
    Oid stored = Oid.at(buffer, 0);
    Oid computed = Oid.at(sha1.digest(), 0);
    if (!stored.equals(computed) || !stored.equals(pack.index().packChecksum())) {
      throw new BadObject(
          "pack checksum does not match: stored=" + stored + " computed=" + computed);
    }
  }
}
