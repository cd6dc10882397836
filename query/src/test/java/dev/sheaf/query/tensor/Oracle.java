package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.DType.Kind;
import dev.sheaf.format.Tensor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Evaluates a program one element at a time, by index tuples, with integers of any length and
 * floats rounded after each step: slow, and with no code of what it checks but shape inference.
 */
final class Oracle {
  /** Axis lengths and elements in C order: Boolean, BigInteger or Double. */
  static final class Array {
    private final int[] dims;
    private final Object[] elements;

    Array(int[] dims, Object[] elements) {
      this.dims = dims;
      this.elements = elements;
    }

    int[] dims() {
      return dims;
    }

    Object[] elements() {
      return elements;
    }

    Object at(int[] index) {
      int at = 0;
      for (int i = 0; i < dims.length; i++) {
        at = at * dims[i] + index[i];
      }
      return elements[at];
    }
  }

  private interface Cell {
    Object at(int[] index);
  }

  private final Map<Value, Array> values = new HashMap<>();
  private final Map<Value, TensorType> types = new HashMap<>();

  static List<Array> run(TensorProgram program, List<Tensor> inputs) {
    return new Oracle().evaluate(program, inputs);
  }

  private List<Array> evaluate(TensorProgram program, List<Tensor> inputs) {
    int next = 0;
    for (Value value : program.operations()) {
      Array array;
      if (value.op == Op.INPUT) {
        array = array(inputs.get(next++));
      } else if (value.op == Op.CONSTANT) {
        array = array(value.constant());
      } else {
        List<TensorType> operands = value.operands.stream().map(types::get).toList();
        List<Dim> dims = Inference.dims(value.op, value.attribute, operands);
        int[] lengths = dims.stream().mapToInt(dim -> (int) dim.length()).toArray();
        array = compute(value, lengths);
      }
      values.put(value, array);
      List<Dim> dims = new ArrayList<>();
      for (int length : array.dims()) {
        dims.add(Dim.of(length));
      }
      types.put(value, new TensorType(value.dtype(), dims));
    }
    return program.results().stream().map(values::get).toList();
  }

  static Array array(Tensor tensor) {
    int count = (int) tensor.shape().elementCount();
    Object[] elements = new Object[count];
    for (int i = 0; i < count; i++) {
      Object element = tensor.element(i);
      if (element instanceof Long integer) {
        BigInteger big = BigInteger.valueOf(integer);
        element =
            tensor.dtype() == DType.UINT64 && integer < 0
                ? big.add(BigInteger.ONE.shiftLeft(64))
                : big;
      }
      elements[i] = element;
    }
    int[] dims = Arrays.stream(tensor.shape().dims()).mapToInt(d -> (int) d).toArray();
    return new Array(dims, elements);
  }

  private static Array fill(int[] dims, Cell cell) {
    int count = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    Object[] elements = new Object[count];
    for (int i = 0; i < count; i++) {
      int[] index = new int[dims.length];
      int rest = i;
      for (int d = dims.length - 1; d >= 0; d--) {
        index[d] = rest % dims[d];
        rest /= dims[d];
      }
      elements[i] = cell.at(index);
    }
    return new Array(dims, elements);
  }

