package dev.sheaf.format.internal.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/**
 * Makes the order of the next version from that of its base: appends, deletes, or another order.
 *
 * <p>Only what changes is read and written: an append touches the last leaf and the counts above
 * it, a delete the leaves of its segment and theirs. Deleting keeps the place of a slot, so the
 * same set of deletions gives the same bytes whatever came first, and a slot that is no longer
 * deleted is back at its old index. {@link #replace} and {@link #dropDead} leave dead ones out.
 *
 * <p>Not thread-safe; made for one use.
 */
public final class OrderEdit {
  private static final TreeReader NO_TREE =
      path -> Optional.of(CountsNode.encode(CountsDescriptor.MIN_LEVEL, new long[0], 0));

  private final OrderReader base;

  /** Whether the base tree has an order at all. */
  private final boolean fresh;

  private final Map<SegmentKey, RoaringBitmap> deleted = new HashMap<>();
  private final List<LeafBuilder.Run> appended = new ArrayList<>();
  private Iterator<Position> replacement;
  private boolean dropDead;
  private boolean used;

  private OrderEdit(OrderReader base, boolean fresh) {
    this.base = base;
    this.fresh = fresh;
  }

  /** Starts from a tree without an order. */
  public static OrderEdit empty() {
    return new OrderEdit(OrderReader.open(NO_TREE, Deletions.NONE), true);
  }

  /** Starts from the order of another version. */
  public static OrderEdit from(OrderReader base) {
    return new OrderEdit(base, false);
  }

  /**
   * Appends slots {@code 0..rows-1} of a segment.
   *
   * @throws IllegalArgumentException if {@code rows} is outside {@code 1..65536}
   */
  public OrderEdit append(SegmentKey segment, int rows) {
    return append(segment, 0, rows);
  }

  /**
   * Appends consecutive slots of a segment. A position must not occur twice in an order; that is
   * the caller's to ensure.
   *
   * @throws IllegalArgumentException if the slots are not within {@code 0..65535}, or are none
   */
  public OrderEdit append(SegmentKey segment, int firstSlot, int slotCount) {
    Objects.requireNonNull(segment, "segment");
    if (firstSlot < 0 || slotCount < 1 || slotCount > OrderDescriptor.MAX_SLOTS - firstSlot) {
      throw new IllegalArgumentException(
          "slots from firstSlot=" + firstSlot + " slotCount=" + slotCount + " exceed 0..65535");
    }
    appended.add(new LeafBuilder.Run(segment, firstSlot, slotCount, slotCount));
    return this;
  }

  /**
   * Sets all deleted slots of a segment in the new version, appended slots included. What the base
   * had deleted and {@code slots} has not is live again; slots that the order does not have are
   * ignored.
   *
   * @throws IllegalArgumentException if a slot is above 65535
   */
  public OrderEdit deleted(SegmentKey segment, RoaringBitmap slots) {
    if (!slots.isEmpty() && (slots.last() < 0 || slots.last() >= OrderDescriptor.MAX_SLOTS)) {
      throw new IllegalArgumentException("slot=" + slots.last() + " is outside 0..65535");
    }
    deleted.put(Objects.requireNonNull(segment, "segment"), slots.clone());
    return this;
  }

  /**
   * Replaces the order by a subset, a permutation or any other sequence of live positions. Appends
   * follow it. The positions are taken while the edit is built; those that the edit deletes are
   * left out.
   *
   * @param positions live positions, each at most once; that is the caller's to ensure
   */
  public OrderEdit replace(Iterator<Position> positions) {
    replacement = Objects.requireNonNull(positions, "positions");
    return this;
  }

  /** Leaves out runs in which no slot is live; writes the leaves from the first of them. */
  public OrderEdit dropDead() {
    dropDead = true;
    return this;
  }

  /** Makes the change in memory. */
  public OrderChange build() {
    Map<String, byte[]> puts = new TreeMap<>();
    TreeSet<String> removals = new TreeSet<>();
    long size =
        writeTo(
            new OrderSink() {
              @Override
              public void put(String path, byte[] bytes) {
                puts.put(path, bytes);
              }

              @Override
              public void remove(String path) {
                removals.add(path);
              }
            });
    return new OrderChange(size, puts, removals);
  }

