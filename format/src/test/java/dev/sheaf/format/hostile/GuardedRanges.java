package dev.sheaf.format.hostile;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.golden.CellJson;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkRoots;
import dev.sheaf.format.internal.io.LinkedChunkStore;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.HeapPages;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.PageBudget;
import dev.sheaf.format.internal.layer.ReadContext;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The ranges of a dataset's chunks that a checksum guards, each with a read that needs it. A reader
 * trusts no other byte of a chunk.
 */
final class GuardedRanges {
  private final Map<String, Range> ranges = new LinkedHashMap<>();
  private final ReadContext intact;

  /**
   * A range of a chunk.
   *
   * @param expected what {@code read} gives when all is well
   * @param isMessage whether the range is an Arrow message with its body, not a raw value
   */
  record Range(String chunk, long from, long to, boolean isMessage, Read read, String expected) {
    boolean holds(long position) {
      return from <= position && position < to;
    }
  }

  /** A read of something that needs the range, from nothing but the files. */
  @FunctionalInterface
  interface Read {
    /** Prepares readers, which keep what they have verified for the next time. */
    Supplier<String> through(ReadContext context);

    /** Reads once. */
    default String by(ReadContext context) {
      return through(context).get();
    }
  }

  private GuardedRanges(Path dataset) {
    this.intact = context(dataset);
  }

  /** Returns what reads a dataset's chunks and remembers nothing of earlier reads. */
  static ReadContext context(Path dataset) {
    return context(store(dataset));
  }

  /** Returns the store of a dataset's chunks, and of the files that it links to. */
  static ChunkStore store(Path dataset) {
    return new LinkedChunkStore(
        dataset,
        new LocalChunkStore(dataset.resolve("chunks"), dataset.resolve("local")),
        new LinkRoots(dataset, null));
  }

  /** Returns what reads through this store and remembers nothing of earlier reads. */
  static ReadContext context(ChunkStore store) {
    return new ReadContext(
        store, new HeapPages(1 << 20), new PageBudget(Long.MAX_VALUE), Location.NONE);
  }

  /** Returns the ranges of all versions, by the file that they lie in. */
  static Map<Path, List<Range>> of(Path dataset) {
    GuardedRanges found = new GuardedRanges(dataset);
    try (GitStore git = GitStore.open(dataset.resolve("git"));
        ChunkStore store = found.intact.store()) {
      for (CommitInfo commit : git.log("", 1000)) {
        found.tree(git.snapshot(commit.id()), "segments");
      }
      Map<Path, List<Range>> byFile = new TreeMap<>();
      for (Range range : found.ranges.values()) {
        Path file = store.path(range.chunk).orElseThrow().toAbsolutePath().normalize();
        byFile.computeIfAbsent(file, any -> new ArrayList<>()).add(range);
      }
      return byFile;
    }
  }

  private void tree(TreeSnapshot tree, String folder) {
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      String path = folder + "/" + entry.name();
      if (entry.isTree()) {
        tree(tree, path);
      } else if (entry.name().matches("[0-9a-f]{16}\\.json")) {
        layer(tree, path);
      } else if (entry.name().equals(SegmentRecord.RECORD)) {
        SegmentRecord record = SegmentRecord.parse(tree.read(path), path);
        SegmentRecord.Keys keys = record.keys();
        if (!keys.chunk().isEmpty()) {
          Read read =
              context ->
                  () -> {
                    KeyIndex index =
                        KeyIndex.read(keys, null, record.rows(), context.store(), Location.NONE);
                    return index.size() + " " + index.hashAt(index.size() / 2);
                  };
          add(keys.chunk(), keys.offset(), keys.length(), true, read);
        }
      }
    }
  }

  private void layer(TreeSnapshot tree, String path) {
    LayerRecord record = LayerRecord.parse(tree.read(path), path);
    byte[] leaf = record.chunk().isPresent() ? null : tree.read(path.replace(".json", ".arrow"));
    LayerReader layer = new LayerReader(intact, path, record, leaf);
    for (int page = 0; page < record.pages() && leaf == null; page++) {
      int row = record.firstRow(page);
      add(
          record.chunk().orElseThrow(),
          record.pageOffset(page),
          record.pageLength(page),
          true,
          read(path, record, null, 0, row));
    }
    for (int column = 0; column < record.columns().size(); column++) {
      CellReader cells = layer.cells(column);
      LayerRecord.TensorChunk tensors = record.tensors().get(column);
      for (int row = 0; row < record.rows(); row++) {
        if (cells.wideChunk(row).isEmpty()) {
          continue;
        }
        Read read = read(path, record, leaf, column, row);
        if (tensors != null) {
          long from = tensors.offset() + (long) row * tensors.width();
          add(tensors.chunk(), from, tensors.width(), false, read);
        } else {
          Place place = cells.place(row).orElseThrow();
          add(place.chunk().id(), place.offset(), place.length(), place.row() >= 0, read);
        }
      }
    }
  }

  private static Read read(String path, LayerRecord record, byte[] leaf, int column, int row) {
    return context -> {
      CellReader cells = new LayerReader(context, path, record, leaf).cells(column);
      return () -> CellJson.of(cells.column().type(), cells.value(row)).toString();
    };
  }

  private void add(String chunk, long from, long length, boolean isMessage, Read read) {
    ranges.computeIfAbsent(
        chunk + " " + from + " " + length,
        key -> new Range(chunk, from, from + length, isMessage, read, read.by(intact)));
  }
}
