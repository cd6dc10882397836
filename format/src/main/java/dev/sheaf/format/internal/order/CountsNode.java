package dev.sheaf.format.internal.order;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A decoded and checked COUNTS blob, and those of its children that are loaded. */
final class CountsNode {
  final int level;

  /** The number of this node within its level, from 0. */
  final long number;

  /** Whether it is the last one of its level, and so may have fewer than 1024 children. */
  private final boolean last;

  /** The live samples before each child, and their total. */
  final long[] starts;

  /** Nodes, or leaves at level 1; null for what is not loaded. */
  final AtomicReferenceArray<Object> children;

  private CountsNode(int level, long number, boolean last, long[] starts) {
    this.level = level;
    this.number = number;
    this.last = last;
    this.starts = starts;
    this.children = new AtomicReferenceArray<>(starts.length - 1);
  }

  static CountsNode readRoot(TreeReader tree) {
    OrderBlob blob = OrderBlob.read(tree, OrderPaths.ROOT);
    blob.range("level", CountsDescriptor.MIN_LEVEL, CountsDescriptor.MAX_LEVEL, blob.level);
    int fewest = blob.level == CountsDescriptor.MIN_LEVEL ? 0 : 2;
    return decode(blob, blob.level, 0, true, fewest);
  }

  /** Reads child {@code child}, which is a node. */
  CountsNode readChild(TreeReader tree, int child) {
    long childNumber = number << CountsDescriptor.CHILD_BITS | child;
    OrderBlob blob = OrderBlob.read(tree, OrderPaths.node(level - 1, childNumber));
    boolean lastChild = last && child == size() - 1;
    int fewest = lastChild ? 1 : CountsDescriptor.MAX_CHILDREN;
    CountsNode node = decode(blob, level - 1, childNumber, lastChild, fewest);
    blob.sum("live", live(child), blob.live);
    return node;
  }

  private static CountsNode decode(
      OrderBlob blob, int level, long number, boolean last, int fewest) {
    blob.expect("kind", OrderDescriptor.KIND_COUNTS, blob.kind);
    blob.expect("level", level, blob.level);
    blob.expect("flags", 0, blob.flags);
    blob.expect("segment count", 0, blob.segmentCount);
    blob.range("count", fewest, CountsDescriptor.MAX_CHILDREN, blob.count);
    blob.length(CountsDescriptor.length(blob.count));
    long[] starts = new long[blob.count + 1];
    for (int i = 0; i < blob.count; i++) {
      long live = blob.bytes.getLong(CountsDescriptor.liveOffset(i));
      blob.range("live of child " + i, 0, Long.MAX_VALUE - starts[i], live);
      starts[i + 1] = starts[i] + live;
    }
    blob.sum("live", blob.live, starts[blob.count]);
    return new CountsNode(level, number, last, starts);
  }

  static byte[] encode(int level, long[] lives, int count) {
    long live = 0;
    for (int i = 0; i < count; i++) {
      live = Math.addExact(live, lives[i]);
    }
    ByteBuffer bytes =
        OrderBlob.create(
            CountsDescriptor.length(count), OrderDescriptor.KIND_COUNTS, level, 0, count, 0, live);
    for (int i = 0; i < count; i++) {
      bytes.putLong(CountsDescriptor.liveOffset(i), lives[i]);
    }
    return OrderBlob.seal(bytes);
  }

  int size() {
    return starts.length - 1;
  }

  long live() {
    return starts[starts.length - 1];
  }

  long live(int child) {
    return starts[child + 1] - starts[child];
  }

  /** Returns the child that holds live sample {@code k} of this node; {@code 0 <= k < live()}. */
  int childOf(long k) {
    int low = 0;
    int high = starts.length - 2;
    // children of one size are met at once
    int guess = (int) ((double) k * (high + 1) / starts[high + 1]);
    if (guess <= high && starts[guess] <= k && k < starts[guess + 1]) {
      return guess;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
