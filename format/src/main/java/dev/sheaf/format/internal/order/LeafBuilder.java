package dev.sheaf.format.internal.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Cuts a sequence of runs into leaves. The cuts depend on the runs alone, never on what is dead or
 * on how the order came about: runs are joined as far as they go and taken in blocks of 512; a full
 * block of short runs is explicit, and explicit blocks that follow one another share a leaf.
 *
 * <p>Spec: docs/format-spec.md#order-canonical.
 */
final class LeafBuilder {
  /** Consecutive slots of one segment; grows while the next ones arrive. */
  static final class Run {
    final SegmentKey segment;
    final int firstSlot;
    int slotCount;
    int live;

    Run(SegmentKey segment, int firstSlot, int slotCount, int live) {
      this.segment = segment;
      this.firstSlot = firstSlot;
      this.slotCount = slotCount;
      this.live = live;
    }
  }

  private final Deletions deletions;
  private final Consumer<Leaf> leaves;
  private final List<Run> block = new ArrayList<>();
  private final List<Run> explicit = new ArrayList<>();
  private int explicitSlots;
  private Run open;

  /**
   * Starts at the beginning of a leaf.
   *
   * @param deletions those of the version that is being made
   * @param leaves takes each leaf as it is complete
   */
  LeafBuilder(Deletions deletions, Consumer<Leaf> leaves) {
    this.deletions = deletions;
    this.leaves = leaves;
  }

  /** Adds consecutive slots, of which {@code live} are live. */
  void add(SegmentKey segment, int firstSlot, int slotCount, int live) {
    if (open != null && openEnd() == firstSlot && open.segment.equals(segment)) {
      open.slotCount += slotCount;
      open.live += live;
    } else {
      push();
      open = new Run(segment, firstSlot, slotCount, live);
    }
  }

  /** Adds a live place; slots that were passed over and are dead stay in the run. */
  void add(Position position) {
    SegmentKey segment = position.segment();
    int slot = position.slot();
    if (open != null && openEnd() < slot && open.segment.equals(segment)) {
      int gap = slot - openEnd();
      if (Leaf.deadIn(deletions.of(segment), openEnd(), gap) == gap) {
        open.slotCount += gap;
      }
    }
    add(segment, slot, 1, 1);
  }

  /** Passes on what is left. */
  void finish() {
    push();
    if (!block.isEmpty()) {
      closeBlock();
    }
    emitExplicit();
  }

  private int openEnd() {
    return open.firstSlot + open.slotCount;
  }

  private void push() {
    if (open != null) {
      block.add(open);
      open = null;
      if (block.size() == RunsDescriptor.MAX_ENTRIES) {
        closeBlock();
      }
    }
  }

  private void closeBlock() {
    int slots = 0;
    for (Run run : block) {
      slots += run.slotCount;
    }
    boolean full = block.size() == RunsDescriptor.MAX_ENTRIES;
    if (full && slots <= ExplicitDescriptor.MAX_BLOCK_SLOTS) {
      if (explicitSlots + slots > ExplicitDescriptor.MAX_ENTRIES) {
        emitExplicit();
      }
      explicit.addAll(block);
      explicitSlots += slots;
    } else {
      emitExplicit();
      emit(block, OrderDescriptor.KIND_RUNS);
    }
    block.clear();
  }

  private void emitExplicit() {
    if (!explicit.isEmpty()) {
      emit(explicit, OrderDescriptor.KIND_EXPLICIT);
      explicit.clear();
      explicitSlots = 0;
    }
  }

  private void emit(List<Run> list, int kind) {
    Run[] runs = list.toArray(new Run[0]);
    Map<SegmentKey, Integer> numbers = new HashMap<>();
    for (Run run : runs) {
      numbers.put(run.segment, 0);
    }
    SegmentKey[] segments = numbers.keySet().toArray(new SegmentKey[0]);
    Arrays.sort(segments);
    for (int i = 0; i < segments.length; i++) {
      numbers.put(segments[i], i);
    }
    char[] segmentOf = new char[runs.length];
    for (int i = 0; i < runs.length; i++) {
      segmentOf[i] = (char) numbers.get(runs[i].segment).intValue();
    }
    leaves.accept(
        kind == OrderDescriptor.KIND_RUNS
            ? RunsLeaf.of(segments, segmentOf, runs)
            : ExplicitLeaf.of(segments, segmentOf, runs, deletions));
  }
}
