package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.internal.blob.BlobSink;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.IpcFile;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/**
 * Writes blob chunks anew that are mostly dead: of which no version that is kept shows the greater
 * part, because it was deleted, replaced or purged. Pages and commits stay as they are: a {@link
 * MovedChunk} leads from the one chunk to the other.
 *
 * <p>{@link #prepare} does the long part beside readers and writers, {@link #finish} the rest under
 * the commit lock: what others have come to need meanwhile leaves its chunk as it is. For one
 * thread.
 */
final class BlobRepack {
  private static final int COPY_BYTES = 1 << 20;

  /** What is kept of a chunk of which nothing is needed: the file says at least one range. */
  private static final int LEAST_BYTES = 8;

  private final LocalDataset dataset;
  private final LocalChunkStore store;
  private final Instant olderThan;
  private final int deadPercent;
  private final boolean dryRun;
  private final Set<String> seen = new HashSet<>();
  private final List<Segment> segments = new ArrayList<>();

  /** The chunks that layers name, by the Git object of their record: versions share most layers. */
  private final Map<String, List<String>> chunksOfLayers = new HashMap<>();

  /** Per named chunk and segment, the most bytes that a version says it shows. */
  private final Map<String, Map<String, Long>> shown = new TreeMap<>();

  private final Map<String, Candidate> candidates = new TreeMap<>();
  private final Set<String> refused = new HashSet<>();
  private long chunks;
  private long bytes;

  /** A segment as some version has it. */
  private record Segment(String commit, SegmentKey key, Set<String> blobs) {}

  /** A chunk that may be worth it: the ranges that are needed, and its successor once written. */
  private static final class Candidate {
    private final long size;
    private final TreeMap<Long, TreeMap<Long, Integer>> live = new TreeMap<>();
    private TreeMap<Long, Long> copied;
    private MovedChunk moved;

    Candidate(long size) {
      this.size = size;
    }

    /** Returns the ranges that are needed, those that touch as one: lengths by their first byte. */
    TreeMap<Long, Long> ranges() {
      TreeMap<Long, Long> ranges = new TreeMap<>();
      for (Map.Entry<Long, TreeMap<Long, Integer>> entry : live.entrySet()) {
        long from = entry.getKey();
        long end = from + entry.getValue().lastKey();
        Map.Entry<Long, Long> last = ranges.lastEntry();
        if (last != null && last.getKey() + last.getValue() > from) {
          ranges.put(last.getKey(), Math.max(last.getValue(), end - last.getKey()));
        } else {
          ranges.put(from, end - from);
        }
      }
      return ranges;
    }

