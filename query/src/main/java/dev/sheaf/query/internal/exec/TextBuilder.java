package dev.sheaf.query.internal.exec;

import java.util.Arrays;

/** Collects texts one behind the other. For one thread. */
public final class TextBuilder {
  private final int[] offsets;
  private byte[] bytes;
  private boolean[] nulls;
  private int count;

  /** Creates a builder of this many texts. */
  public TextBuilder(int size) {
    this.offsets = new int[size + 1];
    this.bytes = new byte[Math.max(16, size * 16)];
  }

  /** Adds a text. */
  public void add(byte[] text) {
    add(text, 0, text.length);
  }

  /** Adds a part of these bytes as a text. */
  public void add(byte[] from, int start, int end) {
    append(from, start, end);
    finish();
  }

  /** Adds bytes to the text that {@link #finish} ends. */
  void append(byte[] from, int start, int end) {
    int at = offsets[count + 1] == 0 ? offsets[count] : offsets[count + 1];
    int needed = Math.addExact(at, end - start);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, needed * 3L / 2 + 16));
    }
    System.arraycopy(from, start, bytes, at, end - start);
    offsets[count + 1] = needed;
  }

  /** Ends a text. */
  void finish() {
    offsets[count + 1] = Math.max(offsets[count + 1], offsets[count]);
    count++;
  }

  /** Adds a null. */
  public void addNull() {
    if (nulls == null) {
      nulls = new boolean[offsets.length - 1];
    }
    nulls[count] = true;
    finish();
  }

  /** Returns the texts. */
  public Vec.Texts build() {
    return new Vec.Texts(bytes, offsets, nulls);
  }
}
