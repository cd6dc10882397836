package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.internal.io.PurgedRows;
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
  final RowCopy rowCopy;
  private final PurgedRows purged;
  private int sampleReads;

  Page(
      ByteBuffer body,
      int rows,
      int[] nodeLength,
      int[] nodeNulls,
      int[] bufferOffset,
      int[] bufferLength,
      boolean unfolded,
      int firstRow,
      RowCopy rowCopy,
      PurgedRows purged) {
    this.body = body;
    this.rows = rows;
    this.nodeLength = nodeLength;
    this.nodeNulls = nodeNulls;
    this.bufferOffset = bufferOffset;
    this.bufferLength = bufferLength;
    this.unfolded = unfolded;
    this.firstRow = firstRow;
    this.rowCopy = rowCopy;
    this.purged = purged;
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
    return with(body, newFirstRow, rowCopy);
  }

  /** Returns this page with its narrow cells by rows, too. */
  public Page with(RowCopy copy) {
    return with(body, firstRow, copy);
  }

  private Page with(ByteBuffer newBody, int newFirstRow, RowCopy copy) {
    return new Page(
        newBody,
        rows,
        nodeLength,
        nodeNulls,
        bufferOffset,
        bufferLength,
        unfolded,
        newFirstRow,
        copy,
        purged);
  }

  /** Returns this page with the rows that were purged from it. */
  public Page without(PurgedRows rows) {
    return new Page(
        body,
        this.rows,
        nodeLength,
        nodeNulls,
        bufferOffset,
        bufferLength,
        unfolded,
        firstRow,
        rowCopy,
        rows);
  }

  /** Returns the rows that were purged, which are null in every column. */
  public PurgedRows purged() {
    return purged;
  }

  /** Tells whether the page has its narrow cells by rows, too. */
  public boolean hasRowCopy() {
    return rowCopy != null;
  }

  /** Returns the narrow cells by rows as a plan says, or null if there is no such copy. */
  public RowCopy rowCopy(RowCopy.Plan plan) {
    return rowCopy != null && rowCopy.isBy(plan) ? rowCopy : null;
  }

  /**
   * Counts a sample that is read from the page; returns how many there were. Threads that race may
   * count one less.
   */
  public int countSampleRead() {
    return ++sampleReads;
  }

  /** Returns this page over other memory that holds the same bytes. */
  public Page over(ByteBuffer sameBytes) {
    return with(sameBytes, firstRow, rowCopy);
  }

  /** Returns how much memory the page keeps alive, in bytes. */
  public long heapBytes() {
    long copied = rowCopy == null ? 0 : rowCopy.heapBytes();
    return (body.isDirect() ? 0 : body.capacity()) + copied + 16L * bufferOffset.length + 128;
  }
}