    long dead() {
      return size - ranges().values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Creates it.
   *
   * @param olderThan chunks that were written later stay as they are
   * @param deadPercent the part of a chunk that must be dead, in per cent
   */
  BlobRepack(LocalDataset dataset, Instant olderThan, int deadPercent, boolean dryRun) {
    this.dataset = dataset;
    this.store = dataset.localStore();
    this.olderThan = olderThan;
    this.deadPercent = deadPercent;
    this.dryRun = dryRun;
  }

  /** Returns how many chunks were written anew, or would be. */
  long chunks() {
    return chunks;
  }

  /** Returns how many bytes that frees. */
  long bytes() {
    return bytes;
  }

  /** Finds chunks that are worth it, and writes their successors unless it is a dry run. */
  void prepare(List<String> commits) {
    collect(commits);
    choose();
    markAll(0);
    candidates.values().removeIf(one -> !isWorthIt(one));
    candidates.keySet().removeAll(refused);
    if (dryRun) {
      candidates
          .values()
          .forEach(
              one -> {
                chunks++;
                bytes += one.dead();
              });
    } else {
      candidates.entrySet().removeIf(entry -> !write(entry.getKey(), entry.getValue()));
      store.syncNames();
    }
  }

  private boolean isWorthIt(Candidate one) {
    return one.size > 0 && one.dead() * 100 >= one.size * deadPercent;
  }

  /** Puts the successors in place, as far as they have all that is needed now. */
  void finish(List<String> commits) {
    if (dryRun || candidates.isEmpty()) {
      return;
    }
    int known = segments.size();
    collect(commits);
    markAll(known);
    candidates.forEach(
        (chunk, one) -> {
          boolean complete = !refused.contains(chunk) && one.ranges().equals(one.copied);
          if (complete && store.size(chunk) >= 0 && !isYoung(chunk)) {
            store.move(chunk, one.moved);
            chunks++;
            bytes += one.size - store.size(one.moved.successor().orElseThrow());
          }
        });
  }

  private void collect(List<String> commits) {
    for (String commit : commits) {
      TreeSnapshot tree = dataset.git().snapshot(commit);
      Optional<String> root = tree.objectId("segments");
      if (root.isEmpty()) {
        continue;
      }
      for (Folder run : folders(tree, new Folder("segments", "", root.get()))) {
        for (Folder high : folders(tree, run)) {
          for (Folder low : folders(tree, high)) {
            if (seen.add(low.path() + low.id())) {
              long first = (Long.parseLong(high.name(), 16) << 24) | Long.parseLong(low.name(), 16);
              long runId = Long.parseUnsignedLong(run.name(), 16);
              collect(tree, low.path(), new SegmentKey(runId, first));
            }
          }
        }
      }
    }
  }

  /** A folder of a version, with the Git object that says what is in it. */
  private record Folder(String path, String name, String id) {}

  /** Returns the folders of a folder, none if it was seen with this content. */
  private List<Folder> folders(TreeSnapshot tree, Folder folder) {
    if (!seen.add(folder.path() + folder.id())) {
      return List.of();
    }
    return tree.list(folder.path()).stream()
        .filter(TreeSnapshot.Entry::isTree)
        .map(e -> new Folder(folder.path() + "/" + e.name(), e.name(), e.objectId()))
        .toList();
  }

  private void collect(TreeSnapshot tree, String folder, SegmentKey key) {
    Map<String, String> leaves = new HashMap<>();
    tree.list(folder).forEach(entry -> leaves.put(entry.name(), entry.objectId()));
    String path = folder + "/" + SegmentRecord.RECORD;
    SegmentRecord record = SegmentRecord.parse(tree.read(path), path);
    Set<String> blobs = new HashSet<>();
    for (String name : record.layers()) {
      String leaf = name + ".json";
      blobs.addAll(chunksOf(tree, folder + "/" + leaf, leaves.getOrDefault(leaf, leaf)));
    }
    record
        .blobs()
        .forEach(
            (name, live) ->
                shown.computeIfAbsent(name, n -> new TreeMap<>()).merge(folder, live, Math::max));
    if (!blobs.isEmpty()) {
      segments.add(new Segment(tree.commitId(), key, blobs));
    }
  }

  private List<String> chunksOf(TreeSnapshot tree, String layer, String objectId) {
    return chunksOfLayers.computeIfAbsent(
        objectId,
        id ->
            LayerRecord.parse(tree.read(layer), layer).blobs().stream()
                .filter(blob -> !LinkName.isLink(blob))
                .toList());
  }

  /**
   * Looks at the chunks that are named: blob chunks that are there, old enough and, by what the
   * segments say, dead enough. That is no more than a hint, which spares reading all descriptors.
   */
  private void choose() {
    Set<String> named = new HashSet<>();
    segments.forEach(segment -> named.addAll(segment.blobs()));
    Map<String, Long> live = new TreeMap<>();
    for (String name : named) {
      // What is missing is for fsck to tell of.
      store
          .remaining(name)
          .ifPresent(chunk -> live.merge(chunk, Math.max(0, shown(name) - gone(name)), Long::sum));
    }
    live.forEach(
        (chunk, most) -> {
          long size = store.size(chunk);
          boolean mayBe = (size - most) * 100 >= size * deadPercent;
          if (mayBe && !isYoung(chunk) && isBlobChunk(chunk)) {
            candidates.put(chunk, new Candidate(size));
          }
        });
  }

  /** Returns how many bytes of a chunk segments say that they show. */
  private long shown(String chunk) {
    return shown.getOrDefault(chunk, Map.of()).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how many bytes of a chunk were purged. */
  private long gone(String chunk) {
    return store.resolved(chunk).map(MovedChunk::ranges).orElse(List.of()).stream()
        .filter(MovedChunk.Gone.class::isInstance)
        .mapToLong(MovedChunk.Range::length)
        .sum();
  }

  private boolean isBlobChunk(String chunk) {
    try {
      return BlobSink.isSchema(new IpcFile(store, chunk, Location.of(dataset.path())).schema());
    } catch (CorruptDataException e) {
      // For fsck to tell of; it stays as it is.
      return false;
    }
  }

  private boolean isYoung(String chunk) {
    Path file = store.path(chunk).orElseThrow();
    try {
      return Files.getLastModifiedTime(file).toInstant().isAfter(olderThan);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + file + ": " + e.getMessage(), e);
    }
  }

  private void markAll(int from) {
    for (Segment segment : segments.subList(from, segments.size())) {
      if (remaining(segment.blobs()).anyMatch(candidates::containsKey)) {
        TreeSnapshot tree = dataset.git().snapshot(segment.commit());
        try {
          mark(dataset.layers().segment(tree, segment.key()));
        } catch (CorruptDataException | NotFoundException e) {
          // What is damaged does not say what it needs; fsck tells of it.
          remaining(segment.blobs()).forEach(refused::add);
        }
      }
    }
  }

  /** Returns the chunks that have what is left of some chunks and links. */
  private Stream<String> remaining(Collection<String> blobs) {
    return blobs.stream()
        .filter(blob -> !LinkName.isLink(blob))
        .flatMap(blob -> store.remaining(blob).stream());
  }

  private void mark(SegmentReader segment) {
    for (LayerReader layer : segment.layers()) {
      boolean concerned = remaining(layer.record().blobs()).anyMatch(candidates::containsKey);
      if (concerned) {
        List<LayerColumn> columns = layer.record().columns();
        for (int position = 0; position < columns.size(); position++) {
          mark(segment, layer, layer.cells(position));
        }
      }
    }
  }

  private void mark(SegmentReader segment, LayerReader layer, CellReader cell) {
    RoaringBitmap slots = layer.record().slots().orElse(null);
    for (int row = 0; row < layer.record().rows(); row++) {
      int slot = slots == null ? row : slots.select(row);
      if (!segment.deleted().contains(slot) && isNeeded(segment, layer, cell, slot)) {
        mark(cell, row);
      }
    }
  }

  /**
   * Tells whether a cell is shown, or may be compared with another: of payloads their hash is
   * compared, so one that a newer layer hides is needed by nobody.
   */
  private static boolean isNeeded(
      SegmentReader segment, LayerReader layer, CellReader cell, int slot) {
    if (cell.column().form() != Form.MEDIA) {
      return true;
    }
    for (CellReader newer : segment.cells(cell.column().column())) {
      if (newer.layer().rowOf(slot) >= 0) {
        return newer.layer() == layer;
      }
    }
    return true;
  }

  private void mark(CellReader cell, int row) {
    Place place;
    try {
      place = cell.place(row).orElse(null);
    } catch (PurgedException e) {
      return;
    }
    if (place == null || place.length() == 0 || !place.link().isEmpty()) {
      return;
    }
    String chunk = place.chunk().id();
    if (place.row() >= 0) {
      // A row of a page of texts.
      store.remaining(chunk).ifPresent(refused::add);
      return;
    }
    int length = Math.toIntExact(place.length());
    LocalChunkStore.Place now =
        store.find(chunk, place.offset(), length, place.crc32c()).orElse(null);
    Candidate candidate = now == null ? null : candidates.get(now.chunk());
    if (candidate != null) {
      candidate
          .live
          .computeIfAbsent(now.offset(), offset -> new TreeMap<>())
          .put(place.length(), place.crc32c());
    }
  }

  /** Writes a successor; returns whether all that goes into it is undamaged. */
  private boolean write(String chunk, Candidate one) {
    one.copied = one.ranges();
    TreeMap<Long, Place> places = new TreeMap<>();
    try (BlobSink sink = new BlobSink(store::create, Long.MAX_VALUE, () -> () -> {})) {
      for (Map.Entry<Long, Long> range : one.copied.entrySet()) {
        byte[] value = read(chunk, range.getKey(), Math.toIntExact(range.getValue()));
        if (!isWhole(one, range.getKey(), value)) {
          // For fsck to tell of; the chunk stays as it is.
          return false;
        }
        places.put(range.getKey(), sink.put(value, Checksums.hex(Checksums.sha256(value))));
      }
      if (places.isEmpty()) {
        byte[] least = read(chunk, 0, LEAST_BYTES);
        places.put(0L, sink.put(least, Checksums.hex(Checksums.sha256(least))));
      }
      sink.finish();
    }
    List<MovedChunk.Range> kept = new ArrayList<>();
    Set<String> successors = new HashSet<>();
    places.forEach(
        (offset, place) -> {
          kept.add(new MovedChunk.Kept(offset, place.length(), place.offset()));
          successors.add(place.chunk().id());
        });
    one.moved = MovedChunk.of(successors.iterator().next(), kept);
    return successors.size() == 1 && !successors.contains(chunk);
  }

  private byte[] read(String chunk, long offset, int length) {
    byte[] value = new byte[length];
    for (int at = 0; at < length; at += COPY_BYTES) {
      int count = Math.min(COPY_BYTES, length - at);
      store.read(chunk, offset + at, count).get(value, at, count);
    }
    return value;
  }

  /** Compares all values in a range with their checksums. */
  private static boolean isWhole(Candidate one, long offset, byte[] value) {
    for (Map.Entry<Long, TreeMap<Long, Integer>> entry :
        one.live.subMap(offset, true, offset + value.length, false).entrySet()) {
      for (Map.Entry<Long, Integer> part : entry.getValue().entrySet()) {
        int from = Math.toIntExact(entry.getKey() - offset);
        int computed = Checksums.crc32c(value, from, Math.toIntExact(part.getKey()));
        if (computed != part.getValue()) {
          return false;
        }
      }
    }
    return true;
  }
}
