package dev.sheaf.format.internal.merge;

import dev.sheaf.format.internal.diff.OrderMoves;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.order.OrderChange;
import dev.sheaf.format.internal.order.OrderDiff;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.OrderRun;
import dev.sheaf.format.internal.order.Position;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * Merges the order: ours, with what theirs added behind it; or that of theirs, where theirs alone
 * moved samples, with what ours added behind it.
 */
final class OrderMerge {
  private final MergeContext context;
  private final OrderDiff byUs;
  private final OrderDiff byThem;
  private final boolean movedByUs;
  private final boolean movedByThem;

  OrderMerge(MergeContext context) {
    this.context = context;
    this.byUs = diff(context.base(), context.ours());
    this.byThem = diff(context.base(), context.theirs());
    this.movedByUs = moved(byUs, context.ours());
    this.movedByThem = moved(byThem, context.theirs());
  }

  private static OrderDiff diff(MergeContext.Side before, MergeContext.Side after) {
    TreeSnapshot a = before.state().tree();
    TreeSnapshot b = after.state().tree();
    if (a.objectId("order").equals(b.objectId("order"))) {
      return new OrderDiff(List.of(), List.of());
    }
    return OrderDiff.between(
        before.state().order(),
        after.state().order(),
        path -> a.objectId(path).equals(b.objectId(path)));
  }

  private boolean moved(OrderDiff diff, MergeContext.Side side) {
    return !OrderMoves.of(diff, key -> RoaringBitmap.and(context.base().live(key), side.live(key)))
        .isEmpty();
  }

  /** Returns the segments of which one side lists other slots than the base. */
  Set<SegmentKey> segments() {
    Set<SegmentKey> keys = new TreeSet<>();
    for (OrderDiff diff : List.of(byUs, byThem)) {
      diff.before().forEach(run -> keys.add(run.segment()));
      diff.after().forEach(run -> keys.add(run.segment()));
    }
    return keys;
  }

  /** Returns whose order the result has. */
  String whose() {
    if (movedByThem) {
      return movedByUs ? "ours, theirs dropped" : "theirs";
    }
    return movedByUs ? "ours" : "unchanged";
  }

  /**
   * Writes the leaves that differ from those of ours.
   *
   * @param deleted the deleted slots of segments in which they are not those of ours
   */
  void write(
      TreeEdit edit,
      Map<SegmentKey, SegmentMerge> segments,
      Map<SegmentKey, RoaringBitmap> deleted) {
    OrderReader ours = context.ours().state().order();
    OrderEdit order = OrderEdit.from(ours);
    deleted.forEach(order::deleted);
    if (movedByThem && !movedByUs) {
      List<Position> sequence = new ArrayList<>();
      Map<SegmentKey, RoaringBitmap> listed = new HashMap<>();
      add(sequence, listed, context.theirs().state().order(), segments);
      add(sequence, listed, ours, segments);
      order.replace(sequence.iterator());
    } else {
      appendMissing(order, segments);
    }
    OrderChange change = order.build();
    change.puts().forEach(edit::put);
    change.removals().forEach(edit::remove);
  }

  /** Adds the samples of an order that the result shows and that are not there yet. */
  private void add(
      List<Position> sequence,
      Map<SegmentKey, RoaringBitmap> listed,
      OrderReader order,
      Map<SegmentKey, SegmentMerge> segments) {
    for (Iterator<OrderRun> runs = order.runs(0, order.size()); runs.hasNext(); ) {
      OrderRun run = runs.next();
      RoaringBitmap there = listed.computeIfAbsent(run.segment(), key -> new RoaringBitmap());
      RoaringBitmap shown = shown(run.segment(), segments);
      for (int slot = run.firstSlot(); slot < run.firstSlot() + run.slotCount(); slot++) {
        if (shown.contains(slot) && there.checkedAdd(slot)) {
          sequence.add(new Position(run.segment(), slot));
        }
      }
    }
  }

  private RoaringBitmap shown(SegmentKey key, Map<SegmentKey, SegmentMerge> segments) {
    SegmentMerge merged = segments.get(key);
    return merged != null ? merged.live() : context.ours().live(key);
  }

  /** Lists what the result shows and ours does not list, in the order of theirs. */
  private void appendMissing(OrderEdit order, Map<SegmentKey, SegmentMerge> segments) {
    Map<SegmentKey, RoaringBitmap> missing = new HashMap<>();
    for (SegmentMerge segment : segments.values()) {
      RoaringBitmap slots = segment.live().clone();
      slots.andNot(context.ours().state().order().listed(segment.key()));
      if (!slots.isEmpty()) {
        missing.put(segment.key(), slots);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    for (OrderDiff.Run run : byThem.after()) {
      RoaringBitmap slots = missing.get(run.segment());
      if (slots != null) {
        append(order, run.segment(), slots, run.firstSlot(), run.firstSlot() + run.slotCount());
      }
    }
    new TreeSet<>(missing.keySet())
        .forEach(key -> append(order, key, missing.get(key), 0, 1 << 16));
  }

  /** Appends the slots of a range as runs and takes them off the set. */
  private static void append(
      OrderEdit order, SegmentKey key, RoaringBitmap slots, int from, int to) {
    int at = from;
    while (at < to) {
      long next = slots.nextValue(at);
      if (next < 0 || next >= to) {
        break;
      }
      int end = (int) Math.min(to, slots.nextAbsentValue((int) next));
      order.append(key, (int) next, end - (int) next);
      at = end;
    }
    slots.remove((long) from, (long) to);
  }
}
