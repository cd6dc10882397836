package dev.sheaf.query.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Results written out by hand, where a rule could have gone another way. */
class ProgramSemanticsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Tensor run(Tensor x, BiFunction<ProgramBuilder, Value, Value> function) {
    ProgramBuilder builder = new ProgramBuilder();
    Value input = builder.input("x", TensorType.of(x.dtype(), x.shape()));
    TensorProgram program = builder.build(function.apply(builder, input));
    return program.compile(Backend.scalar()).run(List.of(x)).get(0);
  }

  private static List<Object> elements(Tensor tensor) {
    List<Object> all = new ArrayList<>();
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      all.add(tensor.element(i));
    }
    return all;
  }

  private static Tensor counting(DType dtype, long... dims) {
    Shape shape = Shape.of(dims);
    double[] numbers = new double[(int) shape.elementCount()];
    Arrays.setAll(numbers, i -> i);
    return Samples.of(dtype, shape, numbers);
  }

  private static DType dtype(DType from, BiFunction<ProgramBuilder, Value, Value> function) {
    ProgramBuilder builder = new ProgramBuilder();
    return function.apply(builder, builder.input("x", TensorType.scalar(from))).dtype();
  }

  @Test
  void integersWrap() {
    Tensor x = Samples.vector(DType.UINT8, 250, 3, 0);
    assertThat(elements(run(x, (b, v) -> b.add(v, b.literal(10))))).containsExactly(4L, 13L, 10L);
    assertThat(elements(run(x, (b, v) -> b.subtract(v, b.literal(4)))))
        .containsExactly(246L, 255L, 252L);
    assertThat(elements(run(x, (b, v) -> b.negate(v)))).containsExactly(6L, 253L, 0L);
    Tensor least = Samples.vector(DType.INT8, -128, 127);
    assertThat(elements(run(least, (b, v) -> b.abs(v)))).containsExactly(-128L, 127L);
  }

  @Test
  void sumsOfIntegersDoNotWrapEarly() {
    Tensor x = Samples.vector(DType.UINT8, 255, 255, 255);
    Tensor sum = run(x, (b, v) -> b.sum(v));
    assertThat(sum.dtype()).isEqualTo(DType.UINT64);
    assertThat(elements(sum)).containsExactly(765L);
    assertThat(elements(run(x, (b, v) -> b.mean(v)))).containsExactly(255.0);
    assertThat(elements(run(x, (b, v) -> b.dot(v, v)))).containsExactly(3L * 255 * 255);
  }

  @Test
  void quotientsOfIntegersAreFloats() {
    Tensor x = Samples.vector(DType.INT32, 7, -7, 0);
    Tensor half = run(x, (b, v) -> b.divide(v, b.literal(2)));
    assertThat(half.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(elements(half)).containsExactly(3.5, -3.5, 0.0);
    assertThat(elements(run(x, (b, v) -> b.divide(v, b.literal(0)))))
        .containsExactly(INF, -INF, NAN);
  }

  @Test
  void remaindersHaveTheSignOfTheDivisor() {
    Tensor x = Samples.vector(DType.INT32, 7, -7);
    assertThat(elements(run(x, (b, v) -> b.modulo(v, b.literal(3))))).containsExactly(1L, 2L);
    assertThat(elements(run(x, (b, v) -> b.modulo(v, b.literal(-3))))).containsExactly(-2L, -1L);
    assertThat(elements(run(x, (b, v) -> b.modulo(v, b.literal(0))))).containsExactly(0L, 0L);
    Tensor y = Samples.vector(DType.FLOAT64, 5.5, -5.5);
    assertThat(elements(run(y, (b, v) -> b.modulo(v, b.literal(2))))).containsExactly(1.5, 0.5);
    assertThat(elements(run(y, (b, v) -> b.modulo(v, b.literal(0))))).containsExactly(NAN, NAN);
  }

  @Test
  void nanIsTheLeastAndTheGreatestButEqualToNothing() {
    Tensor x = Samples.vector(DType.FLOAT32, 3, NAN, -1);
    assertThat(elements(run(x, (b, v) -> b.amin(v)))).containsExactly(NAN);
    assertThat(elements(run(x, (b, v) -> b.amax(v)))).containsExactly(NAN);
    assertThat(elements(run(x, (b, v) -> b.argmax(v)))).containsExactly(1L);
    assertThat(elements(run(x, (b, v) -> b.argmin(v)))).containsExactly(1L);
    assertThat(elements(run(x, (b, v) -> b.equal(v, v)))).containsExactly(true, false, true);
    assertThat(elements(run(x, (b, v) -> b.isNan(v)))).containsExactly(false, true, false);
    assertThat(elements(run(x, (b, v) -> b.greater(v, b.literal(0)))))
        .containsExactly(true, false, false);
    assertThat(elements(run(x, (b, v) -> b.topValues(v, 3, 0, true))))
        .containsExactly(3.0, -1.0, NAN);
    assertThat(elements(run(x, (b, v) -> b.topIndices(v, 3, 0, false))))
        .containsExactly(2L, 0L, 1L);
  }

  @Test
  void zerosHaveSigns() {
    Tensor x = Samples.vector(DType.FLOAT32, 0.0, -0.0);
    assertThat(elements(run(x, (b, v) -> b.amin(v)))).containsExactly(-0.0);
    assertThat(elements(run(x, (b, v) -> b.amax(v)))).containsExactly(0.0);
    assertThat(elements(run(x, (b, v) -> b.argmin(v)))).containsExactly(0L);
    assertThat(elements(run(x, (b, v) -> b.negate(v)))).containsExactly(-0.0, 0.0);
    assertThat(elements(run(x, (b, v) -> b.sum(b.slice(v, Slice.parse("1:"))))))
        .containsExactly(0.0);
  }

  @Test
  void computedNanIsCanonicalAndMovedNanKeepsItsBits() {
    Tensor x = Tensor.ofFloats(new float[] {Float.intBitsToFloat(0xffc12345), 1});
    assertThat(run(x, (b, v) -> b.slice(v, Slice.parse("::-1"))).data().getInt(4))
        .isEqualTo(0xffc12345);
    assertThat(run(x, (b, v) -> b.add(v, v)).data().getInt(0)).isEqualTo(0x7fc00000);
  }

  @Test
  void emptyReductionsHaveTheIdentityOrFail() {
    Tensor x = Samples.vector(DType.FLOAT32);
    assertThat(elements(run(x, (b, v) -> b.sum(v)))).containsExactly(0.0);
    assertThat(elements(run(x, (b, v) -> b.prod(v)))).containsExactly(1.0);
    assertThat(elements(run(x, (b, v) -> b.mean(v)))).containsExactly(NAN);
    assertThat(elements(run(x, (b, v) -> b.std(v)))).containsExactly(NAN);
    assertThat(elements(run(x, (b, v) -> b.any(v)))).containsExactly(false);
    assertThat(elements(run(x, (b, v) -> b.all(v)))).containsExactly(true);
    assertThat(elements(run(x, (b, v) -> b.norm(v, 2)))).containsExactly(0.0);
    assertThatThrownBy(() -> run(x, (b, v) -> b.amax(v)))
        .hasMessage(
            "The amax of no elements is not defined: axis 0 of tensor<float32, [0]>. Leave out empty"
                + " tensors, for example WHERE size(x) > 0");
    Tensor rows = Samples.of(DType.FLOAT32, Shape.of(0, 3));
    assertThat(run(rows, (b, v) -> b.amax(v, 1)).shape()).isEqualTo(Shape.of(0));
    assertThat(elements(run(rows, (b, v) -> b.sum(v, 0)))).containsExactly(0.0, 0.0, 0.0);
  }

  @Test
  void castsClampFloatsAndWrapIntegers() {
    Tensor x = Samples.vector(DType.FLOAT64, 1.9, -1.9, 300, -300, NAN, INF);
    assertThat(elements(run(x, (b, v) -> b.cast(v, DType.INT8))))
        .containsExactly(1L, -1L, 127L, -128L, 0L, 127L);
    assertThat(elements(run(x, (b, v) -> b.cast(v, DType.UINT8))))
        .containsExactly(1L, 0L, 255L, 0L, 0L, 255L);
    assertThat(elements(run(x, (b, v) -> b.cast(v, DType.BOOL))))
        .containsExactly(true, true, true, true, true, true);
    assertThat(elements(run(x, (b, v) -> b.cast(v, DType.U2))))
        .containsExactly(1L, 0L, 3L, 0L, 0L, 3L);
    Tensor y = Samples.vector(DType.INT32, 257, -1);
    assertThat(elements(run(y, (b, v) -> b.cast(v, DType.UINT8)))).containsExactly(1L, 255L);
    assertThat(elements(run(y, (b, v) -> b.cast(v, DType.I4)))).containsExactly(1L, -1L);
  }

  @Test
  void sixteenBitFloatsAreRoundedOnce() {
    // 1 + 2^-11 + 2^-30: to float32 it is the tie 1 + 2^-11, which would go down to 1.
    Tensor x = Samples.vector(DType.FLOAT64, 1 + 0x1p-11 + 0x1p-30);
    assertThat(elements(run(x, (b, v) -> b.cast(v, DType.FLOAT16)))).containsExactly(1 + 0x1p-10);
    Tensor y = Samples.vector(DType.FLOAT64, 1 + 0x1p-8 + 0x1p-40);
    assertThat(elements(run(y, (b, v) -> b.cast(v, DType.BFLOAT16)))).containsExactly(1 + 0x1p-7);
  }

  @Test
  void dtypesMeetAsInNumPy() {
    assertThat(Promotion.promote(DType.UINT8, DType.INT8)).isEqualTo(DType.INT16);
    assertThat(Promotion.promote(DType.INT64, DType.UINT64)).isEqualTo(DType.FLOAT64);
    assertThat(Promotion.promote(DType.FLOAT32, DType.INT16)).isEqualTo(DType.FLOAT32);
    assertThat(Promotion.promote(DType.FLOAT32, DType.INT32)).isEqualTo(DType.FLOAT64);
    assertThat(Promotion.promote(DType.FLOAT16, DType.UINT8)).isEqualTo(DType.FLOAT16);
    assertThat(Promotion.promote(DType.FLOAT16, DType.BFLOAT16)).isEqualTo(DType.FLOAT32);
    assertThat(Promotion.promote(DType.FLOAT16, DType.INT16)).isEqualTo(DType.FLOAT32);
    assertThat(Promotion.promote(DType.U4, DType.U1)).isEqualTo(DType.UINT8);
    assertThat(Promotion.promote(DType.U4, DType.U4)).isEqualTo(DType.U4);
    assertThat(Promotion.promote(DType.BOOL, DType.I4)).isEqualTo(DType.INT8);
    for (DType a : DType.values()) {
      for (DType b : DType.values()) {
        assertThat(Promotion.promote(a, b)).isEqualTo(Promotion.promote(b, a));
      }
    }
  }

  @Test
  void literalsGiveWay() {
    assertThat(dtype(DType.FLOAT32, (b, v) -> b.multiply(v, b.literal(0.1))))
        .isEqualTo(DType.FLOAT32);
    assertThat(dtype(DType.UINT8, (b, v) -> b.add(v, b.literal(1)))).isEqualTo(DType.UINT8);
    assertThat(dtype(DType.UINT8, (b, v) -> b.add(v, b.literal(300)))).isEqualTo(DType.UINT16);
    assertThat(dtype(DType.UINT8, (b, v) -> b.add(v, b.negate(b.literal(1)))))
        .isEqualTo(DType.INT16);
    assertThat(dtype(DType.UINT8, (b, v) -> b.multiply(v, b.literal(0.5))))
        .isEqualTo(DType.FLOAT64);
    assertThat(dtype(DType.BOOL, (b, v) -> b.add(v, b.literal(1)))).isEqualTo(DType.INT64);
    assertThat(dtype(DType.BOOL, (b, v) -> b.add(v, v))).isEqualTo(DType.UINT8);
    assertThat(
            dtype(DType.FLOAT32, (b, v) -> b.multiply(v, b.divide(b.literal(1), b.literal(255)))))
        .isEqualTo(DType.FLOAT32);
    Tensor x = Samples.vector(DType.UINT8, 255, 1);
    assertThat(elements(run(x, (b, v) -> b.greater(v, b.literal(300)))))
        .containsExactly(false, false);
  }

  @Test
  void slicesFollowNumPy() {
    Tensor x = counting(DType.INT32, 4, 5);
    Function<String, Tensor> slice = text -> run(x, (b, v) -> b.slice(v, Slice.parse(text)));
    assertThat(elements(slice.apply("1"))).containsExactly(5L, 6L, 7L, 8L, 9L);
    assertThat(elements(slice.apply("-1, ::-2"))).containsExactly(19L, 17L, 15L);
    assertThat(elements(slice.apply("1:3, 0"))).containsExactly(5L, 10L);
    assertThat(slice.apply("..., None, 2").shape()).isEqualTo(Shape.of(4, 1));
    assertThat(slice.apply("None, ..., None").shape()).isEqualTo(Shape.of(1, 4, 5, 1));
    assertThat(slice.apply("3:1").shape()).isEqualTo(Shape.of(0, 5));
    assertThat(slice.apply("-100:100, 4:-100:-3").shape()).isEqualTo(Shape.of(4, 2));
  }

  @Test
  void rangesPickWhatPythonPicks() {
    // From CPython: list(range(n))[slice].
    assertThat(Slice.parse("-3:").toString()).isEqualTo("-3:");
    Object[][] cases = {
      {10, "2:7:2", List.of(2, 4, 6)},
      {10, "::-3", List.of(9, 6, 3, 0)},
      {10, "-3::-4", List.of(7, 3)},
      {10, "5:-20:-2", List.of(5, 3, 1)},
      {10, "20:2:-5", List.of(9, 4)},
      {3, "5:", List.of()},
      {3, "-5:2", List.of(0, 1)},
      {0, "::-1", List.of()},
      {3, "-4::-1", List.of()},
    };
    for (Object[] one : cases) {
      Slice.Range range = (Slice.Range) Slice.parse((String) one[1]).parts().get(0);
      long[] on = range.on((Integer) one[0]);
      List<Integer> picked = new ArrayList<>();
      for (int i = 0; i < on[1]; i++) {
        picked.add((int) (on[0] + i * range.step()));
      }
      assertThat(picked).as((String) one[1]).isEqualTo(one[2]);
    }
  }

  @Test
  void histogramCountsTheLastEdge() {
    Tensor x = Samples.vector(DType.FLOAT32, 0, 0.999, 1, 2, 3, 3.001, -0.1, NAN);
    assertThat(elements(run(x, (b, v) -> b.histogram(v, 3, 0, 3)))).containsExactly(2L, 1L, 2L);
  }

  @Test
  void hammingCountsBits() {
    Tensor x = Samples.vector(DType.UINT8, 255, 0b1010, 7);
    Tensor y = Samples.vector(DType.UINT8, 0, 0b0110, 7);
    Tensor bits = run(x, (b, v) -> b.hamming(v, b.constant(y)));
    assertThat(elements(bits)).containsExactly(10L);
    assertThat(bits.dtype()).isEqualTo(DType.INT64);
  }

  @Test
  void normalizeLeavesZeroAlone() {
    assertThat(elements(run(Samples.vector(DType.FLOAT32, 3, 4), (b, v) -> b.normalize(v))))
        .containsExactly((double) 0.6f, (double) 0.8f);
    assertThat(elements(run(Samples.vector(DType.FLOAT32, 0, 0), (b, v) -> b.normalize(v))))
        .containsExactly(0.0, 0.0);
    Tensor zero = Samples.vector(DType.FLOAT32, 0, 0);
    assertThat(elements(run(zero, (b, v) -> b.cosineDistance(v, v)))).containsExactly(NAN);
  }

  @Test
  void areaResizeIsTheMeanOfWhatIsCovered() {
    Tensor x = Samples.of(DType.UINT8, Shape.of(1, 3), 0, 90, 240);
    // Two pixels of one and a half: (0 + 45) / 1.5 and (45 + 240) / 1.5.
    assertThat(elements(run(x, (b, v) -> b.resize(v, 1, 2, Interpolation.AREA))))
        .containsExactly(30L, 190L);
    // Centres at 0.25 and 1.75 of three pixels.
    assertThat(elements(run(x, (b, v) -> b.resize(v, 1, 2, Interpolation.BILINEAR))))
        .containsExactly(23L, 203L);
    Tensor y = counting(DType.UINT8, 5, 4, 3);
    for (Interpolation interpolation : Interpolation.values()) {
      assertThat(run(y, (b, v) -> b.resize(v, 5, 4, interpolation))).isEqualTo(y);
    }
  }

  @Test
  void raggedRowsHaveShapesOfTheirOwn() {
    ProgramBuilder builder = new ProgramBuilder();
    Value image =
        builder.input(
            "image", TensorType.of(DType.UINT8, Dim.symbol("h"), Dim.symbol("w"), Dim.of(3)));
    Value corner = builder.slice(image, Slice.parse("0:2, 0:2, 0"));
    TensorProgram program = builder.build(builder.mean(image), corner, builder.shape(image));
    assertThat(program.outputs().get(1)).hasToString("tensor<uint8, [?, ?]>");
    List<Tensor> rows =
        List.of(
            counting(DType.UINT8, 2, 3, 3),
            counting(DType.UINT8, 1, 1, 3),
            counting(DType.UINT8, 4, 4, 3));
    List<List<Tensor>> out =
        program.compile(Backend.scalar()).runRows(3, List.of(TensorBatch.rows(DType.UINT8, rows)));
    assertThat(out.get(0).stream().map(t -> t.element(0))).containsExactly(8.5, 1.0, 23.5);
    assertThat(out.get(1).stream().map(Tensor::shape))
        .containsExactly(Shape.of(2, 2), Shape.of(1, 1), Shape.of(2, 2));
    assertThat(elements(out.get(2).get(2))).containsExactly(4L, 4L, 3L);
  }

  @Test
  void equalProgramsHaveOneDigest() {
    assertThat(program(1).digest()).isEqualTo(program(1).digest()).hasSize(64);
    assertThat(program(1)).isEqualTo(program(1)).hasSameHashCodeAs(program(1));
    assertThat(program(1).digest()).isNotEqualTo(program(2).digest());
    assertThat(program(1).digest())
        .isEqualTo("e7a61791e21be01a2ff5102113e1f5a4b5db8059f6cc38aaf2a71829e6b9b337");
    assertThat(program(1).toString().lines())
        .containsExactly(
            "%0 = input \"x\": tensor<float32, [n]>",
            "%1 = constant df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119:"
                + " tensor<float32, []>",
            "%2 = add %0 %1: tensor<float32, [n]>",
            "%3 = sum %2 axes=0: tensor<float32, []>",
            "return %3");
  }

  private static TensorProgram program(int literal) {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.of(DType.FLOAT32, Dim.symbol("n")));
    builder.exp(x);
    Value unused = builder.literal(5);
    assertThat(unused.dtype()).isEqualTo(DType.INT64);
    return builder.build(builder.sum(builder.add(x, builder.literal(literal - 1))));
  }

  @Test
  void sameOperationIsAddedOnce() {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.scalar(DType.FLOAT32));
    assertThat(builder.exp(x)).isSameAs(builder.exp(x));
  }
}
