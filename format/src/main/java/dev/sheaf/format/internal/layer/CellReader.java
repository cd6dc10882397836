package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Form;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageTouch;
import dev.sheaf.format.internal.ipc.PlainReader;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the cells of one column of one layer, whatever their form. Rows are rows of the layer. Safe
 * for use by several threads.
 */
public abstract class CellReader {
  final LayerReader layer;
  final int position;
  final LayerColumn column;

  private CellReader(LayerReader layer, int position, LayerColumn column) {
    this.layer = layer;
    this.position = position;
    this.column = column;
  }

  static CellReader of(LayerReader layer, int position, LayerColumn column, ArrayReader array) {
    return switch (column.form()) {
      case PLAIN -> new Plain(layer, position, column, array);
      case VARYING -> new Varying(layer, position, column, (ArrayReader.Structs) array);
      case FIXED -> new Fixed(layer, position, column, (ArrayReader.Fixed) array);
      case MEDIA, LINKED -> new MediaCells(layer, position, column, (ArrayReader.Structs) array);
    };
  }

  /** Returns the column as it was written. */
  public LayerColumn column() {
    return column;
  }

  /** Returns the layer. */
  public LayerReader layer() {
    return layer;
  }

  /** Returns the page that holds a row, read and verified at the first touch. */
  public final Page pageOf(int row) {
    return layer.pageOf(row);
  }

  /** Tells whether a cell is null. */
  public final boolean isNull(int row) {
    return isNull(pageOf(row), row);
  }

  /** Returns a cell, or null. */
  public final Object value(int row) {
    return value(pageOf(row), row);
  }

  /** Returns the bytes of a text, JSON or binary cell, or null. */
  public final ByteBuffer bytes(int row) {
    return bytes(pageOf(row), row);
  }

  /** Returns an integer cell that is not null. */
  public final long int64(int row) {
    return int64(pageOf(row), row);
  }

  /** Tells whether a cell of a page is null. */
  public abstract boolean isNull(Page page, int row);

  /** Returns a cell of a page, or null. */
  public abstract Object value(Page page, int row);

  /** Returns the bytes of a text, JSON or binary cell of a page, or null. */
  public ByteBuffer bytes(Page page, int row) {
    throw notOf("text or bytes");
  }

