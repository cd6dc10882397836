package dev.sheaf.query.internal.tensor;

/** Element-wise operations of two operands and one dtype. */
public enum BinaryOp {
  /** The sum; integers wrap. */
  ADD,
  /** The difference; integers wrap. */
  SUB,
  /** The product; integers wrap. */
  MUL,
  /** The IEEE quotient; floats only. */
  DIV,
  /** The remainder with the sign of the divisor; 0 for an integer divisor of 0. */
  MOD,
  /** The smaller; NaN if one is, and -0.0 below 0.0. */
  MIN,
  /** The greater; NaN if one is, and 0.0 above -0.0. */
  MAX,
  /** Bitwise and; integers and bool. */
  AND,
  /** Bitwise or; integers and bool. */
  OR,
  /** Bitwise exclusive or; integers and bool. */
  XOR
}
