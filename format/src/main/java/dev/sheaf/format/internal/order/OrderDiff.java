package dev.sheaf.format.internal.order;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where two orders list different places: what is left of both when the places at the beginning and
 * at the end that they have in common are taken off. Whether places are dead plays no part.
 *
 * @param before the rest of the first order, in order
 * @param after the rest of the second order, in order
 */
public record OrderDiff(List<Run> before, List<Run> after) {
  /** Copies the lists. */
  public OrderDiff {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Consecutive slots of one segment, dead ones included. */
  public record Run(SegmentKey segment, int firstSlot, int slotCount) {}

  /** Tells whether the second order lists the places of the first and then others. */
  public boolean isAppend() {
    return before.isEmpty();
  }

  /** Tells whether both list the same places. */
  public boolean isEmpty() {
    return before.isEmpty() && after.isEmpty();
  }

  /**
   * Compares two orders. Reads the leaves that differ, and of each order one leaf more.
   *
   * @param sameBlob tells, for the path of a leaf, whether both have the same blob there
   */
  public static OrderDiff between(
      OrderReader before, OrderReader after, Predicate<String> sameBlob) {
    int beforeEnd = before.leafCount();
    int afterEnd = after.leafCount();
    int first = 0;
    while (first < beforeEnd && first < afterEnd && same(before, after, first, sameBlob)) {
      first++;
    }
    while (beforeEnd == afterEnd
        && beforeEnd > first
        && same(before, after, beforeEnd - 1, sameBlob)) {
      beforeEnd--;
      afterEnd--;
    }
    Deque<Run> left = runs(before, first, beforeEnd);
    Deque<Run> right = runs(after, first, afterEnd);
    trimStart(left, right);
    trimEnd(left, right);
    return new OrderDiff(new ArrayList<>(left), new ArrayList<>(right));
  }

  private static boolean same(
      OrderReader before, OrderReader after, int leaf, Predicate<String> sameBlob) {
    return sameBlob.test(OrderPaths.leaf(leaf))
        || new ArrayList<>(runs(before, leaf, leaf + 1))
            .equals(new ArrayList<>(runs(after, leaf, leaf + 1)));
  }

  private static Deque<Run> runs(OrderReader order, int from, int to) {
    Deque<Run> runs = new ArrayDeque<>();
    for (int leaf = from; leaf < to; leaf++) {
      order
          .leaf(leaf)
          .forEachRun((segment, slot, count, live) -> runs.add(new Run(segment, slot, count)));
    }
    return runs;
  }

  private static void trimStart(Deque<Run> left, Deque<Run> right) {
    while (!left.isEmpty() && !right.isEmpty()) {
      Run a = left.peekFirst();
      Run b = right.peekFirst();
      if (!a.segment().equals(b.segment()) || a.firstSlot() != b.firstSlot()) {
        return;
      }
      int common = Math.min(a.slotCount(), b.slotCount());
      left.removeFirst();
      right.removeFirst();
      if (a.slotCount() > common) {
        left.addFirst(new Run(a.segment(), a.firstSlot() + common, a.slotCount() - common));
      }
      if (b.slotCount() > common) {
        right.addFirst(new Run(b.segment(), b.firstSlot() + common, b.slotCount() - common));
      }
    }
  }

  private static void trimEnd(Deque<Run> left, Deque<Run> right) {
    while (!left.isEmpty() && !right.isEmpty()) {
      Run a = left.peekLast();
      Run b = right.peekLast();
      if (!a.segment().equals(b.segment())
          || a.firstSlot() + a.slotCount() != b.firstSlot() + b.slotCount()) {
        return;
      }
      int common = Math.min(a.slotCount(), b.slotCount());
      left.removeLast();
      right.removeLast();
      if (a.slotCount() > common) {
        left.addLast(new Run(a.segment(), a.firstSlot(), a.slotCount() - common));
      }
      if (b.slotCount() > common) {
        right.addLast(new Run(b.segment(), b.firstSlot(), b.slotCount() - common));
      }
    }
  }
}
