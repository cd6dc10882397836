package dev.sheaf.format.internal.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** Random histories of appends, deletes and reorders against a plain list of places. */
class OrderHistoryTest {
  private static final int STEPS = 12;

  /** The naive order: every place, dead ones included, and what is deleted. */
  private static final class Oracle {
    List<Position> places = new ArrayList<>();
    final Map<SegmentKey, RoaringBitmap> deleted = new HashMap<>();
    final Map<SegmentKey, Integer> rows = new HashMap<>();

    RoaringBitmap deleted(SegmentKey segment) {
      return deleted.computeIfAbsent(segment, key -> new RoaringBitmap());
    }

    boolean isLive(Position place) {
      return !deleted(place.segment()).contains(place.slot());
    }

    List<Position> live() {
      return places.stream().filter(this::isLive).toList();
    }

    Deletions snapshot() {
      Map<SegmentKey, RoaringBitmap> copy = new HashMap<>();
      deleted.forEach((segment, bitmap) -> copy.put(segment, bitmap.clone()));
      return segment -> copy.getOrDefault(segment, new RoaringBitmap());
    }

    /** Dead slots that are passed over stay between their neighbours. */
    void replace(List<Position> positions) {
      List<Position> next = new ArrayList<>();
      for (Position position : positions) {
        if (!next.isEmpty()) {
          Position last = next.get(next.size() - 1);
          List<Position> gap = new ArrayList<>();
          if (last.segment().equals(position.segment())) {
            for (int slot = last.slot() + 1; slot < position.slot(); slot++) {
              gap.add(new Position(position.segment(), slot));
            }
          }
          if (gap.stream().noneMatch(this::isLive)) {
            next.addAll(gap);
          }
        }
        next.add(position);
      }
      places = next;
    }

    List<List<Position>> runs() {
      List<List<Position>> runs = new ArrayList<>();
      for (int i = 0; i < places.size(); i++) {
        Position place = places.get(i);
        if (i > 0
            && places.get(i - 1).segment().equals(place.segment())
            && places.get(i - 1).slot() + 1 == place.slot()) {
          runs.get(runs.size() - 1).add(place);
        } else {
          runs.add(new ArrayList<>(List.of(place)));
        }
      }
      return runs;
    }

    void dropDead() {
      List<Position> next = new ArrayList<>();
      for (List<Position> run : runs()) {
        if (run.stream().anyMatch(this::isLive)) {
          next.addAll(run);
        }
      }
      places = next;
    }

    Map<String, byte[]> blobs() {
      OrderEdit edit = OrderEdit.empty();
      for (List<Position> run : runs()) {
        edit.append(run.get(0).segment(), run.get(0).slot(), run.size());
      }
      deleted.forEach(edit::deleted);
      return edit.build().puts();
    }
  }

  @Test
  void agreesWithPlainListAndWithCanonicalBytesAfterEveryStep() {
    long seed = longProperty("tests.seed", System.nanoTime());
    long iterations = longProperty("tests.iters", 25);
    for (long i = 0; i < iterations; i++) {
      long current = seed + i;
      try {
        // neighbouring seeds of Random begin alike
        history(new Random(current * 0x9e3779b97f4a7c15L));
      } catch (Throwable e) {
        throw new AssertionError("replay with -Dtests.seed=" + current + " -Dtests.iters=1", e);
      }
    }
  }

