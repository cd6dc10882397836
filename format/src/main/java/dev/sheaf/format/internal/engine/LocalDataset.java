package dev.sheaf.format.internal.engine;

import dev.sheaf.format.AbsorbReport;
import dev.sheaf.format.AbsorbScope;
import dev.sheaf.format.Bisection;
import dev.sheaf.format.Blame;
import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CompactReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.ExpireReport;
import dev.sheaf.format.ExportRecord;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.GcReport;
import dev.sheaf.format.LinkInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Provenance;
import dev.sheaf.format.PurgeReport;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.RefChange;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LinkRoots;
import dev.sheaf.format.internal.io.LinkedChunkStore;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.layer.HeapPages;
import dev.sheaf.format.internal.layer.PageBudget;
import dev.sheaf.format.internal.layer.ReadContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A dataset in a directory of the local file system. */
public final class LocalDataset implements Dataset {
  private static final long HEAP_PAGES_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);
  private static final int MOST_VERSIONS = 32;

  private final Path path;
  private final CheckPolicy checks;
  private final GitStore git;
  private final ChunkStore store;
  private final LayerCache layers;
  private volatile Map<String, VersionState> versions = new ConcurrentHashMap<>();

  /** Those that were not asked for since; dropped next. */
  private volatile Map<String, VersionState> olderVersions = Map.of();

  private final Map<List<String>, LocalStagedEdits> staged = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> companions = new ConcurrentHashMap<>();
  private Optional<ChangeIndex> changes;

  private LocalDataset(Path path, GitStore git, ChunkStore store, CheckPolicy checks) {
    this.path = path;
    this.checks = checks;
    this.git = git;
    this.store = store;
    this.layers =
        new LayerCache(
            new ReadContext(
                store,
                new HeapPages(HEAP_PAGES_BYTES),
                new PageBudget(Runtime.getRuntime().maxMemory() / 4),
                Location.of(path)));
  }

  /** Makes an empty dataset; see {@link Dataset#create}. */
  public static LocalDataset create(Path path) {
    DatasetFolder.create(path);
    return open(path);
  }

  /** Opens a dataset; see {@link Dataset#open(Path)}. */
  public static LocalDataset open(Path path) {
    return open(path, CheckPolicy.ENFORCE);
  }

  /** Opens a dataset; see {@link Dataset#open(Path, CheckPolicy)}. */
  public static LocalDataset open(Path path, CheckPolicy checks) {
    if (!Files.isDirectory(path.resolve(DatasetFolder.GIT))) {
      boolean exists = Files.exists(path);
      throw new NotFoundException(
          "SHEAF-NF-007",
          exists ? "Not a dataset: it has no folder \"git\"" : "Dataset does not exist",
          Location.of(path),
          "Make one with `sheaf init " + path + "` or `sheaf ingest SOURCE " + path + "`");
    }
    return new LocalDataset(
        path, GitStore.open(path.resolve(DatasetFolder.GIT)), DatasetFolder.store(path), checks);
  }

  /** Opens a dataset with another store in front of its chunks, for tests that count. */
  static LocalDataset open(Path path, java.util.function.UnaryOperator<ChunkStore> wrap) {
    return new LocalDataset(
        path,
        GitStore.open(path.resolve(DatasetFolder.GIT)),
        wrap.apply(DatasetFolder.store(path)),
        CheckPolicy.ENFORCE);
  }

  @Override
  public Path path() {
    return path;
  }

  /** Returns the repository. */
  public GitStore git() {
    return git;
  }

  ChunkStore store() {
    return store;
  }

  /** Returns the store of the chunks where they are files of this machine. */
  public LocalChunkStore localStore() {
    if (store instanceof LinkedChunkStore linked
        && linked.chunks() instanceof LocalChunkStore local) {
      return local;
    }
    throw new IllegalStateException("chunks are no files of this machine");
  }

  LayerCache layers() {
    return layers;
  }

  /** Returns the folder of this machine's own files. */
  public Path local() {
    return path.resolve(DatasetFolder.LOCAL);
  }

  @Override
  public Version head() {
    return at(git.defaultBranch());
  }

  @Override
  public Version at(String rev) {
    return new LocalVersion(state(git.resolve(rev)));
  }

  /** Returns what a commit holds. */
  public VersionState state(dev.sheaf.format.internal.git.TreeSnapshot tree) {
    // The parents of a commit may be forgotten meanwhile.
    String key = tree.commitId() + (git.isBoundary(tree.commitId()) ? "!" : "");
    VersionState known = versions.get(key);
    if (known != null) {
      return known;
    }
    if (versions.size() >= MOST_VERSIONS) {
      olderVersions = versions;
      versions = new ConcurrentHashMap<>();
    }
    VersionState older = olderVersions.get(key);
    return versions.computeIfAbsent(
        key, id -> older != null ? older : new VersionState(tree, layers));
  }

  /** Returns what a commit with these edits would hold; nothing is written. */
  public VersionState preview(VersionState base, TreeEdit edit) {
    return new VersionState(git.preview(base.tree(), edit), layers);
  }

  /**
   * Returns what a package above this one keeps with the open dataset, made when it is asked for
   * first. It must be safe for use by several threads.
   */
  public <T> T companion(Class<T> type, Supplier<T> maker) {
    return type.cast(companions.computeIfAbsent(type, missing -> maker.get()));
  }

  @Override
  public Optional<Bisection> bisection(String name) {
    return new BisectionFile(this, name).read();
  }

  @Override
  public void keepBisection(String name, Bisection bisection) {
    new BisectionFile(this, name).write(bisection);
  }

  @Override
  public void forgetBisection(String name) {
    new BisectionFile(this, name).delete();
  }

  @Override
  public Version view(Version version, String name) {
    return new ViewRows(this).find((LocalVersion) version, name);
  }

  @Override
  public void storeView(Version version, String name, Version rows) {
    new ViewRows(this).store((LocalVersion) version, name, (LocalVersion) rows);
  }

  @Override
  public Transaction begin(String branch) {
    requireBranch(branch);
    return new LocalTransaction(this, branch, (LocalVersion) at(branch));
  }

  void requireBranch(String branch) {
    boolean known = git.branches().stream().anyMatch(ref -> ref.name().equals(branch));
    if (!known) {
      throw new NotFoundException(
          "SHEAF-NF-008",
          "Unknown branch \"" + branch + "\"",
          Location.of(path),
          dev.sheaf.format.Suggestion.of(branch, branches(), "branches"));
    }
  }

  @Override
  public Transaction begin(String branch, String baseRev) {
    requireBranch(branch);
    return new LocalTransaction(this, branch, (LocalVersion) at(baseRev));
  }

  @Override
  public StagedEdits staged(String workspace, String branch) {
    return staged.computeIfAbsent(
        List.of(workspace, branch), key -> new LocalStagedEdits(this, workspace, branch));
  }

  @Override
  public List<String> stagedBranches(String workspace) {
    return LocalStagedEdits.branches(this, workspace);
  }

  @Override
  public List<CommitInfo> log(String rev, int limit) {
    return git.log(rev, limit);
  }

  @Override
  public List<CommitInfo> log(Collection<String> revs, Collection<String> without, int limit) {
    return git.log(revs, without, limit);
  }

  @Override
  public List<CommitInfo> log(String rev, int limit, LogFilter filter) {
    return filter.equals(LogFilter.ALL)
        ? log(rev, limit)
        : new CellHistory(this).log(git.resolve(rev), limit, filter);
  }

  @Override
  public List<Blame> blame(Version version, SampleId sample, String... columns) {
    return new CellHistory(this).blame((LocalVersion) version, sample, List.of(columns));
  }

  /** Returns the index of changes, if it can be used. */
  synchronized Optional<ChangeIndex> changeIndex() {
    if (changes == null) {
      changes = ChangeIndex.open(changesFolder(), git.historyBoundary());
    }
    return changes;
  }

  /** Removes the index of changes, which is damaged; it is made anew after the next opening. */
  synchronized void dropChangeIndex() {
    if (changes != null && changes.isPresent()) {
      changes.get().close();
      changes = Optional.empty();
      ChangeIndex.remove(changesFolder());
    }
  }

  /** Opens the index of changes anew when it is asked for next: the history has been cut. */
  private synchronized void reopenChangeIndex() {
    if (changes != null) {
      changes.ifPresent(ChangeIndex::close);
      changes = null;
    }
  }

  private Path changesFolder() {
    return path.resolve(DatasetFolder.LOCAL).resolve("changes");
  }

  @Override
  public void createTag(String name, String rev) {
    git.createTag(name, rev);
  }

  @Override
  public void deleteTag(String name) {
    git.deleteTag(name);
  }

  @Override
  public void reset(String branch, String rev) {
    requireBranch(branch);
    git.reset(branch, rev, Authors.name());
  }

  @Override
  public List<RefChange> reflog(String branch) {
    requireBranch(branch);
    return git.reflog("refs/heads/" + branch);
  }

  @Override
  public List<String> branches() {
    return git.branches().stream().map(GitStore.Ref::name).sorted().toList();
  }

  @Override
  public List<String> tags() {
    return git.tags().stream().map(GitStore.Ref::name).sorted().toList();
  }

  @Override
  public String defaultBranch() {
    return git.defaultBranch();
  }

  @Override
  public void setDefaultBranch(String name) {
    git.setDefaultBranch(name);
  }

  @Override
  public void createBranch(String name, String startRev) {
    git.createBranch(name, startRev);
  }

  @Override
  public void deleteBranch(String name) {
    git.deleteBranch(name);
  }

  /**
   * Commits to a branch.
   *
   * @throws dev.sheaf.format.DatasetException if a check refuses the version; see {@link
   *     dev.sheaf.format.CheckRunner}
   */
  public CommitInfo commit(String branch, CommitRequest request) {
    return checks == CheckPolicy.SKIP
        ? git.commit(branch, request)
        : new CheckedCommit(this).commit(branch, request);
  }

  /** Moves a branch forward to a commit, unless a check refuses it; see {@link #commit}. */
  public CommitInfo fastForward(String branch, String head, String commitId, String message) {
    if (checks != CheckPolicy.SKIP) {
      new CheckedCommit(this).check(git.snapshot(commitId));
    }
    return git.fastForward(branch, head, commitId, message);
  }

  @Override
  public List<Provenance> provenance(Version version, long... indices) {
    SampleHistory history = new SampleHistory(this);
    LocalVersion local = (LocalVersion) version;
    List<Provenance> found = new ArrayList<>();
    for (long index : indices) {
      found.add(history.of(local, (LocalSample) local.sample(index)));
    }
    return found;
  }

  @Override
  public List<ChunkInfo> chunks(Version version) {
    return VersionFiles.chunks(((LocalVersion) version).state(), store);
  }

  @Override
  public List<LinkInfo> links(Version version) {
    LinkRoots roots = DatasetFolder.roots(path);
    List<LinkInfo> links = new ArrayList<>();
    VersionFiles.linkedBytes(((LocalVersion) version).state())
        .forEach(
            (root, bytes) -> {
              Path folder = roots.folder(root);
              links.add(new LinkInfo(root, folder, Files.isDirectory(folder), bytes));
            });
    return links;
  }

  /** Remembers on this machine where the folder of a root of links is. */
  public void linkRoot(String root, Path folder) {
    if (!LinkName.isRoot(root)) {
      throw new IllegalArgumentException("\"" + root + "\" cannot name a root of links");
    }
    DatasetFolder.roots(path).put(root, folder);
  }

  @Override
  public AbsorbReport absorb(String branch, AbsorbScope scope, Progress progress) {
    requireBranch(branch);
    return new Absorb(this, branch, scope, progress).run();
  }

  @Override
  public String filesJson(Version version) {
    return VersionFiles.json(((LocalVersion) version).state(), store);
  }

  @Override
  public FsckReport fsck(boolean deep, Progress progress) {
    return new Fsck(this, deep, progress).run();
  }

  @Override
  public void copyTo(Path target) {
    DatasetFolder.copy(this, target);
  }

  /**
   * Returns some chunks, and those that have what is left of the ones that are gone, and so on;
   * sorted.
   */
  Set<String> withSuccessors(Set<String> some) {
    Set<String> all = new TreeSet<>(some);
    Deque<String> todo = new ArrayDeque<>(some);
    while (!todo.isEmpty()) {
      store
          .moved(todo.remove())
          .flatMap(MovedChunk::successor)
          .filter(all::add)
          .ifPresent(todo::add);
    }
    return all;
  }

  @Override
  public CompactReport compact(String branch) {
    requireBranch(branch);
    return new Compaction(this, branch).run();
  }

  /**
   * Returns the commits that edits, bisections and merges of workspaces lean on, whatever branches
   * lead to.
   */
  Set<String> commitsInUse() {
    Set<String> inUse = new HashSet<>(LocalStagedEdits.bases(this));
    inUse.addAll(BisectionFile.commits(this));
    inUse.addAll(MergeFile.commits(this));
    return inUse;
  }

  @Override
  public ExpireReport expire(Instant before, boolean dryRun) {
    for (String branch : branches()) {
      FormatLeaf.checkWriter(
          state(git.resolve(branch)).tree().read(FormatLeaf.PATH), layers.context().dataset());
    }
    GitStore.Expired expired = git.expire(commitsInUse(), before, dryRun);
    reopenChangeIndex();
    List<ExpireReport.Held> held = new ArrayList<>();
    expired
        .held()
        .forEach(one -> held.add(new ExpireReport.Held(one.branch(), one.other(), one.commit())));
    return new ExpireReport(
        dryRun,
        before,
        expired.forgotten(),
        expired.kept(),
        expired.boundary(),
        expired.reflogEntries(),
        held);
  }

  @Override
  public List<String> boundary() {
    return git.boundary();
  }

  @Override
  public GcReport gc(Duration grace, int deadPercent, boolean dryRun) {
    if (deadPercent < 1) {
      throw new IllegalArgumentException("deadPercent=" + deadPercent + ", expected 1 or more");
    }
    return new GarbageCollection(this, Instant.now(), grace, deadPercent, dryRun).run();
  }

  @Override
  public PurgeReport previewPurge(PurgeRequest request) {
    return purging(request, Progress.NONE).preview();
  }

  @Override
  public PurgeReport purge(PurgeRequest request, Progress progress) {
    return purging(request, progress).run();
  }

  private Purging purging(PurgeRequest request, Progress progress) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new Purging(this, new PurgeJournal.Entry(request, now), progress);
  }

  @Override
  public Optional<PurgeRequest> unfinishedPurge() {
    return new PurgeJournal(this).read().map(PurgeJournal.Entry::request);
  }

  @Override
  public PurgeReport finishPurge(Progress progress) {
    return Purging.finish(this, progress);
  }

  @Override
  public List<ExportRecord> exports() {
    return new ExportLog(this).list();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (changes != null) {
        changes.ifPresent(ChangeIndex::close);
      }
    }
    staged.values().forEach(LocalStagedEdits::close);
    git.close();
    store.close();
  }
}
