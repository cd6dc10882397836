package dev.sheaf.format.internal.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.InvalidInputException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class OrderReaderTest {
  private static final long RUN = 0x00f3a2b4c5d6e7f8L;

  /** Counts the blobs that are read. */
  private static final class Counting implements TreeReader {
    private final Map<String, byte[]> blobs;
    final TreeSet<String> read = new TreeSet<>();
    int reads;

    Counting(Map<String, byte[]> blobs) {
      this.blobs = blobs;
    }

    @Override
    public synchronized Optional<byte[]> find(String path) {
      reads++;
      read.add(path);
      return Optional.ofNullable(blobs.get(path));
    }
  }

  private static Map<String, byte[]> apply(Map<String, byte[]> tree, OrderChange change) {
    Map<String, byte[]> next = new TreeMap<>(tree);
    change.removals().forEach(path -> assertThat(next.remove(path)).as(path).isNotNull());
    next.putAll(change.puts());
    return next;
  }

  @Test
  void opensBillionSamplesWithOneBlobAndLocatesWithHandful() {
    long samples = 1_000_000_000L;
    Counting tree = new Counting(SyntheticOrder.blobs(RUN, samples));
    OrderReader reader = OrderReader.open(tree, Deletions.NONE);
    assertThat(tree.reads).isEqualTo(1);
    assertThat(reader.size()).isEqualTo(samples);
    Random random = new Random(7);
    Set<String> leaves = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      long index = random.nextLong(samples);
      assertThat(reader.locate(index))
          .isEqualTo(
              new Position(SyntheticOrder.segment(RUN, index / 65_536), (int) (index % 65_536)));
      leaves.add(OrderPaths.leaf(index / 65_536 / RunsDescriptor.MAX_ENTRIES));
    }
    assertThat(tree.reads).isEqualTo(1 + leaves.size()).isLessThanOrEqualTo(31);
    assertThat(reader.indexOf(SyntheticOrder.segment(RUN, 15_000), 77))
        .hasValue(15_000L * 65_536 + 77);
    assertThat(tree.reads).isEqualTo(1 + 30);
  }

  @Test
  void opensTenBillionSamplesInOneBlobToo() {
    Counting tree = new Counting(SyntheticOrder.blobs(RUN, 10_000_000_000L));
    OrderReader reader = OrderReader.open(tree, Deletions.NONE);
    assertThat(reader.locate(9_999_999_999L).segment().first()).isEqualTo(9_999_941_632L);
    assertThat(tree.reads).isEqualTo(2);
    assertThat(reader.leafCount()).isEqualTo(299);
  }

  @Test
  void appendTouchesLastLeafAndItsCounts() {
    OrderEdit first = OrderEdit.empty();
    for (int i = 0; i < 100_000; i++) {
      first.append(new SegmentKey(i, 0), 5);
    }
    Counting tree = new Counting(first.build().puts());
    OrderReader reader = OrderReader.open(tree, Deletions.NONE);
    OrderChange change = OrderEdit.from(reader).append(new SegmentKey(-1, 0), 10).build();
    assertThat(change.puts().keySet()).containsExactly("order/0c3.leaf", "order/counts");
    assertThat(change.puts().get("order/0c3.leaf").length).isLessThan(17_000);
    assertThat(change.removals()).isEmpty();
    assertThat(change.size()).isEqualTo(500_010);
    assertThat(tree.read.size()).isLessThanOrEqualTo(3);
  }

  @Test
  void growsAndShrinksByLevelAndMovesOnlyTheRoot() {
    int full = CountsDescriptor.MAX_CHILDREN * RunsDescriptor.MAX_ENTRIES;
    OrderEdit first = OrderEdit.empty();
    for (int i = 0; i < full; i++) {
      first.append(new SegmentKey(i, 0), 5);
    }
    Map<String, byte[]> before = first.build().puts();
    OrderReader reader = OrderReader.open(TreeReader.of(before), Deletions.NONE);
    assertThat(reader.leafCount()).isEqualTo(1024);

    OrderChange growth = OrderEdit.from(reader).append(new SegmentKey(full, 0), 5).build();
    assertThat(growth.puts().keySet())
        .containsExactly(
            "order/001/000.leaf", "order/001/counts.1", "order/counts", "order/counts.1");
    Map<String, byte[]> after = apply(before, growth);
    Counting counting = new Counting(after);
    OrderReader grown = OrderReader.open(counting, Deletions.NONE);
    assertThat(grown.locate(5L * full).segment()).isEqualTo(new SegmentKey(full, 0));
    assertThat(counting.read).hasSize(3);
    assertThat(grown.indexOf(new SegmentKey(1234, 0), 4)).hasValue(5 * 1234 + 4);
    assertThat(grown.cachedBytes()).isLessThanOrEqualTo(OrderReader.DEFAULT_CACHE_BYTES);

    OrderChange delete =
        OrderEdit.from(grown).deleted(new SegmentKey(3, 0), RoaringBitmap.bitmapOf(1)).build();
    assertThat(delete.puts().keySet())
        .containsExactly("order/000.leaf", "order/counts", "order/counts.1");

    OrderChange shrink =
        OrderEdit.from(grown)
            .replace(List.of(new Position(new SegmentKey(9, 0), 2)).iterator())
            .build();
    assertThat(apply(after, shrink)).containsOnlyKeys("order/000.leaf", "order/counts");

    OrderEdit same =
        OrderEdit.from(OrderReader.open(TreeReader.of(apply(after, shrink)), Deletions.NONE));
    same.replace(
        IntStream.range(0, 5 * full)
            .mapToObj(i -> new Position(new SegmentKey(i / 5, 0), i % 5))
            .iterator());
    Map<String, byte[]> back = apply(apply(after, shrink), same.build());
    assertThat(back.keySet()).isEqualTo(before.keySet());
    before.forEach((path, bytes) -> assertThat(back.get(path)).as(path).isEqualTo(bytes));
  }

  @Test
  void deletesAndBringsBackToTheSameBytes() {
    Map<String, byte[]> tree = SyntheticOrder.blobs(RUN, 200_000);
    SegmentKey segment = SyntheticOrder.segment(RUN, 1);
    RoaringBitmap dead = new RoaringBitmap();
    dead.add(0L, 65_536L);
    OrderChange gone =
        OrderEdit.from(OrderReader.open(TreeReader.of(tree), Deletions.NONE))
            .deleted(segment, dead)
            .build();
    Map<String, byte[]> without = apply(tree, gone);
    OrderReader reader =
        OrderReader.open(
            TreeReader.of(without), key -> key.equals(segment) ? dead : new RoaringBitmap());
    assertThat(reader.size()).isEqualTo(200_000 - 65_536);
    assertThat(reader.locate(65_536)).isEqualTo(new Position(SyntheticOrder.segment(RUN, 2), 0));
    assertThat(reader.indexOf(segment, 0)).isEmpty();
    assertThat(reader.segments()).doesNotContain(segment);
    OrderChange back = OrderEdit.from(reader).deleted(segment, new RoaringBitmap()).build();
    apply(without, back).forEach((path, bytes) -> assertThat(bytes).isEqualTo(tree.get(path)));
  }

  @Test
  void joinsRunsAcrossLeavesOnceWhatPartedThemIsDropped() {
    SegmentKey parted = new SegmentKey(-1, 0);
    SegmentKey dead = new SegmentKey(-2, 0);
    OrderEdit first = OrderEdit.empty();
    OrderEdit wanted = OrderEdit.empty();
    for (int i = 0; i < RunsDescriptor.MAX_ENTRIES - 1; i++) {
      first.append(new SegmentKey(i, 0), 9);
      wanted.append(new SegmentKey(i, 0), 9);
    }
    first.append(parted, 0, 5).append(dead, 3).append(parted, 5, 5);
    wanted.append(parted, 10);
    Map<String, byte[]> tree = first.build().puts();
    assertThat(tree).containsKey("order/001.leaf");
    OrderEdit edit = OrderEdit.from(OrderReader.open(TreeReader.of(tree), Deletions.NONE));
    edit.deleted(dead, RoaringBitmap.bitmapOf(0, 1, 2)).dropDead();
    Map<String, byte[]> joined = apply(tree, edit.build());
    Map<String, byte[]> expected = wanted.build().puts();
    assertThat(joined.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, bytes) -> assertThat(joined.get(path)).as(path).isEqualTo(bytes));
  }

  @Test
  void selectsAmongManyDeletions() {
    Random random = new Random(11);
    for (int percent : new int[] {1, 5, 10, 50, 90, 99}) {
      RoaringBitmap dead = new RoaringBitmap();
      for (int slot = 0; slot < 65_536; slot++) {
        if (random.nextInt(100) < percent) {
          dead.add(slot);
        }
      }
      SegmentKey segment = new SegmentKey(RUN, 0);
      OrderEdit edit = OrderEdit.empty().append(segment, 65_536).deleted(segment, dead);
      OrderReader reader = OrderReader.open(TreeReader.of(edit.build().puts()), key -> dead);
      int index = 0;
      for (int slot = 0; slot < 65_536; slot++) {
        if (!dead.contains(slot)) {
          assertThat(reader.locate(index).slot()).isEqualTo(slot);
          assertThat(reader.indexOf(segment, slot)).hasValue(index);
          index++;
        }
      }
      assertThat(reader.size()).isEqualTo(index);
    }
  }

  @Test
  void namesDisagreementWithDeletions() {
    SegmentKey segment = new SegmentKey(RUN, 0);
    OrderEdit edit =
        OrderEdit.empty().append(segment, 10).deleted(segment, RoaringBitmap.bitmapOf(3));
    OrderReader reader = OrderReader.open(TreeReader.of(edit.build().puts()), Deletions.NONE);
    assertThatThrownBy(() -> reader.locate(4))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(
            "The order and the deletions of segment 00f3a2b4c5d6e7f8/0 disagree: expected live=9"
                + " from slot 0, found 10 at order/000.leaf");
  }

  @Test
  void shuffledOrderIsExplicitAndBoundedInMemory() {
    int samples = 300_000;
    Map<String, byte[]> tree = SyntheticOrder.shuffled(RUN, samples, 5);
    assertThat(tree.values().stream().mapToInt(bytes -> bytes.length).sum())
        .isLessThan(samples * 4 + 20_000);
    long bound = 600_000;
    OrderReader reader = OrderReader.open(TreeReader.of(tree), Deletions.NONE, bound);
    Set<Position> seen = new HashSet<>();
    for (int i = 0; i < samples; i++) {
      seen.add(reader.locate(i));
      assertThat(reader.cachedBytes()).isLessThanOrEqualTo(bound);
    }
    assertThat(seen).hasSize(samples);
    for (long i = 0; i < samples; i += 9_999) {
      Position position = reader.locate(i);
      assertThat(reader.indexOf(position.segment(), position.slot())).hasValue(i);
    }
    // one deleted sample changes one explicit leaf
    Position gone = reader.locate(100_000);
    OrderChange change =
        OrderEdit.from(reader).deleted(gone.segment(), RoaringBitmap.bitmapOf(gone.slot())).build();
    assertThat(change.puts().keySet()).containsExactly("order/001.leaf", "order/counts");
  }

  @Test
  void sharesReaderBetweenThreads() throws Exception {
    Map<String, byte[]> tree = SyntheticOrder.shuffled(RUN, 200_000, 6);
    OrderReader expected = OrderReader.open(TreeReader.of(tree), Deletions.NONE);
    OrderReader shared = OrderReader.open(TreeReader.of(tree), Deletions.NONE, 300_000);
    List<Long> wrong =
        IntStream.range(0, 3_000)
            .parallel()
            .mapToLong(i -> i * 2_654_435_761L % 200_000)
            .filter(i -> !shared.locate(i).equals(expected.locate(i)))
            .boxed()
            .toList();
    assertThat(wrong).isEmpty();
  }

  @Test
  void refusesWhatIsOutOfRange() {
    OrderReader reader =
        OrderReader.open(TreeReader.of(SyntheticOrder.blobs(RUN, 10)), Deletions.NONE);
    assertThatThrownBy(() -> reader.locate(10)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.locate(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.runs(3, 11)).isInstanceOf(IndexOutOfBoundsException.class);
    OrderEdit edit = OrderEdit.from(reader);
    SegmentKey segment = new SegmentKey(1, 0);
    assertThatThrownBy(() -> edit.append(segment, 65_537)).hasMessageContaining("slotCount=65537");
    assertThatThrownBy(() -> edit.append(segment, 0)).hasMessageContaining("slotCount=0");
    assertThatThrownBy(() -> edit.deleted(segment, RoaringBitmap.bitmapOf(65_536)))
        .hasMessage("slot=65536 is outside 0..65535");
    assertThat(edit.build().isEmpty()).isTrue();
    assertThatThrownBy(edit::build).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void emptyOrderHasOneBlob() {
    Map<String, byte[]> tree = OrderEdit.empty().build().puts();
    assertThat(tree).containsOnlyKeys("order/counts");
    OrderReader reader = OrderReader.open(TreeReader.of(tree), Deletions.NONE);
    assertThat(reader.size()).isZero();
    assertThat(reader.runs(0, 0)).isExhausted();
    assertThat(reader.segments()).isEmpty();
    assertThat(reader.indexOf(new SegmentKey(1, 0), 0)).isEmpty();
    assertThatThrownBy(() -> OrderReader.open(TreeReader.of(new HashMap<>()), Deletions.NONE))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("Blob of the order is missing at order/counts");
  }

  @Test
  void writesAndReadsSegmentNames() {
    SegmentKey key = new SegmentKey(-2, -1);
    assertThat(key).hasToString("fffffffffffffffe/18446744073709551615");
    assertThat(SegmentKey.parse(key.toString())).isEqualTo(key);
    assertThat(new SegmentKey(RUN, 65_536)).hasToString("00f3a2b4c5d6e7f8/65536");
    assertThat(new SegmentKey(-1, 0)).isGreaterThan(new SegmentKey(1, 5));
    for (String bad :
        List.of("", "00f3a2b4c5d6e7f8", "00F3A2B4C5D6E7F8/1", "00f3a2b4c5d6e7f8/01", "1/1")) {
      assertThatThrownBy(() -> SegmentKey.parse(bad))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"" + bad + "\"");
    }
  }

  @Test
  @Tag("slow")
  void readsTenMillionTinySegments() {
    OrderEdit edit = OrderEdit.empty();
    int segments = 10_000_000;
    for (int i = 0; i < segments; i++) {
      edit.append(new SegmentKey(Long.reverse(i), 0), 1 + i % 9);
    }
    Map<String, byte[]> tree = edit.build().puts();
    Counting counting = new Counting(tree);
    OrderReader reader = OrderReader.open(counting, Deletions.NONE);
    assertThat(reader.locate(45L * (segments / 9)).slot()).isZero();
    assertThat(counting.reads).isEqualTo(3);
    assertThat(reader.indexOf(new SegmentKey(Long.reverse(9), 0), 0)).hasValue(45);
  }
}
