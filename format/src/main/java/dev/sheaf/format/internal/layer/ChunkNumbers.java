package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.blob.ChunkSlot;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.References;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Numbers the chunks that the descriptors of a layer name, in the order in which they are met. */
final class ChunkNumbers {
  private final Map<ChunkSlot, Integer> numbers = new IdentityHashMap<>();
  private final Map<String, Integer> known = new java.util.HashMap<>();
  private final List<ChunkSlot> slots = new ArrayList<>();
  private final List<Long> valueBytes = new ArrayList<>();

  private int number(ChunkSlot slot) {
    if (slot.isSealed()) {
      return known.computeIfAbsent(slot.id(), id -> add(slot));
    }
    return numbers.computeIfAbsent(slot, this::add);
  }

  private int add(ChunkSlot slot) {
    slots.add(slot);
    valueBytes.add(0L);
    return slots.size() - 1;
  }

  /** Returns the chunks by number. */
  List<ChunkSlot> slots() {
    return slots;
  }

  /** Returns the bytes of the values in each chunk, before compression. */
  List<Long> valueBytes() {
    return valueBytes;
  }

  /** Returns the column of descriptors; null where there is none. */
  ArrayBuilder references(List<Place> places) {
    References references = new References();
    for (Place place : places) {
      if (place == null) {
        references.addNull();
      } else {
        int number = number(place.listed());
        valueBytes.set(number, valueBytes.get(number) + place.valueBytes());
        references.add(
            number, place.offset(), place.length(), place.crc32c(), place.blocks(), place.row());
      }
    }
    return references.builder();
  }
}
