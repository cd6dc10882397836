package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;

/**
 * One record batch: where its buffers lie in {@code body}. Immutable, safe for use by several
 * threads; absolute reads only.
 */
public final class Page {
  final ByteBuffer body;
  final int rows;
  final int[] nodeLength;
  final int[] nodeNulls;
  final int[] bufferOffset;
  final int[] bufferLength;
  private final boolean unfolded;
  private final int firstRow;

  Page(
      ByteBuffer body,
      int rows,
      int[] nodeLength,
      int[] nodeNulls,
      int[] bufferOffset,
      int[] bufferLength,
      boolean unfolded,
      int firstRow) {
    this.body = body;
    this.rows = rows;
    this.nodeLength = nodeLength;
    this.nodeNulls = nodeNulls;
    this.bufferOffset = bufferOffset;
    this.bufferLength = bufferLength;
    this.unfolded = unfolded;
    this.firstRow = firstRow;
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Tells whether the page was compressed and now lies in memory of its own. */
  public boolean isUnfolded() {
    return unfolded;
  }

  /** Tells whether the page lies in mapped memory, which may be cut short under our hands. */
  public boolean isMapped() {
    return body.isDirect();
  }

  /** Returns the row of the layer that is the first of this page. */
  public int firstRow() {
    return firstRow;
  }

  /** Returns this page with the number of its first row in the layer. */
  public Page startingAt(int newFirstRow) {
    return new Page(
        body, rows, nodeLength, nodeNulls, bufferOffset, bufferLength, unfolded, newFirstRow);
  }

  /** Returns this page over other memory that holds the same bytes. */
  public Page over(ByteBuffer sameBytes) {
    return new Page(
        sameBytes, rows, nodeLength, nodeNulls, bufferOffset, bufferLength, unfolded, firstRow);
  }

  /** Returns how much memory the page keeps alive, in bytes. */
  public long heapBytes() {
    return (body.isDirect() ? 0 : body.capacity()) + 16L * bufferOffset.length + 128;
  }
}
