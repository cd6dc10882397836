package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Scan;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.order.OrderRun;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.roaringbitmap.RoaringBitmap;

/** A scan of a {@link LocalVersion}, run by run and page by page. */
final class LocalScan implements Scan {
  private final LocalVersion version;
  private final long from;
  private final long to;
  private final int batchRows;

  LocalScan(LocalVersion version, long from, long to, int batchRows) {
    this.version = version;
    this.from = from;
    this.to = to;
    this.batchRows = batchRows;
  }

  @Override
  public Scan batchRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows=" + rows + " is below 1");
    }
    return new LocalScan(version, from, to, rows);
  }

  @Override
  public Scan range(long newFrom, long newTo) {
    Objects.checkFromToIndex(newFrom, newTo, version.size());
    return new LocalScan(version, newFrom, newTo, batchRows);
  }

  @Override
  public Iterator<Batch> iterator() {
    return new Batches(version.state().order().runs(from, to));
  }

  /** Cuts runs into batches. */
  private final class Batches implements Iterator<Batch> {
    private final Iterator<OrderRun> runs;
    private OrderRun run;
    private SegmentView segment;
    private int nextSlot;
    private int endSlot;
    private long nextIndex;

    Batches(Iterator<OrderRun> runs) {
      this.runs = runs;
      advance();
    }

    private void advance() {
      while (run == null || nextSlot >= endSlot) {
        if (!runs.hasNext()) {
          run = null;
          return;
        }
        run = runs.next();
        segment = version.state().segment(run.segment());
        nextSlot = run.firstSlot();
        endSlot = run.firstSlot() + run.slotCount();
        nextIndex = run.firstIndex();
        skipDead();
      }
    }

    private void skipDead() {
      if (run.live() < run.slotCount()) {
        nextSlot = (int) segment.reader().deleted().nextAbsentValue(nextSlot);
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
      int end = (int) Math.min(Math.min(endSlot, pageEnd()), (long) nextSlot + batchRows);
      if (run.live() < run.slotCount()) {
        RoaringBitmap deleted = segment.reader().deleted();
        long dead = deleted.nextValue(nextSlot);
        end = dead < 0 ? end : (int) Math.min(end, dead);
      }
      LocalBatch batch = new LocalBatch(version, segment, nextSlot, end - nextSlot, nextIndex);
      nextIndex += end - nextSlot;
      nextSlot = end;
      skipDead();
      advance();
      return batch;
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
