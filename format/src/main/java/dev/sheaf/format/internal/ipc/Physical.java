package dev.sheaf.format.internal.ipc;

import java.util.List;

/**
 * The physical layout of an Arrow array: how many nodes and buffers it has in a record batch. Trees
 * of these correspond one to one to Arrow's flattened pre-order.
 */
public sealed interface Physical {
  /** Returns the number of buffers of this array alone, its validity included. */
  int ownBuffers();

  /** Returns the children in order. */
  List<Physical> children();

  /** Returns the number of nodes with all descendants. */
  default int nodes() {
    int count = 1;
    for (Physical child : children()) {
      count += child.nodes();
    }
    return count;
  }

  /** Returns the number of buffers with all descendants. */
  default int buffers() {
    int count = ownBuffers();
    for (Physical child : children()) {
      count += child.buffers();
    }
    return count;
  }

  /** Values of a fixed number of bits: 1, or a multiple of 8. */
  record Fixed(int bits) implements Physical {
    @Override
    public int ownBuffers() {
      return 2;
    }

    @Override
    public List<Physical> children() {
      return List.of();
    }
  }

  /** Byte strings with 32-bit (or, for large arrays, 64-bit) offsets. */
  record Variable(boolean large) implements Physical {
    @Override
    public int ownBuffers() {
      return 3;
    }

    @Override
    public List<Physical> children() {
      return List.of();
    }
  }

  /** Lists with 32-bit offsets. */
  record Lists(Physical child) implements Physical {
    @Override
    public int ownBuffers() {
      return 2;
    }

    @Override
    public List<Physical> children() {
      return List.of(child);
    }
  }

  /** Lists of one length. */
  record FixedLists(int length, Physical child) implements Physical {
    @Override
    public int ownBuffers() {
      return 1;
    }

    @Override
    public List<Physical> children() {
      return List.of(child);
    }
  }

  /** Structs. */
  record Structs(List<Physical> children) implements Physical {
    /** Copies the list. */
    public Structs {
      children = List.copyOf(children);
    }

    @Override
    public int ownBuffers() {
      return 1;
    }
  }
}
