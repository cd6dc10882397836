package dev.sheaf.format.internal.concat;

import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * The keys of the result so far. Holds 8 bytes a sample: the hashes of the keys. Only where a hash
 * is there already are keys read and compared.
 */
final class TakenKeys {
  private final LocalVersion target;
  private final List<Added> segments = new ArrayList<>();
  private final Map<String, SampleId> given = new HashMap<>();
  private long[] sorted;
  private long[] pending = new long[0];
  private int count;

  /** Samples of a segment that keep the keys which its index has. */
  private record Added(SourceCells cells, RoaringBitmap slots) {}

  TakenKeys(LocalVersion target) {
    this.target = target;
    for (SegmentKey key : target.state().segmentKeys()) {
      SegmentReader reader = target.state().reader(key);
      RoaringBitmap live = RoaringBitmap.bitmapOfRange(0, reader.record().rows());
      live.andNot(reader.deleted());
      addHashes(reader, live);
    }
    settle();
  }

  private void addHashes(SegmentReader reader, RoaringBitmap slots) {
    if (reader.record().keys() == null) {
      return;
    }
    KeyIndex keys = reader.keys();
    for (int row = 0; row < keys.size(); row++) {
      if (slots.contains(keys.slotAt(row))) {
        addHash(keys.hashAt(row));
      }
    }
  }

  private void addHash(long hash) {
    if (count == pending.length) {
      pending = Arrays.copyOf(pending, Math.max(1024, Math.multiplyExact(pending.length, 2)));
    }
    pending[count++] = hash;
  }

  /** Makes what was added known. */
  void settle() {
    int before = sorted == null ? 0 : sorted.length;
    long[] all = new long[Math.addExact(before, count)];
    if (before > 0) {
      System.arraycopy(sorted, 0, all, 0, before);
    }
    System.arraycopy(pending, 0, all, before, count);
    Arrays.sort(all);
    sorted = all;
    count = 0;
  }

  /** Tells whether a key with this hash may be taken. */
  boolean mayHave(long hash) {
    return Arrays.binarySearch(sorted, hash) >= 0;
  }

  /** Returns the sample that has a key, if one has. */
  Optional<SampleId> find(String key) {
    SampleId other = given.get(key);
    if (other != null) {
      return Optional.of(other);
    }
    long hash = KeyIndex.hash(key);
    if (!mayHave(hash)) {
      return Optional.empty();
    }
    Optional<SampleId> there = target.find(key).map(Sample::id);
    if (there.isPresent()) {
      return there;
    }
    for (Added added : segments) {
      for (int slot : added.cells().reader().keys().candidates(hash)) {
        if (added.slots().contains(slot) && key.equals(keyOf(added.cells(), slot))) {
          return Optional.of(added.cells().sample(slot));
        }
      }
    }
    return Optional.empty();
  }

  private static String keyOf(SourceCells cells, int slot) {
    try {
      return cells.key(slot);
    } catch (PurgedException e) {
      // It was left out, so it takes no key.
      return "";
    }
  }

  /** Takes the keys of samples; known to {@link #find} at once, to {@link #mayHave} if settled. */
  void add(SourceCells cells, RoaringBitmap slots) {
    segments.add(new Added(cells, slots));
    addHashes(cells.reader(), slots);
  }

  /** Takes a key that a sample gets here. */
  void give(String key, SampleId sample) {
    given.put(key, sample);
    addHash(KeyIndex.hash(key));
  }
}
