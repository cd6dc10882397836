package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.DType;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Location;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Limits;
import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A data set of an HDF5 file, read a block of rows at a time. */
final class HdfArray extends ArrayRows {
  private static final int BLOCK_BYTES = 4 << 20;

  private final Dataset dataset;
  private final Type element;
  private final Location where;
  private final boolean blocks;
  private List<Object> block = List.of();
  private long blockStart;

  private HdfArray(String name, Dataset dataset, Type element, Location where) {
    super(name, dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong());
    this.dataset = dataset;
    this.element = element;
    this.where = where;
    // Only fixed-size numbers are sliced; text and ragged rows are read as a whole.
    this.blocks = element instanceof Type.Scalar scalar && scalar.dtype() != DType.BOOL;
    if (shape.length > Shape.MAX_RANK) {
      throw Npy.unsupported(
          "a data set of " + shape.length + " axes", "Write at most " + Shape.MAX_RANK, where);
    }
  }

  /** Returns the array, or empty if its elements have no type here. */
  static Optional<HdfArray> of(String name, Dataset dataset, Location where) {
    return element(dataset.getDataType()).map(type -> new HdfArray(name, dataset, type, where));
  }

  private static Optional<Type> element(DataType type) {
    if (type instanceof FixedPoint number) {
      boolean signed = number.isSigned();
      return switch (number.getSize()) {
        case 1 -> Optional.of(Type.scalar(signed ? DType.INT8 : DType.UINT8));
        case 2 -> Optional.of(Type.scalar(signed ? DType.INT16 : DType.UINT16));
        case 4 -> Optional.of(Type.scalar(signed ? DType.INT32 : DType.UINT32));
        case 8 -> Optional.of(Type.scalar(signed ? DType.INT64 : DType.UINT64));
        default -> Optional.empty();
      };
    }
    if (type instanceof FloatingPoint number) {
      return switch (number.getSize()) {
        case 2 -> Optional.of(Type.scalar(DType.FLOAT16));
        case 4 -> Optional.of(Type.scalar(DType.FLOAT32));
        case 8 -> Optional.of(Type.scalar(DType.FLOAT64));
        default -> Optional.empty();
      };
    }
    if (type instanceof EnumDataType words) {
      // h5py writes truth values so.
      boolean truth = Set.copyOf(words.getEnumMapping().values()).equals(Set.of("TRUE", "FALSE"));
      return Optional.of(truth ? Type.scalar(DType.BOOL) : Type.UTF8);
    }
    if (type instanceof StringData) {
      return Optional.of(Type.UTF8);
    }
    if (type instanceof VariableLength ragged) {
      return ragged.isVariableLengthString()
          ? Optional.of(Type.UTF8)
          : element(ragged.getParent()).map(Type::list);
    }
    return Optional.empty();
  }

  @Override
  Type type(long[] axes) {
    if (axes.length == 0) {
      return element;
    }
    if (element instanceof Type.Scalar scalar) {
      return new Type.Tensor(scalar.dtype(), Shape.of(axes));
    }
    Type type = element;
    for (int i = 0; i < axes.length; i++) {
      type = Type.list(type);
    }
    return type;
  }

  @Override
  long rowBytes() {
    int size = Math.max(1, dataset.getDataType().getSize());
    return Arrays.stream(shape).skip(1).reduce(size, Math::multiplyExact);
  }

  @Override
  Object row(long index) {
    try {
      return read(index);
    } catch (DatasetException e) {
      throw e;
    } catch (RuntimeException e) { // of a damaged file the library throws whatever comes to it
      throw InputErrors.badFile("HDF5", e, where);
    }
  }

  private Object read(long index) {
    if (index < blockStart || index >= blockStart + block.size()) {
      blockStart = blocks ? index : 0;
      block = blocks ? slice(index) : rows(dataset.getData());
    }
    return cell(block.get((int) (index - blockStart)), rowShape());
  }

  private List<Object> slice(long first) {
    long count = Math.max(1, Math.min(rows() - first, BLOCK_BYTES / Math.max(1, rowBytes())));
    long[] offset = new long[shape.length];
    int[] size = new int[shape.length];
    offset[0] = first;
    size[0] = (int) count;
    for (int i = 1; i < size.length; i++) {
      size[i] = Math.toIntExact(shape[i]);
    }
    checked(Math.multiplyExact(count, rowBytes()));
    return rows(dataset.getData(offset, size));
  }

