package dev.sheaf.query.internal.tensor;

/** Element-wise operations of one operand that keep its dtype. */
public enum UnaryOp {
  /** The negation; integers wrap. */
  NEG,
  /** The magnitude; integers wrap. */
  ABS,
  /** The correctly rounded square root; floats only. */
  SQRT,
  /** The exponential as StrictMath has it; floats only. */
  EXP,
  /** The natural logarithm as StrictMath has it; floats only. */
  LOG,
  /** The nearest integer, ties to even; integers unchanged. */
  ROUND,
  /** The greatest integer not above; integers unchanged. */
  FLOOR,
  /** The least integer not below; integers unchanged. */
  CEIL,
  /** The other truth value; bool only. */
  NOT,
  /** The number of one bits of the dtype; integers and bool. */
  POPCOUNT
}
