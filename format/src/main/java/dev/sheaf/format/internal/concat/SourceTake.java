package dev.sheaf.format.internal.concat;

import dev.sheaf.format.Column;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.diff.SegmentDiff;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.PurgedSamples;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.OrderRun;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/** What comes from one source: which of its samples are new, and what becomes of the others. */
final class SourceTake {
  static final String PARENT = "_parent";

  private final Concat.Source source;
  private final LocalVersion version;
  private final Map<SegmentKey, SegmentTake> segments = new TreeMap<>();
  private final Map<SampleId, SampleId> successors = new HashMap<>();
  private final List<String> clashes = new ArrayList<>();
  private long added;
  private long present;
  private long differing;
  private long gone;
  private long skipped;
  private long renamed;
  private long purged;

  SourceTake(Concat.Source source) {
    this.source = source;
    this.version = (LocalVersion) source.version();
  }

  VersionState state() {
    return version.state();
  }

  String name() {
    return source.name();
  }

  Map<SegmentKey, SegmentTake> segments() {
    return segments;
  }

  long added() {
    return added;
  }

  /**
   * Finds out which samples are new.
   *
   * @param target the version that they come to
   * @param before what the sources before have brought, by segment
   * @param keys the keys that are taken, which those of this source are added to
   * @throws InvalidInputException if a key is taken and that is to be refused
   */
  void find(
      VersionState target,
      Map<SegmentKey, SegmentTake> before,
      TakenKeys keys,
      Concat.OnConflict onConflict) {
    for (SegmentKey key : state().segmentKeys()) {
      SourceCells cells = new SourceCells(state(), key);
      RoaringBitmap live = cells.live();
      if (live.isEmpty()) {
        continue;
      }
      if (before.containsKey(key)) {
        SegmentTake other = before.get(key);
        count(cells, live, other.source(), other.added());
      } else if (target.hasSegment(key)) {
        SourceCells there = new SourceCells(target, key);
        count(cells, live, there, there.live());
      } else {
        take(cells, live, keys, onConflict, target.store());
      }
    }
    if (!clashes.isEmpty()) {
      int named = Math.min(10, clashes.size());
      throw new InvalidInputException(
          "SHEAF-CAT-001",
          clashes.size()
              + (clashes.size() == 1 ? " key" : " keys")
              + " of "
              + name()
              + (clashes.size() == 1 ? " is" : " are")
              + " taken by another sample: "
              + String.join(", ", clashes.subList(0, named))
              + (named < clashes.size() ? ", …" : ""),
          target.location(),
          "Leave them out (--on-conflict skip), or give them keys with the name of their source (prefix)");
    }
    if (!successors.isEmpty() && state().schema().contains(PARENT)) {
      segments.values().forEach(this::renameParents);
    }
    keys.settle();
  }

  private void take(
      SourceCells cells,
      RoaringBitmap live,
      TakenKeys keys,
      Concat.OnConflict onConflict,
      ChunkStore store) {
    // Something of them was purged, in the source or in the target.
    RoaringBitmap out = PurgedSamples.of(state(), cells.reader(), live, store);
    boolean hasPurged = !out.isEmpty();
    purged += out.getLongCardinality();
    Map<Integer, String> names = new LinkedHashMap<>();
    RoaringBitmap kept = RoaringBitmap.andNot(live, out);
    for (int slot : suspects(cells, kept, keys)) {
      String key = cells.key(slot);
      Optional<SampleId> other = keys.find(key);
      if (other.isEmpty()) {
        continue;
      }
      switch (onConflict) {
        case REFUSE -> clashes.add("\"" + key + "\"");
        case SKIP -> {
          out.add(slot);
          successors.put(cells.sample(slot), other.get());
          skipped++;
        }
        case PREFIX -> {
          String name = name() + "/" + key;
          if (keys.find(name).isPresent()) {
            clashes.add("\"" + name + "\"");
          } else {
            names.put(slot, name);
          }
        }
      }
    }
    RoaringBitmap wanted = RoaringBitmap.andNot(live, out);
    if (wanted.isEmpty()) {
      return;
    }
    SegmentTake take = new SegmentTake(cells, wanted, out, hasPurged);
    RoaringBitmap unchanged = wanted.clone();
    names.forEach(
        (slot, name) -> {
          take.rename(slot, name);
          unchanged.remove((int) slot);
          keys.give(name, cells.sample(slot));
          renamed++;
        });
    keys.add(cells, unchanged);
    segments.put(cells.reader().key(), take);
    added += wanted.getLongCardinality();
  }

