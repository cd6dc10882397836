package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which cells of a segment may differ between two versions, by the records of its layers: what is
 * left out is the same, what is named need not differ. Cells are read only where layers were
 * folded, or every cell would be named again and again on its way to a larger layer.
 */
final class SegmentChanges {
  /** Stands for all columns. */
  static final String EVERY_COLUMN = "";

  private final SegmentKey segment;
  private final LayerCache layers;
  private final String folder;

  SegmentChanges(SegmentKey segment, LayerCache layers) {
    this.segment = segment;
    this.layers = layers;
    this.folder = SegmentRecord.path(segment);
  }

  /**
   * Returns the slots by column.
   *
   * @param then the version before, or null for none
   */
  Map<String, RoaringBitmap> between(TreeSnapshot now, TreeSnapshot then) {
    Map<String, RoaringBitmap> changed = new TreeMap<>();
    boolean is = isThere(now);
    boolean was = then != null && isThere(then);
    if (!is && !was) {
      return changed;
    }
    if (is != was) {
      changed.put(EVERY_COLUMN, all());
      return changed;
    }
    Set<String> both = columnsOfBoth(now, then, changed);
    if (!now.objectId(folder).equals(then.objectId(folder))) {
      SegmentRecord after = record(now);
      SegmentRecord before = record(then);
      RoaringBitmap deleted = RoaringBitmap.xor(deleted(now), deleted(then));
      if (!deleted.isEmpty()) {
        changed.put(EVERY_COLUMN, deleted);
      } else {
        both.removeIf(column -> isSameByHash(now, before, after, column));
      }
      if (!both.isEmpty()) {
        Set<String> shared = shared(before.layers(), after.layers());
        Map<String, RoaringBitmap> gone = written(then, before.layers(), shared, both);
        Map<String, RoaringBitmap> written = written(now, after.layers(), shared, both);
        gone.forEach(
            (column, slots) -> {
              RoaringBitmap differing = differing(now, then, column, slots);
              written.computeIfAbsent(column, id -> new RoaringBitmap()).andNot(slots);
              written.get(column).or(differing);
            });
        written.values().removeIf(RoaringBitmap::isEmpty);
        changed.putAll(written);
      }
    }
    return changed;
  }

  private boolean isThere(TreeSnapshot tree) {
    return tree.objectId(folder + "/" + SegmentRecord.RECORD).isPresent();
  }

  private SegmentRecord record(TreeSnapshot tree) {
    return SegmentRecord.parse(tree.read(folder + "/" + SegmentRecord.RECORD), folder);
  }

  private RoaringBitmap deleted(TreeSnapshot tree) {
    return tree.find(folder + "/" + SegmentRecord.DELETED)
        .map(bytes -> LayerRecord.deserialize(bytes, folder))
        .orElseGet(RoaringBitmap::new);
  }

  private static RoaringBitmap all() {
    RoaringBitmap slots = new RoaringBitmap();
    slots.add(0L, LayerRecord.MAX_ROWS);
    return slots;
  }

  /** Returns the columns of both versions; those of one alone are changed as a whole. */
  private static Set<String> columnsOfBoth(
      TreeSnapshot now, TreeSnapshot then, Map<String, RoaringBitmap> changed) {
    Set<String> after = columns(now);
    if (now.objectId(SchemaLeaves.FOLDER).equals(then.objectId(SchemaLeaves.FOLDER))) {
      return after;
    }
    Set<String> before = columns(then);
    Set<String> one = new TreeSet<>(after);
    one.addAll(before);
    after.retainAll(before);
    one.removeAll(after);
    one.forEach(column -> changed.put(column, all()));
    return after;
  }

  private static Set<String> columns(TreeSnapshot tree) {
    Set<String> columns = new TreeSet<>();
    for (TreeSnapshot.Entry entry : tree.list(SchemaLeaves.FOLDER)) {
      columns.add(entry.name().replace(".json", ""));
    }
    return columns;
  }

  /** Missing cells count for no hash, but show the default: there the hash says nothing. */
  private static boolean isSameByHash(
      TreeSnapshot now, SegmentRecord before, SegmentRecord after, String column) {
    SegmentRecord.Digest digest = after.columns().getOrDefault(column, SegmentRecord.Digest.EMPTY);
    return digest.equals(before.columns().getOrDefault(column, SegmentRecord.Digest.EMPTY))
        && SchemaLeaves.hasNullDefault(now, column);
  }

  /**
   * Returns the layers that both versions have; none where they come in another order, or one comes
   * twice.
   */
  private static Set<String> shared(List<String> before, List<String> after) {
    Set<String> shared = new HashSet<>(before);
    shared.retainAll(new HashSet<>(after));
    List<String> sharedBefore = new ArrayList<>(before);
    sharedBefore.retainAll(shared);
    List<String> sharedAfter = new ArrayList<>(after);
    sharedAfter.retainAll(shared);
    boolean same = sharedBefore.equals(sharedAfter) && sharedAfter.size() == shared.size();
    return same ? shared : Set.of();
  }

  /** Returns per column the slots of which layers hold a cell. */
  private Map<String, RoaringBitmap> written(
      TreeSnapshot tree, List<String> names, Set<String> without, Set<String> columns) {
    Map<String, RoaringBitmap> written = new TreeMap<>();
    for (String name : names) {
      if (without.contains(name)) {
        continue;
      }
      String path = folder + "/" + name + ".json";
      LayerRecord layer = LayerRecord.parse(tree.read(path), path);
      for (LayerColumn column : layer.columns()) {
        if (column.aspect().equals(LayerColumn.CELLS) && columns.contains(column.column())) {
          RoaringBitmap slots = layer.slots().orElseGet(SegmentChanges::all);
          written.computeIfAbsent(column.column(), id -> new RoaringBitmap()).or(slots);
        }
      }
    }
    return written;
  }

  /** Returns those of some slots whose cell differs. */
  private RoaringBitmap differing(
      TreeSnapshot now, TreeSnapshot then, String column, RoaringBitmap slots) {
    CellReader[] after = SegmentReader.read(now, segment, layers).cells(column);
    CellReader[] before = SegmentReader.read(then, segment, layers).cells(column);
    RoaringBitmap differing = new RoaringBitmap();
    for (int slot : slots) {
      if (differs(holder(before, slot), holder(after, slot), slot)) {
        differing.add(slot);
      }
    }
    return differing;
  }

  private static CellReader holder(CellReader[] newestFirst, int slot) {
    for (CellReader candidate : newestFirst) {
      if (candidate.layer().rowOf(slot) >= 0) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean differs(CellReader before, CellReader after, int slot) {
    if (before == null || after == null) {
      return before != after;
    }
    if (before.layer().name().equals(after.layer().name())) {
      return false;
    }
    try {
      return !Arrays.equals(canonical(before, slot), canonical(after, slot));
    } catch (CorruptDataException e) {
      // Whoever asks for this cell is told.
      return true;
    }
  }

  private static byte[] canonical(CellReader cell, int slot) {
    Object value = cell.value(cell.layer().rowOf(slot));
    return value == null
        ? null
        : CellHash.canonical(cell.column().type(), value, cell.column().name());
  }
}
