package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.Schema;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.SegmentKey;
import dev.sheaf.format.internal.order.TreeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.RoaringBitmap;

/** What one commit holds, loaded as it is asked for. Safe for use by several threads. */
public final class VersionState {
  private static final int MOST_SEGMENTS = 8192;

  private final TreeSnapshot tree;
  private final LayerCache layers;
  private final Map<String, SchemaLeaves.Ranked> columns;
  private final Schema schema;
  private final Object[] defaults;
  private final OrderReader order;
  private volatile SegmentView latest;
  private volatile List<SegmentKey> segmentKeys;
  private final Map<SegmentKey, SegmentView> segments;

  VersionState(TreeSnapshot tree, LayerCache layers) {
    this.tree = tree;
    this.layers = layers;
    FormatLeaf.check(tree.read(FormatLeaf.PATH), layers.context().dataset());
    this.columns = SchemaLeaves.read(tree);
    this.schema = SchemaLeaves.schema(columns);
    this.defaults = schema.columns().stream().map(Defaults::value).toArray();
    this.segments = new ConcurrentHashMap<>();
    this.order = OrderReader.open(tree::find, this::deleted);
  }

  /** Some of the samples of another version. */
  private VersionState(VersionState whole, TreeReader order) {
    this.tree = whole.tree;
    this.layers = whole.layers;
    this.columns = whole.columns;
    this.schema = whole.schema;
    this.defaults = whole.defaults;
    this.segments = whole.segments;
    this.order = OrderReader.open(order, this::deleted);
  }

  /** Returns this version with another order. */
  VersionState withOrder(TreeReader other) {
    return new VersionState(this, other);
  }

  private RoaringBitmap deleted(SegmentKey key) {
    return segment(key).reader().deleted();
  }

  /** Returns the tree. */
  public TreeSnapshot tree() {
    return tree;
  }

  CommitInfo commit() {
    return tree.info();
  }

  LayerCache layers() {
    return layers;
  }

  /** Returns the columns by id. */
  public Map<String, SchemaLeaves.Ranked> columns() {
    return columns;
  }

  /** Returns the whole schema. */
  public Schema schema() {
    return schema;
  }

  /** Returns what a sample without a cell of the column at this position shows. */
  public Object defaultOf(int position) {
    return defaults[position];
  }

  Optional<Column> find(String name) {
    return schema.contains(name) ? Optional.of(schema.column(name)) : Optional.empty();
  }

  /** Returns the order of the samples. */
  public OrderReader order() {
    return order;
  }

  /** Returns the segments that hold a live sample; the first call reads all of the order. */
  public List<SegmentKey> segmentKeys() {
    List<SegmentKey> keys = segmentKeys;
    if (keys == null) {
      keys = order.segments();
      segmentKeys = keys;
    }
    return keys;
  }

  /** Returns the reader of a segment that this version has. */
  public SegmentReader reader(SegmentKey key) {
    return segment(key).reader();
  }

  /** Returns the store of the chunks that hold the cells. */
  public ChunkStore store() {
    return layers.context().store();
  }

  /** Returns the dataset, for messages. */
  public Location location() {
    return layers.context().dataset();
  }

  SegmentView segment(SegmentKey key) {
    SegmentView last = latest;
    if (last != null && last.reader().key().equals(key)) {
      return last;
    }
    SegmentView view = segments.get(key);
    if (view != null) {
      latest = view;
      return view;
    }
    if (segments.size() >= MOST_SEGMENTS) {
      segments.clear();
    }
    return segments.computeIfAbsent(key, k -> new SegmentView(layers.segment(tree, k), schema));
  }

  /** Tells whether this version has a segment. */
  public boolean hasSegment(SegmentKey key) {
    return tree.objectId(SegmentRecord.path(key) + "/" + SegmentRecord.RECORD).isPresent();
  }
}