  /**
   * Passes the change to {@code sink}, one leaf in memory at a time.
   *
   * @return the number of live samples after the change
   * @throws IllegalStateException if this edit was built before
   */
  public long writeTo(OrderSink sink) {
    if (used) {
      throw new IllegalStateException("An edit can be built once");
    }
    used = true;
    return new Writer(sink).write();
  }

  /** The work of one build. */
  private final class Writer {
    private final OrderSink sink;
    private final int baseLeaves = fresh ? 0 : base.leafCount();
    private final TreeMap<Long, Long> lives = new TreeMap<>();
    private int next;

    Writer(OrderSink sink) {
      this.sink = sink;
    }

    long write() {
      int kept = keptLeaves();
      patchDeleted(kept);
      next = kept;
      if (kept < baseLeaves || !appended.isEmpty() || replacement != null) {
        LeafBuilder builder = new LeafBuilder(this::deletedNow, this::emit);
        if (replacement != null) {
          replacement.forEachRemaining(position -> addReplacement(builder, position));
        } else {
          for (int leaf = kept; leaf < baseLeaves; leaf++) {
            base.leaf(leaf)
                .forEachRun(
                    (segment, first, slots, live) -> add(builder, segment, first, slots, live));
          }
        }
        for (LeafBuilder.Run run : appended) {
          add(builder, run.segment, run.firstSlot, run.slotCount, run.live);
        }
        builder.finish();
      }
      for (int leaf = next; leaf < baseLeaves; leaf++) {
        sink.remove(OrderPaths.leaf(leaf));
      }
      return writeCounts();
    }

    /** Returns how many leaves keep their runs; the others are cut anew. */
    private int keptLeaves() {
      if (replacement != null) {
        return 0;
      }
      if (dropDead) {
        return leavesWithoutDead();
      }
      return appended.isEmpty() ? baseLeaves : cleanCut(baseLeaves - 1);
    }

    /** The leaf before may take in more if it is explicit. */
    private int cleanCut(int leaf) {
      return leaf > 0 && base.leaf(leaf - 1) instanceof ExplicitLeaf ? leaf - 1 : Math.max(leaf, 0);
    }

    private int leavesWithoutDead() {
      for (int leaf = 0; leaf < baseLeaves; leaf++) {
        boolean[] dead = {false};
        base.leaf(leaf)
            .forEachRun(
                (segment, first, slots, live) ->
                    dead[0] |= liveNow(segment, first, slots, live) == 0);
        if (dead[0]) {
          // the leaf before ends with a run that may now join the next one
          return leaf == 0 ? 0 : cleanCut(leaf - 1);
        }
      }
      return appended.isEmpty() ? baseLeaves : cleanCut(baseLeaves - 1);
    }

    private RoaringBitmap deletedNow(SegmentKey segment) {
      RoaringBitmap changed = deleted.get(segment);
      return changed != null ? changed : base.deletions().of(segment);
    }

    private int liveNow(SegmentKey segment, int firstSlot, int slotCount, int live) {
      RoaringBitmap changed = deleted.get(segment);
      return changed == null ? live : slotCount - Leaf.deadIn(changed, firstSlot, slotCount);
    }

    private void add(LeafBuilder builder, SegmentKey segment, int first, int slots, int live) {
      int now = liveNow(segment, first, slots, live);
      if (now > 0 || !dropDead) {
        builder.add(segment, first, slots, now);
      }
    }

    private void addReplacement(LeafBuilder builder, Position position) {
      RoaringBitmap changed = deleted.get(position.segment());
      if (changed == null || !changed.contains(position.slot())) {
        builder.add(position);
      }
    }

    private void patchDeleted(int kept) {
      if (deleted.isEmpty() || kept == 0) {
        return;
      }
      TreeSet<Integer> touched = new TreeSet<>();
      for (SegmentKey segment : deleted.keySet()) {
        base.segmentIndex()
            .candidates(
                segment,
                leaf -> {
                  if (leaf < kept) {
                    touched.add(leaf);
                  }
                  return leaf >= kept;
                });
      }
      for (int number : touched) {
        Leaf before = base.leaf(number);
        Leaf after = before.withDeleted(deleted);
        if (!after.equals(before)) {
          put(number, after);
        }
      }
    }

