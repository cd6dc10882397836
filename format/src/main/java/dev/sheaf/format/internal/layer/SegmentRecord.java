package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The record of a segment in the version tree. Immutable.
 *
 * <p>Spec: {@code docs/format-spec.md#segments}.
 *
 * @param rows the number of slots, deleted ones included
 * @param layers the names of the layers, oldest first: the newest that holds a cell wins
 * @param columns per column id, how many live cells are not null and the sum of their hashes
 * @param blobs per chunk with wide values, the bytes of the values that live samples show
 * @param keys where the sorted hashes of the keys lie
 */
public record SegmentRecord(
    int rows,
    List<String> layers,
    Map<String, Digest> columns,
    Map<String, Long> blobs,
    Keys keys) {
  /** The name of the record's leaf. */
  public static final String RECORD = "segment.json";

  /** The name of the leaf with the bitmap of deleted slots. */
  public static final String DELETED = "deleted";

  /** The name of the leaf with the keys, where they are few. */
  public static final String KEYS = "keys.arrow";

  private static final int MAX_LAYERS = 1 << 20;

  /** Copies the collections. */
  public SegmentRecord {
    layers = List.copyOf(layers);
    columns = java.util.Collections.unmodifiableMap(new TreeMap<>(columns));
    blobs = java.util.Collections.unmodifiableMap(new TreeMap<>(blobs));
  }

  /**
   * Where the keys lie: one record batch {@code {hash: uint64, slot: uint16}} sorted by hash, then
   * slot.
   *
   * @param chunk the chunk, or the empty string for the leaf {@link #KEYS}
   */
  public record Keys(String chunk, long offset, int length, int crc32c) {}

  /**
   * The cells of a column that are not null: how many, their bytes, and the sum of their 128-bit
   * hashes modulo 2^128.
   */
  public record Digest(long count, long bytes, Hash128 hash) {
    /** The digest of no cells. */
    public static final Digest EMPTY = new Digest(0, 0, Hash128.ZERO);

    /** Returns the digest with one more cell. */
    public Digest plus(long cellBytes, Hash128 cell) {
      return new Digest(count + 1, bytes + cellBytes, hash.plus(cell));
    }

    /** Returns the digest with one cell less. */
    public Digest minus(long cellBytes, Hash128 cell) {
      return new Digest(count - 1, bytes - cellBytes, hash.minus(cell));
    }
  }

  /**
   * Returns the folder of a segment: the ordinal of its first sample in hex, 256 full segments a
   * folder.
   */
  public static String path(SegmentKey key) {
    HexFormat hex = HexFormat.of();
    return "segments/"
        + hex.toHexDigits(key.run())
        + "/"
        + hex.toHexDigits(key.first() >>> 24, 10)
        + "/"
        + hex.toHexDigits(key.first(), 6);
  }

  /** Returns the leaf's bytes. */
  public byte[] toBytes() {
    ObjectNode node = Json.object();
    node.put("rows", rows);
    ArrayNode layerNodes = node.putArray("layers");
    layers.forEach(layerNodes::add);
    ObjectNode columnNodes = node.putObject("columns");
    columns.forEach(
        (id, digest) ->
            columnNodes
                .putObject(id)
                .put("count", digest.count())
                .put("bytes", digest.bytes())
                .put("hash", digest.hash().toString()));
    if (!blobs.isEmpty()) {
      ObjectNode blobNodes = node.putObject("blobs");
      blobs.forEach(blobNodes::put);
    }
    if (keys != null) {
      ObjectNode keyNode = node.putObject("keys");
      if (!keys.chunk().isEmpty()) {
        keyNode.put("chunk", keys.chunk());
      }
      keyNode.put("offset", keys.offset()).put("length", keys.length());
      keyNode.put("crc32c", Integer.toUnsignedLong(keys.crc32c()));
    }
    return Json.bytes(node);
  }

  /** Reads a leaf. */
  public static SegmentRecord parse(byte[] bytes, String path) {
    ObjectNode node = Json.parse(bytes, path);
    int rows = (int) Json.number(node, "rows", 1, LayerRecord.MAX_ROWS, path);
    List<String> layers = new ArrayList<>(Json.texts(node, "layers", path));
    if (layers.size() > MAX_LAYERS || !layers.stream().allMatch(name -> Json.isHex(name, 16))) {
      throw Json.bad(path, "bad list of layers", null);
    }
    Map<String, Digest> columns = new TreeMap<>();
    Iterator<Map.Entry<String, JsonNode>> fields =
        Json.object(node, "columns", path).properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (!(field.getValue() instanceof ObjectNode digest)) {
        throw Json.bad(path, "bad digest of column " + field.getKey(), null);
      }
      long count = Json.number(digest, "count", 0, rows, path);
      long digestBytes = Json.number(digest, "bytes", 0, Long.MAX_VALUE, path);
      Hash128 hash = Hash128.parse(Json.text(digest, "hash", path), path);
      columns.put(field.getKey(), new Digest(count, digestBytes, hash));
    }
    Map<String, Long> blobs = new TreeMap<>();
    if (node.has("blobs")) {
      ObjectNode blobNode = Json.object(node, "blobs", path);
      Iterator<String> names = blobNode.fieldNames();
      while (names.hasNext()) {
        String name = LayerRecord.blobName(names.next(), path);
        blobs.put(name, Json.number(blobNode, name, 0, Long.MAX_VALUE, path));
      }
    }
    Keys keys = null;
    if (node.has("keys")) {
      ObjectNode keyNode = Json.object(node, "keys", path);
      keys =
          new Keys(
              keyNode.has("chunk")
                  ? LayerRecord.chunkId(Json.text(keyNode, "chunk", path), path)
                  : "",
              Json.number(keyNode, "offset", 0, 1L << 40, path),
              (int) Json.number(keyNode, "length", 8, 1 << 28, path),
              (int) Json.number(keyNode, "crc32c", 0, 0xffffffffL, path));
    }
    return new SegmentRecord(rows, layers, columns, blobs, keys);
  }
}
