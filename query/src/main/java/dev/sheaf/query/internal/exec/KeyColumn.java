package dev.sheaf.query.internal.exec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The values of one key of all groups, in arrays that grow. For one thread. */
abstract class KeyColumn {
  private static final long NULL_HASH = 0x9e3779b97f4a7c15L;

  private boolean[] nulls = new boolean[16];
  private int count;

  /** Returns the column of a kind. */
  static KeyColumn of(Kind kind) {
    return switch (kind) {
      case LONG -> new Longs();
      case DOUBLE -> new Doubles();
      case BOOL -> new Bools();
      case TEXT -> new Texts();
      case OBJECT -> new Objects();
    };
  }

  final int count() {
    return count;
  }

  /** Mixes the values of a column into the hashes of its rows. */
  final void hash(Vec vec, long[] hashes) {
    prepare(vec);
    for (int i = 0; i < vec.size(); i++) {
      hashes[i] = mix(hashes[i] ^ (vec.isNull(i) ? NULL_HASH : hashOf(vec, i)));
    }
  }

  /** Spreads the bits of a number, as the finaliser of MurmurHash3 does. */
  static long mix(long value) {
    long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    return mixed ^ mixed >>> 32;
  }

  /** Tells whether a row has the value of a group. */
  final boolean matches(Vec vec, int row, int group) {
    return vec.isNull(row) ? nulls[group] : !nulls[group] && sameValue(vec, row, group);
  }

  final void add(Vec vec, int row) {
    if (count == nulls.length) {
      nulls = Arrays.copyOf(nulls, count * 2);
    }
    nulls[count] = vec.isNull(row);
    addValue(vec, row, count);
    count++;
  }

  /** Returns the values of the groups {@code [from, to)}. */
  final Vec build(int from, int to) {
    boolean[] some = Arrays.copyOfRange(nulls, from, to);
    boolean any = false;
    for (boolean one : some) {
      any |= one;
    }
    return values(from, to, any ? some : null);
  }

  /** Told of the values whose hashes are asked for next, and that are looked for after that. */
  void prepare(Vec vec) {}

  abstract long hashOf(Vec vec, int row);

  abstract boolean sameValue(Vec vec, int row, int group);

  abstract void addValue(Vec vec, int row, int group);

  abstract Vec values(int from, int to, boolean[] some);

  private static final class Longs extends KeyColumn {
    private long[] values = new long[16];

    @Override
    long hashOf(Vec vec, int row) {
      return ((Vec.Longs) vec).values[row];
    }

    @Override
    boolean sameValue(Vec vec, int row, int group) {
      return ((Vec.Longs) vec).values[row] == values[group];
    }

    @Override
    void addValue(Vec vec, int row, int group) {
      if (group == values.length) {
        values = Arrays.copyOf(values, group * 2);
      }
      values[group] = ((Vec.Longs) vec).values[row];
    }

    @Override
    Vec values(int from, int to, boolean[] some) {
      return new Vec.Longs(Arrays.copyOfRange(values, from, to), some);
    }
  }

  private static final class Doubles extends KeyColumn {
    private double[] values = new double[16];

    /** Zeros are one group, whatever their sign, and so are all NaN. */
    private static long bits(double value) {
      return Double.doubleToLongBits(value + 0.0);
    }

    @Override
    long hashOf(Vec vec, int row) {
      return bits(((Vec.Doubles) vec).values[row]);
    }

    @Override
    boolean sameValue(Vec vec, int row, int group) {
      return bits(((Vec.Doubles) vec).values[row]) == bits(values[group]);
    }

    @Override
    void addValue(Vec vec, int row, int group) {
      if (group == values.length) {
        values = Arrays.copyOf(values, group * 2);
      }
      values[group] = ((Vec.Doubles) vec).values[row];
    }

    @Override
    Vec values(int from, int to, boolean[] some) {
      return new Vec.Doubles(Arrays.copyOfRange(values, from, to), some);
    }
  }

  private static final class Bools extends KeyColumn {
    private boolean[] values = new boolean[16];

    @Override
    long hashOf(Vec vec, int row) {
      return ((Vec.Bools) vec).values[row] ? 1 : 2;
    }

    @Override
    boolean sameValue(Vec vec, int row, int group) {
      return ((Vec.Bools) vec).values[row] == values[group];
    }

    @Override
    void addValue(Vec vec, int row, int group) {
      if (group == values.length) {
        values = Arrays.copyOf(values, group * 2);
      }
      values[group] = ((Vec.Bools) vec).values[row];
    }

    @Override
    Vec values(int from, int to, boolean[] some) {
      return new Vec.Bools(Arrays.copyOfRange(values, from, to), some);
    }
  }

