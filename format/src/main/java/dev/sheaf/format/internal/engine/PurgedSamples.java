package dev.sheaf.format.internal.engine;

import dev.sheaf.format.PurgedException;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.order.OrderRun;
import dev.sheaf.format.internal.order.Position;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds samples of which something was purged. Only of segments with a chunk from which something
 * was, descriptors are read; payloads never are.
 */
public final class PurgedSamples {
  private PurgedSamples() {}

  /**
   * Returns the slots among some of which a version shows a cell that was purged.
   *
   * @param slots slots of the segment
   * @param other another store that the cells are to be read from, which may have purged more; or
   *     that of the version itself
   */
  public static RoaringBitmap of(
      VersionState state, SegmentReader segment, RoaringBitmap slots, ChunkStore other) {
    RoaringBitmap found = new RoaringBitmap();
    boolean any =
        chunks(segment)
            .anyMatch(chunk -> hasPurged(chunk, state.store()) || hasPurged(chunk, other));
    if (any) {
      slots.forEach(
          (IntConsumer)
              slot -> {
                if (isPurged(state, segment, slot, other)) {
                  found.add(slot);
                }
              });
    }
    return found;
  }

  /** Returns the live samples of a version of which nothing was purged; empty if that is all. */
  static Optional<List<Position>> others(VersionState state) {
    Map<SegmentKey, RoaringBitmap> purged = new HashMap<>();
    for (SegmentKey key : state.segmentKeys()) {
      SegmentReader segment = state.reader(key);
      RoaringBitmap live = state.order().listed(key);
      live.andNot(segment.deleted());
      RoaringBitmap found = of(state, segment, live, state.store());
      if (!found.isEmpty()) {
        purged.put(key, found);
      }
    }
    if (purged.isEmpty()) {
      return Optional.empty();
    }
    List<Position> others = new ArrayList<>();
    Iterator<OrderRun> runs = state.order().runs(0, state.order().size());
    while (runs.hasNext()) {
      OrderRun run = runs.next();
      RoaringBitmap dead = state.reader(run.segment()).deleted();
      RoaringBitmap gone = purged.getOrDefault(run.segment(), new RoaringBitmap());
      for (int slot = run.firstSlot(); slot < run.firstSlot() + run.slotCount(); slot++) {
        if (!dead.contains(slot) && !gone.contains(slot)) {
          others.add(new Position(run.segment(), slot));
        }
      }
    }
    return Optional.of(others);
  }

  private static Stream<String> chunks(SegmentReader segment) {
    return segment.layers().stream()
        .map(LayerReader::record)
        .flatMap(
            record ->
                Stream.of(
                        record.chunk().stream(),
                        record.blobs().stream(),
                        record.tensors().values().stream().map(LayerRecord.TensorChunk::chunk))
                    .flatMap(chunks -> chunks))
        .filter(chunk -> !LinkName.isLink(chunk))
        .distinct();
  }

  private static boolean hasPurged(String chunk, ChunkStore store) {
    return store.size(chunk) < 0
        && store.moved(chunk).isPresent()
        && store.resolved(chunk).filter(MovedChunk::hasPurged).isPresent();
  }

  private static boolean isPurged(
      VersionState state, SegmentReader segment, int slot, ChunkStore other) {
    try {
      for (String column : state.columns().keySet()) {
        CellReader cell = holder(segment, column, slot);
        if (cell != null) {
          int row = cell.layer().rowOf(slot);
          Page page = cell.pageOf(row);
          if (page.purged().contains(row - page.firstRow())
              || isRowPurged(cell, row, state.store())
              || isRowPurged(cell, row, other)) {
            return true;
          }
          Optional<Place> place = cell.place(row).filter(one -> one.link().isEmpty());
          if (place.isPresent()
              && place.get().length() > 0
              && (isGone(place.get(), state.store()) || isGone(place.get(), other))) {
            return true;
          }
        }
      }
      return false;
    } catch (PurgedException e) {
      return true;
    }
  }

  private static CellReader holder(SegmentReader segment, String column, int slot) {
    for (CellReader cell : segment.cells(column)) {
      if (cell.layer().rowOf(slot) >= 0) {
        return cell;
      }
    }
    return null;
  }

  /** Tells whether a wide value is gone from a store that has moved its chunk. */
  private static boolean isGone(Place place, ChunkStore store) {
    String chunk = place.chunk().id();
    if (!hasPurged(chunk, store)) {
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

  /** Tells whether a row is gone from the pages or tensors that a store has of it. */
  private static boolean isRowPurged(CellReader cell, int row, ChunkStore store) {
    LayerRecord record = cell.layer().record();
    Optional<String> chunk = record.chunk().filter(id -> hasPurged(id, store));
    if (chunk.isPresent()) {
      int page = record.pageOf(row);
      ChunkStore.PageBytes there =
          store.readPage(
              chunk.get(), record.pageOffset(page), record.pageLength(page), record.pageCrc(page));
      if (there.purged().contains(row - record.firstRow(page))) {
        return true;
      }
    }
    LayerRecord.TensorChunk tensor = record.tensors().get(record.columns().indexOf(cell.column()));
    if (tensor != null && hasPurged(tensor.chunk(), store)) {
      store.read(tensor.chunk(), tensor.offset() + (long) row * tensor.width(), 1);
    }
    return false;
  }
}
