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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which cells of a segment may differ between two versions, by the records of its layers: what is
 * left out is the same, what is named need not differ. Cells are read only where layers were
 * folded, or every cell would be named again and again on its way to a larger layer. For one
 * thread.
 */
final class SegmentChanges {
  /** Stands for all columns. */
  static final String EVERY_COLUMN = "";

  private final SegmentKey segment;
  private final LayerCache layers;
  private final String folder;

  /** The version that was looked at last: most often the next one is compared with it. */
  private Side last;

  SegmentChanges(SegmentKey segment, LayerCache layers) {
    this.segment = segment;
    this.layers = layers;
    this.folder = SegmentRecord.path(segment);
  }

  /**
   * Returns the slots by column. A version is read once where it is compared with the one before
   * and then the one after it, and not at all where nothing of the segment has another Git id.
   *
   * @param then the version before, or null for none
   */
  Map<String, RoaringBitmap> between(TreeSnapshot now, TreeSnapshot then) {
    Side before = then == null ? null : side(then);
    Side after = new Side(now, before);
    last = after;
    Map<String, RoaringBitmap> changed = new TreeMap<>();
    boolean was = before != null && before.record.isPresent();
    if (after.record.isEmpty() && !was) {
      return changed;
    }
    if (after.record.isPresent() != was) {
      changed.put(EVERY_COLUMN, all());
      return changed;
    }
    Set<String> both = columnsOfBoth(after, before, changed);
    if (!after.folderId.equals(before.folderId)) {
      RoaringBitmap deleted = RoaringBitmap.xor(after.deleted(), before.deleted());
      if (!deleted.isEmpty()) {
        changed.put(EVERY_COLUMN, deleted);
      } else {
        both.removeIf(column -> isSameByHash(after, before, column));
      }
      if (!both.isEmpty()) {
        changed.putAll(written(after, before, both));
      }
    }
    return changed;
  }

  private Side side(TreeSnapshot tree) {
    boolean isLast = last != null && last.tree.commitId().equals(tree.commitId());
    return isLast ? last : new Side(tree, last);
  }

  /** What is read of a version. */
  private final class Side {
    final TreeSnapshot tree;
    final Optional<String> folderId;
    final Optional<String> schemaId;
    final Optional<SegmentRecord> record;

    /** Whether a sample without a cell shows null, by column. */
    final Map<String, Boolean> columns;

    /** Reads a version, but for what it has in common with another. */
    Side(TreeSnapshot tree, Side other) {
      this.tree = tree;
      this.folderId = tree.objectId(folder);
      this.schemaId = tree.objectId(SchemaLeaves.FOLDER);
      boolean isSame = other != null && folderId.equals(other.folderId);
      this.record =
          isSame
              ? other.record
              : tree.find(folder + "/" + SegmentRecord.RECORD)
                  .map(bytes -> SegmentRecord.parse(bytes, folder));
      this.columns =
          other != null && schemaId.equals(other.schemaId) ? other.columns : nullDefaults(tree);
    }

    RoaringBitmap deleted() {
      return tree.find(folder + "/" + SegmentRecord.DELETED)
          .map(bytes -> LayerRecord.deserialize(bytes, folder))
          .orElseGet(RoaringBitmap::new);
    }

    SegmentRecord.Digest digest(String column) {
      return record.orElseThrow().columns().getOrDefault(column, SegmentRecord.Digest.EMPTY);
    }

    List<String> layers() {
      return record.orElseThrow().layers();
    }
  }

  private static Map<String, Boolean> nullDefaults(TreeSnapshot tree) {
    Map<String, Boolean> columns = new TreeMap<>();
    for (TreeSnapshot.Entry entry : tree.list(SchemaLeaves.FOLDER)) {
      String column = entry.name().replace(".json", "");
      columns.put(column, SchemaLeaves.hasNullDefault(tree, column));
    }
    return columns;
  }

  private static RoaringBitmap all() {
    return first(LayerRecord.MAX_ROWS);
  }

  private static RoaringBitmap first(int rows) {
    RoaringBitmap slots = new RoaringBitmap();
    slots.add(0L, rows);
    return slots;
  }

  /** Returns the columns of both versions; those of one alone are changed as a whole. */
  private static Set<String> columnsOfBoth(
      Side now, Side then, Map<String, RoaringBitmap> changed) {
    Set<String> after = new TreeSet<>(now.columns.keySet());
    Set<String> one = new TreeSet<>(after);
    one.addAll(then.columns.keySet());
    after.retainAll(then.columns.keySet());
    one.removeAll(after);
    one.forEach(column -> changed.put(column, all()));
    return after;
  }

  /** Missing cells count for no hash, but show the default: there the hash says nothing. */
  private static boolean isSameByHash(Side now, Side then, String column) {
    return now.digest(column).equals(then.digest(column)) && now.columns.get(column);
  }

  /** Returns by column the slots of layers that one version has and the other has not. */
  private Map<String, RoaringBitmap> written(Side now, Side then, Set<String> columns) {
    Set<String> shared = shared(then.layers(), now.layers());
    Map<String, RoaringBitmap> gone = written(then.tree, then.layers(), shared, columns);
    Map<String, RoaringBitmap> written = written(now.tree, now.layers(), shared, columns);
    gone.forEach(
        (column, slots) -> {
          RoaringBitmap differing = differing(now.tree, then.tree, column, slots);
          written.computeIfAbsent(column, id -> new RoaringBitmap()).andNot(slots);
          written.get(column).or(differing);
        });
    written.values().removeIf(RoaringBitmap::isEmpty);
    return written;
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
          // These slots are read from, and a layer without slots has a row for each and no more.
          RoaringBitmap slots = layer.slots().orElseGet(() -> first(layer.rows()));
          written.computeIfAbsent(column.column(), id -> new RoaringBitmap()).or(slots);
        }
      }
    }
    return written;
  }

  /** Returns those of some slots whose cell differs. */
  private RoaringBitmap differing(
      TreeSnapshot now, TreeSnapshot then, String column, RoaringBitmap slots) {
    CellReader[] after = layers.segment(now, segment).cells(column);
    CellReader[] before = layers.segment(then, segment).cells(column);
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
