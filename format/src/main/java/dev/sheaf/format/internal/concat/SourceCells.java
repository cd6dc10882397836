package dev.sheaf.format.internal.concat;

import dev.sheaf.format.Column;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/** The cells of one segment of a source. */
final class SourceCells {
  static final String KEY = "_key";

  private final VersionState state;
  private final SegmentReader reader;
  private final SegmentCells cells;

  SourceCells(VersionState state, SegmentKey key) {
    this.state = state;
    this.reader = state.reader(key);
    this.cells = new SegmentCells(reader);
  }

  SegmentReader reader() {
    return reader;
  }

  SegmentCells cells() {
    return cells;
  }

  VersionState state() {
    return state;
  }

  SampleId sample(int slot) {
    return new SampleId(reader.key().run(), reader.key().first() + slot);
  }

  /** Returns the slots that the version shows. */
  RoaringBitmap live() {
    RoaringBitmap slots = state.order().listed(reader.key());
    slots.andNot(reader.deleted());
    return slots;
  }

  /** Returns the key of a sample. */
  String key(int slot) {
    Column column = state.schema().column(KEY);
    Object key = cells.value(column, slot, null);
    return key == null ? "" : (String) key;
  }

  /** Returns the chunks that hold its cells and keys; links are not among them. */
  Set<String> chunks() {
    Set<String> chunks = new TreeSet<>();
    for (LayerReader layer : reader.layers()) {
      layer.record().chunk().ifPresent(chunks::add);
      layer.record().tensors().values().forEach(tensor -> chunks.add(tensor.chunk()));
      layer.record().blobs().stream().filter(blob -> !Place.isLinked(blob)).forEach(chunks::add);
    }
    SegmentRecord.Keys keys = reader.record().keys();
    if (keys != null && !keys.chunk().isEmpty()) {
      chunks.add(keys.chunk());
    }
    return chunks;
  }
}
