package dev.sheaf.format.internal.order;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/** A leaf that lists every place. It says itself which are dead, so it needs no other blob. */
final class ExplicitLeaf extends Leaf {
  private final char[] segmentOf;
  private final char[] slot;

  /** Which places are live; null when all are. */
  private final LiveSlots liveSlots;

  private ExplicitLeaf(SegmentKey[] segments, char[] segmentOf, char[] slot, long[] dead) {
    super(segments);
    this.segmentOf = segmentOf;
    this.slot = slot;
    LiveSlots made = new LiveSlots(dead, slot.length);
    this.liveSlots = made.live() == slot.length ? null : made;
  }

  static ExplicitLeaf decode(OrderBlob blob) {
    blob.range("flags", 0, ExplicitDescriptor.FLAG_DEAD, blob.flags);
    blob.range("count", 1, ExplicitDescriptor.MAX_ENTRIES, blob.count);
    blob.range("segment count", 1, blob.count, blob.segmentCount);
    blob.length(ExplicitDescriptor.length(blob.segmentCount, blob.count, blob.flags));
    SegmentKey[] segments = blob.segments();
    char[] segmentOf = new char[blob.count];
    char[] slot = new char[blob.count];
    boolean[] used = new boolean[segments.length];
    int segmentOffset = ExplicitDescriptor.segmentOffset(segments.length);
    int slotOffset = ExplicitDescriptor.slotOffset(segments.length, blob.count);
    for (int i = 0; i < blob.count; i++) {
      char segment = blob.bytes.getChar(segmentOffset + i * ExplicitDescriptor.SEGMENT_LENGTH);
      if (segment >= segments.length) {
        blob.range("segment of place " + i, 0, segments.length - 1, segment);
      }
      used[segment] = true;
      segmentOf[i] = segment;
      slot[i] = blob.bytes.getChar(slotOffset + i * ExplicitDescriptor.SLOT_LENGTH);
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        throw blob.field("segment " + i, "used by a place", "unused");
      }
    }
    ExplicitLeaf leaf = new ExplicitLeaf(segments, segmentOf, slot, dead(blob));
    blob.sum("live", blob.live, leaf.live());
    if ((blob.flags & ExplicitDescriptor.FLAG_DEAD) != 0 && leaf.liveSlots == null) {
      throw blob.field("dead bits", "absent or not all 0", "all 0");
    }
    return leaf;
  }

  private static long[] dead(OrderBlob blob) {
    long[] dead = new long[(blob.count + 63) / 64];
    if ((blob.flags & ExplicitDescriptor.FLAG_DEAD) == 0) {
      return dead;
    }
    int offset = ExplicitDescriptor.deadOffset(blob.segmentCount, blob.count);
    int length = ExplicitDescriptor.deadLength(blob.count);
    for (int i = 0; i < length; i++) {
      dead[i / 8] |= (blob.bytes.get(offset + i) & 0xffL) << (i % 8 * 8);
    }
    int spare = length * 8 - blob.count;
    int last = blob.bytes.get(offset + length - 1) & 0xff;
    if (last >>> (8 - spare) != 0) {
      throw blob.field("unused dead bits", "0", "0x" + Integer.toHexString(last));
    }
    return dead;
  }

  /** Makes a leaf to write; {@code deletions} are those of the version that is being made. */
  static ExplicitLeaf of(
      SegmentKey[] segments, char[] segmentOfRun, LeafBuilder.Run[] runs, Deletions deletions) {
    int count = 0;
    for (LeafBuilder.Run run : runs) {
      count += run.slotCount;
    }
    char[] segmentOf = new char[count];
    char[] slot = new char[count];
    long[] dead = new long[(count + 63) / 64];
    int place = 0;
    for (int i = 0; i < runs.length; i++) {
      LeafBuilder.Run run = runs[i];
      RoaringBitmap deleted = run.live < run.slotCount ? deletions.of(run.segment) : null;
      int live = 0;
      for (int j = 0; j < run.slotCount; j++, place++) {
        segmentOf[place] = segmentOfRun[i];
        slot[place] = (char) (run.firstSlot + j);
        if (deleted != null && deleted.contains(slot[place])) {
          dead[place >>> 6] |= 1L << place;
        } else {
          live++;
        }
      }
      if (live != run.live) {
        throw OrderBlob.corrupt(
            "SHEAF-ORD-007",
            "The order and the deletions of segment "
                + run.segment
                + " disagree: expected live="
                + run.live
                + " from slot "
                + run.firstSlot
                + ", found "
                + live,
            "order");
      }
    }
    return new ExplicitLeaf(segments, segmentOf, slot, dead);
  }

  @Override
  int live() {
    return liveSlots == null ? slot.length : liveSlots.live();
  }

  @Override
  int weight() {
    return 256
        + segments.length * 40
        + slot.length * 4
        + (liveSlots == null ? 0 : liveSlots.weight());
  }

  @Override
  Position locate(int k) {
    int place = placeOf(k);
    return new Position(segments[segmentOf[place]], slot[place]);
  }

  @Override
  int indexOf(int segment, int wanted) {
    for (int i = 0; i < slot.length; i++) {
      if (slot[i] == wanted && segmentOf[i] == segment) {
        if (liveSlots == null) {
          return i;
        }
        return liveSlots.isLive(i) ? liveSlots.rank(i) : -1;
      }
    }
    return -1;
  }

  @Override
  void forEachRun(RunConsumer consumer) {
    for (int place = 0; place < slot.length; ) {
      int end = place;
      int live = 0;
      do {
        live += isLive(end) ? 1 : 0;
        end++;
      } while (end < slot.length && follows(end));
      consumer.accept(segments[segmentOf[place]], slot[place], end - place, live);
      place = end;
    }
  }

  @Override
  void runs(int from, int to, long firstIndex, Consumer<OrderRun> consumer) {
    long index = firstIndex;
    int end = to == 0 ? 0 : placeOf(to - 1) + 1;
    for (int place = from < to ? placeOf(from) : end; place < end; ) {
      if (!isLive(place)) {
        place++;
        continue;
      }
      int next = place + 1;
      while (next < end && isLive(next) && follows(next)) {
        next++;
      }
      int live = next - place;
      consumer.accept(new OrderRun(segments[segmentOf[place]], slot[place], live, index, live));
      index += live;
      place = next;
    }
  }

  @Override
  Leaf withDeleted(Map<SegmentKey, RoaringBitmap> deleted) {
    RoaringBitmap[] changed = new RoaringBitmap[segments.length];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = deleted.get(segments[i]);
    }
    long[] dead = new long[(slot.length + 63) / 64];
    int changes = 0;
    for (int i = 0; i < slot.length; i++) {
      RoaringBitmap bitmap = changed[segmentOf[i]];
      boolean isDead = bitmap == null ? !isLive(i) : bitmap.contains(slot[i]);
      changes += isDead == isLive(i) ? 1 : 0;
      dead[i >>> 6] |= isDead ? 1L << i : 0;
    }
    return changes == 0 ? this : new ExplicitLeaf(segments, segmentOf, slot, dead);
  }

  @Override
  byte[] encode() {
    int flags = liveSlots == null ? 0 : ExplicitDescriptor.FLAG_DEAD;
    ByteBuffer bytes =
        OrderBlob.create(
            ExplicitDescriptor.length(segments.length, slot.length, flags),
            OrderDescriptor.KIND_EXPLICIT,
            0,
            flags,
            slot.length,
            segments.length,
            live());
    OrderBlob.putSegments(bytes, segments);
    int segmentOffset = ExplicitDescriptor.segmentOffset(segments.length);
    int slotOffset = ExplicitDescriptor.slotOffset(segments.length, slot.length);
    int deadOffset = ExplicitDescriptor.deadOffset(segments.length, slot.length);
    for (int i = 0; i < slot.length; i++) {
      bytes.putChar(segmentOffset + i * ExplicitDescriptor.SEGMENT_LENGTH, segmentOf[i]);
      bytes.putChar(slotOffset + i * ExplicitDescriptor.SLOT_LENGTH, slot[i]);
      if (!isLive(i)) {
        int at = deadOffset + i / 8;
        bytes.put(at, (byte) (bytes.get(at) | 1 << i % 8));
      }
    }
    return OrderBlob.seal(bytes);
  }

  private int placeOf(int k) {
    return liveSlots == null ? k : liveSlots.select(k);
  }

  private boolean isLive(int place) {
    return liveSlots == null || liveSlots.isLive(place);
  }

  /** Returns whether a place continues the run of the place before it. */
  private boolean follows(int place) {
    return segmentOf[place] == segmentOf[place - 1] && slot[place] == slot[place - 1] + 1;
  }
}
