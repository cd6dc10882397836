package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.ReadContext;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The segments and layers in use, by the Git object of their folder or record: versions share what
 * they have in common, verified pages included. Safe for use by several threads.
 */
final class LayerCache {
  /** After so many segments were read, names of such as are in use no more are dropped. */
  private static final int SWEEP_EVERY = 4096;

  private final ReadContext context;
  private final Map<String, WeakReference<LayerReader>> layers = new ConcurrentHashMap<>();
  private final Map<Segment, WeakReference<SegmentReader>> segments = new ConcurrentHashMap<>();
  private final AtomicInteger read = new AtomicInteger();

  /** A segment with the content of its folder. */
  private record Segment(SegmentKey key, String folder) {}

  LayerCache(ReadContext context) {
    this.context = context;
  }

  ReadContext context() {
    return context;
  }

  /** Returns the reader of a segment that a version has. */
  SegmentReader segment(TreeSnapshot tree, SegmentKey key) {
    Optional<String> folder = tree.objectId(SegmentRecord.path(key));
    if (folder.isEmpty()) {
      return SegmentReader.read(tree, key, this);
    }
    Segment segment = new Segment(key, folder.get());
    WeakReference<SegmentReader> known = segments.get(segment);
    SegmentReader reader = known == null ? null : known.get();
    if (reader == null) {
      reader = SegmentReader.read(tree, key, this);
      segments.put(segment, new WeakReference<>(reader));
      if (read.incrementAndGet() % SWEEP_EVERY == 0) {
        segments.values().removeIf(one -> one.get() == null);
        layers.values().removeIf(one -> one.get() == null);
      }
    }
    return reader;
  }

  /** Returns the reader of a layer of a segment with {@code segmentRows} slots. */
  LayerReader get(TreeSnapshot tree, String folder, String name, int segmentRows) {
    String path = folder + "/" + name + ".json";
    Optional<String> object = tree.objectId(path);
    WeakReference<LayerReader> known = object.map(layers::get).orElse(null);
    LayerReader reader = known == null ? null : known.get();
    LayerRecord record =
        reader != null ? reader.record() : LayerRecord.parse(tree.read(path), path);
    boolean fits =
        record
            .slots()
            .map(slots -> slots.isEmpty() || slots.last() < segmentRows)
            .orElse(record.rows() == segmentRows);
    if (!fits) {
      throw new CorruptDataException(
          "SHEAF-TRE-003",
          "Layer does not fit its segment of " + segmentRows + " slots",
          context.dataset().with("path", path),
          "Run `sheaf fsck`");
    }
    if (reader != null) {
      return reader;
    }
    byte[] leaf = record.chunk().isPresent() ? null : tree.read(folder + "/" + name + ".arrow");
    LayerReader fresh = new LayerReader(context, name, record, leaf);
    layers.put(object.orElseThrow(), new WeakReference<>(fresh));
    return fresh;
  }
}