  private static long longProperty(String name, long otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  private static void history(Random random) {
    Oracle oracle = new Oracle();
    Map<String, byte[]> tree = new TreeMap<>(OrderEdit.empty().build().puts());
    // half of the histories stay small, where edges are met more often
    int scale = random.nextBoolean() ? 1 : 2_500;
    int steps = 1 + random.nextInt(STEPS);
    for (int step = 0; step < steps; step++) {
      long cacheBytes = random.nextBoolean() ? 1 : OrderReader.DEFAULT_CACHE_BYTES;
      OrderReader base = OrderReader.open(TreeReader.of(tree), oracle.snapshot(), cacheBytes);
      OrderEdit edit = OrderEdit.from(base);
      step(random, scale, oracle, edit);
      OrderChange change = edit.build();
      Map<String, byte[]> before = new TreeMap<>(tree);
      change.removals().forEach(path -> assertThat(tree.remove(path)).as(path).isNotNull());
      change
          .puts()
          .forEach((path, bytes) -> assertThat(bytes).as(path).isNotEqualTo(before.get(path)));
      tree.putAll(change.puts());
      assertThat(change.size()).isEqualTo(oracle.live().size());
      check(random, oracle, tree);
    }
  }

  private static void step(Random random, int scale, Oracle oracle, OrderEdit edit) {
    int kind = random.nextInt(10);
    if (kind < 4) {
      append(random, scale, oracle, edit);
    }
    if (kind >= 3 && kind < 7) {
      delete(random, oracle, edit);
    }
    if (kind == 7) {
      edit.dropDead();
      oracle.dropDead();
    }
    if (kind == 8) {
      delete(random, oracle, edit);
      edit.dropDead();
      oracle.dropDead();
      append(random, scale, oracle, edit);
    }
    if (kind == 9) {
      List<Position> next = new ArrayList<>(oracle.live());
      if (random.nextBoolean()) {
        int window = 1 + random.nextInt(next.size() + 1);
        int from = random.nextInt(Math.max(1, next.size() - window + 1));
        Collections.shuffle(next.subList(from, Math.min(next.size(), from + window)), random);
      }
      if (random.nextBoolean()) {
        int keep = random.nextInt(100);
        next.removeIf(position -> random.nextInt(100) >= keep);
      }
      edit.replace(next.iterator());
      oracle.replace(next);
    }
  }

  private static void append(Random random, int scale, Oracle oracle, OrderEdit edit) {
    int segments = random.nextInt(scale) + 1;
    int maxRows = random.nextInt(4) == 0 ? 40 : 6;
    for (int i = 0; i < segments; i++) {
      SegmentKey segment = new SegmentKey(random.nextLong(), random.nextInt(3) * 65_536L);
      int rows = 1 + random.nextInt(maxRows);
      oracle.rows.put(segment, rows);
      edit.append(segment, rows);
      for (int slot = 0; slot < rows; slot++) {
        oracle.places.add(new Position(segment, slot));
      }
    }
  }

  /** Deletes, and now and then brings back. */
  private static void delete(Random random, Oracle oracle, OrderEdit edit) {
    List<SegmentKey> all = new ArrayList<>(oracle.rows.keySet());
    Collections.sort(all);
    int some = random.nextInt(3) == 0 ? all.size() : Math.min(all.size(), 3);
    for (int i = 0; i < some; i++) {
      SegmentKey segment = all.get(random.nextInt(all.size()));
      RoaringBitmap next = oracle.deleted(segment).clone();
      int choice = random.nextInt(8);
      if (choice == 0) {
        next.add(0L, oracle.rows.get(segment));
      } else if (choice == 1) {
        next.clear();
      } else {
        next.add(random.nextInt(oracle.rows.get(segment)));
      }
      oracle.deleted.put(segment, next);
      edit.deleted(segment, next);
    }
  }

  private static void check(Random random, Oracle oracle, Map<String, byte[]> tree) {
    OrderReader reader = OrderReader.open(TreeReader.of(tree), oracle.snapshot(), 1L << 20);
    List<Position> live = oracle.live();
    assertThat(reader.size()).isEqualTo(live.size());
    for (int i = 0; i < live.size(); i++) {
      assertThat(reader.locate(i)).isEqualTo(live.get(i));
    }
    checkBatch(random, reader, live);
    checkInverse(random, oracle, reader, live);
    checkRuns(random, oracle, reader, live);
    Set<SegmentKey> segments = new LinkedHashSet<>();
    live.forEach(position -> segments.add(position.segment()));
    assertThat(reader.segments()).containsExactlyElementsOf(segments);
    Map<String, byte[]> canonical = oracle.blobs();
    assertThat(tree.keySet()).isEqualTo(canonical.keySet());
    canonical.forEach((path, bytes) -> assertThat(tree.get(path)).as(path).isEqualTo(bytes));
  }

  private static void checkBatch(Random random, OrderReader reader, List<Position> live) {
    if (!live.isEmpty()) {
      long[] indices = random.longs(200, 0, live.size()).toArray();
      Position[] out = new Position[indices.length];
      reader.locate(indices, out);
      for (int i = 0; i < indices.length; i++) {
        assertThat(out[i]).isEqualTo(live.get((int) indices[i]));
      }
    }
  }

  private static void checkInverse(
      Random random, Oracle oracle, OrderReader reader, List<Position> live) {
    for (int i = 0; i < live.size(); i += 1 + random.nextInt(50)) {
      Position position = live.get(i);
      assertThat(reader.indexOf(position.segment(), position.slot())).hasValue(i);
    }
    Set<Position> known = new HashSet<>(live);
    int tried = 0;
    for (Map.Entry<SegmentKey, Integer> entry : new TreeMap<>(oracle.rows).entrySet()) {
      for (int slot = 0; slot <= entry.getValue() && tried < 300; slot++, tried++) {
        if (!known.contains(new Position(entry.getKey(), slot))) {
          assertThat(reader.indexOf(entry.getKey(), slot)).isEmpty();
        }
      }
    }
  }

  private static void checkRuns(
      Random random, Oracle oracle, OrderReader reader, List<Position> live) {
    int from = random.nextInt(live.size() + 1);
    int to = from + random.nextInt(live.size() - from + 1);
    List<Position> scanned = new ArrayList<>();
    for (Iterator<OrderRun> runs = reader.runs(from, to); runs.hasNext(); ) {
      OrderRun run = runs.next();
      assertThat(run.firstIndex()).isEqualTo(from + scanned.size());
      int before = scanned.size();
      for (int slot = run.firstSlot(); slot < run.firstSlot() + run.slotCount(); slot++) {
        Position place = new Position(run.segment(), slot);
        if (oracle.isLive(place)) {
          scanned.add(place);
        }
      }
      assertThat(scanned.size() - before).isEqualTo(run.live()).isPositive();
    }
    assertThat(scanned).isEqualTo(live.subList(from, to));
  }
}
