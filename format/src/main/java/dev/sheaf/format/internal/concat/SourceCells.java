package dev.sheaf.format.internal.concat;

import dev.sheaf.format.Column;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.io.PurgedRows;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.Optional;
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

  /**
   * Tells whether some bytes that a sample shows were purged from its own store or from another,
   * which it is to come to.
   */
  boolean isPurged(int slot, ChunkStore target) {
    try {
      for (Column column : state.schema()) {
        CellReader holder = cells.holder(column.id(), slot);
        if (holder == null) {
          continue;
        }
        int row = holder.layer().rowOf(slot);
        if (isRowPurged(holder, row, target)) {
          return true;
        }
        cells.read(holder, slot);
        Optional<Place> place = holder.place(row).filter(one -> one.link().isEmpty());
        if (place.isPresent() && place.get().length() > 0) {
          if (isGone(place.get(), state.store()) || isGone(place.get(), target)) {
            return true;
          }
        }
      }
      return false;
    } catch (PurgedException e) {
      return true;
    }
  }

  /** Tells whether a wide value is gone from a store that has moved its chunk. */
  private static boolean isGone(Place place, ChunkStore store) {
    String chunk = place.chunk().id();
    if (!hasMoved(chunk, store)) {
      return false;
    }
    if (place.row() >= 0) {
      return store
          .readPage(chunk, place.offset(), Math.toIntExact(place.length()), place.crc32c())
          .purged()
          .contains(place.row());
    }
    // One byte tells: a value is purged as a whole.
    store.read(chunk, place.offset(), 1);
    return false;
  }

  private static boolean hasMoved(String chunk, ChunkStore store) {
    return store.size(chunk) < 0
        && store.moved(chunk).isPresent()
        && store.resolved(chunk).filter(MovedChunk::hasPurged).isPresent();
  }

  /** Tells whether a row is gone from the pages or tensors that another store has of it. */
  private static boolean isRowPurged(CellReader holder, int row, ChunkStore target) {
    LayerRecord record = holder.layer().record();
    Optional<String> chunk = record.chunk().filter(id -> hasMoved(id, target));
    if (chunk.isPresent()) {
      int page = record.pageOf(row);
      PurgedRows purged =
          target
              .readPage(
                  chunk.get(),
                  record.pageOffset(page),
                  record.pageLength(page),
                  record.pageCrc(page))
              .purged();
      if (purged.contains(row - record.firstRow(page))) {
        return true;
      }
    }
    LayerRecord.TensorChunk tensor =
        record.tensors().get(record.columns().indexOf(holder.column()));
    if (tensor != null && hasMoved(tensor.chunk(), target)) {
      target.read(tensor.chunk(), tensor.offset() + (long) row * tensor.width(), 1);
    }
    return false;
  }
}
