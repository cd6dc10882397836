package dev.sheaf.format.internal.merge;

import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * The layers of a segment that both sides changed: all of one side, and above them those that the
 * other has beyond what both share. Which side is which follows from what the sides have alone, so
 * that the same layers come out whichever side is ours.
 */
final class LayerStack {
  private final SegmentSide bottom;
  private final SegmentSide top;
  private final int firstAbove;
  private final boolean sharesBelow;
  private final boolean holdsBelow;
  private final Map<String, RoaringBitmap> above = new HashMap<>();

  private LayerStack(
      SegmentSide bottom,
      SegmentSide top,
      int firstAbove,
      boolean sharesBelow,
      boolean holdsBelow) {
    this.bottom = bottom;
    this.top = top;
    this.firstAbove = firstAbove;
    this.sharesBelow = sharesBelow;
    this.holdsBelow = holdsBelow;
  }

  /** Returns the layers of one side alone. */
  static LayerStack of(SegmentSide side) {
    return new LayerStack(side, null, 0, false, false);
  }

  /** Returns the layers of both sides. */
  static LayerStack of(SegmentSide base, SegmentSide ours, SegmentSide theirs) {
    int shared = ours.sharedLayers(theirs);
    boolean oursFollows = follows(base, ours, shared);
    boolean theirsFollows = follows(base, theirs, shared);
    int below = base.isThere() ? Math.max(shared, base.layers().size()) : shared;
    boolean oursAbove;
    if (oursFollows && theirsFollows) {
      oursAbove = compare(ours, theirs, below) > 0;
    } else if (oursFollows || theirsFollows) {
      oursAbove = oursFollows;
      below = base.layers().size();
    } else {
      // One of them was folded into other layers, or both were: no layer is above another.
      boolean takesOurs =
          ours.changes() != theirs.changes()
              ? ours.changes() > theirs.changes()
              : compare(ours, theirs, 0) <= 0;
      return of(takesOurs ? ours : theirs);
    }
    SegmentSide top = oursAbove ? ours : theirs;
    SegmentSide bottom = oursAbove ? theirs : ours;
    boolean shares = shared >= below;
    return new LayerStack(bottom, top, below, shares, oursFollows && theirsFollows && shares);
  }

  /** Where the layers are the same, what else the leaves of the segment say tells sides apart. */
  private static int compare(SegmentSide ours, SegmentSide theirs, int first) {
    int byNames = ours.names(first).compareTo(theirs.names(first));
    return byNames != 0
        ? byNames
        : ours.folder().orElseThrow().compareTo(theirs.folder().orElseThrow());
  }

  /** Tells whether a side has the layers of the base and others above. */
  private static boolean follows(SegmentSide base, SegmentSide side, int shared) {
    return base.isThere()
        ? SegmentCells.sharedLayers(base.cells(), side.cells()) == base.layers().size()
        : shared > 0;
  }

  /** Returns the side of which all layers are there. */
  SegmentSide bottom() {
    return bottom;
  }

  /** Returns the side of which layers are above, or null. */
  SegmentSide top() {
    return top;
  }

  /** Returns the sides of which layers are there, the lower ones first. */
  List<SegmentSide> sides() {
    return top == null ? List.of(bottom) : List.of(bottom, top);
  }

  /** Returns the first layer of the top side that is there. */
  int firstAbove() {
    return firstAbove;
  }

  /** Tells whether the bottom begins with the layers of the top side that are not above. */
  boolean sharesBelow() {
    return sharesBelow;
  }

  /** Returns the slots of which layers of the top side hold a cell. */
  RoaringBitmap above(MergedColumn column) {
    if (top == null) {
      return new RoaringBitmap();
    }
    return above.computeIfAbsent(column.id(), id -> top.written(column, firstAbove)).clone();
  }

  /** Returns the newest cell that the layers hold, or null. */
  CellReader holder(MergedColumn column, int slot) {
    boolean fromTop =
        top != null
            && above
                .computeIfAbsent(column.id(), id -> top.written(column, firstAbove))
                .contains(slot);
    return (fromTop ? top : bottom).holder(column, slot);
  }

  /**
   * Returns slots in which the layers may show another cell of a column than the side has that
   * changed it, or that alone has the column.
   *
   * @param other the side that is not the bottom, or null
   */
  RoaringBitmap suspects(MergedColumn column, SegmentSide other) {
    RoaringBitmap slots = above(column);
    if (top == null) {
      slots.or(other.changed(column));
    } else if (top.has(column)) {
      // What the top changed may lie in layers that both have, hidden by others of the bottom.
      RoaringBitmap below = RoaringBitmap.andNot(top.changed(column), slots);
      slots.and(bottom.changed(column));
      slots.or(below);
    }
    if (!bottom.has(column) && !holdsBelow) {
      slots.or(other.written(column, 0));
    }
    return slots;
  }

  /** Returns the layers of a side that are there. */
  List<LayerReader> layers(SegmentSide side) {
    int first = side == bottom ? 0 : firstAbove;
    return side.layers().subList(first, side.layers().size());
  }
}
