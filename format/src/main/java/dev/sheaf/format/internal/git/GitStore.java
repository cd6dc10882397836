package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.RefChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * A bare Git repository that holds the versions of a dataset. Safe for use by several threads,
 * beside other processes that read and commit.
 *
 * <p>Objects are read and written here: every object is verified against its SHA-1 when it is first
 * read, and damage of whatever kind is a {@link CorruptDataException} with the code {@code
 * SHEAF-GIT-001}. Refs are moved by JGit. Opening and reading write nothing, so a read-only mount
 * will do.
 */
public final class GitStore implements AutoCloseable {
  /** The most bytes of objects that are cached, over all snapshots of the store. */
  public static final long DEFAULT_CACHE_BYTES = 64L << 20;

  private final Path gitDir;
  private final Damage damage;
  private final ObjectStore objects;
  private final RefFiles refs;
  private final History history;
  private final Revisions revisions;
  private final Set<Path> durableNames = ConcurrentHashMap.newKeySet();

  private GitStore(Path gitDir, long cacheBytes, Clock clock) {
    this.gitDir = gitDir;
    this.damage = new Damage(gitDir);
    this.objects = new ObjectStore(gitDir, damage, cacheBytes);
    this.refs = new RefFiles(gitDir, damage);
    this.history = new History(objects);
    this.revisions = new Revisions(objects, refs, history, damage, clock);
  }

  /**
   * A branch or a tag.
   *
   * @param name without {@code refs/heads/} or {@code refs/tags/}
   * @param commitId the commit, of an annotated tag the one it names
   */
  public record Ref(String name, String commitId) {}

  /**
   * One piece of damage.
   *
   * @param objectId the object, or the empty string
   * @param path the path in a version, the ref, or the file in the repository
   * @param what the fact
   */
  public record Problem(String objectId, String path, String what) {}

  /**
   * Creates a repository without commits.
   *
   * @param gitDir the directory; its parents are made as needed
   * @throws InvalidInputException if there is one already, or the branch's name is not allowed
   */
  public static GitStore create(Path gitDir, String defaultBranch) {
    Path absolute = gitDir.toAbsolutePath().normalize();
    RepositoryFiles.create(absolute, defaultBranch, new Damage(absolute));
    return open(absolute);
  }

  /**
   * Opens a repository. Reads two small files, writes nothing; the cost does not depend on its
   * size.
   *
   * @throws NotFoundException if there is no directory
   */
  public static GitStore open(Path gitDir) {
    return open(gitDir, DEFAULT_CACHE_BYTES, Clock.systemUTC());
  }

  static GitStore open(Path gitDir, long cacheBytes, Clock clock) {
    Path absolute = gitDir.toAbsolutePath().normalize();
    RepositoryFiles.check(absolute, new Damage(absolute));
    return new GitStore(absolute, cacheBytes, clock);
  }

  /**
   * Returns the version that a revision names: a branch, a tag, an id or its first 4 digits or
   * more, {@code main~2}, {@code HEAD^2}, {@code main@{1}}, {@code @{2026-11-01}}, {@code
   * main@{2026-11-01T10:00}}. The empty text and {@code HEAD} are the default branch. Times are UTC
   * unless they have an offset; a date means its end. They are looked up in the branch's log on
   * this machine, and before its beginning in the commits' own times.
   *
   * @throws NotFoundException if there is none, or a short id is ambiguous
   */
  public TreeSnapshot resolve(String revision) {
    return snapshot(revisions.resolve(revision));
  }

  /** Returns what a ref names, by its full name, or empty if there is no such ref. */
  public Optional<TreeSnapshot> find(String ref) {
    return refs.find(ref).map(id -> snapshot(revisions.peel(id, ref)));
  }

  /** Returns the version of a commit, by its full id. */
  public TreeSnapshot snapshot(String commitId) {
    return snapshot(existing(commitId));
  }

  private TreeSnapshot snapshot(Oid commit) {
    return new TreeSnapshot(objects, damage, objects.commit(commit));
  }

