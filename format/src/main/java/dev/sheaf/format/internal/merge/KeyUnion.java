package dev.sheaf.format.internal.merge;

import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Unites samples that both sides have under one key but as different samples: both added it, or one
 * deleted it and added it again. One of the two stays and gets the cells of both; the other goes.
 */
final class KeyUnion {
  private static final String PARENT = "_parent";

  private final MergeContext context;
  private final Map<SegmentKey, SegmentMerge> segments;
  private final CellDecider decider;
  private final Map<SampleId, SampleId> successors = new HashMap<>();
  private long united;

  KeyUnion(MergeContext context, Map<SegmentKey, SegmentMerge> segments, CellDecider decider) {
    this.context = context;
    this.segments = segments;
    this.decider = decider;
  }

  /** A sample of one side. */
  private record Place(SegmentKey segment, int slot) {
    SampleId id() {
      return MergeContext.sample(segment, slot);
    }
  }

  /** Finds the pairs and tells the segments what becomes of them; returns how many there are. */
  long unite() {
    Map<SegmentKey, RoaringBitmap> ours = new TreeMap<>();
    Map<SegmentKey, RoaringBitmap> theirs = new TreeMap<>();
    for (SegmentMerge segment : segments.values()) {
      put(ours, segment, segment.added(segment.ours()));
      put(theirs, segment, segment.added(segment.theirs()));
    }
    // A sample that one side deleted and added again meets the other side's changes of it.
    if (!theirs.isEmpty()) {
      for (SegmentMerge segment : segments.values()) {
        put(ours, segment, segment.removedAndEdited(segment.theirs()));
      }
    }
    if (hasAdded(ours)) {
      for (SegmentMerge segment : segments.values()) {
        put(theirs, segment, segment.removedAndEdited(segment.ours()));
      }
    }
    if (!ours.isEmpty() && !theirs.isEmpty()) {
      pair(ours, theirs);
    }
    if (!successors.isEmpty()) {
      renameParents();
    }
    return united;
  }

  private boolean hasAdded(Map<SegmentKey, RoaringBitmap> ours) {
    return ours.keySet().stream()
        .map(segments::get)
        .anyMatch(segment -> !segment.added(segment.ours()).isEmpty());
  }

  private static void put(
      Map<SegmentKey, RoaringBitmap> places, SegmentMerge segment, RoaringBitmap slots) {
    if (!slots.isEmpty()) {
      places.computeIfAbsent(segment.key(), key -> new RoaringBitmap()).or(slots);
    }
  }

  private void pair(Map<SegmentKey, RoaringBitmap> ours, Map<SegmentKey, RoaringBitmap> theirs) {
    Map<Long, List<Place>> byHash = new HashMap<>();
    eachKey(
        context.ours(),
        ours,
        (hash, place) -> byHash.computeIfAbsent(hash, h -> new ArrayList<>(1)).add(place));
    eachKey(
        context.theirs(),
        theirs,
        (hash, place) -> {
          for (Place other : byHash.getOrDefault(hash, List.of())) {
            boolean same = other.equals(place);
            if (!same && keyOf(context.ours(), other).equals(keyOf(context.theirs(), place))) {
              unite(other, place);
            }
          }
        });
  }

  private interface KeyConsumer {
    void accept(long hash, Place place);
  }

  private static void eachKey(
      MergeContext.Side side, Map<SegmentKey, RoaringBitmap> places, KeyConsumer consumer) {
    places.forEach(
        (segment, slots) -> {
          KeyIndex keys = side.state().reader(segment).keys();
          for (int row = 0; row < keys.size(); row++) {
            int slot = keys.slotAt(row);
            if (slots.contains(slot)) {
              consumer.accept(keys.hashAt(row), new Place(segment, slot));
            }
          }
        });
  }

  private static String keyOf(MergeContext.Side side, Place place) {
    return side.key(place.segment(), place.slot());
  }

