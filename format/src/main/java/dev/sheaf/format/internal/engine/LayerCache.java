package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.ReadContext;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The layers in use, by the Git object of their record: versions share what they have in common,
 * verified pages included.
 */
final class LayerCache {
  private final ReadContext context;
  private final Map<String, WeakReference<LayerReader>> layers = new ConcurrentHashMap<>();

  LayerCache(ReadContext context) {
    this.context = context;
  }

  ReadContext context() {
    return context;
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
