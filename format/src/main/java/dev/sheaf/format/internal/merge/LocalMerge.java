package dev.sheaf.format.internal.merge;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.Authors;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.MergeFile;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A merge, revert or cherry-pick into a branch of a {@link LocalDataset}. */
public final class LocalMerge implements Merge {
  private static final int MOST_ATTEMPTS = 10;
  private static final String MOVED = "SHEAF-CMT-001";
  private static final int BRIEF = 7;

  private final LocalDataset dataset;
  private final Kind kind;
  private final String branch;
  private final String rev;
  private final CommitInfo theirs;
  private final int parent;
  private final Map<String, Resolution> resolutions = new LinkedHashMap<>();
  private Side preferred;
  private Strictness strictness = Strictness.CELL;
  private boolean noFastForward;
  private String name = "";
  private Run run;

  /** What was found for one head of the branch. */
  private record Run(CommitInfo ours, Status trivial, ThreeWay merge) {}

  /**
   * Creates a merge; see {@link dev.sheaf.format.Dataset}.
   *
   * @param rev the version that is brought in, as it was named
   * @param parent which parent of a merge commit its change is measured against; 0 where it has one
   */
  public LocalMerge(LocalDataset dataset, Kind kind, String branch, String rev, int parent) {
    this(dataset, kind, branch, rev, rev, parent);
  }

  private LocalMerge(
      LocalDataset dataset, Kind kind, String branch, String rev, String commit, int parent) {
    this.dataset = dataset;
    this.kind = kind;
    this.branch = branch;
    this.rev = rev;
    this.parent = parent;
    requireBranch();
    this.theirs = dataset.git().resolve(commit).info();
    if (kind != Kind.MERGE) {
      parentOf(theirs);
    }
  }

