package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.NotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * What the classes share that work on one repository. Safe for use by several threads; what says so
 * is for the holder of the {@link RepositoryLock} alone.
 */
final class Repository implements Closeable {
  private final Path gitDir;
  private final Damage damage;
  private final ObjectStore objects;
  private final RefFiles refs;
  private final History history;
  private final Revisions revisions;
  private final Set<Path> durableNames = ConcurrentHashMap.newKeySet();

  Repository(Path gitDir, long cacheBytes, Clock clock) {
    this.gitDir = gitDir;
    this.damage = new Damage(gitDir);
    this.objects = new ObjectStore(gitDir, damage, cacheBytes);
    this.refs = new RefFiles(gitDir, damage);
    this.history = new History(objects);
    this.revisions = new Revisions(objects, refs, history, damage, clock);
  }

  Path gitDir() {
    return gitDir;
  }

  Damage damage() {
    return damage;
  }

  ObjectStore objects() {
    return objects;
  }

  RefFiles refs() {
    return refs;
  }

  History history() {
    return history;
  }

  Revisions revisions() {
    return revisions;
  }

  /** Returns the version of a commit that is there. */
  TreeSnapshot snapshot(Oid commit) {
    return new TreeSnapshot(objects, damage, objects.commit(commit));
  }

  /**
   * Parses the id of an object.
   *
   * @throws NotFoundException if there is none such
   */
  Oid existing(String commitId) {
    if (!Oid.isHex(commitId) || !objects.contains(Oid.parse(commitId))) {
      throw new NotFoundException(
          "SHEAF-NF-002", "Unknown commit \"" + commitId + "\"", damage.location(), "");
    }
    return Oid.parse(commitId);
  }

  /**
   * Returns what a branch or tag names.
   *
   * @param ref the full name
   * @param kind {@code branch} or {@code tag}, for messages
   * @throws NotFoundException if there is no such ref
   */
  Oid requireRef(String ref, String kind) {
    String name = Revisions.shorten(ref);
    Optional<Oid> found = RefName.isValid(ref) ? refs.find(ref) : Optional.empty();
    return found.orElseThrow(
        () -> {
          String folder = kind.equals("tag") ? RefName.TAGS : RefName.HEADS;
          List<String> names = refs.list(folder).keySet().stream().map(Revisions::shorten).toList();
          String plural = kind.equals("tag") ? "tags" : "branches";
          return new NotFoundException(
              "SHEAF-NF-002",
              "Unknown " + kind + " \"" + name + "\"",
              damage.location(),
              dev.sheaf.format.Suggestion.of(name, names, plural));
        });
  }

  /**
   * Refuses a head that is not the expected one.
   *
   * @throws CommitConflictException if it is another
   */
  void checkHead(String ref, Oid head, String expected) {
    if (!head.hex().equals(expected)) {
      throw new CommitConflictException(
          "SHEAF-CMT-001",
          "Branch \""
              + Revisions.shorten(ref)
              + "\" has moved: expected "
              + expected
              + ", got "
              + head,
          damage.location(),
          "Someone else committed; look at their changes and try again");
    }
  }

  /** Returns a writer of refs, for the holder of the lock. */
  RefWriter refWriter() {
    return new RefWriter(gitDir, damage, durableNames);
  }

  /** Does some work under the commit lock. */
  <T> T locked(Supplier<T> work) {
    return RepositoryLock.during(gitDir, work);
  }

  /** Does some work under the commit lock. */
  void exclusively(Runnable work) {
    RepositoryLock.during(
        gitDir,
        () -> {
          work.run();
          return null;
        });
  }

  /** Returns who moves refs where no person is named. */
  static PersonIdent system() {
    return person("sheaf", "", Instant.now());
  }

  static PersonIdent person(String name, String email, Instant time) {
    return new PersonIdent(name, email, time, ZoneOffset.UTC);
  }

  @Override
  public void close() throws IOException {
    objects.close();
  }
}