  private Oid existing(String commitId) {
    if (!Oid.isHex(commitId) || !objects.contains(Oid.parse(commitId))) {
      throw new NotFoundException(
          "SHEAF-NF-002", "Unknown commit \"" + commitId + "\"", damage.location(), "");
    }
    return Oid.parse(commitId);
  }

  /**
   * Returns the content of a blob. The array is shared with the cache: the caller must not modify
   * it.
   *
   * @throws CorruptDataException if the store does not have it
   */
  public byte[] blob(String objectId) {
    return objects.read(Oid.parse(objectId), ObjectType.BLOB, "").bytes();
  }

  /**
   * Returns the name of the branch that is opened when none is named; it may have no commit yet.
   */
  public String defaultBranch() {
    return Revisions.shorten(refs.head());
  }

  /**
   * Makes a branch the default.
   *
   * @throws NotFoundException if there is no such branch
   */
  public void setDefaultBranch(String name) {
    locked(
        () -> {
          requireRef(RefName.HEADS + name, "branch");
          refWriter().link(RefName.HEADS + name, system());
        });
  }

  /** Returns the branches by name. */
  public List<Ref> branches() {
    return list(RefName.HEADS);
  }

  /** Returns the tags by name. */
  public List<Ref> tags() {
    return list(RefName.TAGS);
  }

  private List<Ref> list(String prefix) {
    List<Ref> found = new ArrayList<>();
    refs.list(prefix)
        .forEach(
            (name, id) ->
                found.add(new Ref(Revisions.shorten(name), revisions.peel(id, name).hex())));
    return List.copyOf(found);
  }

  /**
   * Creates a branch at a revision.
   *
   * @throws InvalidInputException if the name is not allowed
   * @throws CommitConflictException if the branch exists
   */
  public void createBranch(String name, String startRevision) {
    createRef(RefName.HEADS, name, startRevision, "branch");
  }

  /** Creates a tag at a revision; see {@link #createBranch}. */
  public void createTag(String name, String revision) {
    createRef(RefName.TAGS, name, revision, "tag");
  }

  private void createRef(String prefix, String name, String revision, String kind) {
    RepositoryFiles.checkBranch(name, damage.location());
    locked(
        () -> {
          if (refs.find(prefix + name).isPresent()) {
            throw new CommitConflictException(
                "SHEAF-CMT-003",
                "The " + kind + " \"" + name + "\" exists already",
                damage.location(),
                "Delete it first, or use another name");
          }
          Oid start = revisions.resolve(revision);
          String message = kind + ": created from " + revision;
          refWriter().update(prefix + name, Oid.ZERO, start, system(), message);
        });
  }

  /**
   * Moves a branch to any revision.
   *
   * @param who the name of who does it, for the reflog
   * @throws NotFoundException if there is no such branch or revision
   */
  public void reset(String branch, String revision, String who) {
    locked(
        () -> {
          Oid present = requireRef(RefName.HEADS + branch, "branch");
          Oid target = revisions.resolve(revision);
          PersonIdent person = person(who, "", Instant.now());
          String message = "reset: moving to " + revision;
          refWriter().force(RefName.HEADS + branch, present, target, person, message);
        });
  }