    private void emit(Leaf leaf) {
      put(next, leaf);
      next = Math.addExact(next, 1);
    }

    private void put(int number, Leaf leaf) {
      lives.put((long) number, (long) leaf.live());
      putChanged(OrderPaths.leaf(number), leaf.encode(), number < baseLeaves);
    }

    /** Passes on a blob unless the base has just the same. */
    private void putChanged(String path, byte[] bytes, boolean inBase) {
      if (!inBase
          || !base.tree().find(path).map(before -> Arrays.equals(before, bytes)).orElse(false)) {
        sink.put(path, bytes);
      }
    }

    /** Writes the counts from the bottom up and returns the total. */
    private long writeCounts() {
      long children = next;
      long baseChildren = baseLeaves;
      int baseTop = base.root().level;
      NavigableMap<Long, Long> changed = lives;
      for (int level = CountsDescriptor.MIN_LEVEL; ; level++) {
        boolean top = children <= CountsDescriptor.MAX_CHILDREN;
        if (!top && level == CountsDescriptor.MAX_LEVEL) {
          throw new IllegalStateException("The order exceeds 2^30 leaves");
        }
        long nodes = top ? 1 : parent(children - 1) + 1;
        long baseNodes = fresh || level > baseTop ? 0 : nodesAt(baseChildren);
        Set<Long> dirty = dirtyNodes(changed, children, baseChildren, nodes);
        if (top || level == baseTop) {
          dirty.add(0L);
        }
        TreeMap<Long, Long> above = new TreeMap<>();
        for (long node : dirty) {
          boolean known = node < baseNodes;
          long first = node << CountsDescriptor.CHILD_BITS;
          int count = (int) Math.min(CountsDescriptor.MAX_CHILDREN, children - first);
          long[] counts = counts(level, node, known, count, changed, first);
          byte[] bytes = CountsNode.encode(level, counts, count);
          String path = top ? OrderPaths.ROOT : OrderPaths.node(level, node);
          putChanged(path, bytes, !fresh && (top || (known && level < baseTop)));
          above.put(node, Arrays.stream(counts).sum());
        }
        removeNodes(level, baseTop, top ? 0 : nodes, baseNodes);
        if (top) {
          removeLevels(level, baseTop, baseNodes);
          return above.get(0L);
        }
        changed = above;
        children = nodes;
        baseChildren = baseNodes;
      }
    }

    /** The nodes with a changed child, or whose number of children may have changed. */
    private Set<Long> dirtyNodes(
        Map<Long, Long> changed, long children, long baseChildren, long nodes) {
      TreeSet<Long> dirty = new TreeSet<>();
      for (long child : changed.keySet()) {
        dirty.add(parent(child));
      }
      if (children != baseChildren) {
        for (long n = parent(Math.min(children, baseChildren)); n < nodes; n++) {
          dirty.add(n);
        }
        dirty.add(nodes - 1);
      }
      return dirty;
    }

    private long[] counts(
        int level,
        long node,
        boolean known,
        int count,
        NavigableMap<Long, Long> changed,
        long first) {
      long[] counts = new long[count];
      if (known) {
        CountsNode before = base.node(level, node);
        for (int i = 0; i < Math.min(count, before.size()); i++) {
          counts[i] = before.live(i);
        }
      }
      changed
          .subMap(first, first + count)
          .forEach((child, live) -> counts[(int) (child - first)] = live);
      return counts;
    }

    private void removeNodes(int level, int baseTop, long kept, long baseNodes) {
      if (level < baseTop) {
        for (long node = kept; node < baseNodes; node++) {
          sink.remove(OrderPaths.node(level, node));
        }
      }
    }

    /** Removes the nodes of levels above the new root; the path of the root itself is kept. */
    private void removeLevels(int top, int baseTop, long nodesAtTop) {
      long nodes = nodesAtTop;
      for (int level = top + 1; level < baseTop && !fresh; level++) {
        nodes = nodesAt(nodes);
        removeNodes(level, baseTop, 0, nodes);
      }
    }

    private long nodesAt(long children) {
      return children == 0 ? 1 : parent(children - 1) + 1;
    }

    private long parent(long child) {
      return child >>> CountsDescriptor.CHILD_BITS;
    }
  }
}
