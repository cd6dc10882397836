package dev.sheaf.format.internal.order;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header of a blob whose checksum holds, and the bytes to read the body from; also the way to
 * make and seal one. The one parse path of everything below {@code order/}.
 */
final class OrderBlob {
  private static final String HINT =
      "The version tree is damaged; run `sheaf fsck` to list everything that is";

  final String path;
  final ByteBuffer bytes;
  final int kind;
  final int level;
  final int flags;
  final int count;
  final int segmentCount;
  final long live;

  private OrderBlob(String path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
    this.kind = bytes.get(OrderDescriptor.KIND_OFFSET) & 0xff;
    this.level = bytes.get(OrderDescriptor.LEVEL_OFFSET) & 0xff;
    this.flags = bytes.get(OrderDescriptor.FLAGS_OFFSET) & 0xff;
    this.count = bytes.getInt(OrderDescriptor.COUNT_OFFSET);
    this.segmentCount = bytes.getInt(OrderDescriptor.SEGMENT_COUNT_OFFSET);
    this.live = bytes.getLong(OrderDescriptor.LIVE_OFFSET);
  }

  /**
   * Checks the checksum, magic and version of a blob. The counts of the result are still hostile.
   *
   * @throws CorruptDataException if the blob is missing, too short, damaged or something else
   * @throws UnsupportedFormatException if a newer Sheaf wrote it
   */
  static OrderBlob read(TreeReader tree, String path) {
    byte[] array =
        tree.find(path)
            .orElseThrow(() -> corrupt("SHEAF-ORD-001", "Blob of the order is missing", path));
    int shortest = OrderDescriptor.HEADER_LENGTH + OrderDescriptor.CRC_LENGTH;
    if (array.length < shortest) {
      throw corrupt(
          "SHEAF-ORD-002",
          "Blob of the order is too short: expected at least "
              + shortest
              + " bytes, found "
              + array.length,
          path);
    }
    ByteBuffer bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    int end = array.length - OrderDescriptor.CRC_LENGTH;
    int stored = bytes.getInt(end);
    int computed = crc(array, end);
    if (stored != computed) {
      throw corrupt(
          "SHEAF-ORD-002",
          String.format(
              "Checksum of the order does not match: stored=0x%08x computed=0x%08x",
              stored, computed),
          path);
    }
    int magic = bytes.getInt(OrderDescriptor.MAGIC_OFFSET);
    if (magic != OrderDescriptor.MAGIC) {
      throw corrupt(
          "SHEAF-ORD-003",
          String.format(
              "Not a blob of an order: expected magic=0x%08x, found 0x%08x",
              OrderDescriptor.MAGIC, magic),
          path);
    }
    int version = bytes.get(OrderDescriptor.VERSION_OFFSET) & 0xff;
    if (version > OrderDescriptor.VERSION) {
      throw new UnsupportedFormatException(
          "SHEAF-ORD-008",
          "Order has a newer layout: version=" + version + ", known up to 1",
          Location.of(path),
          "Update Sheaf to read this dataset");
    }
    OrderBlob blob = new OrderBlob(path, bytes);
    blob.expect("version", OrderDescriptor.VERSION, version);
    return blob;
  }

  /** Starts a blob of {@code length} bytes: everything but the body and the checksum. */
  static ByteBuffer create(
      int length, int kind, int level, int flags, int count, int segmentCount, long live) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(OrderDescriptor.MAGIC_OFFSET, OrderDescriptor.MAGIC);
    bytes.put(OrderDescriptor.VERSION_OFFSET, (byte) OrderDescriptor.VERSION);
    bytes.put(OrderDescriptor.KIND_OFFSET, (byte) kind);
    bytes.put(OrderDescriptor.LEVEL_OFFSET, (byte) level);
    bytes.put(OrderDescriptor.FLAGS_OFFSET, (byte) flags);
    bytes.putInt(OrderDescriptor.COUNT_OFFSET, count);
    bytes.putInt(OrderDescriptor.SEGMENT_COUNT_OFFSET, segmentCount);
    bytes.putLong(OrderDescriptor.LIVE_OFFSET, live);
    return bytes;
  }

  /** Writes the checksum into the last bytes and returns the array. */
  static byte[] seal(ByteBuffer bytes) {
    byte[] array = new byte[bytes.capacity()];
    bytes.get(0, array);
    int end = array.length - OrderDescriptor.CRC_LENGTH;
    ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN).putInt(end, crc(array, end));
    return array;
  }

  private static int crc(byte[] array, int end) {
    CRC32C crc = new CRC32C();
    crc.update(array, 0, end);
    return (int) crc.getValue();
  }

  static void putSegments(ByteBuffer bytes, SegmentKey[] segments) {
    int offset = OrderDescriptor.HEADER_LENGTH;
    for (SegmentKey segment : segments) {
      bytes.putLong(offset + OrderDescriptor.SEGMENT_RUN_OFFSET, segment.run());
      bytes.putLong(offset + OrderDescriptor.SEGMENT_FIRST_OFFSET, segment.first());
      offset += OrderDescriptor.SEGMENT_LENGTH;
    }
  }

  /** Reads the dictionary, once the length of the blob is checked: strictly ascending keys. */
  SegmentKey[] segments() {
    SegmentKey[] segments = new SegmentKey[segmentCount];
    int offset = OrderDescriptor.HEADER_LENGTH;
    for (int i = 0; i < segmentCount; i++) {
      segments[i] =
          new SegmentKey(
              bytes.getLong(offset + OrderDescriptor.SEGMENT_RUN_OFFSET),
              bytes.getLong(offset + OrderDescriptor.SEGMENT_FIRST_OFFSET));
      if (i > 0 && segments[i - 1].compareTo(segments[i]) >= 0) {
        throw field("segment " + i, "above " + segments[i - 1], segments[i]);
      }
      offset += OrderDescriptor.SEGMENT_LENGTH;
    }
    return segments;
  }

  /** Refuses anything but {@code expected} in a field of the header. */
  void expect(String name, long expected, long found) {
    if (expected != found) {
      throw corrupt(
          "SHEAF-ORD-003",
          "Bad header of the order: expected " + name + "=" + expected + ", found " + found,
          path);
    }
  }

  /** Refuses a field outside {@code min..max}; a value beyond 2^31 or 2^63 arrives as negative. */
  void range(String name, long min, long max, long found) {
    if (found < min || found > max) {
      throw field(name, min + ".." + max, Long.toUnsignedString(found));
    }
  }

  /** Refuses a blob that is not exactly as long as its counts say. */
  void length(int expected) {
    if (bytes.capacity() != expected) {
      throw corrupt(
          "SHEAF-ORD-004",
          "Bad length in the order: expected " + expected + " bytes, found " + bytes.capacity(),
          path);
    }
  }

  /** Refuses live counts that do not add up. */
  void sum(String what, long expected, long found) {
    if (expected != found) {
      throw corrupt(
          "SHEAF-ORD-006",
          "Live counts of the order disagree: expected "
              + what
              + "="
              + expected
              + ", found "
              + found,
          path);
    }
  }

  CorruptDataException field(String name, Object expected, Object found) {
    return corrupt(
        "SHEAF-ORD-005",
        "Bad value in the order: expected " + name + " to be " + expected + ", found " + found,
        path);
  }

  static CorruptDataException corrupt(String code, String headline, String path) {
    return new CorruptDataException(code, headline, Location.of(path), HINT);
  }
}
