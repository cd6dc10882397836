package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Row;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Collects appended rows and writes them segment by segment. Not safe for use by several threads.
 */
final class Appends {
  // Names of columns have no control characters, so these mark what stands beside the cells.
  private static final String INPUTS = "\u0000";
  private static final String FRAMES = "\u0001";

  private final LocalTransaction.PendingSchema schema;
  private final Sinks sinks;
  private final KnownKeys known;
  private final KeySet keys = new KeySet();
  private final MessageDigest run = Checksums.sha256();
  private final List<DraftSegment> segments = new ArrayList<>();
  private final List<AppendedKey> allKeys = new ArrayList<>();
  private LayerBuilder layer;
  private Map<String, Integer> positions;
  private Map<String, SegmentRecord.Digest> digests;
  private List<Long> keyHashes;
  private long count;
  private boolean broken;

  /**
   * A key that was appended, with the content it stands for; kept to notice the same key of another
   * writer.
   */
  record AppendedKey(String key, String content) {}

  /**
   * A segment whose chunks are written.
   *
   * @param first the ordinal of its first sample in the run
   * @param digests per column name
   * @param keys its key index
   */
  record DraftSegment(
      long first,
      LayerBuilder.DraftLayer layer,
      Map<String, SegmentRecord.Digest> digests,
      KeyIndex.Written keys,
      int firstKey) {}

  Appends(LocalVersion base, LocalTransaction.PendingSchema schema, Sinks sinks) {
    this.schema = schema;
    this.sinks = sinks;
    this.known = new KnownKeys(base);
  }

  long count() {
    return count;
  }

  void add(Row row, Map<String, Object> system) {
    requireWhole();
    Map<String, Object> cells = new LinkedHashMap<>(row.cells());
    cells.putAll(system);
    cells.forEach(schema::require);
    schema
        .defaults()
        .forEach(
            (name, value) -> {
              // A cell that was set to null is null.
              if (!cells.containsKey(name)) {
                cells.put(name, value);
              }
            });
    cells.keySet().removeIf(name -> schema.find(name).isEmpty());
    Map<String, byte[]> canonical = new TreeMap<>();
    cells.forEach(
        (name, value) -> {
          if (value != null) {
            canonical.put(
                name, CellHash.canonical(schema.find(name).orElseThrow().type(), value, name));
          }
        });
    byte[] content = contentHash(canonical);
    String key = key(row, content);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(SystemColumns.KEY, key);
    canonical.put(SystemColumns.KEY, key.getBytes(StandardCharsets.UTF_8));
    all.putAll(cells);
    if (row.origin() != null) {
      Map<String, Object> origin = SystemColumns.cell(row.origin());
      all.put(SystemColumns.ORIGIN, origin);
      canonical.put(
          SystemColumns.ORIGIN,
          CellHash.canonical(
              SystemColumns.type(SystemColumns.ORIGIN), origin, SystemColumns.ORIGIN));
    }
    all.forEach(schema::require);
    if (layer != null && lacksDefaulted(all)) {
      finishSegment();
    }
    begin();
    broken = true;
    store(all, canonical);
    broken = false;
    byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
    run.update(ByteBuffer.allocate(8).putLong(utf8.length).array());
    run.update(utf8);
    run.update(content);
    keyHashes.add(KeyIndex.hash(key));
    String source = row.origin() == null ? "" : row.origin().sha256();
    allKeys.add(new AppendedKey(key, source.isEmpty() ? Checksums.hex(content) : source));
    count++;
    if (layer.isFull()) {
      finishSegment();
    }
  }

  /** What does not fit is refused before anything is stored; a full disk is noticed half-way. */
  private void requireWhole() {
    if (broken) {
      throw new IllegalStateException("an append failed half-way; begin a new transaction");
    }
  }

  /**
   * Tells whether a column with a default is new to this segment: its rows so far would show null
   * instead.
   */
  private boolean lacksDefaulted(Map<String, Object> cells) {
    return schema.defaults().keySet().stream()
        .anyMatch(name -> cells.containsKey(name) && !positions.containsKey(name));
  }

  private String key(Row row, byte[] content) {
    if (row.key() != null) {
      if (!keys.add(row.key())) {
        throw taken(row.key(), "twice in this transaction");
      }
      if (known.contains(row.key())) {
        throw taken(row.key(), "by a sample of the version");
      }
      return row.key();
    }
    String made = Checksums.hex(content).substring(0, 32);
    for (int occurrence = 1; ; occurrence++) {
      String key = occurrence == 1 ? made : made + "#" + occurrence;
      if (!known.contains(key) && keys.add(key)) {
        return key;
      }
    }
  }

