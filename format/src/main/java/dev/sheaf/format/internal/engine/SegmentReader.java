package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.ReadContext;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * One segment as a version has it: its record, deletions and layers. Safe for use by several
 * threads.
 */
public final class SegmentReader {
  private static final CellReader[] NONE = {};

  private final SegmentKey key;
  private final SegmentRecord record;
  private final RoaringBitmap deleted;
  private final List<LayerReader> layers;
  private final byte[] keyLeaf;
  private final ReadContext context;
  private final Map<String, CellReader[]> byColumn = new ConcurrentHashMap<>();
  private volatile KeyIndex keys;

  private SegmentReader(
      SegmentKey key,
      SegmentRecord record,
      RoaringBitmap deleted,
      List<LayerReader> layers,
      byte[] keyLeaf,
      ReadContext context) {
    this.key = key;
    this.record = record;
    this.deleted = deleted;
    this.layers = List.copyOf(layers);
    this.keyLeaf = keyLeaf;
    this.context = context;
  }

  /** Reads the leaves of a segment. */
  static SegmentReader read(TreeSnapshot tree, SegmentKey key, LayerCache layers) {
    String folder = SegmentRecord.path(key);
    SegmentRecord record =
        SegmentRecord.parse(tree.read(folder + "/" + SegmentRecord.RECORD), folder);
    RoaringBitmap deleted =
        tree.find(folder + "/" + SegmentRecord.DELETED)
            .map(bytes -> LayerRecord.deserialize(bytes, folder))
            .orElseGet(RoaringBitmap::new);
    List<LayerReader> readers = new ArrayList<>();
    for (String name : record.layers()) {
      readers.add(layers.get(tree, folder, name, record.rows()));
    }
    byte[] keyLeaf = tree.find(folder + "/" + SegmentRecord.KEYS).orElse(null);
    return new SegmentReader(key, record, deleted, readers, keyLeaf, layers.context());
  }

  /** Returns the name of the segment. */
  public SegmentKey key() {
    return key;
  }

  /** Returns the record. */
  public SegmentRecord record() {
    return record;
  }

  /** Returns the deleted slots; not to be changed. */
  public RoaringBitmap deleted() {
    return deleted;
  }

  /** Returns the layers, oldest first. */
  public List<LayerReader> layers() {
    return layers;
  }

  /** Returns the readers of a column's cells, newest layer first. */
  public CellReader[] cells(String columnId) {
    return byColumn.computeIfAbsent(columnId, id -> find(id, LayerColumn.CELLS));
  }

  /** Returns the readers of the digests of a derived column's inputs, newest layer first. */
  public CellReader[] inputs(String columnId) {
    return find(columnId, LayerColumn.INPUTS);
  }

  private CellReader[] find(String columnId, String aspect) {
    List<CellReader> found = new ArrayList<>();
    for (int i = layers.size() - 1; i >= 0; i--) {
      LayerReader layer = layers.get(i);
      List<LayerColumn> columns = layer.record().columns();
      for (int position = 0; position < columns.size(); position++) {
        LayerColumn column = columns.get(position);
        if (column.column().equals(columnId) && column.aspect().equals(aspect)) {
          found.add(layer.cells(position));
        }
      }
      if (!found.isEmpty() && found.get(found.size() - 1).layer() == layer && layer.isDense()) {
        break;
      }
    }
    return found.toArray(NONE);
  }

  /** Returns the index of the keys. */
  public KeyIndex keys() {
    KeyIndex index = keys;
    if (index == null) {
      if (record.keys() == null) {
        throw new NotFoundException(
            "SHEAF-NF-006", "Segment has no keys", location(), "Run `sheaf fsck`");
      }
      byte[] leaf = record.keys().chunk().isEmpty() ? keyLeaf : null;
      if (record.keys().chunk().isEmpty() && leaf == null) {
        throw new dev.sheaf.format.CorruptDataException(
            "SHEAF-TRE-002", "Leaf of the keys is missing", location(), "Run `sheaf fsck`");
      }
      index = KeyIndex.read(record.keys(), leaf, record.rows(), context.store(), location());
      keys = index;
    }
    return index;
  }

  private Location location() {
    return context.dataset().with("segment", key.toString());
  }
}
