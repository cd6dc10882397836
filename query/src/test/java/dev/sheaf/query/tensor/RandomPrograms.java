package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Programs of random operations over all dtypes. */
final class RandomPrograms {
  /** A program with the shapes of its inputs. */
  record Case(TensorProgram program, List<Shape> shapes, boolean wild) {
    List<Tensor> inputs(Randomness random) {
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        DType dtype = program.inputs().get(i).type().dtype();
        inputs.add(Samples.random(random, dtype, shapes.get(i), wild));
      }
      return inputs;
    }
  }

  private static final List<DType> DTYPES = List.of(DType.values());
  private static final int[] LENGTHS = {0, 1, 1, 2, 3, 5, 7, 31, 32, 33, 65};
  private static final long MOST = 5000;

  private final Randomness random;
  private final ProgramBuilder builder = new ProgramBuilder();
  private final List<Value> values = new ArrayList<>();

  private RandomPrograms(Randomness random) {
    this.random = random;
  }

  /** Returns a program of a few inputs and up to a dozen operations. */
  static Case next(Randomness random) {
    return new RandomPrograms(random).build();
  }

  private Case build() {
    List<Shape> shapes = new ArrayList<>();
    boolean wild = random.chance(60);
    Shape common = shape();
    int inputs = 1 + random.below(3);
    for (int i = 0; i < inputs; i++) {
      Shape shape = random.chance(60) ? common : shape();
      shapes.add(shape);
      values.add(builder.input("x" + i, TensorType.of(random.pick(DTYPES), shape)));
    }
    if (random.chance(50)) {
      values.add(builder.constant(Samples.random(random, random.pick(DTYPES), common, wild)));
    }
    for (int i = 1 + random.below(12); i > 0; i--) {
      step();
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(values.get(values.size() - 1));
    while (random.chance(40)) {
      outputs.add(random.pick(values));
    }
    return new Case(builder.build(outputs.toArray(Value[]::new)), shapes, wild);
  }

  private Shape shape() {
    long[] dims = new long[random.chance(2) ? 1 : random.below(4)];
    long count = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = LENGTHS[random.below(LENGTHS.length)];
      if (count * dims[i] > MOST) {
        dims[i] = 1;
      }
      count *= dims[i];
    }
    return dims.length == 1 && random.chance(10) ? Shape.of(2100) : Shape.of(dims);
  }

  /** Adds an operation, or nothing where the operands do not fit. */
  private void step() {
    try {
      Value value = operation();
      if (value.type().shape().elementCount() <= MOST) {
        values.add(value);
      }
    } catch (QuerySyntaxException e) {
      if (!e.code().startsWith("SHEAF-TEN-")) {
        throw e;
      }
    }
  }

  private Value value() {
    int size = values.size();
    return values.get(random.chance(50) ? size - 1 : random.below(size));
  }

  private Value operand() {
    return switch (random.below(6)) {
      case 0 -> builder.literal(random.below(600) - 300);
      case 1 -> builder.literal(random.gaussian() * 3);
      default -> value();
    };
  }

  private int[] axes(Value x) {
    if (x.rank() == 0 || random.chance(40)) {
      return new int[0];
    }
    return new int[] {random.below(2 * x.rank()) - x.rank()};
  }

  private Value operation() {
    Value x = value();
    int rank = x.rank();
    return switch (random.below(30)) {
      case 0 -> builder.add(x, operand());
      case 1 -> builder.subtract(operand(), x);
      case 2 -> builder.multiply(x, operand());
      case 3 -> builder.divide(x, operand());
      case 4 -> builder.modulo(x, operand());
      case 5 -> random.chance(50) ? builder.minimum(x, operand()) : builder.maximum(operand(), x);
      case 6 -> comparison(x, operand());
      case 7 -> logic(x);
      case 8 -> builder.where(value(), x, operand());
      case 9, 10 -> unary(x);
      case 11 -> builder.cast(x, random.pick(DTYPES));
      case 12, 13, 14 -> builder.slice(x, slice(x));
      case 15 -> builder.transpose(x);
      case 16 -> builder.expandDims(x, random.below(rank + 1));
      case 17 -> random.chance(50) ? builder.flatten(x) : builder.reshape(x, 1, -1);
      case 18 -> builder.concat(List.of(x, value()), random.below(rank + 1) - 1);
      case 19 -> builder.gather(x, indices(x), rank - 1);
      case 20 -> builder.sum(x, axes(x));
      case 21 -> random.chance(50) ? builder.mean(x, axes(x)) : builder.prod(x, axes(x));
      case 22 -> random.chance(50) ? builder.std(x, axes(x)) : builder.var(x, axes(x));
      case 23 -> random.chance(50) ? builder.amin(x, axes(x)) : builder.amax(x, axes(x));
      case 24 -> random.chance(50) ? builder.argmin(x, axes(x)) : builder.argmax(x, axes(x));
      case 25 -> random.chance(50) ? builder.any(x, axes(x)) : builder.all(x, axes(x));
      case 26 -> product(x, value());
      case 27 -> random.chance(50) ? builder.shape(x) : builder.size(x);
      case 28 -> top(x);
      default -> image(x);
    };
  }

  private Value comparison(Value a, Value b) {
    return switch (random.below(6)) {
      case 0 -> builder.equal(a, b);
      case 1 -> builder.notEqual(a, b);
      case 2 -> builder.less(a, b);
      case 3 -> builder.lessOrEqual(a, b);
      case 4 -> builder.greater(a, b);
      default -> builder.greaterOrEqual(a, b);
    };
  }

  private Value logic(Value x) {
    return switch (random.below(3)) {
      case 0 -> builder.and(x, value());
      case 1 -> builder.or(x, value());
      default -> builder.not(x);
    };
  }

  private Value unary(Value x) {
    return switch (random.below(9)) {
      case 0 -> builder.negate(x);
      case 1 -> builder.abs(x);
      case 2 -> builder.sqrt(x);
      case 3 -> builder.exp(x);
      case 4 -> builder.log(x);
      case 5 -> builder.round(x);
      case 6 -> builder.floor(x);
      case 7 -> builder.ceil(x);
      default -> builder.clip(x, builder.literal(-2), builder.literal(100));
    };
  }

  private Value product(Value a, Value b) {
    return switch (random.below(9)) {
      case 0 -> builder.dot(a, b);
      case 1 -> builder.matmul(a, builder.transpose(b));
      case 2 -> builder.l2Distance(a, b);
      case 3 -> builder.l1Distance(a, b);
      case 4 -> builder.cosineDistance(a, b);
      case 5 -> builder.innerProduct(a, b);
      case 6 -> builder.hamming(a, b);
      case 7 -> builder.norm(a, random.oneOf(1.0, 2.0, Double.POSITIVE_INFINITY));
      default -> builder.normalize(a);
    };
  }

  private Value top(Value x) {
    if (random.chance(40)) {
      return builder.histogram(x, 1 + random.below(9), -3, random.oneOf(3.0, 0.7, 255.0));
    }
    int k = random.below(4);
    int axis = random.below(2 * x.rank() + 1) - x.rank();
    return random.chance(50)
        ? builder.topValues(x, k, axis, random.chance(50))
        : builder.topIndices(x, k, axis, random.chance(50));
  }

  private Value image(Value x) {
    Interpolation interpolation = random.oneOf(Interpolation.AREA, Interpolation.BILINEAR);
    return builder.resize(
        builder.cast(x, DType.UINT8), 1 + random.below(9), 1 + random.below(9), interpolation);
  }

  private Value indices(Value x) {
    if (x.rank() == 0) {
      throw ShapeError.of(ShapeError.INDEX, "no axis", "");
    }
    int length = (int) x.type().dims().get(x.rank() - 1).length();
    if (length == 0) {
      throw ShapeError.of(ShapeError.INDEX, "no positions", "");
    }
    double[] positions = new double[random.below(6)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = random.below(2 * length) - length;
    }
    return builder.constant(Samples.vector(DType.INT64, positions));
  }

  private Slice slice(Value x) {
    List<Slice.Part> parts = new ArrayList<>();
    boolean open = random.chance(30);
    for (Dim dim : x.type().dims()) {
      if (random.chance(15)) {
        parts.add(new Slice.NewAxis());
      }
      if (open && random.chance(30)) {
        parts.add(new Slice.Ellipsis());
        open = false;
        break;
      }
      int length = (int) dim.length();
      if (length > 0 && random.chance(25)) {
        parts.add(new Slice.Index(random.below(2 * length) - length));
      } else {
        parts.add(
            new Slice.Range(end(length), end(length), random.oneOf(1L, 1L, 2L, 3L, -1L, -2L)));
      }
    }
    return new Slice(parts);
  }

  private OptionalLong end(int length) {
    return random.chance(40)
        ? OptionalLong.empty()
        : OptionalLong.of(random.below(2 * length + 5) - length - 2);
  }
}
