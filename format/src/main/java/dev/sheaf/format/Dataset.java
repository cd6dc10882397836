package dev.sheaf.format;

import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.merge.LocalMerge;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A dataset on disk: the directory {@code name.sheaf} with every version of it.
 *
 * <pre>{@code
 * try (Dataset pets = Dataset.open(Path.of("pets.sheaf"))) {
 *   Version version = pets.at("main");
 *   Sample sample = version.sample(17);
 *   String label = sample.text("label");
 *   Media image = sample.media("image");
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads and beside any number of other processes. Reading needs {@code
 * git/} and {@code chunks/} alone and never writes.
 *
 * <p>Whatever moves a branch by a commit or merge is refused where a check of the version that
 * would result says so; see {@link CheckRunner}.
 */
public interface Dataset extends AutoCloseable {
  /**
   * Makes an empty dataset with the default branch {@code main}.
   *
   * @param path a path that ends in {@code .sheaf}; missing parent folders are made
   * @throws InvalidInputException if something is there already, or the name does not end in {@code
   *     .sheaf}
   */
  static Dataset create(Path path) {
    return LocalDataset.create(path);
  }

  /**
   * Opens a dataset.
   *
   * @throws NotFoundException if there is none
   * @throws UnsupportedFormatException if it needs a newer Sheaf
   */
  static Dataset open(Path path) {
    return LocalDataset.open(path);
  }

  /**
   * Opens a dataset and says whether its checks hold for what is committed through it; {@link
   * #open(Path)} enforces them.
   *
   * @throws NotFoundException if there is none
   * @throws UnsupportedFormatException if it needs a newer Sheaf
   */
  static Dataset open(Path path, CheckPolicy checks) {
    return LocalDataset.open(path, checks);
  }

  /** Returns the directory. */
  Path path();

  /** Returns the newest version of the default branch. */
  Version head();

  /**
   * Returns a version by Git's grammar: a branch, tag, commit, {@code main~2},
   * {@code @{2026-11-01}}.
   *
   * @throws NotFoundException if there is none
   */
  Version at(String rev);

  /** Begins a transaction on a branch, at its newest version. */
  Transaction begin(String branch);

  /**
   * Begins a transaction on a branch that reads an earlier version. Its commit goes on top of the
   * branch's newest version all the same; what others changed in the same cells since {@code
   * baseRev} is refused.
   *
   * @throws NotFoundException if there is no such branch or version
   */
  Transaction begin(String branch, String baseRev);

  /** Returns the edits of a workspace to a branch that wait to be committed; there may be none. */
  StagedEdits staged(String workspace, String branch);

  /** Returns the branches for which a workspace has staged edits, sorted. */
  List<String> stagedBranches(String workspace);

  /** Begins a transaction on the default branch. */
  default Transaction begin() {
    return begin(defaultBranch());
  }

  /** Returns the commits from {@code rev} back, newest first, at most {@code limit}. */
  List<CommitInfo> log(String rev, int limit);

  /**
   * Returns the commits from several revisions back, newest first, at most {@code limit}: of {@code
   * a..b} those of {@code b} that {@code a} lacks.
   *
   * @param without revisions whose commits, all the way back, are left out; each of these is read
   */
  List<CommitInfo> log(Collection<String> revs, Collection<String> without, int limit);

  /**
   * Returns the commits from {@code rev} back that pass a filter, newest first, at most {@code
   * limit}. Reads a few small objects a commit, and more only where the segments in question have
   * changed.
   *
   * @throws NotFoundException if {@code rev} has no such column or sample
   */
  List<CommitInfo> log(String rev, int limit, LogFilter filter);

  /**
   * Returns where cells of a sample come from, in one walk back through the history.
   *
   * @param version a version of this dataset
   * @param columns names of columns, or none for all but those of Sheaf
   * @throws NotFoundException if the version has no such sample or column
   */
  List<Blame> blame(Version version, SampleId sample, String... columns);

  /**
   * Makes a tag.
   *
   * @throws CommitConflictException if it exists
   */
  void createTag(String name, String rev);

  /** Deletes a tag. */
  void deleteTag(String name);

  /** Moves a branch to any version; what it held before stays in its {@link #reflog}. */
  void reset(String branch, String rev);

  /**
   * Returns where a branch has been on this machine, newest first.
   *
   * @throws NotFoundException if there is no such branch
   */
  List<RefChange> reflog(String branch);

  /** Returns the names of all branches, sorted. */
  List<String> branches();

  /** Returns the names of all tags, sorted. */
  List<String> tags();

  /** Returns the branch that libraries and training jobs open when no version is named. */
  String defaultBranch();

  /** Sets the branch that libraries and training jobs open when no version is named. */
  void setDefaultBranch(String name);

  /**
   * Makes a branch.
   *
   * @throws CommitConflictException if it exists
   */
  void createBranch(String name, String startRev);

  /** Deletes a branch; its versions stay until garbage collection. */
  void deleteBranch(String name);

  /**
   * Begins a merge of all that a version has and a branch has not; see {@link Merge}.
   *
   * @param branch the branch that is to have both
   * @param theirs the version, by Git's grammar
   * @throws NotFoundException if there is no such branch or version
   */
  default Merge merge(String branch, String theirs) {
    return new LocalMerge((LocalDataset) this, Merge.Kind.MERGE, branch, theirs, 0);
  }

  /**
   * Begins to undo what one commit changed, by a merge with the commit as base; see {@link Merge}.
   *
   * @param rev the commit, by Git's grammar
   * @param parent of a commit with several parents the one that its change is measured against,
   *     from 1; else 0
   * @throws InvalidInputException if the commit has no parent, or several and {@code parent} is 0
   */
  default Merge revert(String branch, String rev, int parent) {
    return new LocalMerge((LocalDataset) this, Merge.Kind.REVERT, branch, rev, parent);
  }

  /**
   * Begins to repeat on a branch what one commit changed elsewhere; see {@link #revert}. Samples
   * that it added keep their identity.
   */
  default Merge cherryPick(String branch, String rev, int parent) {
    return new LocalMerge((LocalDataset) this, Merge.Kind.CHERRY_PICK, branch, rev, parent);
  }

  /** Takes up a merge that was kept under a name, with its decisions; see {@link Merge#save}. */
  default Optional<Merge> savedMerge(String name) {
    return LocalMerge.saved((LocalDataset) this, name);
  }

  /**
   * Returns the bisection that was kept under a name, if any: the command keeps one a workspace.
   *
   * @param name letters, digits and {@code @ . _ % -}
   */
  Optional<Bisection> bisection(String name);

  /** Keeps a bisection under a name, so that it survives a restart; {@link #gc} spares it. */
  void keepBisection(String name, Bisection bisection);

  /** Forgets the bisection that was kept under a name; there need be none. */
  void forgetBisection(String name);

  /**
   * Returns the rows of a view as they were last stored for a version or, failing that, for its
   * nearest ancestor: a version like any other, whose {@link Version#commit} says for which commit
   * the rows stand. Whether they are up to date, {@link Version#dataDigest} of that commit tells.
   *
   * @param version the version whose {@code views/NAME.json} defines the view
   * @throws NotFoundException if the version defines no such view, or its rows were never stored
   */
  Version view(Version version, String name);

  /**
   * Stores the rows of a view, beside the versions: {@code refs/sheaf/derived}. They can be lost
   * and made again.
   *
   * @param version the version whose {@code views/NAME.json} defines the view
   * @param rows the rows, picked from {@code version}
   * @throws NotFoundException if the version defines no such view
   */
  void storeView(Version version, String name, Version rows);

  /**
   * Returns where samples of a version come from and what became of them: what brought each in,
   * what changed its cells since, and what its derived cells were computed from. Walks the history
   * from the version back; no payload is read.
   *
   * @param indices positions in the version, from the end when negative, in any order
   * @return one for each of {@code indices}, in their order
   * @throws NotFoundException if an index is out of range
   */
  List<Provenance> provenance(Version version, long... indices);

  /** Returns the chunks that a version refers to, in the order of its samples. */
  List<ChunkInfo> chunks(Version version);

  /**
   * Returns the folders of the outside that payloads of a version are linked in, by name; none
   * where all is in the dataset.
   */
  List<LinkInfo> links(Version version);

  /**
   * Copies linked payloads into the dataset, in one commit that changes no value: ids, content and
   * diffs stay as they are. What an interrupted copy wrote is not read again.
   *
   * @param scope which payloads
   * @param progress is told how many payloads are copied
   * @return what was copied; no commit is made where nothing is linked
   * @throws CorruptDataException if a linked file has changed; nothing is committed then
   * @throws NotFoundException if one is missing
   * @throws CommitConflictException if another writer changed the same samples meanwhile
   */
  AbsorbReport absorb(String branch, AbsorbScope scope, Progress progress);

  /**
   * Returns a JSON document that lists a version's chunks in row order with deletes and layers, so
   * that any Arrow reader can read the whole version. Spec: {@code docs/format-spec.md#files}.
   */
  String filesJson(Version version);

  /**
   * Checks all that the branches and tags refer to.
   *
   * @param deep whether to read every byte and check SHA-256 names, beside structure, presence and
   *     page checksums
   * @param progress told after each chunk
   */
  FsckReport fsck(boolean deep, Progress progress);

  /**
   * Copies all branches, tags and their versions into a new dataset. What nothing leads to, reflogs
   * and everything under {@code local/} stay behind. Every byte is verified on the way; until all
   * is copied, {@code target} is no dataset.
   *
   * @throws InvalidInputException if something is there already, or the name does not end in {@code
   *     .sheaf}
   * @throws CorruptDataException if a chunk is damaged
   */
  void copyTo(Path target);

  /** From how many per cent of dead bytes on {@link #gc} writes a chunk of payloads anew. */
  int DEAD_PERCENT = 50;

  /** Collects garbage; chunks of payloads that are half dead or more are written anew. */
  default GcReport gc(Duration grace, boolean dryRun) {
    return gc(grace, DEAD_PERCENT, dryRun);
  }

  /**
   * Removes what no branch, tag, reflog or staged edit leads to: chunks, packed Git objects, and
   * what interrupted writers left. Chunks of payloads that are mostly dead (deleted, replaced or
   * purged in all versions there are) are written anew without what no version needs; no commit
   * changes by that. Runs beside readers and writers, who are safe as long as they hold on to a
   * version for less than the grace period after its branch was deleted or moved. A reader that has
   * a chunk open reads on in it.
   *
   * @param grace what was written or deleted within it stays; 14 days is usual. Zero removes what
   *     writers that are at work have written but not committed
   * @param deadPercent how many per cent of a chunk's bytes must be dead for it to be written anew,
   *     from 1; above 100 none is
   * @param dryRun whether only to say what would go
   */
  GcReport gc(Duration grace, int deadPercent, boolean dryRun);

  /**
   * Forgets versions that are older than a moment, so that {@link #gc} can remove what only they
   * hold. All branches and tags stay. The versions that two branches started from stay too, with
   * all since, so that diffs and merges between kept versions are as before; see {@link
   * ExpireReport#held}. Where history begins then, {@link #boundary} tells.
   *
   * @param before what is older is forgotten
   * @param dryRun whether only to say what would be
   */
  ExpireReport expire(Instant before, boolean dryRun);

  /** Returns the ids of the commits before which history was forgotten, sorted. */
  List<String> boundary();

  /**
   * Folds the sparse layers that edits left into few, in a commit that changes no cell. Layers with
   * long values, tensors of their own chunk or payloads stay as they are.
   *
   * @return what was folded; no commit is made where there is nothing to fold
   */
  CompactReport compact(String branch);

  /**
   * Says what {@link #purge} would do; changes nothing.
   *
   * @throws InvalidInputException if other samples have the same bytes and that is to be refused
   */
  PurgeReport previewPurge(PurgeRequest request);

  /**
   * Removes the bytes of samples from every version, for good: the samples are deleted from all
   * branches, in one commit a branch, and the chunks that hold their cells are written anew without
   * them. No commit changes; versions that have the samples show a {@link PurgedException} in their
   * place. Cells that lie in Git objects stay, and are reported. Nobody commits meanwhile; readers
   * that have a chunk open read on in it.
   *
   * <p>Killed at any moment, it is repeated by {@link #finishPurge}.
   *
   * @param progress told after each chunk
   * @throws InvalidInputException if an earlier purge is unfinished, or other samples have the same
   *     bytes and that is to be refused; nothing is changed then
   */
  PurgeReport purge(PurgeRequest request, Progress progress);

  /** Returns the purge that was begun on this machine and is not finished. */
  Optional<PurgeRequest> unfinishedPurge();

  /**
   * Finishes the purge that was interrupted.
   *
   * @throws NotFoundException if there is none
   */
  PurgeReport finishPurge(Progress progress);

  /** Returns the exports that were made of this dataset, newest first. */
  List<ExportRecord> exports();

  /** Closes files. Views handed out stay valid as long as they are reachable. */
  @Override
  void close();
}