  /** Returns the slots with a key whose hash is there already. */
  private static List<Integer> suspects(SourceCells cells, RoaringBitmap slots, TakenKeys keys) {
    List<Integer> found = new ArrayList<>();
    if (cells.reader().record().keys() != null) {
      KeyIndex index = cells.reader().keys();
      for (int row = 0; row < index.size(); row++) {
        int slot = index.slotAt(row);
        if (slots.contains(slot) && keys.mayHave(index.hashAt(row))) {
          found.add(slot);
        }
      }
      found.sort(null);
    }
    return found;
  }

  /** Counts the samples of a segment that the result has already. */
  private void count(
      SourceCells cells, RoaringBitmap live, SourceCells there, RoaringBitmap shown) {
    RoaringBitmap both = RoaringBitmap.and(live, shown);
    present += both.getLongCardinality();
    gone += live.getLongCardinality() - both.getLongCardinality();
    if (!both.isEmpty()) {
      differing += differing(cells, there, both);
    }
  }

  private static long differing(SourceCells cells, SourceCells there, RoaringBitmap slots) {
    List<SegmentDiff.ColumnPair> pairs = new ArrayList<>();
    for (Column theirs : cells.state().schema()) {
      if (there.state().schema().contains(theirs.name())) {
        Column ours = there.state().schema().column(theirs.name());
        boolean comparable =
            ours.type().equals(theirs.type())
                || Defaults.isWider(ours.type(), theirs.type())
                || Defaults.isWider(theirs.type(), ours.type());
        if (comparable) {
          pairs.add(SegmentDiff.ColumnPair.of(ours, theirs));
        }
      }
    }
    SegmentDiff diff = new SegmentDiff(there.cells(), cells.cells());
    try {
      return changed(diff, slots, pairs).getLongCardinality();
    } catch (PurgedException e) {
      return readable(diff, slots, pairs);
    }
  }

  private static RoaringBitmap changed(
      SegmentDiff diff, RoaringBitmap slots, List<SegmentDiff.ColumnPair> pairs) {
    RoaringBitmap changed = new RoaringBitmap();
    diff.changed(slots, pairs).values().forEach(changed::or);
    return changed;
  }

  /** What is purged on one side differs. */
  private static long readable(
      SegmentDiff diff, RoaringBitmap slots, List<SegmentDiff.ColumnPair> pairs) {
    long[] count = {0};
    slots.forEach(
        (IntConsumer)
            slot -> {
              try {
                count[0] += changed(diff, RoaringBitmap.bitmapOf(slot), pairs).getCardinality();
              } catch (PurgedException e) {
                count[0]++;
              }
            });
    return count[0];
  }

  /** Parts of a sample that was left out belong to the sample that has its key. */
  private void renameParents(SegmentTake take) {
    SourceCells cells = take.source();
    Column column = state().schema().column(PARENT);
    take.added()
        .forEach(
            (IntConsumer)
                slot -> {
                  CellReader holder = cells.cells().holder(column.id(), slot);
                  Object cell = holder == null ? null : cells.cells().read(holder, slot);
                  if (cell instanceof Map<?, ?> fields) {
                    SampleId whole =
                        new SampleId(
                            ((Number) fields.get("run")).longValue(),
                            ((Number) fields.get("ordinal")).longValue());
                    SampleId successor = successors.get(whole);
                    if (successor != null) {
                      take.parent(slot, parent(successor));
                    }
                  }
                });
  }

  private static Map<String, Object> parent(SampleId whole) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("run", PlainReader.unsigned(whole.run()));
    cell.put("ordinal", PlainReader.unsigned(whole.ordinal()));
    return cell;
  }

  /** Lists the new samples behind the others, in the order of the source. */
  void append(OrderEdit order) {
    Iterator<OrderRun> runs = state().order().runs(0, state().order().size());
    while (runs.hasNext()) {
      OrderRun run = runs.next();
      if (segments.containsKey(run.segment())) {
        order.append(run.segment(), run.firstSlot(), run.slotCount());
      }
    }
    segments.forEach(
        (key, take) -> {
          if (!take.deleted().isEmpty()) {
            order.deleted(key, take.deleted());
          }
        });
  }

  ConcatReport.Source report(List<String> documents) {
    return new ConcatReport.Source(
        name(),
        source.version().commit(),
        added,
        present,
        differing,
        gone,
        skipped,
        renamed,
        purged,
        documents);
  }

  /** Returns the documents of the source. */
  List<String> documents() {
    return source.version().documents("");
  }

  Optional<byte[]> document(String path) {
    return source.version().document(path);
  }
}
