package dev.sheaf.query.tensor;

import dev.sheaf.format.Shape;
import java.util.Objects;

/**
 * The length of one axis in a {@link TensorType}: a number, a symbol that stands for the same
 * number wherever it appears in a program, or unknown.
 *
 * <p>Immutable; equal by value, but see {@link #isSame}.
 */
public final class Dim {
  /** A length that is known only when the program runs. */
  public static final Dim UNKNOWN = new Dim(Shape.ANY, "?");

  private final long length;
  private final String symbol;

  private Dim(long length, String symbol) {
    this.length = length;
    this.symbol = symbol;
  }

  /**
   * Returns a known length.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static Dim of(long length) {
    if (length < 0) {
      throw new IllegalArgumentException("length=" + length + " is negative");
    }
    return new Dim(length, "");
  }

  /**
   * Returns a length that goes by a name, for example {@code n}.
   *
   * @throws IllegalArgumentException if the name is no identifier
   */
  public static Dim symbol(String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("\"" + name + "\" is no name for an axis length");
    }
    return new Dim(Shape.ANY, name);
  }

  /** Tells whether the length is a number. */
  public boolean isFixed() {
    return length >= 0;
  }

  /** Returns the length, or {@link Shape#ANY} when it is no number. */
  public long length() {
    return length;
  }

  /** Tells whether the two are certainly equal: {@code ?} is the same as nothing, even itself. */
  public boolean isSame(Dim other) {
    return equals(other) && !equals(UNKNOWN);
  }

  boolean isOne() {
    return length == 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim dim && length == dim.length && symbol.equals(dim.symbol);
  }

  @Override
  public int hashCode() {
    return Objects.hash(length, symbol);
  }

  /** Returns the number, the symbol, or {@code ?}. */
  @Override
  public String toString() {
    return isFixed() ? Long.toString(length) : symbol;
  }
}
