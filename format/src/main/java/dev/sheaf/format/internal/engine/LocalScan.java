package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Batch;
import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Scan;
import dev.sheaf.format.ScanMetrics;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.order.OrderRun;
import dev.sheaf.format.internal.order.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.roaringbitmap.RoaringBitmap;

/** A scan of a {@link LocalVersion}, run by run and page by page. */
final class LocalScan implements Scan {
  private static final int GATHERED = 4096;

  private final LocalVersion version;
  private final long from;
  private final long to;
  private final int batchRows;
  private final PageFilter filter;
  private final long[] indices;
  private final ScanCounts counts;

  LocalScan(LocalVersion version) {
    this(version, 0, version.size(), Integer.MAX_VALUE, null, null, new ScanCounts());
  }

  private LocalScan(
      LocalVersion version,
      long from,
      long to,
      int batchRows,
      PageFilter filter,
      long[] indices,
      ScanCounts counts) {
    this.version = version;
    this.from = from;
    this.to = to;
    this.batchRows = batchRows;
    this.filter = filter;
    this.indices = indices;
    this.counts = counts;
  }

  @Override
  public Scan batchRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows=" + rows + " is below 1");
    }
    return new LocalScan(version, from, to, rows, filter, indices, counts);
  }

  @Override
  public Scan range(long newFrom, long newTo) {
    Objects.checkFromToIndex(newFrom, newTo, version.size());
    return new LocalScan(version, newFrom, newTo, batchRows, filter, indices, counts);
  }

  @Override
  public Scan where(PageFilter newFilter) {
    Objects.requireNonNull(newFilter, "newFilter");
    return new LocalScan(version, from, to, batchRows, newFilter, indices, counts);
  }

  @Override
  public Scan rows(long... newIndices) {
    return new LocalScan(version, from, to, batchRows, filter, newIndices.clone(), counts);
  }

  @Override
  public ScanMetrics metrics() {
    return counts;
  }

  @Override
  public Iterator<Batch> iterator() {
    return indices == null ? new Batches(version.state().order().runs(from, to)) : new Gathered();
  }

  /** Batches of samples that were named. */
  private final class Gathered implements Iterator<Batch> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < indices.length;
    }

    @Override
    public Batch next() {
      if (next >= indices.length) {
        throw new NoSuchElementException();
      }
      int limit = batchRows == Integer.MAX_VALUE ? GATHERED : batchRows;
      long[] some = Arrays.copyOfRange(indices, next, Math.min(indices.length, next + limit));
      Position[] places = new Position[some.length];
      version.state().order().locate(some, places);
      List<Stretch> stretches = new ArrayList<>();
      int row = 0;
      while (row < some.length) {
        int end = row + 1;
        while (end < some.length && places[end].segment().equals(places[row].segment())) {
          end++;
        }
        int[] slots = new int[end - row];
        for (int i = 0; i < slots.length; i++) {
          slots[i] = places[row + i].slot();
        }
        SegmentView segment = version.state().segment(places[row].segment());
        stretches.add(new Stretch(segment, slots[0], slots, slots.length));
        row = end;
      }
      next += some.length;
      counts.rows(some.length, 0);
      return new LocalBatch(version, stretches, some[0], some, counts);
    }
  }

  /** Cuts runs into batches. */
  private final class Batches implements Iterator<Batch> {
    private final Iterator<OrderRun> runs;
    private OrderRun run;
    private SegmentView segment;
    private int nextSlot;
    private int endSlot;
    private int passedSlot;
    private long nextIndex;

    Batches(Iterator<OrderRun> runs) {
      this.runs = runs;
      advance();
    }

    private boolean hasDead() {
      return run.live() < run.slotCount();
    }

    /** Goes to the next slot that is live and that the filter lets pass. */
    private void advance() {
      while (true) {
        if (run != null && nextSlot < endSlot && hasDead()) {
          nextSlot = (int) segment.reader().deleted().nextAbsentValue(nextSlot);
        }
        if (run == null || nextSlot >= endSlot) {
          if (!runs.hasNext()) {
            run = null;
            return;
          }
          run = runs.next();
          segment = version.state().segment(run.segment());
          nextSlot = run.firstSlot();
          endSlot = run.firstSlot() + run.slotCount();
          passedSlot = nextSlot;
          nextIndex = run.firstIndex();
          continue;
        }
        if (filter == null || nextSlot < passedSlot) {
          return;
        }
        int end = Math.min(endSlot, pageEnd());
        if (mayMatch(nextSlot, end)) {
          passedSlot = end;
          return;
        }
        int live = end - nextSlot - dead(nextSlot, end);
        counts.rows(0, live);
        notePruned(nextSlot, end);
        nextIndex += live;
        nextSlot = end;
      }
    }

    private int dead(int first, int end) {
      return hasDead() ? (int) segment.reader().deleted().rangeCardinality(first, end) : 0;
    }

    private boolean mayMatch(int first, int end) {
      return filter.mayMatch(
          name -> {
            int position = version.position(version.schema().indexOf(name));
            return SegmentStatistics.of(version, segment, position, first, end);
          });
    }

    private void notePruned(int first, int end) {
      for (int i = 0; i < version.schema().size(); i++) {
        for (CellReader cell : segment.cells(version.position(i))) {
          SegmentStatistics.forEachPage(
              cell, first, end, (record, page) -> counts.pruned(cell.layer(), page, page + 1));
        }
      }
    }

    @Override
    public boolean hasNext() {
      return run != null;
    }

    @Override
    public Batch next() {
      if (run == null) {
        throw new NoSuchElementException();
      }
      long firstIndex = nextIndex;
      List<Stretch> stretches = new ArrayList<>();
      boolean paged = batchRows == Integer.MAX_VALUE;
      int rows = 0;
      do {
        int end = filter == null ? endSlot : Math.min(endSlot, passedSlot);
        if (paged) {
          end = Math.min(end, pageEnd());
        }
        end = (int) Math.min(end, (long) nextSlot + batchRows - rows);
        Stretch stretch = stretch(nextSlot, end);
        int last = stretches.size() - 1;
        if (last >= 0 && stretches.get(last).isFollowedBy(stretch)) {
          stretches.set(last, stretches.get(last).and(stretch));
        } else {
          stretches.add(stretch);
        }
        rows += stretch.size();
        nextIndex += stretch.size();
        nextSlot = end;
        advance();
      } while (!paged && rows < batchRows && run != null && nextIndex == firstIndex + rows);
      counts.rows(rows, 0);
      return new LocalBatch(version, stretches, firstIndex, null, counts);
    }

    /** Returns the live slots of a range that begins with one. */
    private Stretch stretch(int first, int end) {
      int dead = dead(first, end);
      if (dead == 0) {
        return new Stretch(segment, first, null, end - first);
      }
      RoaringBitmap deleted = segment.reader().deleted();
      int[] slots = new int[end - first - dead];
      int count = 0;
      for (int slot = first; slot < end; slot++) {
        if (!deleted.contains(slot)) {
          slots[count++] = slot;
        }
      }
      boolean dense = slots[count - 1] - first == count - 1;
      return new Stretch(segment, first, dense ? null : slots, count);
    }

    /** Returns the slot after the last one of the page of the first dense layer. */
    private int pageEnd() {
      for (int i = 0; i < version.schema().size(); i++) {
        for (CellReader cell : segment.cells(version.position(i))) {
          if (cell.layer().isDense()) {
            LayerRecord record = cell.layer().record();
            return record.firstRow(record.pageOf(nextSlot) + 1);
          }
        }
      }
      return endSlot;
    }
  }
}
