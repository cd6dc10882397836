package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.DType.Kind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.tensor.Literals;
import dev.sheaf.query.internal.tensor.Sha256;
import dev.sheaf.query.tensor.Attribute.Axes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The operations of a program under construction, each on the same operands only once: brings
 * operands to a dtype, infers types, numbers values. What functions are made of these is up to
 * {@link ProgramBuilder}. For one thread.
 */
final class Operations {
  private record Key(
      Op op, Attribute attribute, List<Integer> operands, TensorType type, boolean weak) {}

  private final List<Value> values = new ArrayList<>();
  private final Map<Key, Value> known = new HashMap<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();

  /** Returns the inputs in the order in which they were added. */
  List<Value> inputs() {
    return List.copyOf(inputs.values());
  }

  Value input(String name, TensorType type) {
    if (inputs.containsKey(name)) {
      throw ShapeError.of(
          ShapeError.ARGUMENT, "There is already an input \"" + name + "\"", "Use another name");
    }
    Value value = add(Op.INPUT, new Attribute.Name(name), List.of(), type, false);
    inputs.put(name, value);
    return value;
  }

  Value literal(long value) {
    return constant(single(DType.INT64, value, 0), true);
  }

  Value literal(double value) {
    return constant(single(DType.FLOAT64, 0, value), true);
  }

  Value literal(boolean value) {
    return constant(single(DType.BOOL, value ? 1 : 0, 0), false);
  }

  Value cast(Value x, DType dtype) {
    if (x.dtype() == dtype && !x.weak) {
      return x;
    }
    if (x.weak && x.op == Op.CONSTANT) {
      return constant(literalAs(x, dtype), false);
    }
    if (x.dtype() == dtype) {
      return x;
    }
    return derive(Op.CAST, Attribute.NONE, dtype, x);
  }

  /** Adds an operation on two tensors of one shape, brought to {@code dtype}. */
  Value exact(String function, Op op, DType dtype, Value a, Value b) {
    return derive(op, new Attribute.Exact(function), dtype, cast(a, dtype), cast(b, dtype));
  }

  Value arithmetic(Op op, Value a, Value b) {
    DType dtype = common(a, b);
    return binary(op, dtype == DType.BOOL ? DType.UINT8 : Promotion.unpacked(dtype), a, b);
  }

  Value binary(Op op, DType dtype, Value a, Value b) {
    boolean literals = a.weak && b.weak;
    Value left = literals ? adapt(a, dtype) : cast(a, dtype);
    Value right = literals ? adapt(b, dtype) : cast(b, dtype);
    return derive(op, Attribute.NONE, dtype, left, right);
  }

  /** Casts but leaves a literal one, so that it still gives way. */
  Value adapt(Value x, DType dtype) {
    if (!x.weak) {
      return cast(x, dtype);
    }
    if (x.dtype() == dtype) {
      return x;
    }
    return x.op == Op.CONSTANT
        ? constant(literalAs(x, dtype), true)
        : add(Op.CAST, Attribute.NONE, List.of(x), x.type.with(dtype), true);
  }

  Value compare(Op op, Value a, Value b) {
    DType dtype = common(a, b);
    return derive(op, Attribute.NONE, DType.BOOL, cast(a, dtype), cast(b, dtype));
  }

  Value unary(Op op, Value x) {
    return derive(op, Attribute.NONE, x.dtype(), x);
  }

  Value number(String function, Value x) {
    if (x.dtype() == DType.BOOL) {
      throw ShapeError.of(
          ShapeError.DTYPE, function + " of bool", "Cast it first, for example to int8");
    }
    return x.dtype().isPacked() ? cast(x, Promotion.unpacked(x.dtype())) : x;
  }

  Value fraction(Value x) {
    return adapt(x, Promotion.quotient(x.dtype()));
  }

  /** Returns the dtype in which two operands meet, literals giving way. */
  DType common(Value a, Value b) {
    if (a.weak == b.weak) {
      return Promotion.promote(a.dtype(), b.dtype());
    }
    Value weak = a.weak ? a : b;
    DType strong = (a.weak ? b : a).dtype();
    if (weak.dtype().kind() == Kind.FLOAT) {
      return Promotion.withFraction(strong);
    }
    if (weak.op == Op.CONSTANT) {
      return Promotion.withLiteral(strong, weak.constant().data().getLong(0));
    }
    return Promotion.withLiteral(strong, 0);
  }

  private static Tensor literalAs(Value literal, DType dtype) {
    ByteBuffer data = literal.constant().data();
    return literal.dtype() == DType.INT64
        ? Literals.of(dtype, data.getLong(0))
        : Literals.of(dtype, data.getDouble(0));
  }

  private static Tensor single(DType dtype, long integer, double fraction) {
    ByteBuffer data = ByteBuffer.allocate((int) dtype.byteLength(1)).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case BOOL -> data.put(0, (byte) integer);
      case INT64 -> data.putLong(0, integer);
      default -> data.putDouble(0, fraction);
    }
    return Tensor.of(dtype, Shape.of(), data);
  }

  Value constant(Tensor tensor, boolean weak) {
    TensorType type = TensorType.of(tensor.dtype(), tensor.shape());
    Attribute attribute = new Attribute.Constant(tensor, Sha256.hex(tensor.data()));
    return add(Op.CONSTANT, attribute, List.of(), type, weak);
  }

  Value derive(Op op, Attribute attribute, DType dtype, Value... operands) {
    List<Value> all = List.of(operands);
    all.forEach(this::own);
    List<Dim> dims = Inference.dims(op, attribute, all.stream().map(Value::type).toList());
    boolean weak =
        dtype.kind() != Kind.BOOL
            && op.family != Op.Family.SOURCE
            && op != Op.CAST
            && all.stream().allMatch(operand -> operand.weak);
    return add(op, attribute, all, new TensorType(dtype, dims), weak);
  }

  void own(Value value) {
    if (value.owner != this) {
      throw new IllegalArgumentException("the value belongs to another builder: " + value);
    }
  }

  Value add(Op op, Attribute attribute, List<Value> operands, TensorType type, boolean weak) {
    Key key = new Key(op, attribute, operands.stream().map(v -> v.id).toList(), type, weak);
    return known.computeIfAbsent(
        key,
        k -> {
          Value value = new Value(this, values.size(), op, attribute, operands, type, weak);
          values.add(value);
          return value;
        });
  }

  /** Returns axes of a value, all of them when none is named, counted from 0 and in order. */
  static Axes axes(String function, Value x, boolean keep, int... axes) {
    if (axes.length == 0) {
      return new Axes(IntStream.range(0, x.rank()).boxed().toList(), keep);
    }
    List<Integer> all = new ArrayList<>();
    for (int axis : axes) {
      all.add(Inference.axis(function, x.type, axis, x.rank()));
    }
    Set<Integer> distinct = Set.copyOf(all);
    if (distinct.size() != all.size()) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "Axes " + Arrays.toString(axes) + " of " + function + " name one axis twice",
          "Name each axis once");
    }
    return new Axes(all.stream().sorted().toList(), keep);
  }
}
