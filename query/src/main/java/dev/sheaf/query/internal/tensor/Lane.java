package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;

/** The Java type in which elements of a dtype are held while they are computed with. */
public enum Lane {
  /** {@code int}: bool, all integers up to 32 bits (unsigned ones by their bits), packed ones. */
  INT,
  /** {@code long}: int64, and uint64 by its bits. */
  LONG,
  /** {@code float}: float32; float16 and bfloat16, rounded after every operation. */
  FLOAT,
  /** {@code double}: float64. */
  DOUBLE;

  /** Returns the lane of a dtype. */
  public static Lane of(DType dtype) {
    return switch (dtype) {
      case BOOL, INT8, INT16, INT32, UINT8, UINT16, UINT32, U1, U2, U4, I4 -> INT;
      case INT64, UINT64 -> LONG;
      case FLOAT16, BFLOAT16, FLOAT32 -> FLOAT;
      case FLOAT64 -> DOUBLE;
    };
  }
}
