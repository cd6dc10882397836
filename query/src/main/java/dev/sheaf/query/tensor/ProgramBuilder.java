package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.DType.Kind;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.tensor.Attribute.Axes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Builds a {@link TensorProgram}. Every method adds an operation and returns its result; shapes and
 * dtypes are inferred and checked at once. The same operation on the same operands is added once.
 *
 * <p>Operands of two-sided operations are brought to one dtype by {@link Promotion} and to one
 * shape by NumPy's broadcasting. Literals ({@link #literal}) take the dtype of their partner: an
 * integer literal that of any partner which holds it, a fraction that of any float.
 *
 * <p>An axis counts from 0, or from -1 backwards. All methods throw {@link
 * dev.sheaf.format.QuerySyntaxException} with code {@code SHEAF-TEN-001} (shapes), {@code -002}
 * (dtypes), {@code -003} (slices, indices, axes) or {@code -004} (other arguments). Not for use by
 * several threads at once.
 */
public final class ProgramBuilder {
  private final Operations operations = new Operations();

  /** Creates an empty builder. */
  public ProgramBuilder() {}

  // Sources.

  /**
   * Adds an input; its axes may be symbols. Inputs are given to a run in the order in which they
   * were added.
   */
  public Value input(String name, TensorType type) {
    return operations.input(name, type);
  }

  /** Adds a constant, the same for every row. */
  public Value constant(Tensor tensor) {
    return operations.constant(tensor, false);
  }

  /** Adds an integer literal. */
  public Value literal(long value) {
    return operations.literal(value);
  }

  /** Adds a literal with a fraction. */
  public Value literal(double value) {
    return operations.literal(value);
  }

  /** Adds a truth value. */
  public Value literal(boolean value) {
    return operations.literal(value);
  }

  /** Adds the axis lengths of a value: {@code int64[rank]}. */
  public Value shape(Value x) {
    return operations.derive(Op.SHAPE, Attribute.NONE, DType.INT64, x);
  }

  /** Adds the number of elements of a value, or along the given axes: {@code int64[]}. */
  public Value size(Value x, int... axes) {
    return operations.derive(Op.COUNT, Operations.axes("size", x, false, axes), DType.INT64, x);
  }

  // Element-wise.

  /** Adds a + b; integers wrap. */
  public Value add(Value a, Value b) {
    return operations.arithmetic(Op.ADD, a, b);
  }

  /** Adds a - b; integers wrap. */
  public Value subtract(Value a, Value b) {
    return operations.arithmetic(Op.SUB, a, b);
  }

  /** Adds a * b; integers wrap. */
  public Value multiply(Value a, Value b) {
    return operations.arithmetic(Op.MUL, a, b);
  }

  /** Adds the IEEE quotient; of two integers in float64. */
  public Value divide(Value a, Value b) {
    DType common = operations.common(a, b);
    return operations.binary(Op.DIV, Promotion.quotient(common), a, b);
  }

  /**
   * Adds the remainder, with the sign of b as in NumPy; 0 for an integer b of 0, NaN for a float.
   */
  public Value modulo(Value a, Value b) {
    return operations.arithmetic(Op.MOD, a, b);
  }

  /** Adds the smaller of each pair, NaN if one is. */
  public Value minimum(Value a, Value b) {
    return operations.binary(Op.MIN, operations.common(a, b), a, b);
  }

  /** Adds the greater of each pair, NaN if one is. */
  public Value maximum(Value a, Value b) {
    return operations.binary(Op.MAX, operations.common(a, b), a, b);
  }

  /** Adds a = b as bool. */
  public Value equal(Value a, Value b) {
    return operations.compare(Op.EQ, a, b);
  }

  /** Adds a != b as bool; true where one is NaN. */
  public Value notEqual(Value a, Value b) {
    return operations.compare(Op.NE, a, b);
  }

  /** Adds a &lt; b as bool. */
  public Value less(Value a, Value b) {
    return operations.compare(Op.LT, a, b);
  }

  /** Adds a &lt;= b as bool. */
  public Value lessOrEqual(Value a, Value b) {
    return operations.compare(Op.LE, a, b);
  }

  /** Adds a &gt; b as bool. */
  public Value greater(Value a, Value b) {
    return operations.compare(Op.GT, a, b);
  }

  /** Adds a &gt;= b as bool. */
  public Value greaterOrEqual(Value a, Value b) {
    return operations.compare(Op.GE, a, b);
  }

