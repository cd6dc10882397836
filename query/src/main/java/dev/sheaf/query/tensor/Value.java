package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Tensor;
import java.util.List;

/**
 * A value in a program under construction: an input, a constant or the result of an operation.
 *
 * <p>Immutable; belongs to the {@link ProgramBuilder} that made it.
 */
public final class Value {
  final Operations owner;
  final int id;
  final Op op;
  final Attribute attribute;
  final List<Value> operands;
  final TensorType type;

  /** Whether the dtype gives way to that of another operand, as that of a literal does. */
  final boolean weak;

  Value(
      Operations owner,
      int id,
      Op op,
      Attribute attribute,
      List<Value> operands,
      TensorType type,
      boolean weak) {
    this.owner = owner;
    this.id = id;
    this.op = op;
    this.attribute = attribute;
    this.operands = List.copyOf(operands);
    this.type = type;
    this.weak = weak;
  }

  /** Returns the static type. */
  public TensorType type() {
    return type;
  }

  /** Returns the element type. */
  public DType dtype() {
    return type.dtype();
  }

  /** Returns the number of axes. */
  public int rank() {
    return type.rank();
  }

  Tensor constant() {
    return ((Attribute.Constant) attribute).value();
  }

  /** Returns the operation as a program lists it, with its type. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("%" + id + " = " + op.id());
    for (Value operand : operands) {
      text.append(" %").append(operand.id);
    }
    String more = attribute.toString();
    if (!more.isEmpty()) {
      text.append(' ').append(more);
    }
    return text.append(": ").append(type).toString();
  }
}
