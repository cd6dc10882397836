package dev.sheaf.format.internal.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** Damaged and crafted blobs give the right answer or a report, and never anything else. */
class OrderHostileTest {
  private static final RoaringBitmap DEAD = RoaringBitmap.bitmapOf(1, 4);
  private static final Deletions DELETIONS = segment -> DEAD;

  private static Map<String, byte[]> runsTree() {
    OrderEdit edit = OrderEdit.empty();
    for (int i = 0; i < 6; i++) {
      SegmentKey segment = new SegmentKey(i * 77L, 65_536L * i);
      edit.append(segment, 6 + i).deleted(segment, DEAD);
    }
    return edit.build().puts();
  }

  /** One explicit leaf, then one of runs. */
  private static Map<String, byte[]> explicitTree() {
    List<Position> positions = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      positions.add(new Position(new SegmentKey(i % 7, 0), 5 + i / 7));
    }
    Collections.shuffle(positions, new Random(3));
    OrderEdit edit = OrderEdit.empty().replace(positions.iterator());
    Map<String, byte[]> tree = new TreeMap<>(edit.build().puts());
    OrderEdit delete = OrderEdit.from(OrderReader.open(TreeReader.of(tree), Deletions.NONE));
    delete.deleted(new SegmentKey(2, 0), RoaringBitmap.bitmapOf(9, 12));
    tree.putAll(delete.build().puts());
    assertThat(tree).containsOnlyKeys("order/000.leaf", "order/001.leaf", "order/counts");
    return tree;
  }

  private static Deletions explicitDeletions() {
    RoaringBitmap dead = RoaringBitmap.bitmapOf(9, 12);
    return segment -> segment.run() == 2 ? dead : new RoaringBitmap();
  }

  private static List<Object> readAll(Map<String, byte[]> tree, Deletions deletions) {
    OrderReader reader = OrderReader.open(TreeReader.of(tree), deletions);
    List<Object> all = new ArrayList<>();
    all.add(reader.size());
    // crafted counts may promise more than any test can visit
    for (long i = 0; i < Math.min(reader.size(), 2_000); i++) {
      Position position = reader.locate(i);
      all.add(position);
      all.add(reader.indexOf(position.segment(), position.slot()));
    }
    all.addAll(reader.segments());
    long to = Math.min(reader.size(), 2_000);
    for (Iterator<OrderRun> runs = reader.runs(0, to); runs.hasNext(); ) {
      all.add(runs.next());
    }
    return all;
  }

  @Test
  void everyFlippedByteIsReported() {
    sweep(runsTree(), DELETIONS);
    sweep(explicitTree(), explicitDeletions());
  }

  private static void sweep(Map<String, byte[]> tree, Deletions deletions) {
    readAll(tree, deletions);
    for (String path : tree.keySet()) {
      byte[] good = tree.get(path);
      for (int at = 0; at < good.length; at++) {
        for (int mask : new int[] {1, 0x80, 0xff}) {
          Map<String, byte[]> bad = new TreeMap<>(tree);
          bad.put(path, good.clone());
          bad.get(path)[at] ^= (byte) mask;
          assertThatThrownBy(() -> readAll(bad, deletions))
              .as("%s at %s", path, at)
              .isInstanceOf(CorruptDataException.class)
              .hasMessageContaining(path);
        }
      }
    }
  }

  @Test
  void everyTruncationIsReported() {
    for (Map<String, byte[]> tree : List.of(runsTree(), explicitTree())) {
      for (String path : tree.keySet()) {
        for (int length = 0; length < tree.get(path).length; length++) {
          Map<String, byte[]> bad = new TreeMap<>(tree);
          bad.put(path, Arrays.copyOf(tree.get(path), length));
          assertThatThrownBy(() -> readAll(bad, DELETIONS))
              .isInstanceOf(CorruptDataException.class)
              .hasMessageContaining(path);
        }
        Map<String, byte[]> bad = new TreeMap<>(tree);
        bad.remove(path);
        assertThatThrownBy(() -> readAll(bad, DELETIONS))
            .hasMessageContaining("Blob of the order is missing at " + path);
      }
    }
  }

  /**
   * A valid checksum over crafted bytes: every byte, and every 32-bit word with hostile numbers.
   */
  @Test
  void craftedBytesNeverEscape() {
    craft(runsTree(), DELETIONS);
    craft(explicitTree(), explicitDeletions());
  }

  private static void craft(Map<String, byte[]> tree, Deletions deletions) {
    int[] words = {0, 1, 2, -1, 65_535, 65_536, 65_537, Integer.MAX_VALUE, Integer.MIN_VALUE};
    for (String path : tree.keySet()) {
      byte[] good = tree.get(path);
      // all of a header and dictionary; of a long list, places spread over it
      for (int at = 0; at < good.length - OrderDescriptor.CRC_LENGTH; at += at < 300 ? 1 : 37) {
        for (int mask : new int[] {1, 2, 0x80, 0xff}) {
          byte[] bytes = good.clone();
          bytes[at] ^= (byte) mask;
          crafted(tree, path, bytes, deletions);
        }
        if (at % 4 == 0 && at + 8 <= good.length) {
          for (int word : words) {
            ByteBuffer bytes = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(at, word);
            crafted(tree, path, bytes.array(), deletions);
          }
        }
      }
    }
  }

  private static void crafted(
      Map<String, byte[]> tree, String path, byte[] bytes, Deletions deletions) {
    Map<String, byte[]> bad = new TreeMap<>(tree);
    bad.put(path, OrderBlob.seal(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)));
    try {
      readAll(bad, deletions);
    } catch (DatasetException e) {
      assertThat(e.code()).startsWith("SHEAF-ORD-00");
      assertThat(e.location().parts()).isNotEmpty();
    }
  }

  @Test
  void namesWhatWasExpectedAndFound() {
    assertFound("SHEAF-ORD-003", "expected magic=0x524f4853, found 0x524f4852", 0, 'R');
    assertFound("SHEAF-ORD-003", "expected version=1, found 0", 4, 0);
    assertFound("SHEAF-ORD-003", "expected kind=1, found 2", 5, 2);
    assertFound("SHEAF-ORD-005", "expected level to be 1..3, found 4", 6, 4);
    assertFound("SHEAF-ORD-003", "expected flags=0, found 1", 7, 1);
    assertFound("SHEAF-ORD-004", "expected 44 bytes, found 36", 8, 2);
    assertFound("SHEAF-ORD-006", "expected live=7, found 39", 16, 7);
    assertThatThrownBy(() -> readAll(countsWith(4, 2), DELETIONS))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("Order has a newer layout: version=2");
  }

  @Test
  void leafMustHoldWhatItsParentSays() {
    Map<String, byte[]> tree = new TreeMap<>(runsTree());
    tree.put(OrderPaths.ROOT, CountsNode.encode(1, new long[] {40}, 1));
    assertThatThrownBy(() -> readAll(tree, DELETIONS))
        .hasMessageContaining(
            "Live counts of the order disagree: expected live=40, found 39 at order/000.leaf");
  }

  @Test
  void totalsBeyondLongAreRefused() {
    ByteBuffer bytes =
        OrderBlob.create(CountsDescriptor.length(2), OrderDescriptor.KIND_COUNTS, 1, 0, 2, 0, -2);
    bytes.putLong(CountsDescriptor.liveOffset(0), Long.MAX_VALUE);
    bytes.putLong(CountsDescriptor.liveOffset(1), Long.MAX_VALUE);
    Map<String, byte[]> tree = Map.of(OrderPaths.ROOT, OrderBlob.seal(bytes));
    assertThatThrownBy(() -> readAll(tree, DELETIONS))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("expected live of child 1 to be 0..0, found 9223372036854775807");
  }

  private static Map<String, byte[]> countsWith(int offset, int value) {
    Map<String, byte[]> tree = new TreeMap<>(runsTree());
    byte[] bytes = tree.get(OrderPaths.ROOT).clone();
    bytes[offset] = (byte) value;
    tree.put(
        OrderPaths.ROOT, OrderBlob.seal(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)));
    return tree;
  }

  private static void assertFound(String code, String text, int offset, int value) {
    assertThatThrownBy(() -> readAll(countsWith(offset, value), DELETIONS))
        .isInstanceOfSatisfying(
            CorruptDataException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(text)
        .hasMessageContaining("at order/counts");
  }
}
