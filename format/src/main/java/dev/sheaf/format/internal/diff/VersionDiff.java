package dev.sheaf.format.internal.diff;

import dev.sheaf.format.Column;
import dev.sheaf.format.Diff;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.SchemaLeaves;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.order.OrderDiff;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.IntIterator;
import org.roaringbitmap.RoaringBitmap;

/** The difference of two versions of a dataset. */
public final class VersionDiff implements Diff {
  private static final String KEY = "_key";

  private final LocalVersion from;
  private final LocalVersion to;
  private final List<SegmentDiff.ColumnPair> pairs;
  private volatile Scope scope;
  private volatile Summary summary;

  private VersionDiff(LocalVersion from, LocalVersion to) {
    this.from = from;
    this.to = to;
    this.pairs = pairs();
  }

  /** Returns the difference of two versions of one dataset. */
  public static VersionDiff between(Version from, Version to) {
    if (from instanceof LocalVersion before && to instanceof LocalVersion after) {
      return new VersionDiff(before, after);
    }
    throw new IllegalArgumentException(
        "expected two stored versions, got " + from.getClass() + " and " + to.getClass());
  }

  /** The segments that must be looked at, and the samples that moved in each. */
  private record Scope(List<SegmentKey> segments, Map<SegmentKey, RoaringBitmap> moved) {}

  /** What differs in one segment. */
  private record Changes(
      SegmentKey key,
      RoaringBitmap added,
      RoaringBitmap removed,
      RoaringBitmap moved,
      Map<String, RoaringBitmap> cells,
      SegmentDiff comparison) {
    RoaringBitmap modified() {
      return RoaringBitmap.or(cells.values().iterator());
    }

    RoaringBitmap all() {
      return RoaringBitmap.or(added, removed, moved, modified());
    }
  }

  @Override
  public Version from() {
    return from;
  }

  @Override
  public Version to() {
    return to;
  }

  private List<SegmentDiff.ColumnPair> pairs() {
    List<SegmentDiff.ColumnPair> found = new ArrayList<>();
    Map<String, Column> before = before();
    for (Column column : to.schema()) {
      Column earlier = before.get(column.id());
      if (earlier != null) {
        found.add(SegmentDiff.ColumnPair.of(earlier, column));
      }
    }
    return found;
  }

  /** Returns the earlier version's columns by the ids that they have in the later one, if any. */
  private Map<String, Column> before() {
    Map<String, String> ids = SchemaLeaves.same(from.state().columns(), to.state().columns());
    Map<String, Column> columns = new LinkedHashMap<>();
    from.schema()
        .forEach(column -> columns.put(ids.getOrDefault(column.id(), column.id()), column));
    return columns;
  }

  @Override
  public List<ColumnChange> columns() {
    List<ColumnChange> changes = new ArrayList<>();
    Map<String, Column> before = before();
    Map<String, String> ids = SchemaLeaves.same(from.state().columns(), to.state().columns());
    for (Column column : to.schema()) {
      Column earlier = before.remove(column.id());
      if (earlier == null || !column.equals(withIds(earlier, ids))) {
        changes.add(new ColumnChange(earlier, column));
      }
    }
    before.values().forEach(column -> changes.add(new ColumnChange(column, null)));
    return List.copyOf(changes);
  }

  /** Another id alone is no change. */
  private static Column withIds(Column column, Map<String, String> ids) {
    Column.Derivation derivation = column.derivation();
    if (derivation != null) {
      List<String> inputs =
          derivation.inputs().stream().map(id -> ids.getOrDefault(id, id)).toList();
      derivation = new Column.Derivation(inputs, derivation.code());
    }
    return new Column(
        ids.getOrDefault(column.id(), column.id()),
        column.name(),
        column.type(),
        column.defaultJson(),
        derivation);
  }

  @Override
  public List<String> documents() {
    Set<String> paths = new TreeSet<>(from.documents(""));
    paths.addAll(to.documents(""));
    paths.removeIf(
        path -> from.state().tree().objectId(path).equals(to.state().tree().objectId(path)));
    return List.copyOf(paths);
  }

  @Override
  public boolean isEmpty() {
    if (from.state().tree().treeId().equals(to.state().tree().treeId())
        && !from.isPicked()
        && !to.isPicked()) {
      return true;
    }
    return columns().isEmpty() && documents().isEmpty() && !samples().iterator().hasNext();
  }

  private Scope scope() {
    Scope known = scope;
    if (known == null) {
      known = findScope();
      scope = known;
    }
    return known;
  }

  private Scope findScope() {
    VersionState before = from.state();
    VersionState after = to.state();
    Set<SegmentKey> changed = ChangedSegments.between(before.tree(), after.tree());
    if (pairs.stream().anyMatch(pair -> !pair.before().id().equals(pair.after().id()))) {
      // Cells that were there already may be those of another column now.
      changed.addAll(before.segmentKeys());
    }
    Map<SegmentKey, RoaringBitmap> moved = Map.of();
    boolean picked = from.isPicked() || to.isPicked();
    if (picked || !before.tree().objectId("order").equals(after.tree().objectId("order"))) {
      OrderDiff order =
          OrderDiff.between(
              before.order(),
              after.order(),
              path -> !picked && before.tree().objectId(path).equals(after.tree().objectId(path)));
      order.before().forEach(run -> changed.add(run.segment()));
      order.after().forEach(run -> changed.add(run.segment()));
      moved = OrderMoves.of(order, key -> RoaringBitmap.and(live(before, key), live(after, key)));
    }
    return new Scope(inOrder(changed), moved);
  }

