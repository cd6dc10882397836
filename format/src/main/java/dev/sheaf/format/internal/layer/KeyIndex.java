package dev.sheaf.format.internal.layer;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.IpcWriter;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageParser;
import dev.sheaf.format.internal.ipc.Physical;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The keys of a segment: their XXH3-64 hashes in ascending unsigned order, each with its slot. A
 * hit is a hint that the key itself confirms. Immutable, safe for use by several threads.
 *
 * <p>Spec: {@code docs/format-spec.md#keys}.
 */
public final class KeyIndex {
  private static final int LEAF_BYTES = 32 << 10;
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("hash", new ArrowType.Int(64, false)),
              Field.nullable("slot", new ArrowType.Int(16, false))));
  private static final PageParser PARSER =
      new PageParser(new Physical.Fixed(64), new Physical.Fixed(16));

  private final Page page;
  private final ArrayReader.Fixed hashes;
  private final ArrayReader.Fixed slots;

  private KeyIndex(Page page) {
    this.page = page;
    ArrayReader[] readers = PARSER.readers();
    this.hashes = (ArrayReader.Fixed) readers[0];
    this.slots = (ArrayReader.Fixed) readers[1];
  }

  /** Returns the hash of a key. */
  public static long hash(String key) {
    return Hashing.xxh3_64().hashBytesToLong(key.getBytes(StandardCharsets.UTF_8));
  }

  /** Where an index was written, and its bytes if it is to lie in the version tree. */
  public static final class Written {
    private final SegmentRecord.Keys keys;
    private final byte[] leaf;

    private Written(SegmentRecord.Keys keys, byte[] leaf) {
      this.keys = keys;
      this.leaf = leaf;
    }

    /** Returns where it was written. */
    public SegmentRecord.Keys keys() {
      return keys;
    }

    /** Returns the bytes of the leaf, or null if the index is a chunk. */
    public byte[] leaf() {
      return leaf;
    }
  }

  /** Writes the index of a segment whose key hashes are given by slot. */
  public static Written write(long[] bySlot, Supplier<ChunkWriter> chunks) {
    ArrayBuilder.Fixed hashCells = (ArrayBuilder.Fixed) ArrayBuilder.of(new Physical.Fixed(64));
    ArrayBuilder.Fixed slotCells = (ArrayBuilder.Fixed) ArrayBuilder.of(new Physical.Fixed(16));
    IntStream.range(0, bySlot.length)
        .boxed()
        .sorted(
            (a, b) -> {
              int byHash = Long.compareUnsigned(bySlot[a], bySlot[b]);
              return byHash != 0 ? byHash : Integer.compare(a, b);
            })
        .forEach(
            slot -> {
              hashCells.add(bySlot[slot]);
              slotCells.add(slot);
            });
    BatchParts parts = new BatchParts();
    hashCells.emit(0, bySlot.length, parts);
    slotCells.emit(0, bySlot.length, parts);
    if (bySlot.length * 10L <= LEAF_BYTES) {
      ByteArrayOutputStream leaf = new ByteArrayOutputStream();
      IpcWriter.Written written =
          write(parts, bySlot.length, new IpcWriter(SCHEMA, bytes -> drain(bytes, leaf)));
      return new Written(keys("", written), leaf.toByteArray());
    }
    try (ChunkWriter writer = chunks.get()) {
      IpcWriter.Written written = write(parts, bySlot.length, new IpcWriter(SCHEMA, writer::write));
      return new Written(keys(writer.seal(), written), null);
    }
  }

  private static IpcWriter.Written write(BatchParts parts, int rows, IpcWriter file) {
    IpcWriter.Written written = file.writeBatch(rows, parts, false);
    file.end();
    return written;
  }

  private static SegmentRecord.Keys keys(String chunk, IpcWriter.Written written) {
    return new SegmentRecord.Keys(
        chunk,
        written.placed().offset(),
        Math.toIntExact(written.placed().length()),
        written.crc32c());
  }

  private static void drain(ByteBuffer bytes, ByteArrayOutputStream out) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.writeBytes(copy);
  }

  /**
   * Reads an index.
   *
   * @param leaf the leaf of the version tree, or null if the index is a chunk
   */
  public static KeyIndex read(
      SegmentRecord.Keys keys, byte[] leaf, int rows, ChunkStore store, Location location) {
    Location where = keys.chunk().isEmpty() ? location : location.with("chunk", keys.chunk());
    if (leaf != null && keys.offset() > leaf.length - (long) keys.length()) {
      throw new CorruptDataException(
          "SHEAF-CHK-002", "Leaf of the keys is too short", where, "Run `sheaf fsck`");
    }
    ByteBuffer bytes =
        leaf == null
            ? store.read(keys.chunk(), keys.offset(), keys.length())
            : ByteBuffer.wrap(
                java.util.Arrays.copyOfRange(
                    leaf, (int) keys.offset(), (int) keys.offset() + keys.length()));
    int computed = Checksums.crc32c(bytes);
    if (computed != keys.crc32c()) {
      throw new CorruptDataException(
          "SHEAF-CHK-001",
          String.format(
              "Key index checksum does not match: stored=0x%08x computed=0x%08x",
              keys.crc32c(), computed),
          where,
          "The file is damaged; run `sheaf fsck` to list all damaged chunks");
    }
    KeyIndex index = new KeyIndex(PARSER.parse(bytes.order(ByteOrder.LITTLE_ENDIAN), rows, where));
    for (int row = 0; row < rows; row++) {
      int slot = index.slots.int16(index.page, row) & 0xffff;
      if (slot >= rows) {
        throw new CorruptDataException(
            "SHEAF-CHK-005",
            "Key index names slot " + slot + " of " + rows,
            where,
            "Run `sheaf fsck` to list all damaged chunks");
      }
    }
    return index;
  }

  /** Returns the slots whose key may have this hash. */
  public int[] candidates(long hash) {
    int low = 0;
    int high = page.rows();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(hashes.int64(page, middle), hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int from = low;
    while (low < page.rows() && hashes.int64(page, low) == hash) {
      low++;
    }
    return IntStream.range(from, low).map(row -> slots.int16(page, row) & 0xffff).toArray();
  }

  /** Returns the number of keys. */
  public int size() {
    return page.rows();
  }

  /** Returns the slot that one hash is of. */
  public int slotAt(int row) {
    return slots.int16(page, row) & 0xffff;
  }

  /** Returns one hash; ascending by {@code row}. */
  public long hashAt(int row) {
    return hashes.int64(page, row);
  }
}
