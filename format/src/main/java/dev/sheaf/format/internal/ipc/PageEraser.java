package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes pages anew without some of their rows: these are null in every column, and their bytes are
 * zeros. Offsets stay, so lengths of texts and lists are still there. For pages of one layout.
 */
public final class PageEraser {
  private final Physical[] columns;

  /** Creates an eraser for pages of these columns. */
  public PageEraser(Physical... columns) {
    this.columns = columns.clone();
  }

  /**
   * Returns the parts of a page without some rows.
   *
   * @param page a page of the columns; left as it is
   */
  public BatchParts without(Page page, int... rows) {
    Draft draft = new Draft(page);
    int node = 0;
    int buffer = 0;
    for (Physical column : columns) {
      for (int row : rows) {
        draft.blank(column, node, buffer, row);
      }
      node += column.nodes();
      buffer += column.buffers();
    }
    return draft.parts();
  }

  /** Copies of the buffers, being changed. */
  private static final class Draft {
    private final int[] lengths;
    private final int[] nulls;
    private final ByteBuffer[] buffers;

    Draft(Page page) {
      this.lengths = page.nodeLength.clone();
      this.nulls = page.nodeNulls.clone();
      this.buffers = new ByteBuffer[page.bufferLength.length];
      for (int i = 0; i < buffers.length; i++) {
        byte[] copy = new byte[page.bufferLength[i]];
        page.body.get(page.bufferOffset[i], copy);
        buffers[i] = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
      }
    }

    BatchParts parts() {
      BatchParts parts = new BatchParts();
      for (int i = 0; i < lengths.length; i++) {
        parts.node(lengths[i], nulls[i]);
      }
      for (ByteBuffer buffer : buffers) {
        parts.buffer(buffer);
      }
      return parts;
    }

    void blank(Physical layout, int node, int buffer, int row) {
      setNull(node, buffer, row);
      if (layout instanceof Physical.Structs structs) {
        int childNode = node + 1;
        int childBuffer = buffer + 1;
        for (Physical child : structs.children()) {
          blank(child, childNode, childBuffer, row);
          childNode += child.nodes();
          childBuffer += child.buffers();
        }
      } else {
        erase(layout, node, buffer, row, row + 1);
      }
    }

    private void setNull(int node, int buffer, int row) {
      int rows = lengths[node];
      if (nulls[node] == rows) {
        return;
      }
      byte[] bits = buffers[buffer].array();
      if (nulls[node] == 0) {
        // Without nulls there may be no bits, or any.
        bits = new byte[(rows + 7) / 8];
        Arrays.fill(bits, (byte) 0xff);
        if (rows % 8 != 0) {
          bits[bits.length - 1] = (byte) ((1 << (rows % 8)) - 1);
        }
        buffers[buffer] = ByteBuffer.wrap(bits).order(ByteOrder.LITTLE_ENDIAN);
      }
      int mask = 1 << (row & 7);
      if ((bits[row >>> 3] & mask) != 0) {
        bits[row >>> 3] &= (byte) ~mask;
        nulls[node]++;
      }
    }

    /** Zeroes the values {@code [from, to)} of an array. */
    private void erase(Physical layout, int node, int buffer, int from, int to) {
      if (from >= to) {
        return;
      }
      if (layout instanceof Physical.Fixed fixed) {
        eraseFixed(buffers[buffer + 1].array(), fixed.bits(), from, to);
      } else if (layout instanceof Physical.Variable variable) {
        int start = offset(buffer + 1, variable.large(), from);
        Arrays.fill(
            buffers[buffer + 2].array(), start, offset(buffer + 1, variable.large(), to), (byte) 0);
      } else if (layout instanceof Physical.Lists lists) {
        int start = offset(buffer + 1, false, from);
        erase(lists.child(), node + 1, buffer + 2, start, offset(buffer + 1, false, to));
      } else if (layout instanceof Physical.FixedLists lists) {
        erase(lists.child(), node + 1, buffer + 1, from * lists.length(), to * lists.length());
      } else {
        int childNode = node + 1;
        int childBuffer = buffer + 1;
        for (Physical child : layout.children()) {
          erase(child, childNode, childBuffer, from, to);
          childNode += child.nodes();
          childBuffer += child.buffers();
        }
      }
    }

    private static void eraseFixed(byte[] values, int bits, int from, int to) {
      if (bits == 1) {
        for (int row = from; row < to; row++) {
          values[row >>> 3] &= (byte) ~(1 << (row & 7));
        }
      } else {
        Arrays.fill(values, from * (bits / 8), to * (bits / 8), (byte) 0);
      }
    }

    private int offset(int buffer, boolean large, int row) {
      return large ? (int) buffers[buffer].getLong(row * 8) : buffers[buffer].getInt(row * 4);
    }
  }
}
