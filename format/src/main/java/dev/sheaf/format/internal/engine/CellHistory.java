package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Walks history by what changed. Two versions are compared by the Git ids of the folders in
 * question first, so a commit that touched other segments costs a few small objects, and cells are
 * read only where the layer that shows them differs. For one thread.
 */
final class CellHistory {
  /** So many commits are walked before the index of changes is asked. */
  static final int NEAR = 64;

  private final LocalDataset dataset;

  CellHistory(LocalDataset dataset) {
    this.dataset = dataset;
  }

  /** What is followed. */
  private interface Followed {
    /** Tells whether both versions have the same of it. */
    boolean isSame(TreeSnapshot one, TreeSnapshot other);

    /** Tells whether a version has none of it. */
    boolean isAbsent(TreeSnapshot one);
  }

  /** Returns the commits that changed what the filter names, newest first. */
  List<CommitInfo> log(TreeSnapshot start, int limit, LogFilter filter) {
    VersionState state = dataset.state(start);
    Optional<String> column = filter.column().map(name -> state.schema().column(name).id());
    Followed followed =
        filter.sample().isPresent()
            ? sample(state, filter.sample().get(), column)
            : new WholeColumn(column.orElseThrow(), state);
    return walk(start, limit, followed);
  }

  private Followed sample(VersionState state, SampleId id, Optional<String> column) {
    SampleCells cells = new SampleCells(dataset, segment(state, id), id, state.columns().values());
    return new Followed() {
      @Override
      public boolean isSame(TreeSnapshot one, TreeSnapshot other) {
        if (cells.isUntouched(one, other)) {
          return true;
        }
        Set<String> columns = new TreeSet<>();
        column.ifPresentOrElse(
            columns::add,
            () -> {
              columns.addAll(cells.columns(one));
              columns.addAll(cells.columns(other));
            });
        return columns.stream().allMatch(id -> cells.isSame(one, other, id));
      }

      @Override
      public boolean isAbsent(TreeSnapshot one) {
        return column.isPresent() ? !cells.isThere(one, column.get()) : !cells.isThere(one);
      }
    };
  }

  private SegmentKey segment(VersionState state, SampleId id) {
    for (SegmentKey key : state.segmentKeys()) {
      if (key.run() == id.run()
          && Long.compareUnsigned(key.first(), id.ordinal()) <= 0
          && id.ordinal() - key.first() < state.segment(key).reader().record().rows()) {
        return key;
      }
    }
    throw new NotFoundException(
        "SHEAF-NF-009",
        "No sample " + id + " in version " + state.commit().id().substring(0, 12),
        Location.of(dataset.path()),
        "It may be deleted, or belong to another branch");
  }

  /** The cells of one column, by the sums of their hashes that each segment keeps. */
  private static final class WholeColumn implements Followed {
    private final String column;
    private final Map<String, List<String>> ids;

    WholeColumn(String column, VersionState version) {
      this.column = column;
      this.ids = SchemaLeaves.united(version.columns().values());
    }

    private String idIn(TreeSnapshot tree) {
      return SchemaLeaves.idIn(tree, column, ids);
    }

    @Override
    public boolean isSame(TreeSnapshot one, TreeSnapshot other) {
      String leaf = SchemaLeaves.path(idIn(one));
      return one.objectId(leaf).equals(other.objectId(SchemaLeaves.path(idIn(other))))
          && isSame(one, other, "segments");
    }

    /** Compares folder by folder; equal ids are equal content. */
    private boolean isSame(TreeSnapshot one, TreeSnapshot other, String folder) {
      if (one.objectId(folder).equals(other.objectId(folder))) {
        return true;
      }
      String record = folder + "/" + SegmentRecord.RECORD;
      if (one.objectId(record).isPresent() || other.objectId(record).isPresent()) {
        return digest(one, folder).equals(digest(other, folder));
      }
      Set<String> names = new TreeSet<>();
      one.list(folder).forEach(entry -> names.add(entry.name()));
      other.list(folder).forEach(entry -> names.add(entry.name()));
      return names.stream().allMatch(name -> isSame(one, other, folder + "/" + name));
    }

    private SegmentRecord.Digest digest(TreeSnapshot tree, String folder) {
      SegmentRecord.Digest digest =
          tree.find(folder + "/" + SegmentRecord.RECORD)
              .map(bytes -> SegmentRecord.parse(bytes, folder).columns().get(idIn(tree)))
              .orElse(null);
      return digest == null ? SegmentRecord.Digest.EMPTY : digest;
    }

    @Override
    public boolean isAbsent(TreeSnapshot one) {
      return one.objectId(SchemaLeaves.path(idIn(one))).isEmpty();
    }
  }

  private record Queued(TreeSnapshot tree, CommitInfo commit, int order) {}

  private static PriorityQueue<Queued> queue() {
    return new PriorityQueue<>(
        Comparator.comparing((Queued queued) -> queued.commit().time())
            .reversed()
            .thenComparing(Queued::order));
  }

  private List<CommitInfo> walk(TreeSnapshot start, int limit, Followed followed) {
    PriorityQueue<Queued> queue = queue();
    Set<String> seen = new HashSet<>(Set.of(start.commitId()));
    List<CommitInfo> found = new ArrayList<>();
    queue.add(new Queued(start, start.info(), 0));
    while (!queue.isEmpty() && found.size() < limit) {
      Queued next = queue.remove();
      List<TreeSnapshot> follow = new ArrayList<>();
      boolean changed = true;
      for (String id : next.commit().parents()) {
        TreeSnapshot parent = dataset.git().snapshot(id);
        if (followed.isSame(next.tree(), parent)) {
          changed = false;
          follow = List.of(parent);
          break;
        }
        follow.add(parent);
      }
      if (changed && !(follow.isEmpty() && followed.isAbsent(next.tree()))) {
        found.add(next.commit());
      }
      for (TreeSnapshot parent : follow) {
        if (seen.add(parent.commitId()) && !followed.isAbsent(parent)) {
          queue.add(new Queued(parent, parent.info(), seen.size()));
        }
      }
    }
    return found;
  }