  /** Keeps the first 16 bytes of each text as two numbers, by which most are told apart. */
  private static final class Texts extends KeyColumn {
    private static final VarHandle WORDS =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[256];
    private int[] offsets = new int[17];
    private long[] first = new long[16];
    private long[] second = new long[16];

    /** Of the rows whose hashes were asked for last. */
    private long[] rowFirst = new long[0];

    private long[] rowSecond = new long[0];

    @Override
    void prepare(Vec vec) {
      Vec.Texts texts = (Vec.Texts) vec;
      if (rowFirst.length < vec.size()) {
        rowFirst = new long[vec.size()];
        rowSecond = new long[vec.size()];
      }
      for (int i = 0; i < vec.size(); i++) {
        int at = texts.offsets[i];
        int length = texts.offsets[i + 1] - at;
        rowFirst[i] = word(texts.bytes, at, length);
        rowSecond[i] =
            length <= Long.BYTES ? 0 : word(texts.bytes, at + Long.BYTES, length - Long.BYTES);
      }
    }

    /** Returns eight bytes as a number, zeros in place of those that the text does not have. */
    private static long word(byte[] bytes, int at, int length) {
      if (at + Long.BYTES <= bytes.length) {
        long word = (long) WORDS.get(bytes, at);
        return length >= Long.BYTES ? word : word & (1L << Byte.SIZE * length) - 1;
      }
      long word = 0;
      for (int i = Math.min(length, Long.BYTES) - 1; i >= 0; i--) {
        word = word << Byte.SIZE | bytes[at + i] & 0xff;
      }
      return word;
    }

    @Override
    long hashOf(Vec vec, int row) {
      Vec.Texts texts = (Vec.Texts) vec;
      int at = texts.offsets[row];
      int end = texts.offsets[row + 1];
      long hash = mix(mix((end - at) ^ rowFirst[row]) ^ rowSecond[row]);
      for (at += 2 * Long.BYTES; at < end; at += Long.BYTES) {
        hash = mix(hash ^ word(texts.bytes, at, end - at));
      }
      return hash;
    }

    @Override
    boolean sameValue(Vec vec, int row, int group) {
      Vec.Texts texts = (Vec.Texts) vec;
      int from = texts.offsets[row];
      int to = texts.offsets[row + 1];
      int head = 2 * Long.BYTES;
      return rowFirst[row] == first[group]
          && rowSecond[row] == second[group]
          && to - from == offsets[group + 1] - offsets[group]
          && (to - from <= head
              || Arrays.equals(
                  texts.bytes, from + head, to, bytes, offsets[group] + head, offsets[group + 1]));
    }

    @Override
    void addValue(Vec vec, int row, int group) {
      Vec.Texts texts = (Vec.Texts) vec;
      if (group + 1 == offsets.length) {
        offsets = Arrays.copyOf(offsets, group * 2 + 1);
        first = Arrays.copyOf(first, group * 2);
        second = Arrays.copyOf(second, group * 2);
      }
      int from = texts.offsets[row];
      int length = vec.isNull(row) ? 0 : texts.offsets[row + 1] - from;
      int end = Math.addExact(offsets[group], length);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, end * 2L));
      }
      System.arraycopy(texts.bytes, from, bytes, offsets[group], length);
      offsets[group + 1] = end;
      first[group] = word(texts.bytes, from, length);
      second[group] =
          length <= Long.BYTES ? 0 : word(texts.bytes, from + Long.BYTES, length - Long.BYTES);
    }

    @Override
    Vec values(int from, int to, boolean[] some) {
      int[] cut = new int[to - from + 1];
      for (int i = 0; i < cut.length; i++) {
        cut[i] = offsets[from + i] - offsets[from];
      }
      return new Vec.Texts(Arrays.copyOfRange(bytes, offsets[from], offsets[to]), cut, some);
    }
  }

  private static final class Objects extends KeyColumn {
    private Object[] values = new Object[16];

    @Override
    long hashOf(Vec vec, int row) {
      return ((Vec.Objects) vec).values[row].hashCode();
    }

    @Override
    boolean sameValue(Vec vec, int row, int group) {
      return ((Vec.Objects) vec).values[row].equals(values[group]);
    }

    @Override
    void addValue(Vec vec, int row, int group) {
      if (group == values.length) {
        values = Arrays.copyOf(values, group * 2);
      }
      values[group] = ((Vec.Objects) vec).values[row];
    }

    @Override
    Vec values(int from, int to, boolean[] some) {
      return new Vec.Objects(Arrays.copyOfRange(values, from, to));
    }
  }
}