  private void requireBranch() {
    // Names the branches there are, if this one is not among them.
    dataset.begin(branch).close();
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String branch() {
    return branch;
  }

  @Override
  public CommitInfo ours() {
    return run().ours();
  }

  @Override
  public CommitInfo theirs() {
    return theirs;
  }

  @Override
  public Merge prefer(Side side) {
    preferred = side;
    run = null;
    return this;
  }

  @Override
  public Merge strict(Strictness wanted) {
    strictness = wanted;
    run = null;
    return this;
  }

  @Override
  public Merge noFastForward() {
    noFastForward = true;
    run = null;
    return this;
  }

  @Override
  public Merge resolve(Conflict conflict, Resolution resolution) {
    check(conflict, resolution);
    resolutions.put(conflict.id(), resolution);
    run = null;
    return this;
  }

  private void check(Conflict conflict, Resolution resolution) {
    boolean isCell = conflict.kind() == ConflictKind.CELL;
    boolean isStrict =
        conflict.kind() == ConflictKind.ROW
            || conflict.kind() == ConflictKind.TABLE
            || conflict.id().startsWith("cells:");
    String choice = resolution.choice();
    boolean fits =
        switch (choice) {
          case "value" -> isCell;
          case "both" -> isStrict;
          case "ours", "theirs" -> conflict.kind() != ConflictKind.TABLE;
          default -> true;
        };
    if (!fits) {
      throw new InvalidInputException(
          "SHEAF-MRG-003",
          "Decision \"" + choice + "\" does not fit the conflict: " + conflict.what(),
          where(conflict),
          isCell
              ? "Take ours, theirs, base or a value"
              : isStrict ? "Take ours, theirs or both" : "Take ours or theirs");
    }
    if (choice.equals("value")) {
      // Throws where the value does not fit the column.
      var column =
          dataset.state(dataset.git().snapshot(ours().id())).schema().contains(conflict.column())
              ? dataset
                  .state(dataset.git().snapshot(ours().id()))
                  .schema()
                  .column(conflict.column())
              : dataset
                  .state(dataset.git().snapshot(theirs.id()))
                  .schema()
                  .column(conflict.column());
      CellDecider.parse(column, resolution.json());
    }
  }

  private static Location where(Conflict conflict) {
    Location location = Location.NONE;
    if (conflict.sample() != null) {
      location = location.with("sample", conflict.sample().toString());
    }
    return conflict.column().isEmpty() ? location : location.with("column", conflict.column());
  }

  private Run run() {
    if (run == null) {
      run = start();
    }
    return run;
  }

  private VersionState state(String commit) {
    return dataset.state(dataset.git().snapshot(commit));
  }

  private Run start() {
    GitStore git = dataset.git();
    CommitInfo head = git.resolve("refs/heads/" + branch).info();
    if (kind != Kind.MERGE) {
      CommitInfo before = git.commitInfo(parentOf(theirs));
      boolean reverts = kind == Kind.REVERT;
      return new Run(
          head,
          null,
          threeWay(
              new MergeBase(state(reverts ? theirs.id() : before.id())),
              head,
              reverts ? before.id() : theirs.id()));
    }
    List<String> bases = git.mergeBases(head.id(), theirs.id());
    if (bases.isEmpty()) {
      throw new InvalidInputException(
          "SHEAF-MRG-002",
          "Histories are unrelated: \"" + branch + "\" and \"" + rev + "\" have no common version",
          Location.of(dataset.path()),
          git.boundary().isEmpty()
              ? "Versions of different datasets are brought together by `sheaf ingest`"
              : "`sheaf expire` has forgotten what is older than one of them; cherry-pick what is wanted");
    }
    if (bases.contains(theirs.id())) {
      return new Run(head, Status.UP_TO_DATE, null);
    }
    if (bases.contains(head.id()) && !noFastForward) {
      return new Run(head, Status.FAST_FORWARD, null);
    }
    return new Run(head, null, threeWay(new BaseMerge(dataset).of(bases), head, theirs.id()));
  }

  private ThreeWay threeWay(MergeBase base, CommitInfo head, String other) {
    Resolution fallback =
        preferred == null ? null : preferred == Side.OURS ? Resolution.OURS : Resolution.THEIRS;
    return new ThreeWay(
        base,
        state(head.id()),
        state(other),
        new Arrivals(dataset, List.of(head.id()), List.of(other)),
        new Decisions(resolutions, fallback),
        strictness,
        kind != Kind.MERGE);
  }

  private String parentOf(CommitInfo commit) {
    int count = commit.parents().size();
    int wanted = parent == 0 ? 1 : parent;
    if (count == 0 || wanted > count || (count > 1 && parent == 0)) {
      throw new InvalidInputException(
          "SHEAF-MRG-004",
          dataset.git().isBoundary(commit.id())
              ? "What commit " + brief(commit) + " changed is forgotten: history begins with it"
              : count == 0
                  ? "Commit " + brief(commit) + " is the first: there is nothing it changed"
                  : "Commit " + brief(commit) + " has " + count + " parents",
          Location.of(dataset.path()),
          count == 0 ? "Name another commit" : "Say which one the change is measured against");
    }
    return commit.parents().get(wanted - 1);
  }

  private static String brief(CommitInfo commit) {
    return commit.id().substring(0, BRIEF);
  }

  @Override
  public Report report() {
    Run found = run();
    if (found.merge() != null) {
      return found.merge().report();
    }
    return new Report(
        found.trivial(),
        List.of(),
        new SampleReport(0, 0, 0, 0, 0, 0, "unchanged"),
        List.of(),
        List.of(),
        List.of());
  }

  @Override
  public Version commit(String message) {
    for (int attempt = 1; ; attempt++) {
      Run found = run();
      try {
        return commit(found, message);
      } catch (CommitConflictException e) {
        boolean moved =
            e.code().equals(MOVED)
                && !dataset
                    .git()
                    .resolve("refs/heads/" + branch)
                    .commitId()
                    .equals(found.ours().id());
        if (!moved || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        run = null;
      }
    }
  }

  private Version commit(Run found, String message) {
    if (found.trivial() == Status.UP_TO_DATE) {
      return dataset.at(found.ours().id());
    }
    if (found.trivial() == Status.FAST_FORWARD) {
      dataset.fastForward(
          branch, found.ours().id(), theirs.id(), "merge " + rev + ": Fast-forward");
      return dataset.at(theirs.id());
    }
    List<Conflict> conflicts = found.merge().conflicts();
    if (!conflicts.isEmpty()) {
      throw new CommitConflictException(
          "SHEAF-MRG-001",
          conflicts.size() == 1
              ? "One conflict is not decided: " + conflicts.get(0).what()
              : conflicts.size() + " conflicts are not decided",
          where(conflicts.get(0)),
          "Decide each for ours or theirs or by a value, then commit again");
    }
    TreeEdit edit = found.merge().write(dataset);
    CommitRequest request =
        Authors.request(message.isEmpty() ? usualMessage() : message, head -> edit)
            .withExpectedHead(found.ours().id());
    if (kind == Kind.MERGE) {
      request = request.withMergedParents(List.of(theirs.id()));
    } else if (kind == Kind.CHERRY_PICK) {
      request = request.withAuthor(theirs.authorName(), theirs.authorEmail());
    }
    // What was found is used up: a second commit starts anew.
    run = null;
    return dataset.at(dataset.commit(branch, request).id());
  }

  private String usualMessage() {
    return switch (kind) {
      case MERGE -> {
        boolean isBranch = dataset.branches().contains(rev);
        String what = isBranch ? "branch '" + rev + "'" : "commit '" + rev + "'";
        boolean isDefault = branch.equals(dataset.defaultBranch());
        yield "Merge " + what + (isDefault ? "" : " into " + branch);
      }
      case REVERT ->
          "Revert \""
              + theirs.subject()
              + "\"\n\nThis reverts commit "
              + theirs.id()
              + (parent == 0 ? "" : ", reversing changes made to " + parentOf(theirs))
              + ".";
      case CHERRY_PICK ->
          theirs.message().strip() + "\n\n(cherry picked from commit " + theirs.id() + ")";
    };
  }

  @Override
  public void save(String as) {
    new MergeFile(dataset, as)
        .write(
            new MergeFile.State(
                kind,
                branch,
                rev,
                theirs.id(),
                parent,
                preferred,
                strictness,
                noFastForward,
                resolutions));
    name = as;
  }

  @Override
  public Optional<String> name() {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  @Override
  public void discard() {
    if (!name.isEmpty()) {
      new MergeFile(dataset, name).delete();
    }
  }

  /** Takes up a merge that was kept; see {@link dev.sheaf.format.Dataset#savedMerge}. */
  public static Optional<Merge> saved(LocalDataset dataset, String name) {
    return new MergeFile(dataset, name).read().map(state -> saved(dataset, name, state));
  }

  private static Merge saved(LocalDataset dataset, String name, MergeFile.State state) {
    LocalMerge merge =
        new LocalMerge(
            dataset, state.kind(), state.branch(), state.rev(), state.theirs(), state.parent());
    merge.preferred = state.preferred();
    merge.strictness = state.strictness();
    merge.noFastForward = state.noFastForward();
    merge.resolutions.putAll(state.resolutions());
    merge.name = name;
    return merge;
  }
}
