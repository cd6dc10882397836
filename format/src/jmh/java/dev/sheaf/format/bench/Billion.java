package dev.sheaf.format.bench;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.SegmentKey;
import dev.sheaf.format.internal.order.SyntheticOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * Opens a dataset of a billion samples: one real segment, and a version tree that names it 15,259
 * times.
 */
public final class Billion {
  private static final long SAMPLES = 1_000_000_000L;
  private static final int OPENS = 30;

  private Billion() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Path path = Format.home().resolve("billion.sheaf");
    if (!Files.exists(path)) {
      long start = System.nanoTime();
      Path part = Format.home().resolve("billion-part.sheaf");
      write(part);
      Files.move(part, path);
      Sizes.print("made in %.1f s", (System.nanoTime() - start) / 1e9);
    }
    Sizes.print("%d bytes on disk", TextStore.bytesBelow(path));
    count(path);
    double[] open = new double[OPENS];
    double[] read = new double[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long start = System.nanoTime();
      try (Dataset dataset = Dataset.open(path)) {
        Version version = dataset.head();
        long index = Math.floorMod(BenchData.mix(i), version.size());
        Sample sample = version.sample(index);
        open[i] = (System.nanoTime() - start) / 1e6;
        if (sample.int64("n") != index % SyntheticOrder.SEGMENT_ROWS) {
          throw new IllegalStateException("sample " + index + " is another");
        }
        read[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Sizes.print(
        "first open + size + first sample in this JVM: %.1f ms, with a cell %.1f ms",
        open[0], read[0]);
    Arrays.sort(open);
    Arrays.sort(read);
    Sizes.print(
        "median of %d, a new Dataset each: %.1f ms, with a cell %.1f ms",
        OPENS, open[OPENS / 2], read[OPENS / 2]);
  }

  private static void write(Path path) throws IOException {
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      change.addColumn(Column.of("n", Type.scalar(DType.INT64)));
      for (long n = 0; n < SyntheticOrder.SEGMENT_ROWS; n++) {
        change.append(Row.of().key("n" + n).set("n", n));
      }
      change.commit("Add the one real segment");
    }
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      git.commit("main", CommitRequest.of("Add a billion samples", Billion::grow));
    }
  }

  private static TreeEdit grow(TreeSnapshot head) {
    String name = head.list("segments").get(0).name();
    long run = Long.parseUnsignedLong(name, 16);
    String segment = head.objectId(SegmentRecord.path(new SegmentKey(run, 0))).orElseThrow();
    TreeEdit edit = new TreeEdit();
    for (long first = 0; first < SAMPLES; first += SyntheticOrder.SEGMENT_ROWS) {
      edit.putTree(SegmentRecord.path(new SegmentKey(run, first)), segment);
    }
    long rows =
        (SAMPLES + SyntheticOrder.SEGMENT_ROWS - 1)
            / SyntheticOrder.SEGMENT_ROWS
            * SyntheticOrder.SEGMENT_ROWS;
    Map<String, byte[]> order = SyntheticOrder.blobs(run, rows);
    order.forEach(edit::put);
    return edit;
  }

  /** Counts what the parts of an open load, which the interface does not tell. */
  private static void count(Path path) {
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      TreeSnapshot tree = git.resolve("main");
      tree.read("format.json");
      tree.list("schema").forEach(entry -> tree.read("schema/" + entry.name()));
      long schema = tree.loads();
      int[] leaves = {0};
      OrderReader order =
          OrderReader.open(
              leaf -> {
                leaves[0]++;
                return tree.find(leaf);
              },
              key -> new RoaringBitmap());
      long size = order.size();
      order.locate(size / 3);
      Sizes.print(
          "%d samples; Git objects loaded: %d for commit, format and schema, %d more for size and the"
              + " first sample, of which %d leaves of the order",
          size, schema, tree.loads() - schema, leaves[0]);
    }
  }
}
