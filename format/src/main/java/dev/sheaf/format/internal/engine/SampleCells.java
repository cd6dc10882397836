package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cells of one sample through many versions, read from the leaves of its segment alone. What a
 * layer holds is remembered by its name, which is a digest of it. For one thread.
 */
final class SampleCells {
  private static final int NONE = -1;

  /** Neighbours in history are compared, so few are asked for again. */
  private static final int MOST_RECORDS = 8;

  /** A record and the layers that show the sample's cells in it, by column. */
  private record Shown(SegmentRecord record, Map<String, Integer> winners) {}

  private final LocalDataset dataset;
  private final String folder;
  private final int slot;
  private final Map<String, List<String>> ids;
  private final Map<String, Map<String, Boolean>> held = new HashMap<>();
  private final Map<String, Boolean> dead = new HashMap<>();
  private final Map<String, Shown> shown =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Shown> eldest) {
          return size() > MOST_RECORDS;
        }
      };

  /**
   * Creates the cells of a sample.
   *
   * @param columns columns that a merge united with others: these go by other ids before
   */
  SampleCells(
      LocalDataset dataset,
      SegmentKey segment,
      SampleId sample,
      Collection<SchemaLeaves.Ranked> columns) {
    this.dataset = dataset;
    this.folder = SegmentRecord.path(segment);
    this.slot = (int) (sample.ordinal() - segment.first());
    this.ids = SchemaLeaves.united(columns);
  }

  /** Returns the id that a column goes by in a version. */
  String idIn(TreeSnapshot tree, String column) {
    return SchemaLeaves.idIn(tree, column, ids);
  }

  /** Tells whether two versions have the same segment and schema, by their ids. */
  boolean isUntouched(TreeSnapshot one, TreeSnapshot other) {
    return one.objectId(folder).equals(other.objectId(folder))
        && one.objectId(SchemaLeaves.FOLDER).equals(other.objectId(SchemaLeaves.FOLDER));
  }

  /** Tells whether a version has the sample. */
  boolean isThere(TreeSnapshot tree) {
    if (tree.objectId(folder + "/" + SegmentRecord.RECORD).isEmpty()) {
      return false;
    }
    String path = folder + "/" + SegmentRecord.DELETED;
    Optional<String> deleted = tree.objectId(path);
    return deleted.isEmpty()
        || !dead.computeIfAbsent(
            deleted.get(), id -> LayerRecord.deserialize(tree.read(path), path).contains(slot));
  }

  /** Tells whether a version has the sample and a column. */
  boolean isThere(TreeSnapshot tree, String column) {
    return tree.objectId(SchemaLeaves.path(idIn(tree, column))).isPresent() && isThere(tree);
  }

  /** Returns the ids of the columns of a version. */
  Set<String> columns(TreeSnapshot tree) {
    Set<String> columns = new TreeSet<>();
    for (TreeSnapshot.Entry entry : tree.list(SchemaLeaves.FOLDER)) {
      columns.add(entry.name().replace(".json", ""));
    }
    return columns;
  }

  /** Returns those of some columns whose cell is the same in both versions. */
  Set<String> same(TreeSnapshot one, TreeSnapshot other, Set<String> columns) {
    if (isUntouched(one, other)) {
      return new TreeSet<>(columns);
    }
    Set<String> same = new TreeSet<>();
    columns.stream().filter(column -> isSame(one, other, column)).forEach(same::add);
    return same;
  }

  /** Tells whether the cell of a column is the same in both versions, or in neither. */
  boolean isSame(TreeSnapshot one, TreeSnapshot other, String column) {
    boolean there = isThere(one, column);
    if (there != isThere(other, column)) {
      return false;
    }
    if (!there || one.objectId(folder).equals(other.objectId(folder))) {
      return true;
    }
    int first = winner(one, column);
    String name = first == NONE ? "" : record(one).layers().get(first);
    int second = winner(other, column);
    String otherName = second == NONE ? "" : record(other).layers().get(second);
    return name.equals(otherName)
        || Arrays.equals(canonical(one, column), canonical(other, column));
  }

  /** Tells whether a layer of a version holds the cell, so that it is not the default. */
  boolean isHeld(TreeSnapshot tree, String column) {
    return winner(tree, column) != NONE;
  }

  /** Returns the newest layer that holds the cell. */
  private int winner(TreeSnapshot tree, String column) {
    Shown known = shown(tree);
    String there = idIn(tree, column);
    return known.winners().computeIfAbsent(there, id -> winner(tree, known.record(), id));
  }

  private int winner(TreeSnapshot tree, SegmentRecord record, String column) {
    Map<String, Boolean> ofColumn = held.computeIfAbsent(column, id -> new HashMap<>());
    List<String> layers = record.layers();
    for (int i = layers.size() - 1; i >= 0; i--) {
      String name = layers.get(i);
      if (ofColumn.computeIfAbsent(name, key -> holds(tree, record, name, column))) {
        return i;
      }
    }
    return NONE;
  }

  private boolean holds(TreeSnapshot tree, SegmentRecord record, String name, String column) {
    return cell(tree, record, name, column).isPresent();
  }

  private Optional<CellReader> cell(
      TreeSnapshot tree, SegmentRecord record, String name, String column) {
    LayerReader layer = dataset.layers().get(tree, folder, name, record.rows());
    List<LayerColumn> columns = layer.record().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).column().equals(column)
          && columns.get(i).aspect().equals(LayerColumn.CELLS)
          && layer.rowOf(slot) >= 0) {
        return Optional.of(layer.cells(i));
      }
    }
    return Optional.empty();
  }

  private SegmentRecord record(TreeSnapshot tree) {
    return shown(tree).record();
  }

  private Shown shown(TreeSnapshot tree) {
    String path = folder + "/" + SegmentRecord.RECORD;
    String id = tree.objectId(path).orElseThrow();
    return shown.computeIfAbsent(
        id, key -> new Shown(SegmentRecord.parse(tree.read(path), folder), new HashMap<>()));
  }

  /** Returns the cell's value in a version that has it, or empty for null. */
  Optional<Object> value(TreeSnapshot tree, String named) {
    String column = idIn(tree, named);
    int layer = winner(tree, column);
    if (layer == NONE) {
      return Optional.ofNullable(Defaults.value(column(tree, column)));
    }
    SegmentRecord record = record(tree);
    CellReader cell = cell(tree, record, record.layers().get(layer), column).orElseThrow();
    return Optional.ofNullable(cell.value(cell.layer().rowOf(slot)));
  }

  /** Returns the canonical bytes of the cell, which no widening changes; none for null. */
  private byte[] canonical(TreeSnapshot tree, String id) {
    Column column = column(tree, idIn(tree, id));
    return value(tree, id)
        .map(value -> CellHash.canonical(column.type(), value, column.name()))
        .orElse(null);
  }

  private static Column column(TreeSnapshot tree, String id) {
    return SchemaLeaves.read(tree).get(id).column();
  }
}
