package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.block.Slot;
import java.util.HashMap;
import java.util.Map;

/** The actual axis lengths of every value of a program, and where values lie. */
final class Layout {
  private final Map<Value, long[]> dims = new HashMap<>();
  private final Map<Value, Slot> slots = new HashMap<>();

  void place(Value value, long[] lengths) {
    dims.put(value, lengths);
  }

  long[] dims(Value value) {
    return dims.get(value);
  }

  long count(Value value) {
    long count = 1;
    for (long length : dims.get(value)) {
      count = Math.multiplyExact(count, length);
    }
    return count;
  }

  void put(Value value, Slot slot) {
    slots.put(value, slot);
  }

  boolean hasSlot(Value value) {
    return slots.containsKey(value);
  }

  Slot slot(Value value) {
    return slots.get(value);
  }
}