  /**
   * Returns where a ref has been on this machine, the newest first.
   *
   * @param ref a full name, or {@code HEAD}
   */
  public List<RefChange> reflog(String ref) {
    List<RefFiles.Step> steps = refs.log(ref);
    List<RefChange> changes = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      RefFiles.Step step = steps.get(i);
      changes.add(
          new RefChange(
              steps.size() - 1 - i,
              step.before().equals(Oid.ZERO) ? "" : step.before().hex(),
              step.after().equals(Oid.ZERO) ? "" : step.after().hex(),
              step.time(),
              step.who(),
              step.message()));
    }
    return changes;
  }

  /**
   * Deletes a branch; its commits stay as long as something else reaches them.
   *
   * @throws NotFoundException if there is no such branch
   * @throws InvalidInputException if it is the default branch
   */
  public void deleteBranch(String name) {
    deleteRef(RefName.HEADS, name, "branch");
  }

  /** Deletes a tag. */
  public void deleteTag(String name) {
    deleteRef(RefName.TAGS, name, "tag");
  }

  private void deleteRef(String prefix, String name, String kind) {
    locked(
        () -> {
          Oid present = requireRef(prefix + name, kind);
          if (refs.head().equals(prefix + name)) {
            throw new InvalidInputException(
                "SHEAF-GIT-003",
                "The default branch \"" + name + "\" cannot be deleted",
                damage.location(),
                "Make another branch the default first");
          }
          refWriter().rememberDeletion(prefix + name, present, system());
          refWriter().delete(prefix + name, present, system());
        });
  }

  /**
   * Moves the repository to another folder if nothing is in it but one commit on its default
   * branch. Commits of others wait meanwhile, and then find no repository.
   *
   * @param onlyCommit the commit
   * @param target where it goes, on the same file system
   * @return false if there is more than that, and nothing was done
   */
  public boolean moveAway(String onlyCommit, Path target) {
    return RepositoryLock.during(
        gitDir,
        () -> {
          if (!refs.list("refs/").equals(Map.of(refs.head(), Oid.parse(onlyCommit)))) {
            return false;
          }
          try {
            Files.move(gitDir, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
          } catch (IOException e) {
            throw new UncheckedIOException("Cannot move " + gitDir + ": " + e.getMessage(), e);
          }
        });
  }

  private void locked(Runnable work) {
    RepositoryLock.during(
        gitDir,
        () -> {
          work.run();
          return null;
        });
  }

  private Oid requireRef(String ref, String kind) {
    String name = Revisions.shorten(ref);
    Optional<Oid> found = RefName.isValid(ref) ? refs.find(ref) : Optional.empty();
    return found.orElseThrow(
        () -> {
          List<Ref> known = kind.equals("tag") ? tags() : branches();
          List<String> names = known.stream().map(Ref::name).toList();
          String plural = kind.equals("tag") ? "tags" : "branches";
          return new NotFoundException(
              "SHEAF-NF-002",
              "Unknown " + kind + " \"" + name + "\"",
              damage.location(),
              dev.sheaf.format.Suggestion.of(name, names, plural));
        });
  }

  /**
   * Returns a version and its ancestors, the newest first.
   *
   * @param limit the most commits returned; the cost follows it, not the length of the history
   */
  public List<CommitInfo> log(String revision, int limit) {
    return history.log(revisions.resolve(revision), limit).stream()
        .map(CommitObject::info)
        .toList();
  }

  /**
   * Returns the best common ancestors of two commits, the newest first: none if their histories are
   * unrelated, several if both have merged the other (criss-cross).
   */
  public List<String> mergeBases(String commitId, String otherId) {
    return mergeBases(List.of(commitId), otherId);
  }

  /** The same for several commits taken as one, as if they had been merged, and another one. */
  public List<String> mergeBases(List<String> commitIds, String otherId) {
    List<Oid> commits = commitIds.stream().map(this::existing).toList();
    return MergeBases.of(objects, commits, existing(otherId)).stream().map(Oid::hex).toList();
  }

  /**
   * Moves a branch forward to a commit that has its head among its ancestors.
   *
   * @param message what the reflog says
   * @throws CommitConflictException if the head is not the expected one
   */
  public CommitInfo fastForward(
      String branch, String expectedHead, String commitId, String message) {
    String ref = RefName.ofBranch(branch);
    return RepositoryLock.during(
        gitDir,
        () -> {
          Oid head = requireRef(ref, "branch");
          checkHead(ref, head, expectedHead);
          Oid target = existing(commitId);
          refWriter().update(ref, head, target, system(), message);
          return objects.commit(target).info();
        });
  }

  /**
   * Returns what a commit with these edits would hold, without writing anything: its objects live
   * in memory as long as the snapshot.
   */
  public TreeSnapshot preview(TreeSnapshot base, TreeEdit edit) {
    Preview made = new Preview(base);
    Oid tree = edit.apply(Oid.parse(base.treeId()), made);
    return new TreeSnapshot(objects, damage, tree, made.added);
  }

  /** The objects of a tree that is not written. */
  private final class Preview implements TreeEdit.Target {
    private final TreeSnapshot base;
    private final Map<Oid, GitObject> added;

    Preview(TreeSnapshot base) {
      this.base = base;
      this.added = new LinkedHashMap<>(base.unwritten());
    }

    @Override
    public TreeObject tree(Oid id, String path) {
      return base.tree(id, path);
    }

    @Override
    public boolean contains(Oid id) {
      return added.containsKey(id) || objects.contains(id);
    }

    @Override
    public Oid add(GitObject object) {
      Oid id = object.id();
      added.putIfAbsent(id, object);
      return id;
    }
  }

  /**
   * Walks a version and its ancestors in the order of {@link #log}, reading as it goes. For one
   * thread.
   */
  public Iterator<CommitInfo> walk(String revision) {
    Iterator<CommitObject> walk = history.walk(revisions.resolve(revision));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return walk.hasNext();
      }

      @Override
      public CommitInfo next() {
        return walk.next().info();
      }
    };
  }

  /**
   * Returns what the histories of commits depend on beside the commits: where Git cut them off.
   * Equal texts, equal histories.
   */
  public String historyBoundary() {
    return String.join("\n", boundary());
  }

  /** Returns a commit by its full id. */
  public CommitInfo commitInfo(String commitId) {
    return objects.commit(existing(commitId)).info();
  }

  /**
   * Commits to a branch. The builder sees the newest head, and nobody else commits until this
   * returns, so there is nothing to retry. The request's check sees the version before the branch
   * moves, and refuses it by an exception. When this returns the commit is durable; when it throws,
   * the branch has not moved. Edits that change nothing return the head's commit, unless the
   * request has merged parents or allows it.
   *
   * @param branch a branch's name, or a full name that begins with {@code refs/}, which is created
   *     as needed; the default branch is created by its first commit
   * @throws NotFoundException if there is no such branch
   * @throws CommitConflictException if the head is not the expected one, or the builder says so
   */
  public CommitInfo commit(String branch, CommitRequest request) {
    String ref = RefName.ofBranch(branch);
    return RepositoryLock.during(gitDir, () -> commitLocked(ref, request));
  }

  private CommitInfo commitLocked(String ref, CommitRequest request) {
    try {
      Draft draft = draft(ref, request);
      if (draft.isEmpty()) {
        return draft.present().info();
      }
      request.check().accept(draft.snapshot());
      draft.added().write();
      PersonIdent who = person(request.authorName(), request.authorEmail(), request.time());
      String subject = request.message().strip().lines().findFirst().orElse("");
      boolean unborn = draft.head().equals(Oid.ZERO);
      refWriter()
          .update(
              ref,
              draft.head(),
              draft.commit().id(),
              who,
              (unborn ? "commit (initial): " : "commit: ") + subject);
      consolidate();
      return objects.commit(draft.commit().id()).info();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot commit to " + gitDir + ": " + e, e);
    }
  }

  /**
   * Returns the version that {@link #commit} would make now, without making it: its objects live in
   * memory as long as the snapshot. Empty where it would change nothing.
   */
  public Optional<TreeSnapshot> propose(String branch, CommitRequest request) {
    try {
      Draft draft = draft(RefName.ofBranch(branch), request);
      return draft.isEmpty() ? Optional.empty() : Optional.of(draft.snapshot());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + gitDir + ": " + e, e);
    }
  }

  /**
   * A commit that is not written.
   *
   * @param present the version that it follows
   * @param commit the commit, or null where nothing would change
   */
  private record Draft(Oid head, TreeSnapshot present, CommitObject commit, NewObjects added) {
    boolean isEmpty() {
      return commit == null;
    }

    TreeSnapshot snapshot() {
      return added.snapshot(commit);
    }
  }

  private Draft draft(String ref, CommitRequest request) throws IOException {
    objects.packs().rescan();
    Oid head = head(ref);
    request.expectedHead().ifPresent(expected -> checkHead(ref, head, expected));
    boolean unborn = head.equals(Oid.ZERO);
    TreeSnapshot present = unborn ? new TreeSnapshot(objects, damage) : snapshot(head);
    TreeEdit edit = request.builder().apply(present);
    NewObjects added = new NewObjects();
    Oid base = Oid.parse(present.treeId());
    Oid tree = edit.apply(base, added);
    List<Oid> parents = parents(head, request);
    if (!unborn && tree.equals(base) && parents.size() == 1 && !request.allowEmpty()) {
      return new Draft(head, present, null, added);
    }
    if (tree.equals(TreeObject.EMPTY_ID)) {
      added.add(TreeObject.EMPTY);
    }
    GitObject encoded = CommitObject.encode(tree, parents, request);
    Oid id = added.add(encoded);
    try {
      return new Draft(head, present, CommitObject.parse(id, encoded.bytes()), added);
    } catch (BadObject e) {
      throw new IllegalStateException("a commit that was just encoded", e);
    }
  }

  private Oid head(String ref) {
    if (!RefName.isValid(ref)) {
      RepositoryFiles.checkBranch(Revisions.shorten(ref), damage.location());
    }
    Optional<Oid> found = refs.find(ref);
    boolean mayBegin = !ref.startsWith(RefName.HEADS) || ref.equals(refs.head());
    if (found.isEmpty() && !mayBegin) {
      return requireRef(ref, "branch");
    }
    return found.map(id -> revisions.peel(id, ref)).orElse(Oid.ZERO);
  }

  private void checkHead(String ref, Oid head, String expected) {
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

  private List<Oid> parents(Oid head, CommitRequest request) {
    Set<Oid> parents = new LinkedHashSet<>();
    if (!head.equals(Oid.ZERO)) {
      parents.add(head);
    }
    request.mergedParents().forEach(parent -> parents.add(existing(parent)));
    return List.copyOf(parents);
  }

  private void consolidate() {
    try {
      new PackConsolidation(objects.packs(), objects::fetch).runIfDue();
    } catch (IOException | DatasetException e) {
      // The commit stands; more packs than wished for only slow reads, and the next commit tries
      // again.
      return;
    }
  }

  /**
   * Verifies everything that branches, tags and other refs reach, and the packs' own checksums.
   *
   * @return what is wrong; empty if all is well
   */
  public List<Problem> fsck() {
    Fsck fsck = new Fsck(objects);
    try {
      objects.packs().rescan();
      refs.head();
    } catch (DatasetException e) {
      fsck.problem("HEAD", e.headline());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the packs of " + gitDir, e);
    }
    try {
      objects.shallow().commits();
      refs.list("refs/").forEach(fsck::start);
    } catch (DatasetException e) {
      fsck.problem("refs", e.getMessage());
    }
    fsck.checkPacks();
    return fsck.run();
  }

  /**
   * What a collection found in packs.
   *
   * @param objects unused objects that are old enough to go
   * @param bytes about how many bytes they take
   * @param young unused objects that are kept for now
   */
  public record Swept(long objects, long bytes, long young) {}

  /**
   * Removes what nothing leads to.
   *
   * @param extra commits that are in use beside refs and reflogs
   * @param visitor is shown the files of all versions in use, each content once; complete when
   *     {@code swept} is called
   * @param reflogSince entries of reflogs that are older keep nothing alive
   * @param olderThan what was written or deleted later stays
   * @param dryRun whether nothing is changed
   * @param swept is called under the commit lock after all is marked
   */
  public Swept collect(
      Set<String> extra,
      BlobVisitor visitor,
      Instant reflogSince,
      Instant olderThan,
      boolean dryRun,
      Runnable swept) {
    GitCollection collection = new GitCollection(objects, refs, visitor);
    // The long part runs beside others; what they commit meanwhile is marked under the lock.
    collection.mark(extra, reflogSince, olderThan);
    Supplier<Swept> rest =
        () -> {
          try {
            collection.mark(extra, reflogSince, olderThan);
            Swept found = collection.sweep(olderThan, dryRun);
            swept.run();
            return found;
          } catch (IOException e) {
            throw new UncheckedIOException("Cannot collect garbage in " + gitDir + ": " + e, e);
          }
        };
    return dryRun ? rest.get() : RepositoryLock.during(gitDir, rest);
  }

  /**
   * Returns every commit that refs, reflogs and deleted branches lead to, however long ago.
   *
   * @param extra more commits to begin with
   */
  public List<String> everyCommit(Set<String> extra) {
    Deque<Oid> todo = new ArrayDeque<>();
    GitCollection.roots(objects, refs, extra, Instant.MIN, Instant.MIN)
        .forEach(root -> todo.add(revisions.peel(root, root.hex())));
    Set<Oid> seen = new LinkedHashSet<>(todo);
    while (!todo.isEmpty()) {
      for (Oid parent : objects.commit(todo.remove()).parents()) {
        if (seen.add(parent)) {
          todo.add(parent);
        }
      }
    }
    return seen.stream().map(Oid::hex).toList();
  }

  /**
   * Does some work under the commit lock, so that nobody commits meanwhile.
   *
   * @throws IllegalStateException if this thread holds the lock
   */
  public void exclusively(Runnable work) {
    RepositoryLock.during(
        gitDir,
        () -> {
          work.run();
          return null;
        });
  }

  /**
   * A version that is kept because two branches started from it.
   *
   * @param branch one branch
   * @param other the other one
   * @param commit the version
   */
  public record HeldBase(String branch, String other, String commit) {}

  /**
   * What was forgotten.
   *
   * @param forgotten commits that are
   * @param kept commits that are left
   * @param boundary commits whose parents are forgotten
   * @param reflogEntries entries of reflogs that pointed to what is forgotten
   * @param held old versions that are kept for merges
   */
  public record Expired(
      long forgotten, long kept, List<String> boundary, long reflogEntries, List<HeldBase> held) {}

  /** Returns the commits whose parents are forgotten, sorted. */
  public List<String> boundary() {
    return objects.shallow().commits().stream().map(Oid::hex).sorted().toList();
  }

  /** Tells whether the parents of a commit are forgotten. */
  public boolean isBoundary(String commitId) {
    return objects.shallow().commits().contains(Oid.parse(commitId));
  }

  /**
   * Forgets history, so that a collection can remove what only it holds. Branches and tags stay,
   * and so does what branches need to be merged; see {@link Expiry}.
   *
   * @param extra commits that are in use beside refs
   * @param before what is older is forgotten
   * @param dryRun whether nothing is changed
   */
  public Expired expire(Set<String> extra, Instant before, boolean dryRun) {
    Supplier<Expired> work = () -> expireLocked(extra, before, dryRun);
    return dryRun ? work.get() : RepositoryLock.during(gitDir, work);
  }

  private Expired expireLocked(Set<String> extra, Instant before, boolean dryRun) {
    Map<String, Oid> branches = new LinkedHashMap<>();
    Set<Oid> others = new LinkedHashSet<>();
    refs.list("refs/")
        .forEach(
            (name, id) -> {
              Oid commit = revisions.peel(id, name);
              if (name.startsWith(RefName.HEADS)) {
                branches.put(name, commit);
              } else {
                others.add(commit);
              }
            });
    extra.forEach(id -> others.add(Oid.parse(id)));
    Map<String, List<RefFiles.Step>> logs = refs.logs();
    Set<Oid> logged = new LinkedHashSet<>();
    for (List<RefFiles.Step> steps : logs.values()) {
      for (RefFiles.Step step : steps) {
        logged.add(step.before());
        logged.add(step.after());
      }
    }
    logged.remove(Oid.ZERO);
    Expiry expiry = new Expiry(objects, before);
    expiry.decide(branches, others, logged);
    Set<Oid> boundary = expiry.boundary(objects.shallow().commits());
    if (!dryRun && !boundary.equals(objects.shallow().commits())) {
      objects.shallow().write(boundary);
    }
    long entries = 0;
    for (Map.Entry<String, List<RefFiles.Step>> log : logs.entrySet()) {
      entries += expiry.dropEntries(gitDir.resolve(log.getKey()), log.getValue(), dryRun);
    }
    return new Expired(
        expiry.forgotten(),
        expiry.kept().size(),
        boundary.stream().map(Oid::hex).sorted().toList(),
        entries,
        expiry.held());
  }

  /**
   * Copies all refs and what they lead to into a new repository. Reflogs are not copied, nor what
   * nothing leads to.
   *
   * @param target the new repository's folder
   * @param visitor is shown the files of all versions, each content once
   */
  public void copyTo(Path target, BlobVisitor visitor) {
    Map<String, Oid> present = refs.list("refs/");
    Reach reach = new Reach(objects, visitor);
    present.values().forEach(reach::visit);
    Path absolute = target.toAbsolutePath().normalize();
    Damage elsewhere = new Damage(absolute);
    RepositoryFiles.create(absolute, defaultBranch(), elsewhere);
    try (PackWriter writer =
        new PackWriter(absolute.resolve("objects").resolve("pack"), reach.seen().size())) {
      for (Oid id : reach.seen()) {
        writer.add(id, objects.read(id, ""));
      }
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy " + gitDir + " to " + absolute + ": " + e, e);
    }
    Set<Oid> boundary = new LinkedHashSet<>(objects.shallow().commits());
    boundary.retainAll(reach.seen());
    if (!boundary.isEmpty()) {
      new ShallowFile(absolute, elsewhere).write(boundary);
    }
    RefWriter writer = new RefWriter(absolute, elsewhere, new HashSet<>());
    RepositoryLock.during(
        absolute,
        () -> {
          present.forEach(
              (name, id) -> writer.update(name, Oid.ZERO, id, system(), "clone: " + gitDir));
          return null;
        });
  }

  private RefWriter refWriter() {
    return new RefWriter(gitDir, damage, durableNames);
  }

  private static PersonIdent system() {
    return person("sheaf", "", Instant.now());
  }

  private static PersonIdent person(String name, String email, Instant time) {
    return new PersonIdent(name, email, time, ZoneOffset.UTC);
  }

  /** Releases the files; snapshots of this store cannot read afterwards. */
  @Override
  public void close() {
    try {
      objects.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + gitDir, e);
    }
  }

  /** The objects of one commit, until they are written together as one pack. */
  private final class NewObjects implements TreeEdit.Target {
    private final Map<Oid, GitObject> added = new LinkedHashMap<>();

    @Override
    public TreeObject tree(Oid id, String path) {
      return objects.tree(id, path);
    }

    @Override
    public boolean contains(Oid id) {
      return added.containsKey(id) || objects.contains(id);
    }

    @Override
    public Oid add(GitObject object) {
      Oid id = object.id();
      added.putIfAbsent(id, object);
      return id;
    }

    TreeSnapshot snapshot(CommitObject commit) {
      return new TreeSnapshot(objects, damage, commit, added);
    }

    void write() throws IOException {
      List<Oid> missing = new ArrayList<>();
      for (Oid id : added.keySet()) {
        if (!objects.packs().contains(id)) {
          missing.add(id);
        }
      }
      if (missing.isEmpty()) {
        return;
      }
      try (PackWriter writer = new PackWriter(objects.packs().directory(), missing.size())) {
        for (Oid id : missing) {
          writer.add(id, added.get(id));
        }
        writer.finish();
      }
      objects.packs().rescan();
    }
  }
}
