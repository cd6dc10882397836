package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Merge;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.VersionState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the version that both sides of a merge started from. Where there are several (criss-cross),
 * they are merged first, as Git's recursive strategy does; nothing of it is written to the
 * repository. What is in conflict among them stays what they had started from, and is disputed. Not
 * safe for use by several threads.
 */
final class BaseMerge {
  private final LocalDataset dataset;
  private final List<String> boundary;
  private final MergedBases kept;
  private final Map<List<String>, MergeBase> merged = new HashMap<>();

  BaseMerge(LocalDataset dataset) {
    this.dataset = dataset;
    this.boundary = dataset.git().boundary();
    this.kept = dataset.companion(MergedBases.class, MergedBases::new);
  }

  /** Returns what commits come to that are bases of one merge. */
  MergeBase of(List<String> found) {
    List<String> bases = new ArrayList<>(found);
    // By their trees, as times say nothing of what versions hold.
    bases.sort(
        Comparator.comparing((String id) -> dataset.git().snapshot(id).treeId())
            .thenComparing(Comparator.naturalOrder()));
    return ofSorted(List.copyOf(bases));
  }

  private MergeBase ofSorted(List<String> bases) {
    if (bases.size() == 1) {
      return new MergeBase(state(bases.get(0)));
    }
    MergeBase known = merged.get(bases);
    if (known == null) {
      MergedBases.Key key = new MergedBases.Key(bases, boundary);
      known = kept.find(key).orElse(null);
      if (known == null) {
        known = merge(bases);
        // Chunks that no version names are removed some time: such a base is for this merge alone.
        if (!known.hasChunks()) {
          kept.add(key, known);
        }
      }
      merged.put(bases, known);
    }
    return known;
  }

  /** Merges the last of several commits with all before it. */
  private MergeBase merge(List<String> bases) {
    List<String> ones = bases.subList(0, bases.size() - 1);
    String other = bases.get(ones.size());
    MergeBase base = of(dataset.git().mergeBases(ones, other));
    MergeBase ours = ofSorted(List.copyOf(ones));
    ThreeWay merge =
        new ThreeWay(
            base,
            ours.state(),
            state(other),
            new Arrivals(dataset, ones, List.of(other)),
            new Decisions(Map.of(), Merge.Resolution.BASE),
            Merge.Strictness.CELL,
            false);
    VersionState result = dataset.preview(ours.state(), merge.write(dataset));
    return ours.mergedTo(result, merge.settled(), base.hasChunks() || merge.hasChunks());
  }

  private VersionState state(String commit) {
    return dataset.state(dataset.git().snapshot(commit));
  }
}