  /** Returns the text of a text or JSON cell of a page, or null. */
  public final String text(Page page, int row) {
    ByteBuffer bytes = bytes(page, row);
    if (bytes == null) {
      return null;
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    if (bytes.isDirect()) {
      settleValue(page, row);
    }
    return new String(copy, StandardCharsets.UTF_8);
  }

  /** Returns the reader of the column's array in a page. */
  abstract ArrayReader array();

  /** Throws an {@link InternalError} if the file of mapped pages of this layer was cut short. */
  public final void settle() {
    layer.settle();
  }

  /** The same for what holds the wide value of a cell, and for its page. */
  void settleValue(Page page, int row) {
    if (isMapped(page)) {
      layer.settle();
    }
  }

  /** Tells whether {@link #bytes} of a cell looks into mapped memory to find the value. */
  boolean isMapped(Page page) {
    return page.isMapped();
  }

  /** Returns an integer cell of a page that is not null. */
  public long int64(Page page, int row) {
    throw notOf("integer");
  }

  /** Returns a number cell of a page that is not null as floating point. */
  public double float64(Page page, int row) {
    throw notOf("number");
  }

  /** Adds what a read of a cell begins with to {@code touch}. */
  public void addTo(PageTouch.Builder touch) {}

  /**
   * Adds the arrays of the cells to a copy by rows.
   *
   * @return whether {@link #value} and the other reads of a cell find all they need in that copy
   */
  public boolean addTo(RowCopy.Builder rows) {
    return false;
  }

  /** Returns where the wide value of a cell lies, or empty if the cell is null or in its page. */
  public Optional<Place> place(int row) {
    return Optional.empty();
  }

  /**
   * Returns the cells {@code [from, to)} as one contiguous matrix, or empty where they do not lie
   * so.
   */
  public Optional<ByteBuffer> matrix(int from, int to) {
    return Optional.empty();
  }

  /** Throws an {@link InternalError} if the file that matrices lie in was cut short. */
  public void settleMatrix() {
    layer.settle();
  }

  /** Returns the chunk that matrices lie in, or the layer where it is a leaf. */
  public String matrixChunk() {
    return layer.record().chunk().orElse(layer.name());
  }

  /**
   * Returns the chunk that holds the wide or fixed value of a cell, or the empty string if there is
   * none.
   */
  public String wideChunk(int row) {
    return place(row).map(place -> place.chunk().id()).orElse("");
  }

  /** Reads the wide or fixed value of a cell and verifies it; returns the bytes read. */
  public long verify(int row) {
    ByteBuffer read = bytes(row);
    return read == null ? 0 : read.remaining();
  }

  private IllegalArgumentException notOf(String what) {
    return new IllegalArgumentException(
        "column \"" + column.name() + "\" is " + column.type() + ", not " + what);
  }

  final Location location(int row) {
    return layer.context().dataset().with("column", column.name()).with("row", row);
  }

  /** Values in the page. */
  private static final class Plain extends CellReader {
    private final ArrayReader array;
    private final DType dtype;

    Plain(LayerReader layer, int position, LayerColumn column, ArrayReader array) {
      super(layer, position, column);
      this.array = array;
      this.dtype = column.type() instanceof Type.Scalar scalar ? scalar.dtype() : null;
    }

    @Override
    ArrayReader array() {
      return array;
    }

    @Override
    public void addTo(PageTouch.Builder touch) {
      touch.add(array);
    }

    @Override
    public boolean addTo(RowCopy.Builder rows) {
      boolean oneValue =
          array instanceof ArrayReader.Variable
              || dtype != null
              || column.type() instanceof Type.Date
              || column.type() instanceof Type.Timestamp;
      if (!oneValue || !rows.add(array)) {
        return false;
      }
      if (array instanceof ArrayReader.Variable) {
        rows.strings(array, List.of(array), null);
      } else if (dtype != null) {
        rows.numbers(array, dtype);
      }
      return true;
    }

    @Override
    public boolean isNull(Page page, int row) {
      return array.isNull(page, row - page.firstRow());
    }

    @Override
    public Object value(Page page, int row) {
      return PlainReader.value(array, column.type(), page, row - page.firstRow());
    }

    @Override
    public ByteBuffer bytes(Page page, int row) {
      if (!(array instanceof ArrayReader.Variable variable)) {
        return super.bytes(page, row);
      }
      int at = row - page.firstRow();
      return variable.isNull(page, at) ? null : PlainReader.kept(variable.view(page, at));
    }

    @Override
    public long int64(Page page, int row) {
      if (dtype == null || dtype.kind() == DType.Kind.FLOAT) {
        return super.int64(page, row);
      }
      return PlainReader.int64((ArrayReader.Fixed) array, dtype, page, row - page.firstRow());
    }

    @Override
    public double float64(Page page, int row) {
      if (dtype == null) {
        return super.float64(page, row);
      }
      return PlainReader.float64((ArrayReader.Fixed) array, dtype, page, row - page.firstRow());
    }

    @Override
    public Optional<ByteBuffer> matrix(int from, int to) {
      int number = layer.record().pageOf(from);
      Page page = layer.page(number);
      int first = from - layer.record().firstRow(number);
      if (to > layer.record().firstRow(number + 1) || !array.noNulls(page)) {
        return Optional.empty();
      }
      if (dtype != null && !dtype.isPacked()) {
        return Optional.of(((ArrayReader.Fixed) array).view(page, first, to - from));
      }
      if (array instanceof ArrayReader.FixedLists lists && column.type() instanceof Type.Tensor) {
        int length = lists.length();
        return Optional.of(
            ((ArrayReader.Fixed) lists.child()).view(page, first * length, (to - from) * length));
      }
      return Optional.empty();
    }
  }

  /** Reads descriptors and what they refer to. */
  private static final class Wide {
    private final CellReader cell;
    private final ArrayReader.Structs ref;
    private final ArrayReader.Variable link;
    private final Verified verified;

    Wide(CellReader cell, ArrayReader ref) {
      this(cell, ref, null);
    }

    /**
     * Creates a reader.
     *
     * @param link the paths of linked files, or null where no value lies in one
     */
    Wide(CellReader cell, ArrayReader ref, ArrayReader link) {
      this.cell = cell;
      this.ref = (ArrayReader.Structs) ref;
      this.link = (ArrayReader.Variable) link;
      this.verified = new Verified(cell.layer.record().rows());
    }

    /** Tells whether descriptors are read from mapped memory. */
    boolean isMapped(Page page) {
      return page.isMapped() && !field(1).isCopied(page);
    }

    /** Tells whether a value is in the page: exactly one of {@code inline} and {@code ref} is. */
    boolean isInline(ArrayReader inline, Page page, int at, int row) {
      boolean here = ref.isNull(page, at);
      if (inline.isNull(page, at) == here) {
        throw damaged(here ? "Value is nowhere" : "Value is in its page and elsewhere", row);
      }
      return here;
    }

    boolean isNull(Page page, int at) {
      return ref.isNull(page, at);
    }

    boolean addTo(RowCopy.Builder rows) {
      return rows.add(ref)
          & rows.add(field(0))
          & rows.add(field(1))
          & rows.add(field(2))
          & rows.add(field(3))
          & rows.add(field(5))
          & (link == null || rows.add(link));
    }

    private ArrayReader.Fixed field(int number) {
      return (ArrayReader.Fixed) ref.child(number);
    }

    long length(Page page, int at) {
      return field(2).int64(page, at);
    }

    Place place(Page page, int at, int row) {
      ArrayReader.Lists lists = (ArrayReader.Lists) ref.child(4);
      int from = lists.isNull(page, at) ? 0 : lists.from(page, at);
      int to = lists.isNull(page, at) ? 0 : lists.to(page, at);
      int[] blocks = new int[to - from];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = ((ArrayReader.Fixed) lists.child()).int32(page, from + i);
      }
      int textRow = field(5).isNull(page, at) ? -1 : field(5).int32(page, at);
      return Place.of(
          chunk(page, at, row),
          field(1).int64(page, at),
          length(page, at),
          field(3).int32(page, at),
          blocks,
          textRow);
    }

    /** Returns what holds a value: a chunk, or a linked file. */
    private String chunk(Page page, int at, int row) {
      String name = cell.layer.record().blobs().get(number(page, at, row));
      boolean linked = LinkName.isLink(name);
      if (linked != (link != null && !link.isNull(page, at))) {
        throw damaged(
            linked ? "Descriptor of a link without a path" : "Link into a chunk of the dataset",
            row);
      }
      return linked ? name + "/" + StandardCharsets.UTF_8.decode(link.view(page, at)) : name;
    }

    private int number(Page page, int at, int row) {
      int number = field(0).int32(page, at);
      if (number < 0 || number >= cell.layer.record().blobs().size()) {
        throw damaged(
            "Descriptor names chunk " + number + " of " + cell.layer.record().blobs().size(), row);
      }
      return number;
    }

    ByteBuffer bytes(Page page, int at, int row) {
      int number = number(page, at, row);
      long offset = field(1).int64(page, at);
      long length = length(page, at);
      if (offset < 0 || length < 0 || length > 1 << 30) {
        throw damaged("Descriptor with offset=" + offset + " length=" + length, row);
      }
      boolean whole = field(5).isNull(page, at);
      if (whole && verified.test(row)) {
        if (isMapped(page)) {
          // A descriptor that is zeros must not be followed.
          cell.layer.settle();
        }
        ByteBuffer mapped = cell.layer.mappedBlob(number);
        if (mapped != null && offset + length <= mapped.capacity()) {
          return mapped.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
        }
      }
      String chunk = chunk(page, at, row);
      int crc = field(3).int32(page, at);
      if (!whole) {
        return text(chunk, offset, (int) length, crc, field(5).int32(page, at), row);
      }
      ByteBuffer bytes = read(chunk, offset, (int) length, row);
      check(bytes, crc, chunk, offset, row);
      verified.mark(row);
      return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    void settle(Page page, int row) {
      int at = row - page.firstRow();
      if (!isNull(page, at)) {
        ByteBuffer file = cell.layer.mappedBlob(number(page, at, row));
        if (file != null) {
          Mapped.settle(file);
        }
      }
    }

    /** Returns what tells whether the mapped chunk of a value was cut short. */
    Runnable settling(Page page, int at, int row) {
      ByteBuffer file = cell.layer.mappedBlob(number(page, at, row));
      return () -> Mapped.settle(file);
    }

    private void check(ByteBuffer bytes, int stored, String chunk, long offset, int row) {
      int computed = Checksums.crc32c(bytes);
      if (computed != stored) {
        CorruptDataException error =
            cell.layer
                .context()
                .store()
                .mismatch(chunk, offset, bytes.remaining(), stored, computed);
        throw new CorruptDataException(
            error.code(),
            error.headline(),
            cell.location(row)
                .with(LinkName.isLink(chunk) ? "link" : "chunk", chunk)
                .with("offset", offset),
            error.hint());
      }
    }

    private ByteBuffer text(String chunk, long offset, int length, int crc, int textRow, int row) {
      HeapPages cache = cell.layer.context().heapPages();
      Page page = cache.get(chunk, offset);
      if (page == null) {
        ChunkStore.PageBytes found =
            cell.layer.context().store().readPage(chunk, offset, length, crc);
        check(found.bytes(), found.crc32c(), chunk, offset, row);
        Location location = cell.location(row).with("chunk", chunk).with("offset", offset);
        page =
            ReadContext.TEXT_PARSER.parseAnyRows(found.bytes(), location).without(found.purged());
        cache.put(chunk, offset, page);
      }
      if (textRow < 0 || textRow >= page.rows()) {
        throw damaged("Descriptor names row " + textRow + " of " + page.rows(), row);
      }
      page.purged().check(textRow);
      return ReadContext.TEXT.view(page, textRow);
    }

    ByteBuffer range(Page page, int at, int row, long from, int count) {
      ArrayReader.Lists lists = (ArrayReader.Lists) ref.child(4);
      boolean atHand = verified.test(row) && !isLink(page, at);
      if (atHand || lists.isNull(page, at) || !field(5).isNull(page, at)) {
        return bytes(page, at, row).slice((int) from, count).order(ByteOrder.LITTLE_ENDIAN);
      }
      String chunk = chunk(page, at, row);
      long offset = field(1).int64(page, at);
      long length = length(page, at);
      int firstBlock = (int) (from / Checksums.BLOCK_BYTES);
      int lastBlock = (int) ((from + Math.max(1, count) - 1) / Checksums.BLOCK_BYTES);
      long start = (long) firstBlock * Checksums.BLOCK_BYTES;
      int bytes = (int) (Math.min(length, (lastBlock + 1L) * Checksums.BLOCK_BYTES) - start);
      int firstCrc = lists.from(page, at);
      if (lastBlock >= lists.to(page, at) - firstCrc) {
        throw damaged("Descriptor has too few block checksums", row);
      }
      ByteBuffer blocks = read(chunk, offset + start, bytes, row);
      for (int block = firstBlock; block <= lastBlock; block++) {
        int blockFrom = (block - firstBlock) * Checksums.BLOCK_BYTES;
        int blockLength = Math.min(Checksums.BLOCK_BYTES, bytes - blockFrom);
        int stored = ((ArrayReader.Fixed) lists.child()).int32(page, firstCrc + block);
        check(blocks.slice(blockFrom, blockLength), stored, chunk, offset + start + blockFrom, row);
      }
      return blocks
          .slice((int) (from - start), count)
          .asReadOnlyBuffer()
          .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads a range; what is wrong with a file of the outside is said with the cell. */
    private ByteBuffer read(String chunk, long offset, int length, int row) {
      ChunkStore store = cell.layer.context().store();
      if (!LinkName.isLink(chunk)) {
        return store.read(chunk, offset, length);
      }
      try {
        return store.read(chunk, offset, length);
      } catch (NotFoundException e) {
        throw new NotFoundException(
            e.code(), e.headline(), cell.location(row).with("link", chunk), e.hint(), e);
      } catch (CorruptDataException e) {
        throw new CorruptDataException(
            e.code(), e.headline(), cell.location(row).with("link", chunk), e.hint(), e);
      }
    }

    /** Tells whether a value lies in a file of the outside, which is checked at every read. */
    private boolean isLink(Page page, int at) {
      return link != null && !link.isNull(page, at);
    }

    ByteBuffer unverified(Page page, int at, int row, long from, int count) {
      String chunk = chunk(page, at, row);
      return read(chunk, field(1).int64(page, at) + from, count, row);
    }

    private CorruptDataException damaged(String what, int row) {
      return new CorruptDataException(
          "SHEAF-CHK-005", what, cell.location(row), "Run `sheaf fsck` to list all damaged chunks");
    }
  }

  /** Short values in the page, long ones elsewhere. */
  private static final class Varying extends CellReader {
    private final ArrayReader.Structs struct;
    private final Wide wide;

    Varying(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
      super(layer, position, column);
      this.struct = struct;
      this.wide = new Wide(this, struct.child(1));
    }

    @Override
    ArrayReader array() {
      return struct;
    }

    @Override
    public void addTo(PageTouch.Builder touch) {
      touch.add(struct.child(0));
    }

    @Override
    public boolean addTo(RowCopy.Builder rows) {
      boolean all = rows.add(struct) & rows.add(struct.child(0)) & wide.addTo(rows);
      if (all && struct.child(0) instanceof ArrayReader.Variable inline) {
        rows.strings(inline, List.of(struct, inline), wide.ref);
      }
      return all && !(column.type() instanceof Type.Tensor);
    }

    @Override
    public boolean isNull(Page page, int row) {
      return struct.isNull(page, row - page.firstRow());
    }

    @Override
    public ByteBuffer bytes(Page page, int row) {
      if (!(struct.child(0) instanceof ArrayReader.Variable inline)
          || column.type() instanceof Type.Tensor) {
        return super.bytes(page, row);
      }
      int at = row - page.firstRow();
      if (struct.isNull(page, at)) {
        return null;
      }
      return wide.isInline(inline, page, at, row)
          ? PlainReader.kept(inline.view(page, at))
          : wide.bytes(page, at, row);
    }

    @Override
    public Object value(Page page, int row) {
      if (column.type() instanceof Type.Tensor tensor) {
        return tensor(tensor, page, row);
      }
      return column.type() instanceof Type.Binary ? bytes(page, row) : text(page, row);
    }

    private Tensor tensor(Type.Tensor type, Page page, int row) {
      int at = row - page.firstRow();
      if (struct.isNull(page, at)) {
        return null;
      }
      Shape shape = PlainReader.shape(type, (ArrayReader.FixedLists) struct.child(2), page, at);
      ByteBuffer data =
          wide.isInline(struct.child(0), page, at, row)
              ? PlainReader.ragged(struct.child(0), page, at)
              : wide.bytes(page, at, row);
      Runnable settling = data.isDirect() ? wide.settling(page, at, row) : null;
      return PlainReader.raggedTensor(type, shape, data, settling);
    }

    @Override
    boolean isMapped(Page page) {
      return wide.isMapped(page);
    }

    @Override
    void settleValue(Page page, int row) {
      super.settleValue(page, row);
      wide.settle(page, row);
    }

    @Override
    public long verify(int row) {
      Page page = pageOf(row);
      return wide.bytes(page, row - page.firstRow(), row).remaining();
    }

    @Override
    public Optional<Place> place(int row) {
      Page page = pageOf(row);
      int at = row - page.firstRow();
      return struct.isNull(page, at) || wide.isNull(page, at)
          ? Optional.empty()
          : Optional.of(wide.place(page, at, row));
    }
  }

  /** Fixed-shape tensors in a chunk of their own. */
  private static final class Fixed extends CellReader {
    private final ArrayReader.Fixed crcs;
    private final LayerRecord.TensorChunk chunk;
    private final Type.Tensor type;
    private final Verified verified;
    private final Runnable settling = this::settleMapped;
    private volatile ByteBuffer mapped;

    Fixed(LayerReader layer, int position, LayerColumn column, ArrayReader.Fixed crcs) {
      super(layer, position, column);
      this.crcs = crcs;
      this.chunk = layer.record().tensors().get(position);
      this.type = (Type.Tensor) column.type();
      this.verified = new Verified(layer.record().rows());
    }

    @Override
    ArrayReader array() {
      return crcs;
    }

    @Override
    public boolean addTo(RowCopy.Builder rows) {
      return rows.add(crcs);
    }

    @Override
    public boolean isNull(Page page, int row) {
      return crcs.isNull(page, row - page.firstRow());
    }

    @Override
    public Object value(Page page, int row) {
      int at = row - page.firstRow();
      if (crcs.isNull(page, at)) {
        return null;
      }
      // The checksum is a cache line of its own: it is fetched only where it is needed.
      ByteBuffer data = verified.test(row) ? mapped(row) : null;
      if (data == null) {
        data = layer.context().store().read(chunk.chunk(), offset(row), chunk.width());
        check(data, row, crcs.int32(page, at));
      }
      return data.isDirect()
          ? Tensor.of(type.dtype(), type.shape(), data, settling)
          : Tensor.of(type.dtype(), type.shape(), data);
    }

    @Override
    public void settleMatrix() {
      layer.context().store().map(chunk.chunk()).ifPresent(Mapped::settle);
    }

    @Override
    public String matrixChunk() {
      return chunk.chunk();
    }

    private void settleMapped() {
      Mapped.settle(mapped);
    }

    private long offset(int row) {
      return chunk.offset() + (long) row * chunk.width();
    }

    /** Returns a row of the mapped chunk, or null where there is none. */
    private ByteBuffer mapped(int row) {
      ByteBuffer whole = mapped;
      if (whole == null) {
        whole = layer.context().store().map(chunk.chunk()).orElse(null);
        mapped = whole;
      }
      long offset = offset(row);
      return whole == null || offset + chunk.width() > whole.capacity()
          ? null
          : whole.slice((int) offset, chunk.width()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void check(ByteBuffer bytes, int row, int stored) {
      int computed = Checksums.crc32c(bytes);
      if (computed != stored) {
        throw new CorruptDataException(
            "SHEAF-CHK-001",
            String.format(
                "Tensor checksum does not match: stored=0x%08x computed=0x%08x", stored, computed),
            location(row).with("chunk", chunk.chunk()),
            "The file is damaged; run `sheaf fsck` to list all damaged chunks");
      }
      verified.mark(row);
    }

    @Override
    public String wideChunk(int row) {
      return isNull(row) ? "" : chunk.chunk();
    }

    @Override
    public long verify(int row) {
      value(row);
      return chunk.width();
    }

    @Override
    public Optional<ByteBuffer> matrix(int from, int to) {
      boolean allVerified = true;
      for (int row = from; row < to; row++) {
        if (!verified.test(row)) {
          allVerified = false;
          if (isNull(row)) {
            return Optional.empty();
          }
        }
      }
      long offset = chunk.offset() + (long) from * chunk.width();
      int length = Math.multiplyExact(to - from, chunk.width());
      if (!allVerified) {
        ByteBuffer bytes = layer.context().store().read(chunk.chunk(), offset, length);
        for (int row = from; row < to; row++) {
          ByteBuffer one = bytes.slice((row - from) * chunk.width(), chunk.width());
          Page page = pageOf(row);
          check(one, row, crcs.int32(page, row - page.firstRow()));
        }
        return Optional.of(bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
      }
      return layer
          .context()
          .store()
          .map(chunk.chunk())
          .filter(mapped -> offset + length <= mapped.capacity())
          .map(mapped -> mapped.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Encoded payloads. */
  private static final class MediaCells extends CellReader {
    private final ArrayReader.Structs struct;
    private final Wide wide;

    MediaCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Structs struct) {
      super(layer, position, column);
      this.struct = struct;
      ArrayReader link = column.form() == Form.LINKED ? struct.child(4) : null;
      this.wide = new Wide(this, struct.child(1), link);
    }

    @Override
    ArrayReader array() {
      return struct;
    }

    @Override
    public void addTo(PageTouch.Builder touch) {
      for (int field = 0; field < 3; field++) {
        touch.add(wide.field(field));
      }
    }

    @Override
    public boolean addTo(RowCopy.Builder rows) {
      return rows.add(struct) & rows.add(struct.child(0)) & wide.addTo(rows);
    }

    @Override
    public boolean isNull(Page page, int row) {
      return struct.isNull(page, row - page.firstRow());
    }

    @Override
    public Object value(Page page, int row) {
      int at = row - page.firstRow();
      if (struct.isNull(page, at)) {
        return null;
      }
      long length =
          wide.isInline(struct.child(0), page, at, row)
              ? ((ArrayReader.Variable) struct.child(0)).length(page, at)
              : wide.length(page, at);
      return new StoredMedia(this, page, row, length);
    }

    @Override
    public ByteBuffer bytes(Page page, int row) {
      int at = row - page.firstRow();
      if (struct.isNull(page, at)) {
        return null;
      }
      return wide.isInline(struct.child(0), page, at, row)
          ? PlainReader.kept(((ArrayReader.Variable) struct.child(0)).view(page, at))
          : wide.bytes(page, at, row);
    }

    @Override
    boolean isMapped(Page page) {
      return wide.isMapped(page);
    }

    @Override
    void settleValue(Page page, int row) {
      super.settleValue(page, row);
      wide.settle(page, row);
    }

    @Override
    ByteBuffer range(Page page, int row, long offset, int count) {
      int at = row - page.firstRow();
      return wide.isNull(page, at)
          ? bytes(page, row).slice((int) offset, count).order(ByteOrder.LITTLE_ENDIAN)
          : wide.range(page, at, row, offset, count);
    }

    @Override
    ByteBuffer unverifiedRange(Page page, int row, long offset, int count) {
      int at = row - page.firstRow();
      return wide.isNull(page, at)
          ? bytes(page, row).slice((int) offset, count).order(ByteOrder.LITTLE_ENDIAN)
          : wide.unverified(page, at, row, offset, count);
    }

    @Override
    Optional<ByteBuffer> frameTable(int row) {
      CellReader frames = layer.aspect(column.column(), LayerColumn.FRAMES);
      return frames == null
          ? Optional.empty()
          : Optional.ofNullable((ByteBuffer) frames.value(row));
    }

    @Override
    String sha256(Page page, int row) {
      int at = row - page.firstRow();
      if (struct.child(2).isNull(page, at)) {
        throw wide.damaged("Payload without a SHA-256", row);
      }
      ByteBuffer view = ((ArrayReader.Fixed) struct.child(2)).view(page, at, 1);
      byte[] sha256 = new byte[32];
      view.get(sha256);
      return HexFormat.of().formatHex(sha256);
    }

    @Override
    @SuppressWarnings("unchecked")
    Map<String, Object> facts(Page page, int row) {
      Object facts =
          PlainReader.value(struct.child(3), column.facts(), page, row - page.firstRow());
      return facts == null
          ? Map.of()
          : MediaFacts.known(column.facts(), (Map<String, Object>) facts);
    }

    @Override
    public Optional<Place> place(int row) {
      Page page = pageOf(row);
      int at = row - page.firstRow();
      return struct.isNull(page, at) || wide.isNull(page, at)
          ? Optional.empty()
          : Optional.of(wide.place(page, at, row));
    }
  }

  ByteBuffer range(Page page, int row, long offset, int count) {
    throw notOf("media");
  }

  ByteBuffer unverifiedRange(Page page, int row, long offset, int count) {
    throw notOf("media");
  }

  Optional<ByteBuffer> frameTable(int row) {
    throw notOf("media");
  }

  String sha256(Page page, int row) {
    throw notOf("media");
  }

  Map<String, Object> facts(Page page, int row) {
    throw notOf("media");
  }
}