  /**
   * Returns where cells come from: from each commit to the first parent that has the same cell,
   * until none has. What is not found nearby is looked up in the {@link ChangeIndex}, where it can
   * be used.
   */
  List<Blame> blame(LocalVersion version, SampleId sample, List<String> names) {
    return blame(version, sample, names, NEAR);
  }

  /**
   * The same.
   *
   * @param near how many commits are walked before the index is asked
   */
  List<Blame> blame(LocalVersion version, SampleId sample, List<String> names, int near) {
    VersionState state = version.state();
    SegmentKey segment = segment(state, sample);
    SampleCells cells = new SampleCells(dataset, segment, sample, state.columns().values());
    if (!cells.isThere(state.tree())) {
      throw new NotFoundException(
          "SHEAF-NF-009",
          "No sample " + sample + " in version " + state.commit().id().substring(0, 12),
          Location.of(dataset.path()),
          "It is deleted; an earlier version may have it");
    }
    Map<String, Column> columns = new LinkedHashMap<>();
    if (names.isEmpty()) {
      for (Column column : state.schema()) {
        if (!column.name().startsWith("_")) {
          columns.put(column.id(), column);
        }
      }
    }
    names.forEach(
        name -> columns.put(state.schema().column(name).id(), state.schema().column(name)));
    Map<String, Blame> found = new HashMap<>();
    PriorityQueue<Queued> queue = queue();
    Map<String, Set<String>> open = new HashMap<>();
    queue.add(new Queued(state.tree(), state.commit(), 0));
    open.put(state.commit().id(), new TreeSet<>(columns.keySet()));
    int order = 0;
    int walked = 0;
    while (!queue.isEmpty()) {
      Queued next = queue.remove();
      Set<String> left = open.remove(next.commit().id());
      if (++walked > near) {
        search(segment, sample, cells, columns, next.tree(), left, found);
      }
      List<TreeSnapshot> parents = new ArrayList<>();
      for (String id : next.commit().parents()) {
        TreeSnapshot parent = dataset.git().snapshot(id);
        parents.add(parent);
        Set<String> same = cells.same(next.tree(), parent, left);
        left.removeAll(same);
        if (!same.isEmpty()) {
          Set<String> known = open.get(id);
          if (known == null) {
            open.put(id, same);
            queue.add(new Queued(parent, parent.info(), ++order));
          } else {
            known.addAll(same);
          }
        }
        if (left.isEmpty()) {
          break;
        }
      }
      for (String id : left) {
        found.put(id, blame(cells, columns.get(id), next, parents));
      }
    }
    return columns.keySet().stream().map(found::get).toList();
  }

  /** Looks cells of a version up in the index; those that are found are no longer left. */
  private void search(
      SegmentKey segment,
      SampleId sample,
      SampleCells cells,
      Map<String, Column> columns,
      TreeSnapshot version,
      Set<String> left,
      Map<String, Blame> found) {
    int slot = (int) (sample.ordinal() - segment.first());
    for (String column : List.copyOf(left)) {
      Optional<ChangeIndex> index = dataset.changeIndex();
      if (index.isEmpty()) {
        return;
      }
      Optional<CellSearch.Found> commit =
          new CellSearch(dataset, index.get(), segment, cells, slot).find(version, column);
      if (commit.isEmpty()) {
        dataset.dropChangeIndex();
        return;
      }
      TreeSnapshot tree = commit.get().commit();
      found.put(
          column,
          blame(
              cells,
              columns.get(column),
              new Queued(tree, tree.info(), 0),
              commit.get().parents()));
      left.remove(column);
    }
  }

  private Blame blame(SampleCells cells, Column column, Queued at, List<TreeSnapshot> parents) {
    Map<String, Column> system = new TreeMap<>();
    SchemaLeaves.read(at.tree())
        .forEach((id, ranked) -> system.put(ranked.column().name(), ranked.column()));
    Optional<Column> originColumn = Optional.ofNullable(system.get(SystemColumns.ORIGIN));
    boolean fresh = parents.stream().noneMatch(cells::isThere);
    boolean originChanged =
        originColumn.isPresent()
            && parents.stream()
                .noneMatch(parent -> cells.isSame(at.tree(), parent, originColumn.get().id()));
    Optional<Origin> origin =
        originColumn
            .filter(one -> fresh || originChanged)
            .flatMap(one -> cells.value(at.tree(), one.id()))
            .map(SystemColumns::origin);
    Blame.Activity activity;
    if (dataset.git().isBoundary(at.commit().id())) {
      activity = Blame.Activity.BOUNDARY;
    } else if (parents.size() > 1) {
      activity = Blame.Activity.MERGE;
    } else if (!fresh && !cells.isHeld(at.tree(), column.id())) {
      activity = Blame.Activity.COLUMN;
    } else if (column.derived().isPresent()) {
      activity = Blame.Activity.DERIVED;
    } else if (origin.isPresent()) {
      activity = Blame.Activity.INGEST;
    } else {
      activity = fresh ? Blame.Activity.APPEND : Blame.Activity.EDIT;
    }
    return new Blame(
        column.name(),
        at.commit(),
        activity,
        activity == Blame.Activity.INGEST ? origin : Optional.empty());
  }
}