  /** Adds the logical and; an operand that is no bool is true where it is not zero. */
  public Value and(Value a, Value b) {
    return operations.binary(Op.AND, DType.BOOL, a, b);
  }

  /** Adds the logical or; an operand that is no bool is true where it is not zero. */
  public Value or(Value a, Value b) {
    return operations.binary(Op.OR, DType.BOOL, a, b);
  }

  /** Adds the logical not; an operand that is no bool is true where it is not zero. */
  public Value not(Value x) {
    return operations.derive(Op.NOT, Attribute.NONE, DType.BOOL, cast(x, DType.BOOL));
  }

  /** Adds the elements of a where {@code condition} is true, of b elsewhere. */
  public Value where(Value condition, Value a, Value b) {
    DType dtype = operations.common(a, b);
    return operations.derive(
        Op.WHERE,
        Attribute.NONE,
        dtype,
        cast(condition, DType.BOOL),
        cast(a, dtype),
        cast(b, dtype));
  }

  /** Adds -x; unsigned integers wrap. */
  public Value negate(Value x) {
    if (x.weak && x.op == Op.CONSTANT) {
      ByteBuffer data = x.constant().data();
      return x.dtype() == DType.INT64 ? literal(-data.getLong(0)) : literal(-data.getDouble(0));
    }
    return operations.unary(Op.NEG, operations.number("negate", x));
  }

  /** Adds the magnitude; the least signed integer stays itself. */
  public Value abs(Value x) {
    return operations.unary(Op.ABS, operations.number("abs", x));
  }

  /** Adds the square root; of integers in float64; NaN below zero. */
  public Value sqrt(Value x) {
    return operations.unary(Op.SQRT, operations.fraction(x));
  }

  /** Adds the exponential; of integers in float64. */
  public Value exp(Value x) {
    return operations.unary(Op.EXP, operations.fraction(x));
  }

  /** Adds the natural logarithm; of integers in float64; NaN below zero. */
  public Value log(Value x) {
    return operations.unary(Op.LOG, operations.fraction(x));
  }

  /** Adds the nearest integer as a number of the same dtype, ties to even. */
  public Value round(Value x) {
    return operations.unary(Op.ROUND, operations.number("round", x));
  }

  /** Adds the greatest integer not above, as a number of the same dtype. */
  public Value floor(Value x) {
    return operations.unary(Op.FLOOR, operations.number("floor", x));
  }

  /** Adds the least integer not below, as a number of the same dtype. */
  public Value ceil(Value x) {
    return operations.unary(Op.CEIL, operations.number("ceil", x));
  }

  /** Adds min(max(x, low), high). */
  public Value clip(Value x, Value low, Value high) {
    return minimum(maximum(x, low), high);
  }

  /** Adds whether each element is NaN; never for integers. */
  public Value isNan(Value x) {
    return notEqual(x, x);
  }

  /**
   * Adds x in another dtype: to bool whether it is not zero; integers keep their low bits; a float
   * goes to an integer towards zero and clamped, NaN to 0; to a float the nearest, ties to even.
   */
  public Value cast(Value x, DType dtype) {
    return operations.cast(x, dtype);
  }

  // Positions.

  /** Adds a part of x, as NumPy's brackets give it. */
  public Value slice(Value x, Slice slice) {
    return operations.derive(Op.SLICE, new Attribute.Parts(slice), x.dtype(), x);
  }

  /** Adds x with other axis lengths over the same elements in C order; one length may be -1. */
  public Value reshape(Value x, long... lengths) {
    long open = Arrays.stream(lengths).filter(length -> length == -1).count();
    if (open > 1 || Arrays.stream(lengths).anyMatch(length -> length < -1)) {
      throw ShapeError.of(
          ShapeError.ARGUMENT,
          "Cannot reshape to " + Arrays.toString(lengths),
          "Lengths are 0 or more, and at most one is -1");
    }
    return operations.derive(
        Op.RESHAPE, new Attribute.Lengths(Arrays.stream(lengths).boxed().toList()), x.dtype(), x);
  }

  /** Adds x as one axis. */
  public Value flatten(Value x) {
    return reshape(x, -1);
  }