  private Array compute(Value value, int[] dims) {
    DType dtype = value.dtype();
    List<Array> args = value.operands.stream().map(values::get).toList();
    Array a = args.get(0);
    return switch (value.op) {
      case INPUT, CONSTANT -> throw new AssertionError(value);
      case SHAPE -> fill(dims, i -> BigInteger.valueOf(a.dims()[i[0]]));
      case COUNT -> {
        long count = 1;
        for (int axis : ((Attribute.Axes) value.attribute).axes()) {
          count *= a.dims()[axis];
        }
        BigInteger all = BigInteger.valueOf(count);
        yield fill(dims, i -> all);
      }
      case ADD, SUB, MUL, DIV, MOD, MIN, MAX, AND, OR, XOR ->
          fill(dims, i -> OracleNumbers.binary(value.op, dtype, cast(a, i), cast(args.get(1), i)));
      case EQ, NE, LT, LE, GT, GE ->
          fill(dims, i -> OracleNumbers.compare(value.op, cast(a, i), cast(args.get(1), i)));
      case NEG, ABS, SQRT, EXP, LOG, ROUND, FLOOR, CEIL, NOT, POPCOUNT ->
          fill(dims, i -> OracleNumbers.unary(value.op, dtype, a.at(i)));
      case CAST -> fill(dims, i -> OracleNumbers.convert(a.at(i), dtype));
      case WHERE -> fill(dims, i -> cast((Boolean) cast(a, i) ? args.get(1) : args.get(2), i));
      case SLICE -> fill(dims, i -> a.at(slice(value, a, i)));
      case TRANSPOSE ->
          fill(
              dims,
              i -> {
                int[] from = new int[i.length];
                List<Integer> axes = ((Attribute.Axes) value.attribute).axes();
                for (int k = 0; k < i.length; k++) {
                  from[axes.get(k)] = i[k];
                }
                return a.at(from);
              });
      case EXPAND_DIMS, RESHAPE -> new Array(dims, a.elements());
      case SUM, PROD, AMIN, AMAX, ANY, ALL, ARGMIN, ARGMAX -> reduce(value, a, dims);
      case MATMUL ->
          fill(
              dims,
              i -> {
                List<Object> products = new ArrayList<>();
                for (int k = 0; k < a.dims()[1]; k++) {
                  products.add(
                      OracleNumbers.binary(
                          Op.MUL,
                          dtype,
                          a.at(new int[] {i[0], k}),
                          args.get(1).at(new int[] {k, i[1]})));
                }
                return ordered(Op.SUM, dtype, products);
              });
      case CONCAT ->
          fill(
              dims,
              i -> {
                int axis = ((Attribute.Axes) value.attribute).axes().get(0);
                int[] from = i.clone();
                for (Array arg : args) {
                  if (from[axis] < arg.dims()[axis]) {
                    return arg.at(from);
                  }
                  from[axis] -= arg.dims()[axis];
                }
                throw new AssertionError(value);
              });
      case GATHER -> fill(dims, i -> gather(value, a, args.get(1), i));
      case TOPK_VALUES, TOPK_INDICES ->
          fill(
              dims,
              i -> {
                Attribute.Top top = (Attribute.Top) value.attribute;
                int best = top(a, top, i);
                int[] from = i.clone();
                from[top.axis()] = best;
                return value.op == Op.TOPK_VALUES ? a.at(from) : BigInteger.valueOf(best);
              });
      case HISTOGRAM -> fill(dims, i -> bin((Attribute.Bins) value.attribute, a, i[0]));
      case RESIZE -> fill(dims, i -> pixel((Attribute.Size) value.attribute, a, i));
    };
  }

  /** The element that broadcasting gives. */
  private static Object cast(Array array, int[] index) {
    int[] own = new int[array.dims().length];
    for (int i = 0; i < own.length; i++) {
      own[i] = array.dims()[i] == 1 ? 0 : index[index.length - own.length + i];
    }
    return array.at(own);
  }

  private static int[] slice(Value value, Array a, int[] index) {
    List<Slice.Part> parts = new ArrayList<>(((Attribute.Parts) value.attribute).slice().parts());
    int named = 0;
    boolean open = false;
    for (Slice.Part part : parts) {
      named += part instanceof Slice.NewAxis || part instanceof Slice.Ellipsis ? 0 : 1;
      open |= part instanceof Slice.Ellipsis;
    }
    if (!open) {
      parts.add(new Slice.Ellipsis());
    }
    int[] from = new int[a.dims().length];
    int to = 0;
    int at = 0;
    for (Slice.Part part : parts) {
      if (part instanceof Slice.NewAxis) {
        at++;
      } else if (part instanceof Slice.Ellipsis) {
        for (int k = 0; k < a.dims().length - named; k++) {
          from[to++] = index[at++];
        }
      } else if (part instanceof Slice.Index position) {
        int length = a.dims()[to];
        from[to++] = (int) Math.floorMod(position.position(), (long) length);
      } else {
        // What Python's range over slice.indices would list.
        List<Integer> picked = picked((Slice.Range) part, a.dims()[to]);
        from[to++] = picked.get(index[at++]);
      }
    }
    return from;
  }

