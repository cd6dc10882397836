package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Collects the values of one Arrow array and emits any range of rows. Not safe for use by several
 * threads.
 */
public abstract class ArrayBuilder {
  private final Growable valid = new Growable();
  private int nulls;

  ArrayBuilder() {}

  /** Returns an empty builder. */
  public static ArrayBuilder of(Physical layout) {
    if (layout instanceof Physical.Fixed fixed) {
      return new Fixed(fixed.bits());
    }
    if (layout instanceof Physical.Variable variable) {
      return new Variable(variable.large());
    }
    if (layout instanceof Physical.Lists lists) {
      return new Lists(of(lists.child()));
    }
    if (layout instanceof Physical.FixedLists lists) {
      return new FixedLists(lists.length(), of(lists.child()));
    }
    if (layout instanceof Physical.Structs structs) {
      return new Structs(structs.children().stream().map(ArrayBuilder::of).toList());
    }
    throw new AssertionError(layout);
  }

  /** Returns the number of values. */
  public final int size() {
    return valid.length();
  }

  /** Returns the number of nulls. */
  public final int nulls() {
    return nulls;
  }

  /** Returns about how many bytes the values take. */
  public abstract long byteSize();

  /** Appends a null. */
  public final void addNull() {
    valid.put8(0);
    nulls++;
    addEmpty();
  }

  /** Marks the value that was just appended as present. */
  final void present() {
    valid.put8(1);
  }

  final void mark(boolean isPresent) {
    valid.put8(isPresent ? 1 : 0);
    nulls += isPresent ? 0 : 1;
  }

  /** Tells whether a value is null. */
  public final boolean isNull(int row) {
    return valid.get8(row) == 0;
  }

  abstract void addEmpty();

  /** Emits the rows {@code [from, to)} in Arrow's pre-order. */
  public final void emit(int from, int to, BatchParts out) {
    int rows = to - from;
    int nullCount = 0;
    if (nulls > 0) {
      for (int i = from; i < to; i++) {
        nullCount += 1 - valid.get8(i);
      }
    }
    out.node(rows, nullCount);
    out.buffer(nullCount == 0 ? ByteBuffer.allocate(0) : bits(valid, from, to));
    emitValues(from, to, out);
  }

  abstract void emitValues(int from, int to, BatchParts out);

  static ByteBuffer bits(Growable bytes, int from, int to) {
    byte[] packed = new byte[(to - from + 7) / 8];
    for (int i = from; i < to; i++) {
      packed[(i - from) >>> 3] |= (byte) (bytes.get8(i) << ((i - from) & 7));
    }
    return ByteBuffer.wrap(packed);
  }

