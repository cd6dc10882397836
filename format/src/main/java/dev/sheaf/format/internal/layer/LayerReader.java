package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.PurgedRows;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageParser;
import dev.sheaf.format.internal.ipc.Physical;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads one layer. The first touch of a page is one positional read that is verified; later ones go
 * to mapped memory where the store maps. Safe for use by several threads.
 */
public final class LayerReader {
  /** A copy by rows costs about as much as reading as many samples again. */
  private static final int READS_BEFORE_COPY = 32;

  private final ReadContext context;
  private final String name;
  private final LayerRecord record;
  private final byte[] leaf;
  private final RoaringBitmap slots;
  private final PageParser parser;
  private final CellReader[] cells;
  private final AtomicReferenceArray<Page> pages;
  private final PageBudget.Account account;
  private final AtomicReferenceArray<ByteBuffer> blobs;
  private volatile ByteBuffer mappedFile;
  private volatile PageStatistics statistics;

  /**
   * Creates a reader.
   *
   * @param leaf the pages of a layer that lies in the version tree, else null
   */
  public LayerReader(ReadContext context, String name, LayerRecord record, byte[] leaf) {
    this.context = context;
    this.name = name;
    this.record = record;
    this.leaf = leaf;
    this.slots = record.slots().orElse(null);
    List<LayerColumn> columns = record.columns();
    Physical[] layouts = new Physical[columns.size()];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] = columns.get(i).layout().physical();
    }
    this.parser = new PageParser(layouts);
    ArrayReader[] arrays = parser.readers();
    this.cells = new CellReader[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = CellReader.of(this, i, columns.get(i), arrays[i]);
    }
    this.pages = new AtomicReferenceArray<>(record.pages());
    this.account = context.budget().open(this);
    this.blobs = new AtomicReferenceArray<>(record.blobs().size());
  }

  /** Returns the record. */
  public LayerRecord record() {
    return record;
  }

  /**
   * Returns the statistics of the pages.
   *
   * @param folder the folder of the segment in the version tree
   * @param leaves finds a leaf of the version tree by its path
   */
  public PageStatistics statistics(String folder, Function<String, Optional<byte[]>> leaves) {
    PageStatistics known = statistics;
    if (known == null) {
      String path = folder + "/" + name + ".stats.json";
      known =
          leaves
              .apply(path)
              .map(bytes -> PageStatistics.parse(bytes, record, path))
              .orElseGet(PageStatistics::none);
      statistics = known;
    }
    return known;
  }

  /** Throws an {@link InternalError} if pages of this layer are mapped and their file was cut. */
  void settle() {
    ByteBuffer file = mappedFile;
    if (file != null) {
      Mapped.settle(file);
    }
  }

  /** Returns the name of the layer. */
  public String name() {
    return name;
  }

  ReadContext context() {
    return context;
  }

  /** Returns the reader of the cells of a column, by its position in the record. */
  public CellReader cells(int position) {
    return cells[position];
  }

  /** Returns the reader of what stands beside the cells of a column, or null if nothing does. */
  public CellReader aspect(String columnId, String aspect) {
    List<LayerColumn> columns = record.columns();
    for (int i = 0; i < cells.length; i++) {
      if (columns.get(i).column().equals(columnId) && columns.get(i).aspect().equals(aspect)) {
        return cells[i];
      }
    }
    return null;
  }

  /** Returns the row of a slot, or -1 if this layer does not hold it. */
  public int rowOf(int slot) {
    if (slots == null) {
      return slot;
    }
    return slots.contains(slot) ? slots.rank(slot) - 1 : -1;
  }

  /** Tells whether the layer holds every slot of the segment, row by slot. */
  public boolean isDense() {
    return slots == null;
  }

  /** Returns the page that holds a row, read and verified at the first touch. */
  public Page pageOf(int row) {
    return page(record.pageOf(row));
  }

  /** Tells whether rows of this layer were purged; reads all of its pages. */
  public boolean hasPurgedRows() {
    for (int number = 0; number < record.pages(); number++) {
      if (!page(number).purged().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Returns a page, read and verified at the first touch. */
  public Page page(int number) {
    Page page = pages.get(number);
    return page != null ? page : load(number);
  }

  /**
   * Returns the page that holds a row, for the read of one sample. A page that many samples are
   * read from gets a {@link RowCopy} if memory allows; where the store maps, it then takes the
   * place of the page in heap memory.
   */
  public Page pageOfSample(int row, RowCopy.Plan plan) {
    int number = record.pageOf(row);
    Page page = page(number);
    if (page.hasRowCopy()
        || page.countSampleRead() != READS_BEFORE_COPY
        || plan.isEmpty()
        || !page.purged().isEmpty()) {
      return page;
    }
    return copyRows(number, page, plan);
  }

  private Page copyRows(int number, Page page, RowCopy.Plan plan) {
    Page copied = page.with(plan.copy(page));
    if (page.isMapped()) {
      settle();
    }
    long added = copied.heapBytes() - page.heapBytes();
    if (page.isUnfolded() || !account.take(added)) {
      return page;
    }
    Optional<ByteBuffer> view =
        leaf == null && !page.isMapped() ? mappedPage(number) : Optional.empty();
    Page kept = view.isPresent() ? copied.over(view.get()) : copied;
    if (!pages.compareAndSet(number, page, kept)) {
      account.giveBack(added);
      return page;
    }
    account.giveBack(copied.heapBytes() - kept.heapBytes());
    return kept;
  }

  private Optional<ByteBuffer> mappedPage(int number) {
    long offset = record.pageOffset(number);
    int length = record.pageLength(number);
    return context
        .store()
        .map(chunk())
        .filter(mapped -> offset + length <= mapped.capacity())
        .map(
            mapped -> {
              mappedFile = mapped;
              return mapped.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
            });
  }

  private Page load(int number) {
    Page cached = context.heapPages().get(this, number);
    if (cached != null) {
      return cached;
    }
    long offset = record.pageOffset(number);
    int length = record.pageLength(number);
    int recorded = record.pageCrc(number);
    ChunkStore.PageBytes found =
        leaf == null
            ? context.store().readPage(chunk(), offset, length, recorded)
            : new ChunkStore.PageBytes(slice(offset, length), recorded, PurgedRows.NONE);
    int computed = Checksums.crc32c(found.bytes());
    if (computed != found.crc32c()) {
      throw new CorruptDataException(
          "SHEAF-CHK-001",
          String.format(
              "Page checksum does not match: stored=0x%08x computed=0x%08x",
              found.crc32c(), computed),
          location(number),
          "The file is damaged; run `sheaf fsck` to list all damaged chunks");
    }
    int rows = record.firstRow(number + 1) - record.firstRow(number);
    Page page =
        parser
            .parse(found.bytes(), rows, location(number))
            .startingAt(record.firstRow(number))
            .without(found.purged());
    if (!page.isUnfolded() && account.take(page.heapBytes())) {
      pages.set(number, page);
      return page;
    }
    Optional<ByteBuffer> view =
        leaf != null || page.isUnfolded() ? Optional.empty() : mappedPage(number);
    if (view.isPresent()) {
      pages.set(number, page.over(view.get()));
    } else {
      context.heapPages().put(this, number, page);
    }
    return page;
  }

  /**
   * Returns a payload chunk of this layer as mapped memory, or null where the store does not map.
   */
  ByteBuffer mappedBlob(int number) {
    ByteBuffer mapped = blobs.get(number);
    if (mapped == null) {
      mapped = context.store().map(record.blobs().get(number)).orElse(null);
      blobs.set(number, mapped);
    }
    return mapped;
  }

  /** Returns the page that has been read already, or null; never reads. */
  public Page loaded(int number) {
    Page page = pages.get(number);
    return page != null ? page : context.heapPages().get(this, number);
  }

  private ByteBuffer slice(long offset, int length) {
    if (offset > leaf.length - (long) length) {
      throw new CorruptDataException(
          "SHEAF-CHK-002",
          "Leaf is too short: expected " + (offset + length) + " bytes, got " + leaf.length,
          context.dataset().with("layer", name),
          "Run `sheaf fsck`");
    }
    byte[] copy = java.util.Arrays.copyOfRange(leaf, (int) offset, (int) offset + length);
    return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String chunk() {
    return record.chunk().orElseThrow();
  }

  /** Returns where a page lies, for messages. */
  public Location location(int page) {
    Location location = context.dataset();
    location =
        record.chunk().isPresent() ? location.with("chunk", chunk()) : location.with("layer", name);
    return location.with("page", page).with("offset", record.pageOffset(page));
  }
}
