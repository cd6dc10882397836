package dev.sheaf.query.internal.exec;

import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** A column of a {@link RowBatch}: values at hand, or cells of a dataset that are not read yet. */
public abstract sealed class Column {
  private Column() {}

  /** Returns the values; the first call of a column of a dataset reads them. */
  public abstract Vec vec();

  /** Returns a field of a struct or a fact of media. */
  public abstract Column field(String name, Type type);

  /** Returns the cells as one contiguous matrix without a copy, or empty. */
  public Optional<ByteBuffer> matrix() {
    return Optional.empty();
  }

  /**
   * Makes sure that what was read from the matrix was there; to be called after reading, and when
   * that ends with an {@link InternalError}.
   *
   * @throws dev.sheaf.format.CorruptDataException if its file was cut short
   */
  void checkMatrix() {}

  /** Values at hand. */
  static final class Ready extends Column {
    private final Vec vec;

    Ready(Vec vec) {
      this.vec = vec;
    }

    @Override
    public Vec vec() {
      return vec;
    }

    @Override
    public Column field(String name, Type type) {
      Object[] objects = ((Vec.Objects) vec).values;
      Object[] fields = new Object[objects.length];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = fieldOf(objects[i], name);
      }
      return new Ready(vec(ofObjects(type, fields)));
    }
  }

  /** Cells of a dataset. */
  static final class Stored extends Column {
    final Slice slice;
    private final String name;
    private final String[] path;

    Stored(Slice slice, String name, String... path) {
      this.slice = slice;
      this.name = name;
      this.path = path;
    }

    Stored of(Slice other) {
      return new Stored(other, name, path);
    }

    @Override
    public Vec vec() {
      return slice.vec(name, path);
    }

    @Override
    public Column field(String field, Type type) {
      String[] deeper = java.util.Arrays.copyOf(path, path.length + 1);
      deeper[path.length] = field;
      return new Stored(slice, name, deeper);
    }

    @Override
    public Optional<ByteBuffer> matrix() {
      return path.length == 0 ? slice.matrix(name) : Optional.empty();
    }

    @Override
    void checkMatrix() {
      slice.checkMatrix(name);
    }
  }

  private static Object fieldOf(Object value, String name) {
    if (value instanceof Map<?, ?> struct) {
      return struct.get(name);
    }
    if (value instanceof Media media) {
      return switch (name) {
        case "bytes" -> media.byteLength();
        case "sha256" -> media.sha256();
        default -> media.facts().get(name);
      };
    }
    return null;
  }

  private static ColumnValues ofObjects(Type type, Object[] values) {
    switch (ColumnValues.kindOf(type)) {
      case LONGS -> {
        long[] longs = new long[values.length];
        boolean[] nulls = new boolean[values.length];
        for (int i = 0; i < longs.length; i++) {
          nulls[i] = values[i] == null;
          longs[i] = values[i] == null ? 0 : Moments.stored(type, values[i]);
        }
        return ColumnValues.ofLongs(type, longs, nulls);
      }
      case DOUBLES -> {
        double[] doubles = new double[values.length];
        boolean[] nulls = new boolean[values.length];
        for (int i = 0; i < doubles.length; i++) {
          nulls[i] = values[i] == null;
          doubles[i] = values[i] == null ? 0 : ((Number) values[i]).doubleValue();
        }
        return ColumnValues.ofDoubles(type, doubles, nulls);
      }
      case BYTES -> {
        TextBuilder texts = new TextBuilder(values.length);
        for (Object value : values) {
          if (value == null) {
            texts.addNull();
          } else if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            texts.add(copy);
          } else {
            texts.add(value.toString().getBytes(StandardCharsets.UTF_8));
          }
        }
        Vec.Texts vec = texts.build();
        return ColumnValues.ofBytes(type, vec.bytes, vec.offsets, vec.nulls());
      }
      default -> {
        return ColumnValues.ofObjects(type, values);
      }
    }
  }

  /** Returns values as they were read. */
  static Vec vec(ColumnValues values) {
    return switch (values.kind()) {
      case LONGS -> longs(values);
      case DOUBLES -> new Vec.Doubles(values.doubles(), values.nulls());
      case BYTES -> new Vec.Texts(values.bytes(), values.offsets(), values.nulls());
      case OBJECTS -> new Vec.Objects(values.objects());
    };
  }

  private static Vec longs(ColumnValues values) {
    DType dtype = values.type() instanceof Type.Scalar scalar ? scalar.dtype() : DType.INT64;
    long[] longs = values.longs();
    if (dtype == DType.BOOL) {
      boolean[] bools = new boolean[longs.length];
      for (int i = 0; i < bools.length; i++) {
        bools[i] = longs[i] != 0;
      }
      return new Vec.Bools(bools, values.nulls());
    }
    if (dtype == DType.UINT64) {
      Object[] decimals = new Object[longs.length];
      for (int i = 0; i < decimals.length; i++) {
        decimals[i] =
            values.isNull(i)
                ? null
                : new BigDecimal(new BigInteger(Long.toUnsignedString(longs[i])));
      }
      return new Vec.Objects(decimals);
    }
    return new Vec.Longs(longs, values.nulls());
  }
}
