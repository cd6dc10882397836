package dev.sheaf.format.internal.order;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Maps the indexes {@code 0..size()-1} of one version to positions, and back.
 *
 * <p>Opening reads one blob, whatever the size; a lookup reads the counts on its path and one leaf,
 * and keeps them. Leaves are kept up to a bound in bytes; counts, 16 bytes a leaf, are kept for as
 * long as the reader. Safe for use by several threads; hits take no lock.
 *
 * <p>Every method that loads blobs throws {@link dev.sheaf.format.CorruptDataException} when one is
 * missing or damaged, or when the order and the deletions disagree.
 */
public final class OrderReader {
  /** The bound on decoded leaves, in bytes, unless another is given. */
  public static final long DEFAULT_CACHE_BYTES = 128L << 20;

  private final TreeReader tree;
  private final Deletions deletions;
  private final LeafCache cache;
  private final CountsNode root;
  private volatile SegmentIndex segmentIndex;

  private OrderReader(TreeReader tree, Deletions deletions, long cacheBytes) {
    this.tree = Objects.requireNonNull(tree, "tree");
    this.deletions = Objects.requireNonNull(deletions, "deletions");
    this.cache = new LeafCache(cacheBytes);
    this.root = CountsNode.readRoot(tree);
  }

  /**
   * Opens the order of a version. Reads one blob.
   *
   * @param tree the version tree
   * @param deletions the deletions of the same version
   * @throws dev.sheaf.format.CorruptDataException if {@code order/counts} is missing or damaged
   * @throws dev.sheaf.format.UnsupportedFormatException if a newer Sheaf wrote it
   */
  public static OrderReader open(TreeReader tree, Deletions deletions) {
    return new OrderReader(tree, deletions, DEFAULT_CACHE_BYTES);
  }

  /** Opens the order of a version and bounds the decoded leaves that are kept. */
  public static OrderReader open(TreeReader tree, Deletions deletions, long cacheBytes) {
    return new OrderReader(tree, deletions, cacheBytes);
  }

  /** Returns the number of live samples. */
  public long size() {
    return root.live();
  }

  /**
   * Returns where the sample at {@code index} is stored.
   *
   * @throws IndexOutOfBoundsException if {@code index} is outside {@code 0..size()-1}
   */
  public Position locate(long index) {
    Objects.checkIndex(index, size());
    CountsNode node = root;
    long rest = index;
    while (true) {
      int child = node.childOf(rest);
      rest -= node.starts[child];
      if (node.level == CountsDescriptor.MIN_LEVEL) {
        return leaf(node, child).locate((int) rest);
      }
      node = child(node, child);
    }
  }

  /**
   * Fills {@code out[i]} with the position of {@code indices[i]}. Works in index order, so that
   * each leaf is loaded at most once; indexes may repeat and come in any order.
   *
   * @throws IndexOutOfBoundsException if an index is outside {@code 0..size()-1}
   * @throws IllegalArgumentException if {@code out} is shorter than {@code indices}
   */
  public void locate(long[] indices, Position[] out) {
    if (out.length < indices.length) {
      throw new IllegalArgumentException(
          "out.length=" + out.length + " is below indices.length=" + indices.length);
    }
    long[] sorted = indices.clone();
    Arrays.sort(sorted);
    Position[] found = new Position[sorted.length];
    Leaf leaf = null;
    long start = 0;
    for (int i = 0; i < sorted.length; i++) {
      long index = sorted[i];
      if (leaf == null || index - start >= leaf.live()) {
        Found at = leafAt(index);
        leaf = at.leaf;
        start = at.start;
      }
      found[i] = leaf.locate((int) (index - start));
    }
    for (int i = 0; i < indices.length; i++) {
      out[i] = found[Arrays.binarySearch(sorted, indices[i])];
    }
  }

  /**
   * Returns the index of a sample, or nothing when this version does not have it or it is deleted.
   *
   * <p>The first call looks at every leaf to learn which segments it holds. After that a call reads
   * the leaves that hold the segment; for shuffled orders beyond some ten million samples it reads
   * all explicit leaves.
   */
  public OptionalLong indexOf(SegmentKey segment, int slot) {
    long[] found = {-1};
    segmentIndex()
        .candidates(
            segment,
            number -> {
              Found at = leafNumbered(number);
              int k = at.leaf.indexOf(segment, slot);
              found[0] = k < 0 ? -1 : at.start + k;
              return k >= 0;
            });
    return found[0] < 0 ? OptionalLong.empty() : OptionalLong.of(found[0]);
  }

  /**
   * Returns what holds the indexes {@code from..to - 1}, in order, loading one leaf at a time.
   *
   * @throws IndexOutOfBoundsException if {@code from..to} is not within {@code 0..size()}
   */
  public Iterator<OrderRun> runs(long from, long to) {
    Objects.checkFromToIndex(from, to, size());
    return new Runs(from, to);
  }