  private void unite(Place ours, Place theirs) {
    boolean oursInBase = context.base().live(ours.segment()).contains(ours.slot());
    boolean theirsInBase = context.base().live(theirs.segment()).contains(theirs.slot());
    boolean oursStays = oursInBase || (!theirsInBase && ours.id().compareTo(theirs.id()) < 0);
    Place stays = oursStays ? ours : theirs;
    Place goes = oursStays ? theirs : ours;
    SegmentSide a = segments.get(ours.segment()).ours();
    SegmentSide b = segments.get(theirs.segment()).theirs();
    Map<MergedColumn, Desired> cells = new LinkedHashMap<>();
    for (MergedColumn column : context.kept()) {
      Object before = null;
      if (column.base() != null && (oursInBase || theirsInBase)) {
        Place place = oursInBase ? ours : theirs;
        before = segments.get(place.segment()).base().value(column, place.slot());
      }
      Object left = a.value(column, ours.slot());
      Object right = b.value(column, theirs.slot());
      cells.put(column, cell(column, stays, ours, theirs, before, left, right));
    }
    segments.get(stays.segment()).keep(stays.slot(), cells);
    segments.get(goes.segment()).kill(goes.slot());
    successors.put(goes.id(), stays.id());
    united++;
  }

  private Desired cell(
      MergedColumn column,
      Place stays,
      Place ours,
      Place theirs,
      Object before,
      Object left,
      Object right) {
    boolean oursStays = stays.equals(ours);
    boolean takesOurs;
    Object value;
    if (column.isSystem()) {
      value = oursStays ? left : right;
      takesOurs = oursStays;
    } else if (column.ours() == null || column.theirs() == null) {
      // A side without the column says nothing about its cells.
      takesOurs = column.theirs() == null;
      value = takesOurs ? left : right;
    } else if (!decider.isDisputed(column, stays.id())
        && (column.same(right, before) || column.same(left, before))) {
      takesOurs = column.same(right, before);
      value = takesOurs ? left : right;
    } else {
      CellDecider.Outcome outcome =
          decider.decide(
              column, stays.id(), () -> keyOf(context.ours(), ours), before, left, right);
      context.counts().add(column, outcome.from(), 1);
      value = outcome.value();
      takesOurs = column.same(value, left);
    }
    Object inputs = null;
    if (column.isDerived() && value != null) {
      inputs =
          takesOurs
              ? segments.get(ours.segment()).ours().inputs(column, ours.slot())
              : segments.get(theirs.segment()).theirs().inputs(column, theirs.slot());
    }
    return new Desired(value, inputs);
  }

  /** Parts of a sample that went belong to the one that stayed. */
  private void renameParents() {
    MergedColumn parent =
        context.kept().stream()
            .filter(column -> column.name().equals(PARENT))
            .findFirst()
            .orElse(null);
    if (parent == null) {
      return;
    }
    for (SegmentMerge segment : List.copyOf(segments.values())) {
      rename(parent, segment, segment.ours());
      rename(parent, segment, segment.theirs());
    }
  }

  private void rename(MergedColumn parent, SegmentMerge segment, SegmentSide side) {
    if (!side.isThere() || !side.has(parent)) {
      return;
    }
    segment
        .added(side)
        .forEach(
            (IntConsumer)
                slot -> {
                  Object cell = side.value(parent, slot);
                  if (cell instanceof Map<?, ?> fields && segment.live().contains(slot)) {
                    SampleId id =
                        new SampleId(
                            ((Number) fields.get("run")).longValue(),
                            ((Number) fields.get("ordinal")).longValue());
                    SampleId successor = successors.get(id);
                    if (successor != null) {
                      segment.force(
                          slot, parent, new Desired(cell(fields.keySet(), successor), null));
                    }
                  }
                });
  }

  private static Map<String, Object> cell(Collection<?> names, SampleId parent) {
    Map<String, Object> cell = new LinkedHashMap<>();
    for (Object name : names) {
      long bits = name.equals("run") ? parent.run() : parent.ordinal();
      cell.put((String) name, dev.sheaf.format.internal.ipc.PlainReader.unsigned(bits));
    }
    return cell;
  }
}