  private static InvalidInputException taken(String key, String how) {
    return new InvalidInputException(
        "SHEAF-INP-010",
        "Key \"" + key + "\" is taken " + how,
        Location.NONE,
        "Update the sample with that key, or give another key");
  }

  /** SHA-256 over the cells by name: each name and canonical value with its length before it. */
  private static byte[] contentHash(Map<String, byte[]> canonical) {
    MessageDigest digest = Checksums.sha256();
    canonical.forEach(
        (name, bytes) -> {
          byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
          digest.update(ByteBuffer.allocate(8).putLong(utf8.length).array());
          digest.update(utf8);
          digest.update(ByteBuffer.allocate(8).putLong(bytes.length).array());
          digest.update(bytes);
        });
    return digest.digest();
  }

  private void begin() {
    if (layer == null) {
      layer = new LayerBuilder(sinks);
      positions = new LinkedHashMap<>();
      digests = new TreeMap<>();
      keyHashes = new ArrayList<>();
    }
  }

  private void store(Map<String, Object> cells, Map<String, byte[]> canonical) {
    // By name, so that the bytes do not follow the order in which a row's cells were set.
    Set<String> fresh = new TreeSet<>();
    for (String name : cells.keySet()) {
      if (!positions.containsKey(name)) {
        fresh.add(name);
      }
    }
    for (String name : fresh) {
      Column column = schema.find(name).orElse(null);
      if (column != null) {
        position(column, LayerColumn.CELLS, column.type());
        if (column.derived().isPresent()) {
          position(column, LayerColumn.INPUTS, Type.scalar(dev.sheaf.format.DType.UINT64));
        }
      }
    }
    for (String name : new TreeSet<>(cells.keySet())) {
      Column column = schema.find(name).orElse(null);
      if (column != null && FrameTables.of(cells.get(name)) != null) {
        position(column, LayerColumn.FRAMES, Type.BINARY);
      }
    }
    List<Object> values = new ArrayList<>(java.util.Collections.nCopies(positions.size(), null));
    positions.forEach((field, position) -> values.set(position, value(field, cells)));
    layer.add(values);
    canonical.forEach(
        (name, bytes) ->
            digests.merge(
                name,
                SegmentRecord.Digest.EMPTY.plus(
                    length(cells.get(name), bytes), CellHash.of(count, bytes)),
                (a, b) ->
                    new SegmentRecord.Digest(
                        a.count() + b.count(), a.bytes() + b.bytes(), a.hash().plus(b.hash()))));
  }

  static long length(Object value, byte[] canonical) {
    return value instanceof dev.sheaf.format.Media media ? media.byteLength() : canonical.length;
  }

  private void position(Column column, String aspect, Type type) {
    String field = field(column.name(), aspect);
    if (!positions.containsKey(field)) {
      positions.put(field, layer.addColumn(column.name(), aspect, type));
    }
  }

  private static String field(String name, String aspect) {
    return switch (aspect) {
      case LayerColumn.CELLS -> name;
      case LayerColumn.FRAMES -> FRAMES + name;
      default -> INPUTS + name;
    };
  }

  private Object value(String field, Map<String, Object> cells) {
    if (field.startsWith(FRAMES)) {
      return FrameTables.of(cells.get(field.substring(1)));
    }
    if (!field.startsWith(INPUTS)) {
      return cells.get(field);
    }
    Column column = schema.find(field.substring(1)).orElseThrow();
    if (cells.get(column.name()) == null) {
      return null;
    }
    long digest =
        Staleness.digest(
            column.derivation(),
            schema::findById,
            input ->
                cells.containsKey(input.name()) ? cells.get(input.name()) : Defaults.value(input));
    return dev.sheaf.format.internal.ipc.PlainReader.unsigned(digest);
  }

  private void finishSegment() {
    long first = count - layer.rows();
    long[] hashes = keyHashes.stream().mapToLong(Long::longValue).toArray();
    LayerBuilder.DraftLayer draft = layer.finish(sinks::newChunk, null);
    KeyIndex.Written written = KeyIndex.write(hashes, sinks::newChunk);
    segments.add(
        new DraftSegment(first, draft, digests, written, (int) (allKeys.size() - hashes.length)));
    layer = null;
  }

  /** Ends the last segment and returns all. */
  List<DraftSegment> finish() {
    requireWhole();
    if (layer != null) {
      finishSegment();
    }
    return segments;
  }

  List<AppendedKey> keys() {
    return allKeys;
  }

  /**
   * Returns the name of the run on top of a tree: the first 64 bits of SHA-256 over tree and
   * samples.
   */
  long run(String parentTree) {
    try {
      MessageDigest digest = Checksums.sha256();
      digest.update(java.util.HexFormat.of().parseHex(parentTree));
      digest.update(((MessageDigest) run.clone()).digest());
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be cloned", e);
    }
  }
}
