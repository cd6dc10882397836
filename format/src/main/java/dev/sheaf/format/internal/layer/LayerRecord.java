package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.ipc.Form;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The record of a layer in the version tree: which rows and columns it holds and where its pages,
 * tensors and payloads lie. Immutable.
 *
 * <p>Spec: {@code docs/format-spec.md#layers}.
 */
public final class LayerRecord {
  /** The most samples of a segment. */
  public static final int MAX_ROWS = 65_536;

  private static final int MAX_PAGE_BYTES = 1 << 30;
  private static final long MAX_CHUNK_BYTES = 1L << 40;
  private static final int MAX_COLUMNS = 100_000;
  private static final int BLOCK_SHIFT = 8;

  private final int rows;
  private final RoaringBitmap slots;
  private final List<LayerColumn> columns;
  private final String chunk;
  private final long[] pageOffset;
  private final int[] pageLength;
  private final int[] firstRow;
  private final int[] pageCrc;
  private final int[] pageOfBlock;
  private final Map<Integer, TensorChunk> tensors;
  private final List<String> blobs;

  /**
   * Where the rows of a fixed tensor column lie: row {@code r} is the {@code width} bytes from
   * {@code offset + r * width}.
   */
  public record TensorChunk(String chunk, long offset, int width) {}

  /**
   * Creates a record.
   *
   * @param rows the number of rows
   * @param slots the slots of the segment that the rows are, ascending; null for all, row by slot
   * @param chunk the chunk of the pages, or null when they lie in the version tree itself
   * @param pages offset, length, rows and CRC-32C of each page
   */
  LayerRecord(
      int rows,
      RoaringBitmap slots,
      List<LayerColumn> columns,
      String chunk,
      List<PageEntry> pages,
      Map<Integer, TensorChunk> tensors,
      List<String> blobs) {
    this.rows = rows;
    this.slots = slots;
    this.columns = List.copyOf(columns);
    this.chunk = chunk;
    int count = pages.size();
    this.pageOffset = new long[count];
    this.pageLength = new int[count];
    this.firstRow = new int[count + 1];
    this.pageCrc = new int[count];
    for (int i = 0; i < count; i++) {
      pageOffset[i] = pages.get(i).offset();
      pageLength[i] = pages.get(i).length();
      pageCrc[i] = pages.get(i).crc32c();
      firstRow[i + 1] = firstRow[i] + pages.get(i).rows();
    }
    this.pageOfBlock = pageOfBlock(firstRow);
    this.tensors = new TreeMap<>(tensors);
    this.blobs = List.copyOf(blobs);
  }

  /** Returns the page of the first row of every block of rows, so that a page is found by index. */
  private static int[] pageOfBlock(int[] firstRow) {
    int last = firstRow.length - 2;
    int[] pages = new int[(firstRow[last + 1] >>> BLOCK_SHIFT) + 1];
    int page = 0;
    for (int block = 0; block < pages.length; block++) {
      while (page < last && firstRow[page + 1] <= block << BLOCK_SHIFT) {
        page++;
      }
      pages[block] = page;
    }
    return pages;
  }

  /** Returns this record with the ids of its columns and the names of its payload chunks. */
  public LayerRecord named(List<String> ids, List<String> blobNames) {
    List<LayerColumn> named = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      LayerColumn column = columns.get(i);
      named.add(
          new LayerColumn(
              ids.get(i),
              column.aspect(),
              column.name(),
              column.type(),
              column.form(),
              column.facts()));
    }
    List<PageEntry> pages = new ArrayList<>();
    for (int i = 0; i < pages(); i++) {
      pages.add(
          new PageEntry(pageOffset[i], pageLength[i], firstRow[i + 1] - firstRow[i], pageCrc[i]));
    }
    return new LayerRecord(rows, slots, named, chunk, pages, tensors, blobNames);
  }

  /**
   * A page: where its message begins, how long message and body are, how many rows it has, their
   * CRC-32C.
   */
  record PageEntry(long offset, int length, int rows, int crc32c) {}

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the slots that the rows are, or empty when row r is slot r for every slot. */
  public Optional<RoaringBitmap> slots() {
    return Optional.ofNullable(slots);
  }

  /** Returns the columns in the order of the chunk's fields. */
  public List<LayerColumn> columns() {
    return columns;
  }

  /** Returns the chunk of the pages, or empty when they lie in the version tree. */
  public Optional<String> chunk() {
    return Optional.ofNullable(chunk);
  }

  /** Returns the number of pages. */
  public int pages() {
    return pageOffset.length;
  }

  /** Returns where a page begins. */
  public long pageOffset(int page) {
    return pageOffset[page];
  }

  /** Returns the length of a page in bytes. */
  public int pageLength(int page) {
    return pageLength[page];
  }

  /** Returns the CRC-32C of a page. */
  public int pageCrc(int page) {
    return pageCrc[page];
  }

  /** Returns the first row of a page; for the number of pages, the number of rows. */
  public int firstRow(int page) {
    return firstRow[page];
  }

  /** Returns the page that holds a row. */
  public int pageOf(int row) {
    int page = pageOfBlock[row >>> BLOCK_SHIFT];
    int last = pageCrc.length - 1;
    while (page < last && firstRow[page + 1] <= row) {
      page++;
    }
    return page;
  }

  /** Returns the tensor chunks by the position of their column. */
  public Map<Integer, TensorChunk> tensors() {
    return tensors;
  }

  /** Returns the chunks, and roots of links, that descriptors of this layer number. */
  public List<String> blobs() {
    return blobs;
  }

  /** Returns the leaf's bytes. */
  public byte[] toBytes() {
    ObjectNode node = Json.object();
    node.put("rows", rows);
    if (slots != null) {
      node.put("slots", encode(slots));
    }
    ArrayNode columnNodes = node.putArray("columns");
    for (LayerColumn column : columns) {
      ObjectNode one = columnNodes.addObject();
      one.put("column", column.column());
      if (!column.aspect().equals(LayerColumn.CELLS)) {
        one.put("aspect", column.aspect());
      }
      one.put("name", column.name());
      one.put("type", column.type().toString());
      one.put("form", column.form().id());
      if (column.facts() != null) {
        one.put("facts", column.facts().toString());
      }
    }
    if (chunk != null) {
      node.put("chunk", chunk);
    }
    ObjectNode pageNode = node.putObject("pages");
    ArrayNode offsets = pageNode.putArray("offset");
    ArrayNode lengths = pageNode.putArray("length");
    ArrayNode rowCounts = pageNode.putArray("rows");
    ArrayNode crcs = pageNode.putArray("crc32c");
    for (int i = 0; i < pages(); i++) {
      offsets.add(pageOffset[i]);
      lengths.add(pageLength[i]);
      rowCounts.add(firstRow[i + 1] - firstRow[i]);
      crcs.add(Integer.toUnsignedLong(pageCrc[i]));
    }
    if (!tensors.isEmpty()) {
      ArrayNode tensorNodes = node.putArray("tensors");
      tensors.forEach(
          (position, tensor) ->
              tensorNodes
                  .addObject()
                  .put("column", position)
                  .put("chunk", tensor.chunk())
                  .put("offset", tensor.offset())
                  .put("width", tensor.width()));
    }
    if (!blobs.isEmpty()) {
      ArrayNode blobNodes = node.putArray("blobs");
      blobs.forEach(blobNodes::add);
    }
    return Json.bytes(node);
  }

  /**
   * Returns the name of a layer with these leaves: 16 hex digits of their SHA-256.
   *
   * @param pages the pages that lie in the version tree, or null if they are a chunk
   */
  public static String name(byte[] record, byte[] pages) {
    java.security.MessageDigest digest = Checksums.sha256();
    digest.update(record);
    if (pages != null) {
      digest.update(pages);
    }
    return Checksums.hex(digest.digest()).substring(0, 16);
  }

  /** Reads a leaf; every number in it is checked against the others and against stated maxima. */
  public static LayerRecord parse(byte[] bytes, String path) {
    ObjectNode node = Json.parse(bytes, path);
    int rows = (int) Json.number(node, "rows", 0, MAX_ROWS, path);
    RoaringBitmap slots = node.has("slots") ? decode(Json.text(node, "slots", path), path) : null;
    if (slots != null && slots.getCardinality() != rows) {
      throw Json.bad(path, "expected " + rows + " slots, got " + slots.getCardinality(), null);
    }
    List<LayerColumn> columns = new ArrayList<>();
    for (JsonNode element : Json.array(node, "columns", path)) {
      if (!(element instanceof ObjectNode one) || columns.size() >= MAX_COLUMNS) {
        throw Json.bad(path, "bad list of columns", null);
      }
      Type facts = one.has("facts") ? Type.parse(Json.text(one, "facts", path)) : null;
      if (facts != null && !(facts instanceof Type.Struct)) {
        throw Json.bad(path, "facts are no struct", null);
      }
      columns.add(
          new LayerColumn(
              Json.text(one, "column", path),
              one.has("aspect") ? Json.text(one, "aspect", path) : LayerColumn.CELLS,
              Json.text(one, "name", path),
              Type.parse(Json.text(one, "type", path)),
              Form.of(Json.text(one, "form", path)),
              (Type.Struct) facts));
    }
    String chunk = node.has("chunk") ? chunkId(Json.text(node, "chunk", path), path) : null;
    List<PageEntry> pages = pages(Json.object(node, "pages", path), rows, path);
    Map<Integer, TensorChunk> tensors = new TreeMap<>();
    if (node.has("tensors")) {
      for (JsonNode element : Json.array(node, "tensors", path)) {
        if (!(element instanceof ObjectNode one)) {
          throw Json.bad(path, "bad list of tensors", null);
        }
        int position = (int) Json.number(one, "column", 0, columns.size() - 1L, path);
        int width = (int) Json.number(one, "width", 1, MAX_PAGE_BYTES, path);
        long offset = Json.number(one, "offset", 0, MAX_CHUNK_BYTES, path);
        tensors.put(
            position, new TensorChunk(chunkId(Json.text(one, "chunk", path), path), offset, width));
      }
    }
    for (int i = 0; i < columns.size(); i++) {
      checkColumn(columns.get(i), tensors.get(i), path);
    }
    List<String> blobs = node.has("blobs") ? Json.texts(node, "blobs", path) : List.of();
    blobs.forEach(blob -> blobName(blob, path));
    return new LayerRecord(rows, slots, columns, chunk, pages, tensors, blobs);
  }

  private static void checkColumn(LayerColumn column, TensorChunk tensor, String path) {
    boolean fixed = column.form() == Form.FIXED;
    if (fixed != (tensor != null)) {
      throw Json.bad(path, "tensor chunk of column \"" + column.name() + "\"", null);
    }
    if (fixed) {
      boolean fits =
          column.type() instanceof Type.Tensor type
              && type.shape().isFixed()
              && type.dtype().byteLength(type.shape().elementCount()) == tensor.width();
      if (!fits) {
        throw Json.bad(path, "tensor width of column \"" + column.name() + "\"", null);
      }
    }
    boolean media = column.type() instanceof Type.Media;
    boolean form = column.form() == Form.MEDIA || column.form() == Form.LINKED;
    if (media != form || media != (column.facts() != null)) {
      throw Json.bad(path, "media column \"" + column.name() + "\"", null);
    }
    if (column.aspect().equals(LayerColumn.INPUTS)
        && (column.form() != Form.PLAIN || !column.type().equals(Type.scalar(DType.UINT64)))) {
      throw Json.bad(path, "digests of the inputs of column \"" + column.name() + "\"", null);
    }
    if (column.aspect().equals(LayerColumn.FRAMES) && !(column.type() instanceof Type.Binary)) {
      throw Json.bad(path, "frame tables of column \"" + column.name() + "\"", null);
    }
    if (column.form() == Form.VARYING && !isVarying(column.type())) {
      throw Json.bad(path, "form of column \"" + column.name() + "\"", null);
    }
    try {
      column.layout();
    } catch (ArithmeticException e) {
      throw Json.bad(path, "type " + column.type() + " is too large for a page", e);
    }
  }

  private static boolean isVarying(Type type) {
    return type instanceof Type.Utf8
        || type instanceof Type.Binary
        || type instanceof Type.Json
        || type instanceof Type.Tensor tensor && !tensor.shape().isFixed();
  }

  private static List<PageEntry> pages(ObjectNode node, int rows, String path) {
    long[] offsets = Json.numbers(node, "offset", 0, MAX_CHUNK_BYTES, path);
    long[] lengths = Json.numbers(node, "length", 8, MAX_PAGE_BYTES, path);
    long[] counts = Json.numbers(node, "rows", 1, MAX_ROWS, path);
    long[] crcs = Json.numbers(node, "crc32c", 0, 0xffffffffL, path);
    if (lengths.length != offsets.length
        || counts.length != offsets.length
        || crcs.length != offsets.length) {
      throw Json.bad(path, "page lists of different lengths", null);
    }
    List<PageEntry> pages = new ArrayList<>(offsets.length);
    long sum = 0;
    for (int i = 0; i < offsets.length; i++) {
      pages.add(new PageEntry(offsets[i], (int) lengths[i], (int) counts[i], (int) crcs[i]));
      sum += counts[i];
    }
    if (sum != rows) {
      throw Json.bad(path, "expected " + rows + " rows in the pages, got " + sum, null);
    }
    return pages;
  }

  /** Checks the name of a chunk, or of a root of links. */
  static String blobName(String text, String path) {
    if (!LinkName.isLink(text)) {
      return chunkId(text, path);
    }
    if (!LinkName.path(text).isEmpty() || !LinkName.isRoot(LinkName.root(text))) {
      throw Json.bad(path, "\"" + text + "\" is no root of links", null);
    }
    return text;
  }

  static String chunkId(String text, String path) {
    if (!Json.isHex(text, 64)) {
      throw Json.bad(path, "\"" + text + "\" is no chunk name", null);
    }
    return text;
  }

  /** Returns a bitmap in Roaring's portable serialisation, as Base64. */
  static String encode(RoaringBitmap bitmap) {
    return Base64.getEncoder().encodeToString(serialize(bitmap));
  }

  /** Returns a bitmap in Roaring's portable serialisation. */
  public static byte[] serialize(RoaringBitmap bitmap) {
    RoaringBitmap compact = bitmap.clone();
    compact.runOptimize();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      compact.serialize(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static RoaringBitmap decode(String base64, String path) {
    try {
      return deserialize(Base64.getDecoder().decode(base64), path);
    } catch (IllegalArgumentException e) {
      throw Json.bad(path, "bad Base64", e);
    }
  }

  /** Reads a bitmap in Roaring's portable serialisation whose members are slots. */
  public static RoaringBitmap deserialize(byte[] bytes, String path) {
    RoaringBitmap bitmap = new RoaringBitmap();
    try {
      if (bytes.length > 1 << 20) {
        throw Json.bad(path, "bitmap of " + bytes.length + " bytes", null);
      }
      bitmap.deserialize(ByteBuffer.wrap(bytes));
      boolean valid = bitmap.isEmpty() || bitmap.last() < MAX_ROWS && bitmap.last() >= 0;
      if (!valid || !bitmap.validate()) {
        throw Json.bad(path, "bitmap with slots beyond " + MAX_ROWS, null);
      }
      return bitmap;
    } catch (IOException | RuntimeException e) {
      if (e instanceof dev.sheaf.format.DatasetException known) {
        throw known;
      }
      throw Json.bad(path, "bad bitmap: " + e.getMessage(), e);
    }
  }
}
