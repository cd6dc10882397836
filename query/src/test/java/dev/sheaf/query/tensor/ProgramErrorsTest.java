package dev.sheaf.query.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sheaf.format.DType;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ProgramErrorsTest {
  private final ProgramBuilder b = new ProgramBuilder();
  private final Value matrix = b.input("m", TensorType.of(DType.FLOAT32, Dim.of(3), Dim.of(4)));
  private final Value vector = b.input("v", TensorType.of(DType.FLOAT32, Dim.of(5)));
  private final Value open = b.input("o", TensorType.of(DType.UINT8, Dim.symbol("n"), Dim.of(3)));

  private static void fails(String code, String message, ThrowingCallable call) {
    QuerySyntaxException error = catchThrowableOfType(QuerySyntaxException.class, call);
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo(code);
    assertThat(error).hasMessage(message);
  }

  @Test
  void namesShapesThatDoNotBroadcast() {
    fails(
        "SHEAF-TEN-001",
        "Shapes [3, 4] and [5] do not broadcast in add: axis -1 is 4 and 5. Axes are matched from"
            + " the last; lengths must be equal or 1",
        () -> b.add(matrix, vector));
    fails(
        "SHEAF-TEN-001",
        "l2_distance of tensor<float32, [3, 4]> and tensor<float32, [5]>. Both need the same shape",
        () -> b.l2Distance(matrix, vector));
    fails(
        "SHEAF-TEN-001",
        "Cannot multiply tensor<float32, [3, 4]> by tensor<float32, [5, 1]>: inner lengths are 4"
            + " and 5. The last axis of the first must be as long as the first axis of the second",
        () -> b.matmul(matrix, vector));
    fails(
        "SHEAF-TEN-001",
        "Cannot reshape tensor<float32, [3, 4]> with 12 elements to [5, -1]. The number of elements"
            + " must stay; one length may be -1",
        () -> b.reshape(matrix, 5, -1));
    fails(
        "SHEAF-TEN-001",
        "Cannot concat tensor<float32, [3, 4]> and tensor<float32, [5]>. They need the same number"
            + " of axes",
        () -> b.concat(List.of(matrix, vector), 0));
  }

  @Test
  void namesAxesAndIndicesOutOfRange() {
    fails(
        "SHEAF-TEN-003",
        "Axis 2 of sum is out of range for tensor<float32, [3, 4]>. Axes go from 0 to 1, or from -2"
            + " to -1",
        () -> b.sum(matrix, 2));
    fails(
        "SHEAF-TEN-003",
        "Axis 0 of sum is out of range for tensor<float32, []>. A single element has no axis",
        () -> b.sum(b.sum(matrix), 0));
    fails(
        "SHEAF-TEN-003",
        "Index 4 is out of range for axis 1 of tensor<float32, [3, 4]>. The axis has 4 positions; a"
            + " range such as 4: may be empty",
        () -> b.slice(matrix, Slice.parse("0, 4")));
    fails(
        "SHEAF-TEN-003",
        "[:, :, 0] names 3 axes of tensor<float32, [3, 4]>, which has 2. Name at most 2",
        () -> b.slice(matrix, Slice.parse(":,:,0")));
    fails(
        "SHEAF-TEN-003",
        "[..., ...] has more than one .... Keep one of them",
        () -> b.slice(matrix, Slice.parse("...,...")));
    fails(
        "SHEAF-TEN-003",
        "\"a\" is no part of a slice in [1:a]. Write an index (-1), a range (0:64, ::2), None or"
            + " ...",
        () -> Slice.parse("1:a"));
    fails(
        "SHEAF-TEN-003",
        "The step of a slice is 0. Use a step other than 0, for example ::2 or ::-1",
        () -> Slice.parse("::0"));
    fails(
        "SHEAF-TEN-003",
        "Cannot transpose tensor<float32, [3, 4]> by [0, 0]. Name each axis once",
        () -> b.transpose(matrix, 0, 0));
    fails(
        "SHEAF-TEN-003",
        "Axes [0, -2] of sum name one axis twice. Name each axis once",
        () -> b.sum(matrix, 0, -2));
  }

  @Test
  void namesDtypesThatDoNotFit() {
    fails(
        "SHEAF-TEN-002",
        "hamming of float32 and float32. It counts bits of integers; compare floats with a"
            + " threshold first",
        () -> b.hamming(vector, vector));
    fails(
        "SHEAF-TEN-002",
        "Cannot resize tensor<float32, [3, 4]>. An image is uint8[h, w] or uint8[h, w, c]; cast and"
            + " clip first",
        () -> b.resize(matrix, 2, 2, Interpolation.AREA));
    fails(
        "SHEAF-TEN-002",
        "Indices of gather are float32. Use integers, for example cast(indices, int64)",
        () -> b.gather(matrix, vector, 0));
    fails(
        "SHEAF-TEN-002",
        "abs of bool. Cast it first, for example to int8",
        () -> b.abs(b.equal(vector, vector)));
  }

  @Test
  void namesArgumentsOutOfRange() {
    fails(
        "SHEAF-TEN-004",
        "k=6 is more than axis 0 of tensor<float32, [5]> has. Use at most 5",
        () -> b.topValues(vector, 6, 0, true));
    fails(
        "SHEAF-TEN-004",
        "No histogram with 0 bins from 0.0 to 1.0. Use 1 to 1048576 bins and a finite range with"
            + " low < high",
        () -> b.histogram(vector, 0, 0, 1));
    fails(
        "SHEAF-TEN-004",
        "There is no norm for p=3.0. Use 1, 2 or infinity",
        () -> b.norm(vector, 3));
    fails(
        "SHEAF-TEN-004",
        "Unknown interpolation \"bilnear\". Did you mean \"bilinear\"? interpolations: area,"
            + " bilinear",
        () -> Interpolation.of("bilnear"));
    fails(
        "SHEAF-TEN-004",
        "There is already an input \"v\". Use another name",
        () -> b.input("v", TensorType.scalar(DType.BOOL)));
  }

  @Test
  void reportsTheSameErrorsForActualShapes() {
    CompiledProgram program = b.build(b.slice(open, Slice.parse("4"))).compile(Backend.scalar());
    Tensor m = Samples.of(DType.FLOAT32, Shape.of(3, 4), new double[12]);
    Tensor v = Samples.vector(DType.FLOAT32, new double[5]);
    Tensor three = Samples.of(DType.UINT8, Shape.of(3, 3), new double[9]);
    fails(
        "SHEAF-TEN-003",
        "Index 4 is out of range for axis 0 of tensor<uint8, [3, 3]>. The axis has 3 positions; a"
            + " range such as 4: may be empty",
        () -> program.run(List.of(m, v, three)));
    fails(
        "SHEAF-TEN-001",
        "Input \"v\" is tensor<float32, [5]>, got shape [3, 4]. Give tensors of the declared shape",
        () -> program.run(List.of(m, m, three)));
    fails(
        "SHEAF-TEN-005",
        "Input \"o\" is tensor<uint8, [n, 3]>, got float32. Give tensors of the declared dtype",
        () -> program.run(List.of(m, v, m)));
  }

  @Test
  void bindsEverySymbolToOneLength() {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.of(DType.INT8, Dim.symbol("n")));
    Value y = builder.input("y", TensorType.of(DType.INT8, Dim.symbol("n")));
    CompiledProgram program = builder.build(builder.add(x, y)).compile(Backend.scalar());
    fails(
        "SHEAF-TEN-001",
        "Input \"y\" of shape [1] has n=1 where another axis has n=2. Axes of one name must be"
            + " equally long",
        () ->
            program.run(List.of(Samples.vector(DType.INT8, 1, 2), Samples.vector(DType.INT8, 1))));
  }

  @Test
  void refusesToBroadcastDistancesOfUnknownLengths() {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.of(DType.FLOAT32, Dim.UNKNOWN));
    Value y = builder.input("y", TensorType.of(DType.FLOAT32, Dim.UNKNOWN));
    CompiledProgram program = builder.build(builder.l2Distance(x, y)).compile(Backend.scalar());
    fails(
        "SHEAF-TEN-001",
        "l2_distance of tensor<float32, [3]> and tensor<float32, [1]>. Both need the same shape",
        () -> program.run(List.of(Tensor.ofFloats(new float[3]), Tensor.ofFloats(new float[1]))));
  }

  @Test
  void namesAnIndexOfGatherOutOfRange() {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.of(DType.INT8, Dim.symbol("n")));
    Value i = builder.input("i", TensorType.scalar(DType.INT32));
    CompiledProgram program = builder.build(builder.gather(x, i, 0)).compile(Backend.scalar());
    Tensor three = Samples.vector(DType.INT8, 7, 8, 9);
    assertThat(
            program.run(List.of(three, Samples.of(DType.INT32, Shape.of(), -1))).get(0).element(0))
        .isEqualTo(9L);
    fails(
        "SHEAF-TEN-003",
        "Index 3 of gather is out of range for axis 0 of tensor<int8, [n]>, which is 3 long here."
            + " Indices go from -length to length - 1",
        () -> program.run(List.of(three, Samples.of(DType.INT32, Shape.of(), 3))));
  }

  @Test
  void checksTheCallersMemory() {
    CompiledProgram program = b.build(b.sum(vector)).compile(Backend.scalar());
    List<TensorBatch> inputs =
        List.of(
            TensorBatch.matrix(DType.FLOAT32, Shape.of(3, 4), ByteBuffer.allocate(96)),
            TensorBatch.matrix(DType.FLOAT32, Shape.of(5), ByteBuffer.allocate(39)),
            TensorBatch.constant(Samples.of(DType.UINT8, Shape.of(1, 3), 1, 2, 3)));
    assertThatThrownBy(() -> program.run(2, inputs, List.of(ByteBuffer.allocate(8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("input \"v\" has 1 rows of 2");
    assertThatThrownBy(() -> program.run(1, inputs, List.of(ByteBuffer.allocate(3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output 0 takes 4 bytes, its buffer has 3");
    assertThatThrownBy(() -> program.run(1, inputs, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 1 outputs, got 0");
    ProgramBuilder other = new ProgramBuilder();
    assertThatThrownBy(() -> other.exp(vector)).isInstanceOf(IllegalArgumentException.class);
  }
}
