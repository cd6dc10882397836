package dev.sheaf.query.internal.functions;

import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.tensor.Interpolation;
import dev.sheaf.query.tensor.ProgramBuilder;
import dev.sheaf.query.tensor.Slice;
import dev.sheaf.query.tensor.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The functions of tensors, by name in upper case. Stateless. */
final class TensorCatalog {
  /** Those that are called by a name which nothing else has. */
  private static final Map<String, TensorFunction> OWN = new TreeMap<>();

  /** Those that are meant only when an argument is a tensor. */
  private static final Map<String, TensorFunction> SHARED = new TreeMap<>();

  static final TensorFunction SLICE =
      new TensorFunction(
          "SLICE",
          2,
          2,
          (b, x) -> b.slice(x.get(0).tensor("slice"), Slice.parse(x.get(1).text("slice"))));

  private TensorCatalog() {}

  /** Applies a function of two values. */
  private interface Two {
    Value add(ProgramBuilder b, Value x, Value y);
  }

  /** Applies a function of one value. */
  private interface One {
    Value add(ProgramBuilder b, Value x);
  }

  /** Applies a function of one value along axes. */
  private interface Along {
    Value add(ProgramBuilder b, Value x, int... axes);
  }

  static {
    two(SHARED, "+", ProgramBuilder::add);
    two(SHARED, "-", ProgramBuilder::subtract);
    two(SHARED, "*", ProgramBuilder::multiply);
    two(SHARED, "/", ProgramBuilder::divide);
    two(SHARED, "%", ProgramBuilder::modulo);
    two(SHARED, "MOD", ProgramBuilder::modulo);
    two(SHARED, "=", ProgramBuilder::equal);
    two(SHARED, "<>", ProgramBuilder::notEqual);
    two(SHARED, "!=", ProgramBuilder::notEqual);
    two(SHARED, "<", ProgramBuilder::less);
    two(SHARED, "<=", ProgramBuilder::lessOrEqual);
    two(SHARED, ">", ProgramBuilder::greater);
    two(SHARED, ">=", ProgramBuilder::greaterOrEqual);
    one(SHARED, "ABS", ProgramBuilder::abs);
    one(SHARED, "SQRT", ProgramBuilder::sqrt);
    one(SHARED, "EXP", ProgramBuilder::exp);
    one(SHARED, "LN", ProgramBuilder::log);
    one(SHARED, "FLOOR", ProgramBuilder::floor);
    one(SHARED, "CEIL", ProgramBuilder::ceil);
    one(SHARED, "ROUND", ProgramBuilder::round);
    along(SHARED, "SUM", ProgramBuilder::sum);

    along(OWN, "MEAN", ProgramBuilder::mean);
    along(OWN, "STD", ProgramBuilder::std);
    along(OWN, "VAR", ProgramBuilder::var);
    along(OWN, "PROD", ProgramBuilder::prod);
    along(OWN, "AMIN", ProgramBuilder::amin);
    along(OWN, "AMAX", ProgramBuilder::amax);
    along(OWN, "ARGMIN", ProgramBuilder::argmin);
    along(OWN, "ARGMAX", ProgramBuilder::argmax);
    along(OWN, "ANY", ProgramBuilder::any);
    along(OWN, "ALL", ProgramBuilder::all);
    along(OWN, "SIZE", ProgramBuilder::size);
    one(OWN, "SHAPE", ProgramBuilder::shape);
    one(OWN, "NDIM", (b, x) -> b.literal((long) x.rank()));
    one(OWN, "NORMALIZE", ProgramBuilder::normalize);
    one(OWN, "FLATTEN", ProgramBuilder::flatten);
    two(OWN, "DOT", ProgramBuilder::dot);
    two(OWN, "MATMUL", ProgramBuilder::matmul);
    two(OWN, "INNER_PRODUCT", ProgramBuilder::innerProduct);
    two(OWN, "L2_DISTANCE", ProgramBuilder::l2Distance);
    two(OWN, "L1_DISTANCE", ProgramBuilder::l1Distance);
    two(OWN, "COSINE_DISTANCE", ProgramBuilder::cosineDistance);
    two(OWN, "HAMMING", ProgramBuilder::hamming);
    add(OWN, SLICE);
    add(
        OWN,
        new TensorFunction(
            "NORM",
            1,
            2,
            (b, x) ->
                b.norm(
                    x.get(0).tensor("norm"),
                    x.size() > 1 ? x.get(1).number("the order of norm") : 2)));
    add(
        OWN,
        new TensorFunction(
            "CLIP",
            3,
            3,
            (b, x) ->
                b.clip(x.get(0).tensor("clip"), x.get(1).tensor("clip"), x.get(2).tensor("clip"))));
    add(
        OWN,
        new TensorFunction(
            "HISTOGRAM",
            4,
            4,
            (b, x) ->
                b.histogram(
                    x.get(0).tensor("histogram"),
                    x.get(1).whole("the number of bins"),
                    x.get(2).number("the low end of histogram"),
                    x.get(3).number("the high end of histogram"))));
    add(
        OWN,
        new TensorFunction(
            "RESIZE",
            3,
            4,
            (b, x) ->
                b.resize(
                    x.get(0).tensor("resize"),
                    x.get(1).whole("the height of resize"),
                    x.get(2).whole("the width of resize"),
                    x.size() > 3
                        ? Interpolation.of(x.get(3).text("the interpolation"))
                        : Interpolation.AREA)));
  }

  private static void add(Map<String, TensorFunction> map, TensorFunction function) {
    map.put(function.getName(), function);
  }

  private static void one(Map<String, TensorFunction> map, String name, One one) {
    String shown = name.toLowerCase(java.util.Locale.ROOT);
    add(map, new TensorFunction(name, 1, 1, (b, x) -> one.add(b, x.get(0).tensor(shown))));
  }

  private static void two(Map<String, TensorFunction> map, String name, Two two) {
    String shown = name.toLowerCase(java.util.Locale.ROOT);
    add(
        map,
        new TensorFunction(
            name, 2, 2, (b, x) -> two.add(b, x.get(0).tensor(shown), x.get(1).tensor(shown))));
  }

  private static void along(Map<String, TensorFunction> map, String name, Along along) {
    String shown = name.toLowerCase(java.util.Locale.ROOT);
    add(
        map,
        new TensorFunction(
            name,
            1,
            2,
            (b, x) ->
                x.size() > 1
                    ? along.add(b, x.get(0).tensor(shown), x.get(1).whole("the axis of " + shown))
                    : along.add(b, x.get(0).tensor(shown))));
  }

  /** Returns the function of a name that nothing else has, or null. */
  static TensorFunction own(String name) {
    return OWN.get(name);
  }

  /** Returns the function that is meant when an argument is a tensor, or null. */
  static TensorFunction shared(String name) {
    return SHARED.get(name);
  }

  static List<String> names() {
    TreeSet<String> names = new TreeSet<>(OWN.keySet());
    names.add("DTYPE");
    names.add("DECODE");
    return List.copyOf(names);
  }

  /** Returns a vector of numbers. */
  static Tensor vector(double[] values) {
    java.nio.ByteBuffer data =
        java.nio.ByteBuffer.allocate(values.length * 8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      data.putDouble(value);
    }
    return Tensor.of(dev.sheaf.format.DType.FLOAT64, Shape.of(values.length), data.flip());
  }
}
