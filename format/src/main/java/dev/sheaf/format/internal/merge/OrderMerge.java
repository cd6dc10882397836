package dev.sheaf.format.internal.merge;

import dev.sheaf.format.internal.diff.OrderMoves;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.order.OrderChange;
import dev.sheaf.format.internal.order.OrderDiff;
import dev.sheaf.format.internal.order.OrderEdit;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.Position;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** Writes the leaves that differ from those of ours. */
  void write(TreeEdit edit, Map<SegmentKey, SegmentMerge> segments) {
    OrderReader ours = context.ours().state().order();
    OrderEdit order = OrderEdit.from(ours);
    segments.forEach(
        (key, segment) -> {
          boolean same =
              segment.ours().isThere() && segment.deleted().equals(segment.ours().deleted());
          if (segment.isThere() && !same) {
            order.deleted(key, segment.deleted());
          }
        });
    boolean takesTheirs = movedByThem && !movedByUs;
    if (takesTheirs || segments.values().stream().anyMatch(this::leavesOut)) {
      OrderReader theirs = context.theirs().state().order();
      List<Position> sequence = new ArrayList<>();
      Map<SegmentKey, RoaringBitmap> listed = new HashMap<>();
      add(sequence, listed, takesTheirs ? theirs : ours, segments);
      add(sequence, listed, takesTheirs ? ours : theirs, segments);
      order.replace(sequence.iterator());
    } else {
      appendMissing(order, segments);
    }
    OrderChange change = order.build();
    change.puts().forEach(edit::put);
    change.removals().forEach(edit::remove);
  }

  /** Tells whether theirs left samples out of its order that ours lists and has not deleted. */
  private boolean leavesOut(SegmentMerge segment) {
    RoaringBitmap slots = RoaringBitmap.andNot(segment.ours().live(), segment.live());
    slots.andNot(segment.deleted());
    return !slots.isEmpty();
  }

  /**
   * Adds the samples of an order that the result shows and that are not there yet. One that comes
   * back has the place that it has there.
   */
  private void add(
      List<Position> sequence,
      Map<SegmentKey, RoaringBitmap> listed,
      OrderReader order,
      Map<SegmentKey, SegmentMerge> segments) {
    order.forEachListed(
        run -> {
          RoaringBitmap there = listed.computeIfAbsent(run.segment(), key -> new RoaringBitmap());
          RoaringBitmap shown = shown(run.segment(), segments);
          for (int slot = run.firstSlot(); slot < run.firstSlot() + run.slotCount(); slot++) {
            if (shown.contains(slot) && there.checkedAdd(slot)) {
              sequence.add(new Position(run.segment(), slot));
            }
          }
        });
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
    Map<SegmentKey, RoaringBitmap> old = new HashMap<>();
    missing.forEach((key, slots) -> old.put(key, slots.clone()));
    byThem.after().forEach(run -> take(old, run));
    if (old.values().stream().allMatch(RoaringBitmap::isEmpty)) {
      byThem.after().forEach(run -> append(order, missing, run));
    } else {
      // Some are where theirs has them since the base: what ours left out and is kept.
      context.theirs().state().order().forEachListed(run -> append(order, missing, run));
    }
  }

  private static void take(Map<SegmentKey, RoaringBitmap> slots, OrderDiff.Run run) {
    RoaringBitmap of = slots.get(run.segment());
    if (of != null) {
      of.remove((long) run.firstSlot(), (long) run.firstSlot() + run.slotCount());
    }
  }

  /** Appends the slots of a run that are missing, and takes them off. */
  private static void append(
      OrderEdit order, Map<SegmentKey, RoaringBitmap> missing, OrderDiff.Run run) {
    RoaringBitmap slots = missing.get(run.segment());
    if (slots != null) {
      append(order, run.segment(), slots, run.firstSlot(), run.firstSlot() + run.slotCount());
    }
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
