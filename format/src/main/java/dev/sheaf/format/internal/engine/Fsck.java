package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.Media;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks a dataset: the Git objects of all refs; for the newest version of every branch and tag the
 * records, the presence of every chunk and the checksum of every page, tensor and payload; deep,
 * also the SHA-256 of every chunk.
 */
final class Fsck {
  private static final int BUFFER_BYTES = 1 << 20;

  private final LocalDataset dataset;
  private final boolean deep;
  private final Progress progress;
  private final List<FsckReport.Damage> damages = new ArrayList<>();
  private final Set<String> seenLayers = new HashSet<>();
  private final Set<String> seenSegments = new HashSet<>();
  private final Set<String> chunks = new LinkedHashSet<>();
  private final Set<String> missing = new HashSet<>();
  private final Map<String, List<Cell>> notKept = new HashMap<>();
  private long bytes;
  private long purged;
  private long done;

  /** A cell whose bytes were neither kept nor purged. */
  private record Cell(int position, int row, String chunk, String what) {}

  Fsck(LocalDataset dataset, boolean deep, Progress progress) {
    this.dataset = dataset;
    this.deep = deep;
    this.progress = progress;
  }

  FsckReport run() {
    for (GitStore.Problem problem : dataset.git().fsck()) {
      damages.add(
          new FsckReport.Damage(
              problem.objectId(),
              "",
              -1,
              -1,
              "Git object: " + problem.what() + " " + problem.path()));
    }
    List<GitStore.Ref> refs = new ArrayList<>(dataset.git().branches());
    refs.addAll(dataset.git().tags());
    for (GitStore.Ref ref : refs) {
      checkRef(ref);
    }
    if (deep) {
      for (String chunk : chunks) {
        checkName(chunk);
      }
    }
    return new FsckReport(damages, chunks.size(), bytes, purged);
  }

  private void checkRef(GitStore.Ref ref) {
    try {
      VersionState state = dataset.state(dataset.git().snapshot(ref.commitId()));
      for (SegmentKey key : state.segmentKeys()) {
        checkSegment(state, key);
      }
    } catch (DatasetException e) {
      damages.add(new FsckReport.Damage("", "", -1, -1, ref.name() + ": " + e.getMessage()));
    }
  }

  private void checkSegment(VersionState state, SegmentKey key) {
    String folder = SegmentRecord.path(key);
    if (!seenSegments.add(state.tree().objectId(folder).orElse(folder))) {
      return;
    }
    SegmentView view;
    try {
      view = state.segment(key);
    } catch (DatasetException e) {
      damages.add(new FsckReport.Damage("", "", -1, -1, e.getMessage()));
      return;
    }
    SegmentReader segment = view.reader();
    SegmentRecord.Keys keys = segment.record().keys();
    if (keys != null
        && (keys.chunk().isEmpty()
            || present(keys.chunk(), "_key", state, key, 0, segment.record().rows()))) {
      try {
        bytes += keys.length();
        segment.keys();
      } catch (CorruptDataException e) {
        damage(
            keys.chunk(),
            SystemColumns.KEY,
            state,
            key,
            0,
            segment.record().rows(),
            e.getMessage());
      }
    }
    for (LayerReader layer : segment.layers()) {
      String path = folder + "/" + layer.name();
      if (seenLayers.add(path)) {
        checkLayer(state, key, layer);
      } else {
        checkNotKept(state, key, layer, notKept.getOrDefault(path, List.of()));
      }
    }
  }

  /** Cells whose bytes no version needed: one that shows them now is damaged. */
  private void checkNotKept(
      VersionState state, SegmentKey key, LayerReader layer, List<Cell> cells) {
    for (Cell one : cells) {
      CellReader cell = layer.cells(one.position());
      int slot = slot(layer.record(), one.row());
      if (isShown(state, key, cell, slot)) {
        damage(one.chunk(), cell.column().name(), state, key, slot, slot + 1, one.what());
      }
    }
  }