  static List<Integer> picked(Slice.Range range, int length) {
    List<Integer> all = new ArrayList<>();
    long step = range.step();
    for (long i = step > 0 ? 0 : length - 1; i >= 0 && i < length; i += step > 0 ? 1 : -1) {
      all.add((int) i);
    }
    List<Integer> inside = new ArrayList<>();
    for (int i : all) {
      if (range.start().isPresent()) {
        long start = range.start().getAsLong();
        start = start < 0 ? start + length : start;
        if (step > 0 ? i < start : i > start) {
          continue;
        }
      }
      if (range.stop().isPresent()) {
        long stop = range.stop().getAsLong();
        stop = stop < 0 ? Math.max(stop + length, -1) : stop;
        if (step > 0 ? i >= stop : i <= stop) {
          continue;
        }
      }
      inside.add(i);
    }
    List<Integer> stepped = new ArrayList<>();
    for (int k = 0; k < inside.size(); k += Math.abs((int) step)) {
      stepped.add(inside.get(k));
    }
    return stepped;
  }

  private static Array reduce(Value value, Array a, int[] dims) {
    Attribute.Axes attribute = (Attribute.Axes) value.attribute;
    return fill(
        dims,
        index -> {
          List<Object> run = new ArrayList<>();
          Array all = a;
          for (int i = 0; i < all.elements().length; i++) {
            int[] at = unravel(i, all.dims());
            if (matches(at, index, attribute)) {
              run.add(all.elements()[i]);
            }
          }
          return reduce(value.op, value.operands.get(0).dtype(), run);
        });
  }

  private static int[] unravel(int flat, int[] dims) {
    int[] index = new int[dims.length];
    int rest = flat;
    for (int d = dims.length - 1; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest /= dims[d];
    }
    return index;
  }

  private static boolean matches(int[] at, int[] index, Attribute.Axes attribute) {
    int k = 0;
    for (int d = 0; d < at.length; d++) {
      if (attribute.axes().contains(d)) {
        k += attribute.keep() ? 1 : 0;
      } else if (at[d] != index[k++]) {
        return false;
      }
    }
    return true;
  }

  private static Object reduce(Op op, DType dtype, List<Object> run) {
    switch (op) {
      case ANY -> {
        return run.contains(true);
      }
      case ALL -> {
        return !run.contains(false);
      }
      case AMIN, AMAX -> {
        return run.stream()
            .reduce((x, y) -> OracleNumbers.binary(op == Op.AMIN ? Op.MIN : Op.MAX, dtype, x, y))
            .orElseThrow();
      }
      case ARGMIN, ARGMAX -> {
        return BigInteger.valueOf(position(run, op == Op.ARGMIN));
      }
      default -> {
        return ordered(op, dtype, run);
      }
    }
  }

  private static int position(List<Object> run, boolean least) {
    for (int i = 0; i < run.size(); i++) {
      if (run.get(i) instanceof Double x && x.isNaN()) {
        return i;
      }
    }
    int best = 0;
    for (int i = 1; i < run.size(); i++) {
      if (OracleNumbers.compare(least ? Op.LT : Op.GT, run.get(i), run.get(best))) {
        best = i;
      }
    }
    return best;
  }

  /** 32 partial results by position, then halves onto halves. */
  private static Object ordered(Op op, DType dtype, List<Object> run) {
    Op step = op == Op.SUM ? Op.ADD : Op.MUL;
    int unit = op == Op.SUM ? 0 : 1;
    Object identity =
        dtype.kind() == Kind.FLOAT ? (Object) (double) unit : BigInteger.valueOf(unit);
    List<Object> partial = new ArrayList<>();
    for (int lane = 0; lane < 32; lane++) {
      Object value = identity;
      for (int i = lane; i < run.size(); i += 32) {
        value = OracleNumbers.binary(step, dtype, value, run.get(i));
      }
      partial.add(value);
    }
    BinaryOperator<Object> join = (x, y) -> OracleNumbers.binary(step, dtype, x, y);
    while (partial.size() > 1) {
      int half = partial.size() / 2;
      List<Object> next = new ArrayList<>();
      for (int i = 0; i < half; i++) {
        next.add(join.apply(partial.get(i), partial.get(i + half)));
      }
      partial = next;
    }
    return partial.get(0);
  }

