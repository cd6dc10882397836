package dev.sheaf.format.internal.order;

/**
 * Consecutive indexes that are ascending slots of one segment.
 *
 * <p>When {@code live == slotCount} every slot counts; otherwise the slots that the segment's
 * deletion bitmap names are skipped, possibly including the first and the last.
 *
 * @param segment the segment
 * @param firstSlot the first slot
 * @param slotCount the number of slots, dead ones included
 * @param firstIndex the index of the first live slot
 * @param live the number of live slots, which take the indexes {@code firstIndex..firstIndex + live
 *     - 1}; at least 1
 */
public record OrderRun(
    SegmentKey segment, int firstSlot, int slotCount, long firstIndex, int live) {}