  private static ByteBuffer offsets(Growable ends, int from, int to, boolean large) {
    ByteBuffer out =
        ByteBuffer.allocate((to - from + 1) * (large ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    int base = from == 0 ? 0 : ends.get32(from - 1);
    for (int i = from - 1; i < to; i++) {
      int end = (i < 0 ? 0 : ends.get32(i)) - base;
      if (large) {
        out.putLong(end);
      } else {
        out.putInt(end);
      }
    }
    return out.flip();
  }

  /** Values of a fixed width. */
  public static final class Fixed extends ArrayBuilder {
    private final int bits;
    private final Growable values = new Growable();

    Fixed(int bits) {
      this.bits = bits;
    }

    /** Appends a value of up to 64 bits; the upper bits are dropped. */
    public void add(long value) {
      switch (bits) {
        case 1, 8 -> values.put8((int) value);
        case 16 -> values.put16((int) value);
        case 32 -> values.put32((int) value);
        case 64 -> values.put64(value);
        default -> throw new IllegalStateException("bits=" + bits);
      }
      present();
    }

    /** Appends a value of this width given as bytes. */
    public void add(ByteBuffer value) {
      values.put(value);
      present();
    }

    /** Appends many values given as bytes. */
    public void addAll(ByteBuffer many) {
      int count = many.remaining() / (bits / 8);
      values.put(many);
      for (int i = 0; i < count; i++) {
        present();
      }
    }

    /** Returns a value of up to 64 bits, zero-extended. */
    public long unsigned(int row) {
      return switch (bits) {
        case 1, 8 -> values.get8(row) & 0xff;
        case 16 -> values.get16(row) & 0xffff;
        case 32 -> values.get32(row) & 0xffffffffL;
        case 64 -> values.get64(row);
        default -> throw new IllegalStateException("bits=" + bits);
      };
    }

    /** Returns a value of up to 64 bits, sign-extended. */
    public long signed(int row) {
      int shift = 64 - Math.max(8, bits);
      return unsigned(row) << shift >> shift;
    }

    @Override
    public long byteSize() {
      return bits == 1 ? size() / 8 : values.length();
    }

    @Override
    void addEmpty() {
      values.zeros(Math.max(1, bits / 8));
    }

    @Override
    void emitValues(int from, int to, BatchParts out) {
      int width = bits / 8;
      out.buffer(bits == 1 ? bits(values, from, to) : values.slice(from * width, to * width));
    }
  }

  /** Byte strings. */
  public static final class Variable extends ArrayBuilder {
    private final boolean large;
    private final Growable ends = new Growable();
    private final Growable values = new Growable();

    Variable(boolean large) {
      this.large = large;
    }

    /** Appends a value: the bytes between position and limit. */
    public void add(ByteBuffer value) {
      values.put(value);
      ends.put32(values.length());
      present();
    }

    /** Returns a value. */
    public ByteBuffer value(int row) {
      return values.slice(row == 0 ? 0 : ends.get32(row - 1), ends.get32(row));
    }

    @Override
    public long byteSize() {
      return values.length() + 4L * size();
    }

    @Override
    void addEmpty() {
      ends.put32(values.length());
    }

    @Override
    void emitValues(int from, int to, BatchParts out) {
      out.buffer(offsets(ends, from, to, large));
      int start = from == 0 ? 0 : ends.get32(from - 1);
      int end = to == 0 ? 0 : ends.get32(to - 1);
      out.buffer(values.slice(start, end));
    }
  }

  /** Lists. */
  public static final class Lists extends ArrayBuilder {
    private final ArrayBuilder child;
    private final Growable ends = new Growable();

    Lists(ArrayBuilder child) {
      this.child = child;
    }

    /** Returns the builder of the elements; append them first, then {@link #end}. */
    public ArrayBuilder child() {
      return child;
    }

    /** Ends a list: its elements are those appended since the last one. */
    public void end() {
      ends.put32(child.size());
      present();
    }

    @Override
    public long byteSize() {
      return child.byteSize() + 4L * size();
    }

    @Override
    void addEmpty() {
      ends.put32(child.size());
    }

    @Override
    void emitValues(int from, int to, BatchParts out) {
      out.buffer(offsets(ends, from, to, false));
      child.emit(from == 0 ? 0 : ends.get32(from - 1), to == 0 ? 0 : ends.get32(to - 1), out);
    }
  }

  /** Lists of one length. */
  public static final class FixedLists extends ArrayBuilder {
    private final int length;
    private final ArrayBuilder child;

    FixedLists(int length, ArrayBuilder child) {
      this.length = length;
      this.child = child;
    }

    /** Returns the builder of the elements; append them first, then {@link #end}. */
    public ArrayBuilder child() {
      return child;
    }

    /** Ends a list. */
    public void end() {
      present();
      if (child.size() != size() * length) {
        throw new IllegalStateException("expected " + length + " elements");
      }
    }

    @Override
    public long byteSize() {
      return child.byteSize();
    }

    @Override
    void addEmpty() {
      if (child instanceof Fixed fixed) {
        for (int i = 0; i < length; i++) {
          fixed.add(0);
        }
      } else {
        for (int i = 0; i < length; i++) {
          child.addNull();
        }
      }
    }

    @Override
    void emitValues(int from, int to, BatchParts out) {
      child.emit(from * length, to * length, out);
    }
  }

  /** Structs. */
  public static final class Structs extends ArrayBuilder {
    private final List<ArrayBuilder> children;

    Structs(List<ArrayBuilder> children) {
      this.children = children;
    }

    /**
     * Returns a builder over fields that are complete already; {@code present} tells which structs
     * are not null.
     */
    public static Structs assemble(List<ArrayBuilder> children, int size, IntPredicate present) {
      Structs structs = new Structs(children);
      for (int i = 0; i < size; i++) {
        structs.mark(present.test(i));
      }
      return structs;
    }

    /** Returns the builder of one field; append to each, then {@link #end}. */
    public ArrayBuilder child(int field) {
      return children.get(field);
    }

    /** Ends a struct. */
    public void end() {
      present();
    }

    @Override
    public long byteSize() {
      long sum = 0;
      for (ArrayBuilder child : children) {
        sum += child.byteSize();
      }
      return sum;
    }

    @Override
    void addEmpty() {
      for (ArrayBuilder child : children) {
        child.addNull();
      }
    }

    @Override
    void emitValues(int from, int to, BatchParts out) {
      for (ArrayBuilder child : children) {
        child.emit(from, to, out);
      }
    }
  }
}
