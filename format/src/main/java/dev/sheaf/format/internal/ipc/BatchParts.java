package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The nodes and buffers of one record batch, in Arrow's pre-order. */
public final class BatchParts {
  final List<int[]> nodes = new ArrayList<>();
  final List<ByteBuffer> buffers = new ArrayList<>();

  /** Returns parts with nodes of these lengths, without nulls, and no buffers. */
  public static BatchParts nodes(int... lengths) {
    BatchParts parts = new BatchParts();
    for (int length : lengths) {
      parts.node(length, 0);
    }
    return parts;
  }

  /** Passes length and number of nulls of each node, in order. */
  public void forEachNode(java.util.function.BiConsumer<Integer, Integer> consumer) {
    nodes.forEach(node -> consumer.accept(node[0], node[1]));
  }

  /** Returns the buffers in order; not to be modified. */
  public List<ByteBuffer> buffers() {
    return java.util.Collections.unmodifiableList(buffers);
  }

  void node(int length, int nullCount) {
    nodes.add(new int[] {length, nullCount});
  }

  void buffer(ByteBuffer bytes) {
    buffers.add(bytes);
  }
}
