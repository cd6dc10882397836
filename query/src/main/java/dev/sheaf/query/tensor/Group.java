package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.query.internal.tensor.Casts;
import dev.sheaf.query.internal.tensor.Elementwise;
import dev.sheaf.query.internal.tensor.Lane;
import dev.sheaf.query.internal.tensor.Tile;
import dev.sheaf.query.internal.tensor.block.Load;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chain of element-wise operations and views, evaluated together over tiles of a loop nest: every
 * intermediate stays in a tile, nothing is written whole.
 */
final class Group {
  /** Elements of a tile: a multiple of the lanes of a sum, small enough for the first cache. */
  static final int TILE = 1024;

  private record Key(int id, AxisMap map) {}

  /** Computes elements [from, from + n) of one step into its tile. */
  @FunctionalInterface
  private interface Step {
    void run(long from, int n);
  }

  private final Layout layout;
  private final Value root;
  private final long[] loops;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Key, Integer> references = new HashMap<>();
  private final Map<Key, Tile> done = new HashMap<>();
  private final Map<Tile, Integer> uses = new HashMap<>();
  private final Map<Lane, Deque<Tile>> free = new EnumMap<>(Lane.class);
  private final Tile result;
  private final long inner;

  /**
   * Prepares to evaluate {@code root} over a loop nest.
   *
   * @param loops the lengths of the loops, without that over rows
   * @param map where {@code root} is read at each position
   */
  Group(Layout layout, Value root, long[] loops, AxisMap map) {
    this.layout = layout;
    this.loops = loops.clone();
    this.root = root;
    long count = 1;
    for (long loop : loops) {
      count *= loop;
    }
    inner = count;
    count(root, map, references);
    result = add(root, map);
    done.clear();
    references.clear();
    uses.clear();
    free.clear();
  }

  /** Returns the group that evaluates a value in its own order. */
  static Group of(Layout layout, Value value) {
    long[] dims = layout.dims(value);
    return new Group(layout, value, dims, AxisMap.identity(dims.length));
  }

  /** Returns the number of elements in one row. */
  long inner() {
    return inner;
  }

  /** Returns elements [from, from + n) of the nest, valid until the next call; n up to TILE. */
  Tile evaluate(long from, int n) {
    for (Step step : steps) {
      step.run(from, n);
    }
    return result;
  }

  private void count(Value value, AxisMap map, Map<Key, Integer> counts) {
    if (counts.merge(new Key(value.id, map), 1, Integer::sum) == 1 && !layout.hasSlot(value)) {
      for (int i = 0; i < value.operands.size(); i++) {
        count(value.operands.get(i), operandMap(value, map, i), counts);
      }
    }
  }

  private AxisMap operandMap(Value value, AxisMap map, int index) {
    long[] operandDims = layout.dims(value.operands.get(index));
    return value.op.family == Op.Family.VIEW
        ? map.through(value, operandDims)
        : map.operand(layout.dims(value), operandDims);
  }

  private Tile add(Value value, AxisMap map) {
    Key key = new Key(value.id, map);
    Tile known = done.get(key);
    if (known != null) {
      return known;
    }
    Tile tile;
    if (layout.hasSlot(value)) {
      tile = load(value, map);
    } else if (value.op.family == Op.Family.VIEW) {
      tile = add(value.operands.get(0), operandMap(value, map, 0));
      int more = references.get(key) - 1;
      uses.computeIfPresent(tile, (t, n) -> n + more);
    } else {
      tile = compute(value, map);
      uses.put(tile, references.get(key));
    }
    done.put(key, tile);
    return tile;
  }

  private Tile load(Value value, AxisMap map) {
    long[] dims = layout.dims(value);
    long[] strides = new long[loops.length];
    long start = 0;
    long stride = 1;
    for (int a = dims.length - 1; a >= 0; a--) {
      start += map.offset[a] * stride;
      if (map.axis[a] >= 0) {
        strides[map.axis[a]] += map.scale[a] * stride;
      }
      stride *= dims[a];
    }
    Load load = new Load(layout.slot(value), start, loops, strides);
    Lane lane = Lane.of(value.dtype());
    Tile own = Tile.allocate(lane, TILE);
    if (layout.hasSlot(root)) {
      // Nothing computes with it, so it may begin anywhere.
      Tile shown = Tile.pointer(lane);
      steps.add((from, n) -> load.show(from, shown, own, n));
      return shown;
    }
    steps.add((from, n) -> load.read(from, own, n));
    return own;
  }

  private Tile compute(Value value, AxisMap map) {
    List<Tile> operands = new ArrayList<>();
    for (int i = 0; i < value.operands.size(); i++) {
      operands.add(add(value.operands.get(i), operandMap(value, map, i)));
    }
    Tile target = allocate(Lane.of(value.dtype()));
    steps.add(step(value, operands, target));
    operands.forEach(this::release);
    return target;
  }

  private Step step(Value value, List<Tile> operands, Tile c) {
    DType dtype = value.operands.get(0).dtype();
    Tile a = operands.get(0);
    return switch (value.op.family) {
      case BINARY ->
          (from, n) -> Elementwise.binary(value.op.binary(), dtype, a, operands.get(1), c, n);
      case COMPARISON ->
          (from, n) -> Elementwise.compare(value.op.comparison(), dtype, a, operands.get(1), c, n);
      case UNARY -> (from, n) -> Elementwise.unary(value.op.unary(), dtype, a, c, n);
      case CAST -> (from, n) -> Casts.cast(dtype, a, value.dtype(), c, n);
      case WHERE -> (from, n) -> Elementwise.where(a, operands.get(1), operands.get(2), c, n);
      case SOURCE, VIEW, RESHAPE, REDUCTION, WHOLE -> throw new AssertionError(value);
    };
  }

  private Tile allocate(Lane lane) {
    Deque<Tile> tiles = free.get(lane);
    return tiles == null || tiles.isEmpty() ? Tile.allocate(lane, TILE) : tiles.pop();
  }

  /** Gives a computed tile back after its last use; tiles of loads are not shared. */
  private void release(Tile tile) {
    Integer left = uses.computeIfPresent(tile, (t, n) -> n - 1);
    if (left != null && left == 0) {
      free.computeIfAbsent(tile.lane, lane -> new ArrayDeque<>()).push(tile);
    }
  }
}
