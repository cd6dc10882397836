package dev.sheaf.format.internal.git;

import dev.sheaf.format.CorruptDataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The objects of one repository: packs, then loose files, behind a cache. Every object is verified
 * against its SHA-1 when it is read. Safe for use by several threads, beside other processes that
 * write, repack or collect.
 */
final class ObjectStore implements Closeable {
  private static final int MAX_ATTEMPTS = 10;

  private final Damage damage;
  private final Packs packs;
  private final LooseObjects loose;
  private final ObjectCache cache;
  private final ShallowFile shallow;
  private final AtomicLong loads = new AtomicLong();

  ObjectStore(Path gitDir, Damage damage, long cacheBytes) {
    this.damage = damage;
    this.packs = new Packs(gitDir.resolve("objects").resolve("pack"));
    this.loose = new LooseObjects(gitDir.resolve("objects"));
    this.cache = new ObjectCache(cacheBytes);
    this.shallow = new ShallowFile(gitDir, damage);
  }

  static void verify(Oid id, GitObject object) throws BadObject {
    Oid computed = object.id();
    if (!computed.equals(id)) {
      throw new BadObject(
          "object does not match its SHA-1: expected=" + id + " computed=" + computed);
    }
  }

  Packs packs() {
    return packs;
  }

  long loads() {
    return loads.get();
  }

  /**
   * Returns an object of a known type.
   *
   * @param path the path in the version for messages, or the empty string
   * @throws CorruptDataException if it is missing, damaged or of another type
   */
  GitObject read(Oid id, ObjectType type, String path) {
    GitObject object = read(id, path);
    if (object.type() != type) {
      throw damage.of(
          "Git object is a " + object.type().label() + ", expected a " + type.label(), id, path);
    }
    return object;
  }

  /** Returns an object of any type; see {@link #read(Oid, ObjectType, String)}. */
  GitObject read(Oid id, String path) {
    return cache.find(id).orElseGet(() -> load(id, path));
  }

  private GitObject load(Oid id, String path) {
    try {
      GitObject object = fetch(id, 0).orElseThrow(() -> new BadObject("Git object is missing"));
      if (object.type() == ObjectType.TREE) {
        object = TreeObject.parse(object.bytes());
      }
      cache.add(id, object);
      return object;
    } catch (BadObject e) {
      throw damage.of(e.getMessage(), id, path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the Git object " + id + ": " + e, e);
    }
  }

  /** Reads an object from disk, past the cache; empty if it is nowhere. */
  Optional<GitObject> fetch(Oid id, int depth) throws IOException, BadObject {
    loads.incrementAndGet();
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      int searched = packs.changes();
      try {
        Optional<GitObject> found = packs.find(id, this::fetch, depth);
        if (found.isEmpty()) {
          found = loose.find(id);
        }
        // Whoever repacks adds the new pack before the old copy goes, so an unchanged list means:
        // not there.
        if (found.isPresent() || !packs.isChanged(searched)) {
          return found;
        }
      } catch (NoSuchFileException e) {
        packs.rescan();
      }
    }
    return Optional.empty();
  }

  /** Returns true when the object is there, without reading it. */
  boolean contains(Oid id) {
    try {
      int searched = packs.changes();
      return packs.contains(id)
          || loose.contains(id)
          || (packs.isChanged(searched) && packs.contains(id));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the packs: " + e, e);
    }
  }

  /** Returns the ids that begin with a lower-case hex prefix of at least 2 digits, in order. */
  Set<Oid> matching(String prefix) {
    Set<Oid> found = new TreeSet<>();
    try {
      int searched = packs.changes();
      packs.matching(prefix, found::add);
      loose.matching(prefix, found::add);
      if (found.isEmpty() && packs.isChanged(searched)) {
        packs.matching(prefix, found::add);
      }
    } catch (BadObject e) {
      throw damage.of(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the packs: " + e, e);
    }
    return found;
  }

  TreeObject tree(Oid id, String path) {
    return id.equals(TreeObject.EMPTY_ID)
        ? TreeObject.EMPTY
        : (TreeObject) read(id, ObjectType.TREE, path);
  }

  /** Returns the commits whose parents are forgotten. */
  ShallowFile shallow() {
    return shallow;
  }

  /** Returns a commit; one whose parents are forgotten has none. */
  CommitObject commit(Oid id) {
    try {
      CommitObject commit = CommitObject.parse(id, read(id, ObjectType.COMMIT, "").bytes());
      return shallow.commits().contains(id) ? commit.withoutParents() : commit;
    } catch (BadObject e) {
      throw damage.of(e.getMessage(), id, "");
    }
  }

  @Override
  public void close() throws IOException {
    packs.close();
  }
}