  private void checkLayer(VersionState state, SegmentKey key, LayerReader layer) {
    LayerRecord record = layer.record();
    String chunk = record.chunk().orElse("");
    if (!chunk.isEmpty() && !present(chunk, "", state, key, 0, record.rows())) {
      return;
    }
    Set<String> absent = new HashSet<>();
    List<String> others = new ArrayList<>(record.blobs());
    record.tensors().values().forEach(tensor -> others.add(tensor.chunk()));
    for (String other : others) {
      if (!LinkName.isLink(other) && !present(other, "", state, key, 0, record.rows())) {
        absent.add(other);
      }
    }
    for (int page = 0; page < record.pages(); page++) {
      int from = record.firstRow(page);
      int to = record.firstRow(page + 1);
      try {
        checkPurged(state, key, layer, layer.page(page), chunk);
        bytes += record.pageLength(page);
      } catch (DatasetException e) {
        damage(chunk, "", state, key, slot(record, from), slot(record, to - 1) + 1, e.headline());
        continue;
      }
      for (int column = 0; column < record.columns().size(); column++) {
        checkCells(state, key, layer, column, from, to, absent);
      }
      progress.at("checking", ++done, -1);
    }
  }

  /** Counts the cells that were purged from a page, and tells of those that are still there. */
  private void checkPurged(
      VersionState state, SegmentKey key, LayerReader layer, Page page, String chunk) {
    for (int at : page.purged().rows()) {
      int row = page.firstRow() + at;
      for (int position = 0; position < layer.record().columns().size(); position++) {
        try {
          layer.cells(position).isNull(page, row);
          int slot = slot(layer.record(), row);
          String column = layer.record().columns().get(position).name();
          damage(chunk, column, state, key, slot, slot + 1, "Purged cell still has a value");
        } catch (PurgedException e) {
          purged++;
        }
      }
    }
  }

  private static int slot(LayerRecord record, int row) {
    return record.slots().map(slots -> slots.select(row)).orElse(row);
  }

  /** Reads what lies outside the page: every value is verified as it is read. */
  private void checkCells(
      VersionState state,
      SegmentKey key,
      LayerReader layer,
      int position,
      int from,
      int to,
      Set<String> absent) {
    CellReader cell = layer.cells(position);
    Page page = cell.pageOf(from);
    for (int row = from; row < to; row++) {
      if (page.purged().contains(row - from)) {
        continue;
      }
      String chunk = cell.wideChunk(row);
      if (chunk.isEmpty() || absent.contains(chunk)) {
        continue;
      }
      boolean linked = LinkName.isLink(chunk);
      if (linked && !isToBeRead(chunk, state, key, cell, slot(cell.layer().record(), row))) {
        continue;
      }
      try {
        bytes += cell.verify(row);
        if (linked && deep) {
          checkSha256(chunk, (Media) cell.value(row));
        }
      } catch (PurgedException e) {
        purged++;
      } catch (DatasetException e) {
        int slot = slot(cell.layer().record(), row);
        if (LocalChunkStore.isNotKept(e)) {
          notKept
              .computeIfAbsent(
                  SegmentRecord.path(key) + "/" + layer.name(), path -> new ArrayList<>())
              .add(new Cell(position, row, chunk, e.headline()));
          if (!isShown(state, key, cell, slot)) {
            continue;
          }
        }
        damage(chunk, cell.column().name(), state, key, slot, slot + 1, e.headline());
      } catch (InternalError e) {
        int slot = slot(cell.layer().record(), row);
        String what = "File was cut short while it was mapped";
        damage(chunk, cell.column().name(), state, key, slot, slot + 1, what);
      }
    }
  }

  /**
   * Tells whether a linked file is to be read. One that no sample shows any more may be gone; a
   * folder that this machine does not have is one damage a segment, not one for each file.
   */
  private boolean isToBeRead(
      String link, VersionState state, SegmentKey key, CellReader cell, int slot) {
    if (!isShown(state, key, cell, slot)) {
      return false;
    }
    SegmentView view = state.segment(key);
    String root = LinkName.ofRoot(LinkName.root(link));
    if (dataset.store().size(root) >= 0) {
      return true;
    }
    if (missing.add(root + key)) {
      String what =
          "Folder of the links \""
              + LinkName.root(link)
              + "\" is not here: "
              + dataset.store().path(root).orElseThrow();
      damage(root, cell.column().name(), state, key, 0, view.reader().record().rows(), what);
    }
    return false;
  }

  /** Tells whether a version shows a cell of a layer: its sample is there, and no newer layer. */
  private static boolean isShown(VersionState state, SegmentKey key, CellReader cell, int slot) {
    SegmentView view = state.segment(key);
    SchemaLeaves.Ranked column = state.columns().get(cell.column().column());
    if (column == null || view.reader().deleted().contains(slot)) {
      return false;
    }
    CellReader shown = view.cell(state.schema().indexOf(column.column().name()), slot);
    return shown != null && shown.layer().equals(cell.layer());
  }

