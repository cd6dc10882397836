package dev.sheaf.format.internal.order;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/** A leaf of runs. The dead slots within a run come from the deletions of its segment. */
final class RunsLeaf extends Leaf {
  private final String path;
  private final char[] segmentOf;
  private final char[] firstSlot;
  private final int[] slotCount;

  /** The live samples before each run, and their total. */
  private final int[] starts;

  private final Deletions deletions;
  private final LeafCache cache;

  /** For runs with dead slots, which are live; filled at the first use. */
  private final AtomicReferenceArray<LiveSlots> liveSlots;

  private RunsLeaf(
      String path,
      SegmentKey[] segments,
      char[] segmentOf,
      char[] firstSlot,
      int[] slotCount,
      int[] starts,
      Deletions deletions,
      LeafCache cache) {
    super(segments);
    this.path = path;
    this.segmentOf = segmentOf;
    this.firstSlot = firstSlot;
    this.slotCount = slotCount;
    this.starts = starts;
    this.deletions = deletions;
    this.cache = cache;
    this.liveSlots = new AtomicReferenceArray<>(slotCount.length);
  }

  static RunsLeaf decode(OrderBlob blob, Deletions deletions, LeafCache cache) {
    blob.expect("flags", 0, blob.flags);
    blob.range("count", 1, RunsDescriptor.MAX_ENTRIES, blob.count);
    blob.range("segment count", 1, blob.count, blob.segmentCount);
    blob.length(RunsDescriptor.length(blob.segmentCount, blob.count));
    SegmentKey[] segments = blob.segments();
    int count = blob.count;
    char[] segmentOf = new char[count];
    char[] firstSlot = new char[count];
    int[] slotCount = new int[count];
    int[] starts = new int[count + 1];
    boolean[] used = new boolean[segments.length];
    for (int i = 0; i < count; i++) {
      int offset = RunsDescriptor.entryOffset(segments.length, i);
      int segment = blob.bytes.getInt(offset + RunsDescriptor.SEGMENT_OFFSET);
      int first = blob.bytes.getInt(offset + RunsDescriptor.FIRST_SLOT_OFFSET);
      int slots = blob.bytes.getInt(offset + RunsDescriptor.SLOT_COUNT_OFFSET);
      int live = blob.bytes.getInt(offset + RunsDescriptor.LIVE_OFFSET);
      blob.range("segment of run " + i, 0, segments.length - 1, segment);
      blob.range("first slot of run " + i, 0, OrderDescriptor.MAX_SLOTS - 1, first);
      blob.range("slot count of run " + i, 1, OrderDescriptor.MAX_SLOTS - first, slots);
      blob.range("live of run " + i, 0, slots, live);
      if (i > 0 && segmentOf[i - 1] == segment && firstSlot[i - 1] + slotCount[i - 1] == first) {
        throw blob.field("first slot of run " + i, "apart from the run before", first);
      }
      used[segment] = true;
      segmentOf[i] = (char) segment;
      firstSlot[i] = (char) first;
      slotCount[i] = slots;
      starts[i + 1] = starts[i] + live;
    }
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        throw blob.field("segment " + i, "used by a run", "unused");
      }
    }
    blob.sum("live", blob.live, starts[count]);
    return new RunsLeaf(
        blob.path, segments, segmentOf, firstSlot, slotCount, starts, deletions, cache);
  }

  @Override
  int live() {
    return starts[starts.length - 1];
  }

  @Override
  int weight() {
    return 256 + segments.length * 40 + slotCount.length * 16;
  }

  @Override
  Position locate(int k) {
    int run = floor(starts, k);
    return new Position(segments[segmentOf[run]], slotOf(run, k - starts[run]));
  }

  @Override
  int indexOf(int segment, int slot) {
    for (int run = 0; run < slotCount.length; run++) {
      int place = slot - firstSlot[run];
      if (segmentOf[run] == segment && place >= 0 && place < slotCount[run]) {
        int live = starts[run + 1] - starts[run];
        if (live == slotCount[run]) {
          return starts[run] + place;
        }
        if (live == 0 || !liveSlots(run).isLive(place)) {
          return -1;
        }
        return starts[run] + liveSlots(run).rank(place);
      }
    }
    return -1;
  }

  @Override
  void forEachRun(RunConsumer consumer) {
    for (int run = 0; run < slotCount.length; run++) {
      int live = starts[run + 1] - starts[run];
      consumer.accept(segments[segmentOf[run]], firstSlot[run], slotCount[run], live);
    }
  }

  @Override
  void runs(int from, int to, long firstIndex, Consumer<OrderRun> consumer) {
    long index = firstIndex;
    for (int run = floor(starts, from); run < slotCount.length && starts[run] < to; run++) {
      int low = Math.max(from, starts[run]) - starts[run];
      int high = Math.min(to, starts[run + 1]) - starts[run];
      if (low < high) {
        boolean whole = high - low == starts[run + 1] - starts[run];
        int first = whole ? firstSlot[run] : slotOf(run, low);
        int end = whole ? firstSlot[run] + slotCount[run] : slotOf(run, high - 1) + 1;
        consumer.accept(
            new OrderRun(segments[segmentOf[run]], first, end - first, index, high - low));
        index += high - low;
      }
    }
  }

  @Override
  Leaf withDeleted(Map<SegmentKey, RoaringBitmap> deleted) {
    int[] changed = new int[starts.length];
    for (int run = 0; run < slotCount.length; run++) {
      RoaringBitmap dead = deleted.get(segments[segmentOf[run]]);
      int live =
          dead == null
              ? starts[run + 1] - starts[run]
              : slotCount[run] - deadIn(dead, firstSlot[run], slotCount[run]);
      changed[run + 1] = changed[run] + live;
    }
    if (Arrays.equals(changed, starts)) {
      return this;
    }
    return new RunsLeaf(
        path, segments, segmentOf, firstSlot, slotCount, changed, Deletions.NONE, null);
  }

  /** Only for a leaf that is written and dropped. */
  @Override
  byte[] encode() {
    int count = slotCount.length;
    ByteBuffer bytes =
        OrderBlob.create(
            RunsDescriptor.length(segments.length, count),
            OrderDescriptor.KIND_RUNS,
            0,
            0,
            count,
            segments.length,
            live());
    OrderBlob.putSegments(bytes, segments);
    for (int i = 0; i < count; i++) {
      int offset = RunsDescriptor.entryOffset(segments.length, i);
      bytes.putInt(offset + RunsDescriptor.SEGMENT_OFFSET, segmentOf[i]);
      bytes.putInt(offset + RunsDescriptor.FIRST_SLOT_OFFSET, firstSlot[i]);
      bytes.putInt(offset + RunsDescriptor.SLOT_COUNT_OFFSET, slotCount[i]);
      bytes.putInt(offset + RunsDescriptor.LIVE_OFFSET, starts[i + 1] - starts[i]);
    }
    return OrderBlob.seal(bytes);
  }

  /** Makes a leaf to write from at most one block of runs. */
  static RunsLeaf of(SegmentKey[] segments, char[] segmentOf, LeafBuilder.Run[] runs) {
    char[] firstSlot = new char[runs.length];
    int[] slotCount = new int[runs.length];
    int[] starts = new int[runs.length + 1];
    for (int i = 0; i < runs.length; i++) {
      firstSlot[i] = (char) runs[i].firstSlot;
      slotCount[i] = runs[i].slotCount;
      starts[i + 1] = starts[i] + runs[i].live;
    }
    return new RunsLeaf(
        "", segments, segmentOf, firstSlot, slotCount, starts, Deletions.NONE, null);
  }

  private int slotOf(int run, int k) {
    boolean whole = starts[run + 1] - starts[run] == slotCount[run];
    return firstSlot[run] + (whole ? k : liveSlots(run).select(k));
  }

  private LiveSlots liveSlots(int run) {
    LiveSlots known = liveSlots.get(run);
    if (known != null) {
      return known;
    }
    SegmentKey segment = segments[segmentOf[run]];
    LiveSlots made = liveSlots(deletions.of(segment), firstSlot[run], slotCount[run]);
    int live = starts[run + 1] - starts[run];
    if (made.live() != live) {
      throw OrderBlob.corrupt(
          "SHEAF-ORD-007",
          "The order and the deletions of segment "
              + segment
              + " disagree: expected live="
              + live
              + " from slot "
              + (int) firstSlot[run]
              + ", found "
              + made.live(),
          path);
    }
    if (liveSlots.compareAndSet(run, null, made) && cache != null) {
      cache.charge(this, made.weight());
    }
    return liveSlots.get(run);
  }

  private static LiveSlots liveSlots(RoaringBitmap deleted, int first, int count) {
    long[] dead = new long[(count + 63) / 64];
    PeekableIntIterator slots = deleted.getIntIterator();
    slots.advanceIfNeeded(first);
    while (slots.hasNext()) {
      int place = slots.next() - first;
      if (place < 0 || place >= count) {
        break;
      }
      dead[place >>> 6] |= 1L << place;
    }
    return new LiveSlots(dead, count);
  }
}