  /** Adds x with its axes in this order, or reversed when none is given. */
  public Value transpose(Value x, int... order) {
    int rank = x.rank();
    List<Integer> axes = new ArrayList<>();
    if (order.length == 0) {
      IntStream.range(0, rank).forEach(axis -> axes.add(rank - 1 - axis));
    } else {
      for (int axis : order) {
        axes.add(Inference.axis("transpose", x.type, axis, rank));
      }
    }
    if (axes.size() != rank || new HashSet<>(axes).size() != rank) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "Cannot transpose " + x.type + " by " + Arrays.toString(order),
          "Name each axis once");
    }
    return operations.derive(Op.TRANSPOSE, new Axes(axes, false), x.dtype(), x);
  }

  /** Adds x with a new axis of length 1 before {@code axis}; -1 appends it. */
  public Value expandDims(Value x, int axis) {
    int at = Inference.axis("expand_dims", x.type, axis, x.rank() + 1);
    return operations.derive(Op.EXPAND_DIMS, new Axes(List.of(at), false), x.dtype(), x);
  }

  /** Adds the tensors joined along an existing axis. */
  public Value concat(List<Value> parts, int axis) {
    if (parts.isEmpty()) {
      throw ShapeError.of(ShapeError.ARGUMENT, "concat of no tensors", "Give at least one");
    }
    DType dtype = parts.get(0).dtype();
    for (Value part : parts) {
      dtype = Promotion.promote(dtype, part.dtype());
      if (part.rank() != parts.get(0).rank()) {
        throw ShapeError.of(
            ShapeError.SHAPE,
            "Cannot concat " + parts.get(0).type + " and " + part.type,
            "They need the same number of axes");
      }
    }
    int at = Inference.axis("concat", parts.get(0).type, axis, parts.get(0).rank());
    DType common = dtype;
    Value[] operands = parts.stream().map(part -> cast(part, common)).toArray(Value[]::new);
    return operations.derive(Op.CONCAT, new Axes(List.of(at), false), common, operands);
  }

  /**
   * Adds the slices of x at the integer positions {@code indices} of an axis, whose place the axes
   * of {@code indices} take; negative positions count from the end, others are an error of the run.
   */
  public Value gather(Value x, Value indices, int axis) {
    if (indices.dtype().kind() == Kind.FLOAT || indices.dtype().kind() == Kind.BOOL) {
      throw ShapeError.of(
          ShapeError.DTYPE,
          "Indices of gather are " + indices.dtype().id(),
          "Use integers, for example cast(indices, int64)");
    }
    int at = Inference.axis("gather", x.type, axis, x.rank());
    return operations.derive(
        Op.GATHER, new Axes(List.of(at), false), x.dtype(), x, cast(indices, DType.INT64));
  }

  // Reductions.

  /**
   * Adds the sum along the given axes, or of all elements: in int64, uint64, float32 or float64
   * ({@link Promotion#sum}); 0 when there are none.
   */
  public Value sum(Value x, int... axes) {
    return reduce(Op.SUM, cast(x, Promotion.sum(x.dtype())), false, axes);
  }

  /** Adds the product; dtypes as those of the sum; 1 when there are no elements. */
  public Value prod(Value x, int... axes) {
    return reduce(Op.PROD, cast(x, Promotion.sum(x.dtype())), false, axes);
  }

  /** Adds the mean: the sum by the number; float32 or float64; NaN when there are no elements. */
  public Value mean(Value x, int... axes) {
    return mean(x, false, axes);
  }

  /**
   * Adds the mean squared distance from the mean (divided by n, not n - 1); float32 or float64; NaN
   * when there are no elements.
   */
  public Value var(Value x, int... axes) {
    Value real =
        x.dtype().kind() == Kind.FLOAT ? cast(x, Promotion.sum(x.dtype())) : operations.fraction(x);
    Value distance = subtract(real, mean(real, true, axes));
    return mean(multiply(distance, distance), false, axes);
  }

  /** Adds the square root of {@link #var}. */
  public Value std(Value x, int... axes) {
    return sqrt(var(x, axes));
  }

  /** Adds the least element, NaN if there is one; an error when there are no elements. */
  public Value amin(Value x, int... axes) {
    return reduce(Op.AMIN, x, false, axes);
  }

  /** Adds the greatest element, NaN if there is one; an error when there are no elements. */
  public Value amax(Value x, int... axes) {
    return reduce(Op.AMAX, x, false, axes);
  }

  /**
   * Adds the int64 position of the first least element along one axis, or in C order; a NaN is less
   * than everything here. An error when there are no elements.
   */
  public Value argmin(Value x, int... axes) {
    return position(Op.ARGMIN, x, axes);
  }

  /** Adds the int64 position of the first greatest element; a NaN is greater than everything. */
  public Value argmax(Value x, int... axes) {
    return position(Op.ARGMAX, x, axes);
  }

  /** Adds whether one element is true; false when there are none. */
  public Value any(Value x, int... axes) {
    return reduce(Op.ANY, cast(x, DType.BOOL), false, axes);
  }

  /** Adds whether all elements are true; true when there are none. */
  public Value all(Value x, int... axes) {
    return reduce(Op.ALL, cast(x, DType.BOOL), false, axes);
  }

  // Products, norms, distances.

  /**
   * Adds the sum of products of two vectors, or the matrix product where one operand has two axes.
   * Integers are summed in int64 or uint64.
   */
  public Value dot(Value a, Value b) {
    if (a.rank() == 1 && b.rank() == 1) {
      DType dtype = Promotion.sum(operations.common(a, b));
      return sum(operations.exact("dot", Op.MUL, dtype, a, b));
    }
    return matmul(a, b);
  }

  /**
   * Adds the product of {@code [m, k]} and {@code [k, n]}; a vector stands for one row or column.
   */
  public Value matmul(Value a, Value b) {
    if (a.rank() < 1 || b.rank() < 1 || a.rank() > 2 || b.rank() > 2) {
      throw ShapeError.of(
          ShapeError.SHAPE,
          "Cannot multiply " + a.type + " by " + b.type,
          "matmul takes vectors and matrices; use * for element-wise products");
    }
    DType dtype = Promotion.sum(operations.common(a, b));
    Value left = a.rank() == 1 ? expandDims(a, 0) : a;
    Value right = b.rank() == 1 ? expandDims(b, 1) : b;
    Value product =
        operations.derive(Op.MATMUL, Attribute.NONE, dtype, cast(left, dtype), cast(right, dtype));
    List<Slice.Part> parts = new ArrayList<>();
    parts.add(a.rank() == 1 ? new Slice.Index(0) : Slice.all());
    parts.add(b.rank() == 1 ? new Slice.Index(0) : Slice.all());
    return a.rank() == 2 && b.rank() == 2 ? product : slice(product, new Slice(parts));
  }

  /** Adds the sum of products of all elements of two tensors of one shape, as a float. */
  public Value innerProduct(Value a, Value b) {
    return sum(operations.exact("inner_product", Op.MUL, distance(a, b), a, b));
  }

  /** Adds the Euclidean distance of two tensors of one shape. */
  public Value l2Distance(Value a, Value b) {
    Value difference = operations.exact("l2_distance", Op.SUB, distance(a, b), a, b);
    return sqrt(sum(multiply(difference, difference)));
  }

  /** Adds the sum of the magnitudes of the differences. */
  public Value l1Distance(Value a, Value b) {
    return sum(abs(operations.exact("l1_distance", Op.SUB, distance(a, b), a, b)));
  }

  /**
   * Adds 1 - a·b / (|a| |b|): from 0 to 2 but for rounding, NaN when one of them is zero
   * throughout.
   */
  public Value cosineDistance(Value a, Value b) {
    DType dtype = distance(a, b);
    Value product = sum(operations.exact("cosine_distance", Op.MUL, dtype, a, b));
    Value norms = multiply(norm(cast(a, dtype), 2), norm(cast(b, dtype), 2));
    return subtract(literal(1), divide(product, norms));
  }

  /** Adds the number of bits in which two tensors of one integer or bool dtype differ, as int64. */
  public Value hamming(Value a, Value b) {
    DType dtype = a.dtype() == b.dtype() ? a.dtype() : operations.common(a, b);
    if (dtype.kind() == Kind.FLOAT) {
      throw ShapeError.of(
          ShapeError.DTYPE,
          "hamming of " + a.dtype().id() + " and " + b.dtype().id(),
          "It counts bits of integers; compare floats with a threshold first");
    }
    Value bits = operations.exact("hamming", Op.XOR, dtype, a, b);
    return cast(sum(operations.derive(Op.POPCOUNT, Attribute.NONE, dtype, bits)), DType.INT64);
  }

  /**
   * Adds the norm of all elements.
   *
   * @param p 1, 2 or {@link Double#POSITIVE_INFINITY}
   */
  public Value norm(Value x, double p) {
    Value real = cast(x, Promotion.distance(x.dtype()));
    if (p == 1) {
      return sum(abs(real));
    } else if (p == 2) {
      return sqrt(sum(multiply(real, real)));
    } else if (p == Double.POSITIVE_INFINITY) {
      return amax(abs(real));
    }
    throw ShapeError.of(ShapeError.ARGUMENT, "There is no norm for p=" + p, "Use 1, 2 or infinity");
  }

  /** Adds x divided by its Euclidean norm; zero throughout stays zero. */
  public Value normalize(Value x) {
    Value norm = norm(x, 2);
    Value divisor = where(equal(norm, literal(0)), literal(1), norm);
    return divide(cast(x, Promotion.distance(x.dtype())), divisor);
  }

  // Others.

  /**
   * Adds how many elements fall into each of {@code bins} equal intervals from {@code low} to
   * {@code high}: {@code int64[bins]}. Intervals are half-open but for the last, as in NumPy;
   * elements outside, and NaN, are not counted.
   */
  public Value histogram(Value x, int bins, double low, double high) {
    if (bins < 1 || bins > 1 << 20 || !(low < high) || Double.isInfinite(high - low)) {
      throw ShapeError.of(
          ShapeError.ARGUMENT,
          "No histogram with " + bins + " bins from " + low + " to " + high,
          "Use 1 to 1048576 bins and a finite range with low < high");
    }
    return operations.derive(
        Op.HISTOGRAM, new Attribute.Bins(bins, low, high), DType.INT64, cast(x, DType.FLOAT64));
  }

  /**
   * Adds the k greatest elements of an axis in descending order, or the k least in ascending order;
   * of equal ones the first comes first; NaN comes last.
   */
  public Value topValues(Value x, int k, int axis, boolean greatest) {
    return operations.derive(Op.TOPK_VALUES, top(x, k, axis, greatest), x.dtype(), x);
  }

  /** Adds the int64 positions of {@link #topValues} along the axis. */
  public Value topIndices(Value x, int k, int axis, boolean greatest) {
    return operations.derive(Op.TOPK_INDICES, top(x, k, axis, greatest), DType.INT64, x);
  }

  /** Adds an image {@code uint8[h, w]} or {@code uint8[h, w, c]} in another size. */
  public Value resize(Value image, int height, int width, Interpolation interpolation) {
    if (image.dtype() != DType.UINT8 || image.rank() < 2 || image.rank() > 3) {
      throw ShapeError.of(
          ShapeError.DTYPE,
          "Cannot resize " + image.type,
          "An image is uint8[h, w] or uint8[h, w, c]; cast and clip first");
    }
    if (height < 1 || width < 1 || height > 1 << 16 || width > 1 << 16) {
      throw ShapeError.of(
          ShapeError.ARGUMENT,
          "Cannot resize to " + height + " x " + width,
          "Height and width go from 1 to 65536");
    }
    return operations.derive(
        Op.RESIZE, new Attribute.Size(height, width, interpolation), DType.UINT8, image);
  }

  /**
   * Returns the program that computes these values. Literals among them are int64 or float64.
   *
   * @throws IllegalArgumentException if there are none, or one is of another builder
   */
  public TensorProgram build(Value... outputs) {
    if (outputs.length == 0) {
      throw new IllegalArgumentException("no outputs");
    }
    for (Value output : outputs) {
      operations.own(output);
    }
    return TensorProgram.of(operations.inputs(), List.of(outputs));
  }

  private Value mean(Value x, boolean keep, int... axes) {
    DType total = Promotion.sum(x.dtype());
    Value sum = reduce(Op.SUM, cast(x, total), keep, axes);
    DType dtype = Promotion.quotient(total);
    return operations.derive(
        Op.DIV, Attribute.NONE, dtype, cast(sum, dtype), cast(size(x, axes), dtype));
  }

  private Value position(Op op, Value x, int... axes) {
    if (axes.length > 1) {
      throw ShapeError.of(
          ShapeError.ARGUMENT,
          op.id() + " along " + axes.length + " axes",
          "Name one axis, or none for the position in C order");
    }
    return operations.derive(op, Operations.axes(op.id(), x, false, axes), DType.INT64, x);
  }

  private Value reduce(Op op, Value x, boolean keep, int... axes) {
    return operations.derive(op, Operations.axes(op.id(), x, keep, axes), x.dtype(), x);
  }

  private static Attribute top(Value x, int k, int axis, boolean greatest) {
    if (k < 0) {
      throw ShapeError.of(ShapeError.ARGUMENT, "k=" + k + " is negative", "Use 0 or more");
    }
    return new Attribute.Top(k, Inference.axis("topk", x.type, axis, x.rank()), greatest);
  }

  private static DType distance(Value a, Value b) {
    return Promotion.promote(Promotion.distance(a.dtype()), Promotion.distance(b.dtype()));
  }
}
