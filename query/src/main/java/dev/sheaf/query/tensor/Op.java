package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.BinaryOp;
import dev.sheaf.query.internal.tensor.Comparison;
import dev.sheaf.query.internal.tensor.Reduction;
import dev.sheaf.query.internal.tensor.UnaryOp;
import java.util.Locale;

/** The primitives. Their lower-case names are part of a program's digest. */
enum Op {
  INPUT(Family.SOURCE),
  CONSTANT(Family.SOURCE),
  /** The axis lengths of the operand, which is not computed. */
  SHAPE(Family.SOURCE),
  /** The number of elements along some axes of the operand, which is not computed. */
  COUNT(Family.SOURCE),

  ADD(Family.BINARY),
  SUB(Family.BINARY),
  MUL(Family.BINARY),
  DIV(Family.BINARY),
  MOD(Family.BINARY),
  MIN(Family.BINARY),
  MAX(Family.BINARY),
  AND(Family.BINARY),
  OR(Family.BINARY),
  XOR(Family.BINARY),

  EQ(Family.COMPARISON),
  NE(Family.COMPARISON),
  LT(Family.COMPARISON),
  LE(Family.COMPARISON),
  GT(Family.COMPARISON),
  GE(Family.COMPARISON),

  NEG(Family.UNARY),
  ABS(Family.UNARY),
  SQRT(Family.UNARY),
  EXP(Family.UNARY),
  LOG(Family.UNARY),
  ROUND(Family.UNARY),
  FLOOR(Family.UNARY),
  CEIL(Family.UNARY),
  NOT(Family.UNARY),
  POPCOUNT(Family.UNARY),
  CAST(Family.CAST),
  WHERE(Family.WHERE),

  SLICE(Family.VIEW),
  TRANSPOSE(Family.VIEW),
  EXPAND_DIMS(Family.VIEW),
  RESHAPE(Family.RESHAPE),

  SUM(Family.REDUCTION),
  PROD(Family.REDUCTION),
  AMIN(Family.REDUCTION),
  AMAX(Family.REDUCTION),
  ANY(Family.REDUCTION),
  ALL(Family.REDUCTION),
  ARGMIN(Family.REDUCTION),
  ARGMAX(Family.REDUCTION),

  MATMUL(Family.WHOLE),
  CONCAT(Family.WHOLE),
  GATHER(Family.WHOLE),
  TOPK_VALUES(Family.WHOLE),
  TOPK_INDICES(Family.WHOLE),
  HISTOGRAM(Family.WHOLE),
  RESIZE(Family.WHOLE);

  /** How an operation takes part in execution. */
  enum Family {
    /** Known before anything is computed. */
    SOURCE,
    BINARY,
    COMPARISON,
    UNARY,
    CAST,
    WHERE,
    /** An affine map of positions: costs nothing. */
    VIEW,
    RESHAPE,
    REDUCTION,
    /** Computes its result as a whole. */
    WHOLE
  }

  final Family family;

  Op(Family family) {
    this.family = family;
  }

  boolean isElementwise() {
    return switch (family) {
      case BINARY, COMPARISON, UNARY, CAST, WHERE -> true;
      case SOURCE, VIEW, RESHAPE, REDUCTION, WHOLE -> false;
    };
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  BinaryOp binary() {
    return BinaryOp.valueOf(name());
  }

  Comparison comparison() {
    return Comparison.valueOf(name());
  }

  UnaryOp unary() {
    return UnaryOp.valueOf(name());
  }

  Reduction reduction() {
    return switch (this) {
      case AMIN -> Reduction.MIN;
      case AMAX -> Reduction.MAX;
      default -> Reduction.valueOf(name());
    };
  }
}