  private void checkSha256(String link, Media media) {
    String computed = Checksums.hex(Checksums.sha256(media.toBytes()));
    if (!computed.equals(media.sha256())) {
      throw new CorruptDataException(
          "SHEAF-LNK-002",
          "Linked file has changed: its SHA-256 is " + computed + ", expected " + media.sha256(),
          dataset.layers().context().dataset().with("link", link),
          "Bring the old file back, or take the new one in with `sheaf ingest --link`");
    }
  }

  private boolean present(
      String chunk, String column, VersionState state, SegmentKey key, int fromSlot, int toSlot) {
    boolean first = chunks.add(chunk);
    ChunkStore store = dataset.store();
    try {
      Optional<MovedChunk> moved = store.moved(chunk);
      if (moved.isPresent()) {
        if (first) {
          checkMoved(chunk, moved.get());
        }
        moved = store.resolved(chunk);
        moved.flatMap(MovedChunk::successor).ifPresent(chunks::add);
        return true;
      }
      if (store.size(chunk) >= 0) {
        return true;
      }
    } catch (DatasetException e) {
      if (missing.add(chunk + key)) {
        damage(chunk, column, state, key, fromSlot, toSlot, e.headline());
      }
      return false;
    }
    if (missing.add(chunk + key)) {
      damage(chunk, column, state, key, fromSlot, toSlot, "Chunk file is missing");
    }
    return false;
  }

  /** Tells of bytes that were purged and are still there. */
  private void checkMoved(String chunk, MovedChunk moved) {
    ChunkStore store = dataset.store();
    if (store.size(chunk) >= 0 && moved.hasPurged()) {
      String what = "Purged bytes are still there: finish with `sheaf purge DATASET --continue`";
      damages.add(new FsckReport.Damage(chunk, "", -1, -1, what));
    }
    String successor = moved.successor().orElse("");
    if (successor.isEmpty() || store.size(successor) < 0 || !moved.isInPlace()) {
      return;
    }
    for (MovedChunk.Range range : moved.ranges()) {
      if (range instanceof MovedChunk.Gone && !isZero(successor, range)) {
        String what = "Purged bytes are still there: [" + range.offset() + ", " + range.end() + ")";
        damages.add(new FsckReport.Damage(successor, "", -1, -1, what));
      }
    }
  }

  private boolean isZero(String chunk, MovedChunk.Range range) {
    long end = Math.min(range.end(), dataset.store().size(chunk));
    for (long at = range.offset(); at < end; at += BUFFER_BYTES) {
      ByteBuffer part = dataset.store().read(chunk, at, (int) Math.min(BUFFER_BYTES, end - at));
      bytes += part.capacity();
      while (part.hasRemaining()) {
        if (part.get() != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void damage(
      String chunk,
      String column,
      VersionState state,
      SegmentKey key,
      int fromSlot,
      int toSlot,
      String what) {
    long first = -1;
    long last = -1;
    for (int slot = fromSlot; slot < toSlot; slot++) {
      OptionalLong index = state.order().indexOf(key, slot);
      if (index.isPresent()) {
        first = first < 0 ? index.getAsLong() : Math.min(first, index.getAsLong());
        last = Math.max(last, index.getAsLong());
      }
    }
    damages.add(new FsckReport.Damage(chunk, column, first, last, what));
  }

  private void checkName(String chunk) {
    ChunkStore store = dataset.store();
    long size = store.size(chunk);
    if (size < 0) {
      return;
    }
    try {
      MessageDigest digest = Checksums.sha256();
      for (long at = 0; at < size; at += BUFFER_BYTES) {
        ByteBuffer part = store.read(chunk, at, (int) Math.min(BUFFER_BYTES, size - at));
        digest.update(part);
        bytes += part.capacity();
        progress.at("hashing", at, size);
      }
      String computed = Checksums.hex(digest.digest());
      if (!computed.equals(chunk)) {
        damages.add(
            new FsckReport.Damage(
                chunk, "", -1, -1, "SHA-256 does not match the name: computed=" + computed));
      }
    } catch (CorruptDataException | NotFoundException e) {
      damages.add(new FsckReport.Damage(chunk, "", -1, -1, e.headline()));
    }
  }
}
