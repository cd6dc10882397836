package dev.sheaf.format.internal.git;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.RefChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  private final Repository repository;
  private final Branches branches;
  private final Commits commits;
  private final Upkeep upkeep;

  private GitStore(Repository repository) {
    this.repository = repository;
    this.branches = new Branches(repository);
    this.commits = new Commits(repository);
    this.upkeep = new Upkeep(repository);
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
    return new GitStore(new Repository(absolute, cacheBytes, clock));
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
    return repository.snapshot(repository.revisions().resolve(revision));
  }

  /** Returns what a ref names, by its full name, or empty if there is no such ref. */
  public Optional<TreeSnapshot> find(String ref) {
    return repository
        .refs()
        .find(ref)
        .map(id -> repository.snapshot(repository.revisions().peel(id, ref)));
  }

  /** Returns the version of a commit, by its full id. */
  public TreeSnapshot snapshot(String commitId) {
    return repository.snapshot(repository.existing(commitId));
  }

  /**
   * Returns the content of a blob. The array is shared with the cache: the caller must not modify
   * it.
   *
   * @throws CorruptDataException if the store does not have it
   */
  public byte[] blob(String objectId) {
    return repository.objects().read(Oid.parse(objectId), ObjectType.BLOB, "").bytes();
  }

  /**
   * Returns the name of the branch that is opened when none is named; it may have no commit yet.
   */
  public String defaultBranch() {
    return Revisions.shorten(repository.refs().head());
  }

  /**
   * Makes a branch the default.
   *
   * @throws NotFoundException if there is no such branch
   */
  public void setDefaultBranch(String name) {
    branches.setDefaultBranch(name);
  }

  /** Returns the branches by name. */
  public List<Ref> branches() {
    return branches.list(RefName.HEADS);
  }

  /** Returns the tags by name. */
  public List<Ref> tags() {
    return branches.list(RefName.TAGS);
  }

  /**
   * Creates a branch at a revision.
   *
   * @throws InvalidInputException if the name is not allowed
   * @throws CommitConflictException if the branch exists
   */
  public void createBranch(String name, String startRevision) {
    branches.createRef(RefName.HEADS, name, startRevision, "branch");
  }

  /** Creates a tag at a revision; see {@link #createBranch}. */
  public void createTag(String name, String revision) {
    branches.createRef(RefName.TAGS, name, revision, "tag");
  }

  /**
   * Moves a branch to any revision.
   *
   * @param who the name of who does it, for the reflog
   * @throws NotFoundException if there is no such branch or revision
   */
  public void reset(String branch, String revision, String who) {
    branches.reset(branch, revision, who);
  }

  /**
   * Returns where a ref has been on this machine, the newest first.
   *
   * @param ref a full name, or {@code HEAD}
   */
  public List<RefChange> reflog(String ref) {
    return branches.reflog(ref);
  }

  /**
   * Deletes a branch; its commits stay as long as something else reaches them.
   *
   * @throws NotFoundException if there is no such branch
   * @throws InvalidInputException if it is the default branch
   */
  public void deleteBranch(String name) {
    branches.deleteRef(RefName.HEADS, name, "branch");
  }

  /** Deletes a tag. */
  public void deleteTag(String name) {
    branches.deleteRef(RefName.TAGS, name, "tag");
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
    return branches.moveAway(onlyCommit, target);
  }

  /**
   * Returns a version and its ancestors, the newest first.
   *
   * @param limit the most commits returned; the cost follows it, not the length of the history
   */
  public List<CommitInfo> log(String revision, int limit) {
    return repository.history().log(repository.revisions().resolve(revision), limit).stream()
        .map(CommitObject::info)
        .toList();
  }

  /** The same from several revisions on, without those that others have. */
  public List<CommitInfo> log(Collection<String> revisions, Collection<String> without, int limit) {
    return repository.history().log(resolved(revisions), resolved(without), limit).stream()
        .map(CommitObject::info)
        .toList();
  }

  private List<Oid> resolved(Collection<String> revisions) {
    return revisions.stream().map(repository.revisions()::resolve).toList();
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
    List<Oid> commits = commitIds.stream().map(repository::existing).toList();
    return MergeBases.of(repository.objects(), commits, repository.existing(otherId)).stream()
        .map(Oid::hex)
        .toList();
  }

  /**
   * Moves a branch forward to a commit that has its head among its ancestors.
   *
   * @param message what the reflog says
   * @throws CommitConflictException if the head is not the expected one
   */
  public CommitInfo fastForward(
      String branch, String expectedHead, String commitId, String message) {
    return branches.fastForward(branch, expectedHead, commitId, message);
  }

  /**
   * Returns what a commit with these edits would hold, without writing anything: its objects live
   * in memory as long as the snapshot.
   */
  public TreeSnapshot preview(TreeSnapshot base, TreeEdit edit) {
    return commits.preview(base, edit);
  }

  /**
   * Walks a version and its ancestors in the order of {@link #log}, reading as it goes. For one
   * thread.
   */
  public Iterator<CommitInfo> walk(String revision) {
    Iterator<CommitObject> walk =
        repository.history().walk(repository.revisions().resolve(revision));
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
    return repository.objects().commit(repository.existing(commitId)).info();
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
    return commits.commit(branch, request);
  }

  /**
   * Returns the version that {@link #commit} would make now, without making it: its objects live in
   * memory as long as the snapshot. Empty where it would change nothing.
   */
  public Optional<TreeSnapshot> propose(String branch, CommitRequest request) {
    return commits.propose(branch, request);
  }

  /**
   * Verifies everything that branches, tags and other refs reach, and the packs' own checksums.
   *
   * @return what is wrong; empty if all is well
   */
  public List<Problem> fsck() {
    return upkeep.fsck();
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
    return upkeep.collect(extra, visitor, reflogSince, olderThan, dryRun, swept);
  }

  /**
   * Returns every commit that refs, reflogs and deleted branches lead to, however long ago.
   *
   * @param extra more commits to begin with
   */
  public List<String> everyCommit(Set<String> extra) {
    return upkeep.everyCommit(extra, Instant.MIN, Instant.MIN);
  }

  /**
   * Returns every commit that {@link #collect} keeps.
   *
   * @param extra more commits to begin with
   * @param reflogSince entries of reflogs that are older do not count
   * @param deletedSince deletions of branches that are older do not count
   */
  public List<String> everyCommit(Set<String> extra, Instant reflogSince, Instant deletedSince) {
    return upkeep.everyCommit(extra, reflogSince, deletedSince);
  }

  /**
   * Does some work under the commit lock, so that nobody commits meanwhile.
   *
   * @throws IllegalStateException if this thread holds the lock
   */
  public void exclusively(Runnable work) {
    repository.exclusively(work);
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
    return repository.objects().shallow().commits().stream().map(Oid::hex).sorted().toList();
  }

  /** Tells whether the parents of a commit are forgotten. */
  public boolean isBoundary(String commitId) {
    return repository.objects().shallow().commits().contains(Oid.parse(commitId));
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
    return upkeep.expire(extra, before, dryRun);
  }

  /**
   * Copies all refs and what they lead to into a new repository. Reflogs are not copied, nor what
   * nothing leads to.
   *
   * @param target the new repository's folder
   * @param visitor is shown the files of all versions, each content once
   */
  public void copyTo(Path target, BlobVisitor visitor) {
    upkeep.copyTo(target, visitor);
  }

  /** Releases the files; snapshots of this store cannot read afterwards. */
  @Override
  public void close() {
    try {
      repository.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + repository.gitDir(), e);
    }
  }
}