  /** Passes on all runs in order, dead places and runs included. Reads all leaves. */
  public void forEachListed(Consumer<OrderDiff.Run> runs) {
    for (int number = 0; number < leafCount(); number++) {
      leaf(number)
          .forEachRun(
              (segment, firstSlot, slotCount, live) ->
                  runs.accept(new OrderDiff.Run(segment, firstSlot, slotCount)));
    }
  }

  /**
   * Returns the segments that hold a live sample, in the order of their first one. Reads all
   * leaves.
   */
  public List<SegmentKey> segments() {
    Set<SegmentKey> segments = new LinkedHashSet<>();
    for (int number = 0; number < leafCount(); number++) {
      leaf(number)
          .forEachRun(
              (segment, firstSlot, slotCount, live) -> {
                if (live > 0) {
                  segments.add(segment);
                }
              });
    }
    return List.copyOf(segments);
  }

  /**
   * Returns the slots of a segment that the order lists, dead ones included. The first call looks
   * at every leaf; see {@link #indexOf}.
   */
  public RoaringBitmap listed(SegmentKey segment) {
    RoaringBitmap slots = new RoaringBitmap();
    segmentIndex()
        .candidates(
            segment,
            number -> {
              leaf(number)
                  .forEachRun(
                      (key, firstSlot, slotCount, live) -> {
                        if (key.equals(segment)) {
                          slots.add((long) firstSlot, (long) firstSlot + slotCount);
                        }
                      });
              return false;
            });
    return slots;
  }

  TreeReader tree() {
    return tree;
  }

  Deletions deletions() {
    return deletions;
  }

  CountsNode root() {
    return root;
  }

  long cachedBytes() {
    return cache.totalBytes();
  }

  /** Returns the number of leaves; loads the last node of each level. */
  int leafCount() {
    int count = 0;
    CountsNode node = root;
    while (node.level > CountsDescriptor.MIN_LEVEL) {
      int lastChild = node.size() - 1;
      count = (count + lastChild) << CountsDescriptor.CHILD_BITS;
      node = child(node, lastChild);
    }
    return count + node.size();
  }

  Leaf leaf(int number) {
    return leafNumbered(number).leaf;
  }

  /** Returns a node by level and number, which is there. */
  CountsNode node(int level, long number) {
    CountsNode node = root;
    while (node.level > level) {
      int shift = (node.level - 1 - level) * CountsDescriptor.CHILD_BITS;
      node = child(node, (int) (number >>> shift & (CountsDescriptor.MAX_CHILDREN - 1)));
    }
    return node;
  }

  SegmentIndex segmentIndex() {
    SegmentIndex index = segmentIndex;
    if (index == null) {
      synchronized (this) {
        index = segmentIndex;
        if (index == null) {
          index = SegmentIndex.build(this);
          segmentIndex = index;
        }
      }
    }
    return index;
  }

  private record Found(Leaf leaf, long start) {}

  private Found leafAt(long index) {
    Objects.checkIndex(index, size());
    CountsNode node = root;
    long rest = index;
    while (true) {
      int child = node.childOf(rest);
      rest -= node.starts[child];
      if (node.level == CountsDescriptor.MIN_LEVEL) {
        return new Found(leaf(node, child), index - rest);
      }
      node = child(node, child);
    }
  }

  private Found leafNumbered(int number) {
    CountsNode node = root;
    long start = 0;
    while (true) {
      int shift = (node.level - 1) * CountsDescriptor.CHILD_BITS;
      int child = number >>> shift & (CountsDescriptor.MAX_CHILDREN - 1);
      start += node.starts[child];
      if (node.level == CountsDescriptor.MIN_LEVEL) {
        return new Found(leaf(node, child), start);
      }
      node = child(node, child);
    }
  }

  private CountsNode child(CountsNode node, int child) {
    Object known = node.children.get(child);
    if (known == null) {
      node.children.compareAndSet(child, null, node.readChild(tree, child));
      known = node.children.get(child);
    }
    return (CountsNode) known;
  }

  private Leaf leaf(CountsNode node, int child) {
    Leaf known = (Leaf) node.children.get(child);
    if (known != null) {
      if (!known.touched) {
        known.touched = true;
      }
      return known;
    }
    String path = OrderPaths.leaf(node.number << CountsDescriptor.CHILD_BITS | child);
    Leaf leaf = Leaf.read(tree, path, node.live(child), deletions, cache);
    if (node.children.compareAndSet(child, null, leaf)) {
      cache.admit(leaf, node.children, child);
    }
    return leaf;
  }

  private final class Runs implements Iterator<OrderRun> {
    private final ArrayDeque<OrderRun> ready = new ArrayDeque<>();
    private final long to;
    private long next;

    Runs(long from, long to) {
      this.next = from;
      this.to = to;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || next < to;
    }

    @Override
    public OrderRun next() {
      if (ready.isEmpty()) {
        if (next >= to) {
          throw new NoSuchElementException();
        }
        Found at = leafAt(next);
        long end = Math.min(to, at.start + at.leaf.live());
        at.leaf.runs((int) (next - at.start), (int) (end - at.start), next, ready::add);
        next = end;
      }
      return ready.remove();
    }
  }
}
