package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CompactReport;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Folds the layers of a branch. What others commit meanwhile stands: a segment that they changed is
 * left for the next time. For one thread.
 */
final class Compaction {
  private final LocalDataset dataset;
  private final String branch;
  private final Map<SegmentKey, LayerFold> folds = new TreeMap<>();
  private long segments;
  private long before;
  private long after;

  Compaction(LocalDataset dataset, String branch) {
    this.dataset = dataset;
    this.branch = branch;
  }

  CompactReport run() {
    TreeSnapshot base = dataset.git().resolve("refs/heads/" + branch);
    VersionState state = dataset.state(base);
    FormatLeaf.checkWriter(base.read(FormatLeaf.PATH), dataset.layers().context().dataset());
    try (Sinks sinks = new Sinks(dataset)) {
      for (SegmentKey key : state.segmentKeys()) {
        LayerFold.of(state.segment(key).reader(), LayerFold::isFoldable, sinks)
            .filter(fold -> fold.draftCount() < fold.foldedCount())
            .ifPresent(fold -> folds.put(key, fold));
      }
      sinks.finish();
    }
    if (folds.isEmpty()) {
      return new CompactReport(base.info(), 0, 0, 0);
    }
    // Not checked: no cell, and so no answer of a check, is another afterwards.
    CommitInfo commit =
        dataset.git().commit(branch, Authors.request("Compact", head -> edit(head, base)));
    return new CompactReport(commit, segments, before, after);
  }

  private TreeEdit edit(TreeSnapshot head, TreeSnapshot base) {
    TreeEdit edit = new TreeEdit();
    folds.forEach(
        (key, fold) -> {
          String folder = SegmentRecord.path(key);
          String path = folder + "/" + SegmentRecord.RECORD;
          Optional<String> there = head.objectId(path);
          if (there.isPresent() && there.equals(base.objectId(path))) {
            SegmentRecord record = SegmentRecord.parse(head.read(path), folder);
            List<String> layers = fold.writeTo(edit, folder);
            edit.put(
                path,
                new SegmentRecord(
                        record.rows(), layers, record.columns(), record.blobs(), record.keys())
                    .toBytes());
            segments++;
            before += fold.foldedCount();
            after += fold.draftCount();
          }
        });
    return edit;
  }
}
