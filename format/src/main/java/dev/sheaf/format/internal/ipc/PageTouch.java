package dev.sheaf.format.internal.ipc;

import java.util.ArrayList;
import java.util.List;

/**
 * Loads the first bytes of several cells of one row in one go. The cells of a row lie in as many
 * cache lines as the page has columns; read one after the other, with other work in between, each
 * is a cache miss that is waited for. Loaded in a tight loop, the misses overlap. Immutable, safe
 * for use by several threads.
 */
public final class PageTouch {
  /** More buffers than a core keeps misses in flight for gain nothing. */
  private static final int MAX_BUFFERS = 24;

  private final int[] buffers;
  private final int[] widths;

  private PageTouch(int[] buffers, int[] widths) {
    this.buffers = buffers;
    this.widths = widths;
  }

  /** Collects buffers. */
  public static final class Builder {
    private final List<int[]> found = new ArrayList<>();

    /** Adds the buffer that a read of {@code array} begins with, where its values have a width. */
    public void add(ArrayReader array) {
      if (array instanceof ArrayReader.Fixed fixed && fixed.bits() >= 8) {
        found.add(new int[] {array.buffer + 1, fixed.bits() / 8});
      } else if (array instanceof ArrayReader.Variable variable) {
        found.add(new int[] {array.buffer + 1, variable.isLarge() ? 8 : 4});
      }
    }

    /** Returns the touch; of nothing, where there are too many buffers to gain from it. */
    public PageTouch build() {
      List<int[]> kept = found.size() > MAX_BUFFERS ? List.of() : found;
      return new PageTouch(
          kept.stream().mapToInt(one -> one[0]).toArray(),
          kept.stream().mapToInt(one -> one[1]).toArray());
    }
  }

  /**
   * Loads the cells of a row of a page.
   *
   * @return a number without meaning that depends on all of them; keep it, or the loads are
   *     optimised away
   */
  public int touch(Page page, int row) {
    if (page.rowCopy != null) {
      return page.rowCopy.touch(row);
    }
    int seen = 0;
    for (int i = 0; i < buffers.length; i++) {
      int at = row * widths[i];
      // A buffer of nulls alone may be empty.
      if (at < page.bufferLength[buffers[i]]) {
        seen += page.body.get(page.bufferOffset[buffers[i]] + at);
      }
    }
    return seen;
  }
}
