package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tensor expression in static single assignment form: operations in an order in which each only
 * uses earlier ones, applied to every row of a batch by itself.
 *
 * <p>Immutable and safe for use by several threads. Its text ({@link #toString}) lists one
 * operation a line; equal programs have equal texts and digests.
 */
public final class TensorProgram {
  /**
   * An input.
   *
   * @param name the name, unique in the program
   * @param type the type; its axes may be symbols
   */
  public record Input(String name, TensorType type) {}

  private static final String FORMAT = "sheaf tensor program 1\n";

  private final List<Input> inputs;
  private final List<Value> operations;
  private final List<Value> outputs;
  private final String text;
  private final String digest;

  private TensorProgram(List<Input> inputs, List<Value> operations, List<Value> outputs) {
    this.inputs = inputs;
    this.operations = operations;
    this.outputs = outputs;
    this.text =
        operations.stream().map(Value::toString).collect(Collectors.joining("\n"))
            + outputs.stream()
                .map(o -> "%" + o.id)
                .collect(Collectors.joining(" ", "\nreturn ", ""));
    this.digest = Sha256.hex(ByteBuffer.wrap((FORMAT + text).getBytes(StandardCharsets.UTF_8)));
  }

  /** Keeps what the outputs need, and every input, numbered anew. */
  static TensorProgram of(List<Value> inputs, List<Value> outputs) {
    Set<Value> needed = new LinkedHashSet<>(inputs);
    outputs.forEach(output -> collect(output, needed));
    Map<Value, Value> renamed = new HashMap<>();
    List<Value> operations = new ArrayList<>();
    for (Value value : needed) {
      List<Value> operands = value.operands.stream().map(renamed::get).toList();
      Value copy =
          new Value(
              value.owner,
              operations.size(),
              value.op,
              value.attribute,
              operands,
              value.type,
              false);
      renamed.put(value, copy);
      operations.add(copy);
    }
    List<Input> names =
        inputs.stream()
            .map(input -> new Input(((Attribute.Name) input.attribute).name(), input.type))
            .toList();
    return new TensorProgram(
        names, List.copyOf(operations), outputs.stream().map(renamed::get).toList());
  }

  private static void collect(Value value, Set<Value> needed) {
    if (!needed.contains(value)) {
      value.operands.forEach(operand -> collect(operand, needed));
      needed.add(value);
    }
  }

  /** Returns the inputs in the order in which a run takes them. */
  public List<Input> inputs() {
    return inputs;
  }

  /** Returns the types of the outputs; axes that depend on symbols are symbols or unknown. */
  public List<TensorType> outputs() {
    return outputs.stream().map(Value::type).toList();
  }

  /**
   * Returns 64 hexadecimal digits of SHA-256 over the program's text, which includes dtypes,
   * shapes, names of inputs and digests of constants. Derived cells carry it, to be recomputed when
   * it changes.
   */
  public String digest() {
    return digest;
  }

  /** Prepares the program to run on a backend. */
  public CompiledProgram compile(Backend backend) {
    return new CompiledProgram(this, backend);
  }

  List<Value> operations() {
    return operations;
  }

  List<Value> results() {
    return outputs;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorProgram program && text.equals(program.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