  private static Object gather(Value value, Array a, Array indices, int[] index) {
    int axis = ((Attribute.Axes) value.attribute).axes().get(0);
    int rank = indices.dims().length;
    int position =
        ((BigInteger) indices.at(Arrays.copyOfRange(index, axis, axis + rank))).intValueExact();
    int[] from = new int[a.dims().length];
    for (int d = 0; d < from.length; d++) {
      from[d] =
          d < axis
              ? index[d]
              : d == axis ? Math.floorMod(position, a.dims()[axis]) : index[d + rank - 1];
    }
    return a.at(from);
  }

  private static int top(Array a, Attribute.Top top, int[] index) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < a.dims()[top.axis()]; i++) {
      order.add(i);
    }
    Comparator<Integer> byValue =
        (x, y) -> {
          int[] from = index.clone();
          from[top.axis()] = x;
          Object first = a.at(from);
          from[top.axis()] = y;
          Object second = a.at(from);
          boolean firstNan = first instanceof Double d && d.isNaN();
          boolean secondNan = second instanceof Double d && d.isNaN();
          if (firstNan || secondNan) {
            return Boolean.compare(firstNan, secondNan);
          }
          Op before = top.greatest() ? Op.GT : Op.LT;
          return OracleNumbers.compare(before, first, second)
              ? -1
              : OracleNumbers.compare(before, second, first) ? 1 : 0;
        };
    order.sort(byValue);
    return order.get(index[top.axis()]);
  }

  private static BigInteger bin(Attribute.Bins bins, Array a, int bin) {
    double width = bins.high() - bins.low();
    double left = bins.low() + bin * width / bins.count();
    double right = bins.low() + (bin + 1) * width / bins.count();
    boolean last = bin == bins.count() - 1;
    long count =
        Arrays.stream(a.elements())
            .map(Double.class::cast)
            .filter(x -> x >= left && (last ? x <= bins.high() : x < right))
            .count();
    return BigInteger.valueOf(count);
  }

  /** Exact fractions over every source pixel. */
  private static BigInteger pixel(Attribute.Size size, Array image, int[] index) {
    BigDecimal sum = BigDecimal.ZERO;
    boolean area = size.interpolation() == Interpolation.AREA;
    int height = image.dims()[0];
    int width = image.dims()[1];
    BigInteger total = BigInteger.ZERO;
    BigInteger weights = BigInteger.ZERO;
    for (int y = 0; y < height; y++) {
      long down =
          area
              ? overlap(y, index[0], height, size.height())
              : tent(y, index[0], height, size.height());
      for (int x = 0; down != 0 && x < width; x++) {
        long across =
            area
                ? overlap(x, index[1], width, size.width())
                : tent(x, index[1], width, size.width());
        int[] from = index.clone();
        from[0] = y;
        from[1] = x;
        BigInteger weight = BigInteger.valueOf(down).multiply(BigInteger.valueOf(across));
        weights = weights.add(weight);
        total = total.add(weight.multiply((BigInteger) image.at(from)));
      }
    }
    sum = sum.add(new BigDecimal(total));
    return sum.divide(new BigDecimal(weights), 40, RoundingMode.DOWN)
        .setScale(0, RoundingMode.HALF_UP)
        .toBigInteger();
  }

  /** How far source pixel {@code from} and target pixel {@code to} overlap, on the common grid. */
  private static long overlap(int from, int to, long length, long newLength) {
    long left = Math.max(from * newLength, to * length);
    long right = Math.min((from + 1) * newLength, (to + 1) * length);
    return Math.max(0, right - left);
  }

  /** The linear weight of source pixel {@code from}, in parts of 2 * newLength. */
  private static long tent(int from, int to, long length, long newLength) {
    long unit = 2 * newLength;
    long at = Math.max(0, Math.min((2L * to + 1) * length - newLength, (length - 1) * unit));
    return Math.max(0, unit - Math.abs(at - from * unit));
  }
}