  /** Sorts by where a segment first comes in the later version, then in the earlier one. */
  private List<SegmentKey> inOrder(Set<SegmentKey> changed) {
    if (changed.size() < 2) {
      return List.copyOf(changed);
    }
    Set<SegmentKey> sorted = new LinkedHashSet<>(to.state().segmentKeys());
    sorted.addAll(from.state().segmentKeys());
    sorted.retainAll(changed);
    return List.copyOf(sorted);
  }

  /** Returns the slots of a segment that a version shows. */
  private static RoaringBitmap live(VersionState state, SegmentKey key) {
    if (!state.hasSegment(key)) {
      return new RoaringBitmap();
    }
    RoaringBitmap listed = state.order().listed(key);
    listed.andNot(state.reader(key).deleted());
    return listed;
  }

  private Changes changes(SegmentKey key) {
    VersionState before = from.state();
    VersionState after = to.state();
    RoaringBitmap then = live(before, key);
    RoaringBitmap now = live(after, key);
    RoaringBitmap both = RoaringBitmap.and(then, now);
    SegmentDiff comparison = null;
    Map<String, RoaringBitmap> cells = Map.of();
    if (!both.isEmpty()) {
      comparison =
          new SegmentDiff(
              new SegmentCells(before.reader(key)), new SegmentCells(after.reader(key)));
      cells = comparison.changed(both, pairs);
    }
    return new Changes(
        key,
        RoaringBitmap.andNot(now, then),
        RoaringBitmap.andNot(then, now),
        scope().moved().getOrDefault(key, new RoaringBitmap()),
        cells,
        comparison);
  }

  @Override
  public Summary summary() {
    Summary known = summary;
    if (known == null) {
      known = summarise();
      summary = known;
    }
    return known;
  }

  private Summary summarise() {
    long added = 0;
    long removed = 0;
    long moved = 0;
    long modified = 0;
    Map<String, Long> cells = new LinkedHashMap<>();
    pairs.forEach(pair -> cells.put(pair.after().name(), 0L));
    for (SegmentKey key : scope().segments()) {
      Changes changes = changes(key);
      added += changes.added().getLongCardinality();
      removed += changes.removed().getLongCardinality();
      moved += changes.moved().getLongCardinality();
      modified += changes.modified().getLongCardinality();
      for (SegmentDiff.ColumnPair pair : pairs) {
        RoaringBitmap slots = changes.cells().get(pair.after().id());
        if (slots != null) {
          cells.merge(pair.after().name(), slots.getLongCardinality(), Long::sum);
        }
      }
    }
    cells.values().removeIf(count -> count == 0);
    return new Summary(added, removed, moved, modified, cells);
  }

  @Override
  public Iterable<SampleChange> samples() {
    return () -> new Samples(scope().segments().iterator());
  }

  /** Goes through the segments, one compared at a time. */
  private final class Samples implements Iterator<SampleChange> {
    private final Iterator<SegmentKey> segments;
    private Changes changes;
    private IntIterator slots;

    Samples(Iterator<SegmentKey> segments) {
      this.segments = segments;
    }

    @Override
    public boolean hasNext() {
      while ((slots == null || !slots.hasNext()) && segments.hasNext()) {
        changes = changes(segments.next());
        slots = changes.all().getIntIterator();
      }
      return slots != null && slots.hasNext();
    }

    @Override
    public SampleChange next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return change(changes, slots.next());
    }
  }

  private SampleChange change(Changes changes, int slot) {
    SegmentKey key = changes.key();
    boolean added = changes.added().contains(slot);
    boolean removed = changes.removed().contains(slot);
    List<CellChange> cells = new ArrayList<>();
    for (SegmentDiff.ColumnPair pair : pairs) {
      RoaringBitmap slots = changes.cells().get(pair.after().id());
      if (slots != null && slots.contains(slot)) {
        cells.add(
            new CellChange(
                pair.after(),
                changes.comparison().valueBefore(pair, slot),
                changes.comparison().valueAfter(pair, slot)));
      }
    }
    return new SampleChange(
        new SampleId(key.run(), key.first() + slot),
        key(removed ? from.state() : to.state(), key, slot),
        added ? OptionalLong.empty() : from.state().order().indexOf(key, slot),
        removed ? OptionalLong.empty() : to.state().order().indexOf(key, slot),
        changes.moved().contains(slot),
        cells);
  }

  private static String key(VersionState state, SegmentKey segment, int slot) {
    Optional<Column> column =
        state.schema().contains(KEY) ? Optional.of(state.schema().column(KEY)) : Optional.empty();
    Object key =
        column
            .map(known -> new SegmentCells(state.reader(segment)).value(known, slot, null))
            .orElse(null);
    return key == null ? "" : (String) key;
  }
}