  private void checked(long bytes) {
    if (bytes > Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(bytes, where);
    }
  }

  @Override
  Object whole() {
    checked(dataset.getSizeInBytes());
    try {
      return cell(dataset.getData(), shape);
    } catch (DatasetException e) {
      throw e;
    } catch (RuntimeException e) { // of a damaged file the library throws whatever comes to it
      throw InputErrors.badFile("HDF5", e, where);
    }
  }

  /** Returns the elements of a Java array of any kind. */
  private static List<Object> rows(Object array) {
    List<Object> rows = new ArrayList<>();
    if (array instanceof Object[] values) {
      rows.addAll(Arrays.asList(values));
    } else if (array instanceof byte[] values) {
      for (byte value : values) {
        rows.add((long) value);
      }
    } else if (array instanceof short[] values) {
      for (short value : values) {
        rows.add((long) value);
      }
    } else if (array instanceof int[] values) {
      for (int value : values) {
        rows.add((long) value);
      }
    } else if (array instanceof long[] values) {
      for (long value : values) {
        rows.add(value);
      }
    } else if (array instanceof float[] values) {
      for (float value : values) {
        rows.add(value);
      }
    } else if (array instanceof double[] values) {
      for (double value : values) {
        rows.add(value);
      }
    } else if (array instanceof boolean[] values) {
      for (boolean value : values) {
        rows.add(value);
      }
    } else {
      rows.add(array);
    }
    return rows;
  }

  private Object cell(Object value, long[] axes) {
    if (axes.length == 0) {
      return scalar(value);
    }
    if (element instanceof Type.Scalar scalar) {
      return tensor(value, scalar.dtype(), Shape.of(axes));
    }
    List<Object> list = new ArrayList<>();
    for (Object one : rows(value)) {
      list.add(cell(one, Arrays.copyOfRange(axes, 1, axes.length)));
    }
    return list;
  }

  private Object scalar(Object value) {
    if (element instanceof Type.ListOf) {
      return rows(value);
    }
    if (element instanceof Type.Scalar scalar && scalar.dtype() == DType.BOOL) {
      return value instanceof String word ? word.equals("TRUE") : value;
    }
    return value;
  }

  private Tensor tensor(Object value, DType dtype, Shape dims) {
    int count = (int) dims.elementCount();
    ByteBuffer out =
        ByteBuffer.allocate((int) dtype.byteLength(count)).order(ByteOrder.LITTLE_ENDIAN);
    int[] at = {0};
    fill(value, dtype, out, at);
    if (at[0] != count) {
      throw Npy.malformed(at[0] + " elements of " + count + " are there", where);
    }
    return Tensor.of(dtype, dims, out.rewind());
  }

  private void fill(Object value, DType dtype, ByteBuffer out, int[] at) {
    for (Object one : rows(value)) {
      if (one instanceof Number || one instanceof Boolean || one instanceof String) {
        put(one, dtype, out, at[0]++);
      } else {
        fill(one, dtype, out, at);
      }
    }
  }

  private void put(Object value, DType dtype, ByteBuffer out, int index) {
    if (dtype == DType.BOOL) {
      if (Boolean.TRUE.equals(scalar(value))) {
        out.put(index / 8, (byte) (out.get(index / 8) | 1 << index % 8));
      }
      return;
    }
    Number number = (Number) value;
    switch (dtype) {
      case INT8, UINT8 -> out.put(index, number.byteValue());
      case INT16, UINT16 -> out.putShort(2 * index, number.shortValue());
      case INT32, UINT32 -> out.putInt(4 * index, number.intValue());
      case INT64 -> out.putLong(8 * index, number.longValue());
      case UINT64 ->
          out.putLong(
              8 * index, number instanceof BigInteger big ? big.longValue() : number.longValue());
      case FLOAT16 -> out.putShort(2 * index, HalfFloat.fromFloat(number.floatValue()));
      case FLOAT32 -> out.putFloat(4 * index, number.floatValue());
      case FLOAT64 -> out.putDouble(8 * index, number.doubleValue());
      case BOOL, BFLOAT16, U1, U2, U4, I4 -> throw new AssertionError(dtype);
    }
  }
}
