package dev.sheaf.format.internal.git;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * A pack index of version 2, held in memory. Immutable, safe for use by several threads.
 *
 * <pre>
 *   0     magic FF 74 4F 63
 *   4     version = 2
 *   8     fan-out: 256 x u32, running count of ids by first byte; the last is n
 *   1032  n x 20 bytes, ids in ascending order
 *         n x u32 CRC-32 of the entry's packed bytes
 *         n x u32 offset in the pack, or 0x80000000 + position in the next table
 *         k x u64 large offsets, k <= n
 *         20 bytes SHA-1 of the pack, 20 bytes SHA-1 of this file
 * </pre>
 *
 * <p>The structure is checked against the file's size before anything is allocated from its
 * numbers; the checksum is checked by fsck only, as every object is verified by its own SHA-1.
 */
final class PackIndex {
  static final int MAGIC = 0xFF744F63;
  static final int VERSION = 2;
  static final int FANOUT_OFFSET = 8;
  static final int IDS_OFFSET = FANOUT_OFFSET + 256 * 4;
  static final int TRAILER_LENGTH = 2 * Oid.BYTES;
  static final int BYTES_PER_OBJECT = Oid.BYTES + 4 + 4;
  private static final long MAX_FILE_BYTES = 1L << 30;

  private final byte[] bytes;
  private final int count;

  private PackIndex(byte[] bytes, int count) {
    this.bytes = bytes;
    this.count = count;
  }

  /**
   * Reads an index file.
   *
   * @throws NoSuchFileException if it is gone
   * @throws BadObject if the structure does not fit the file
   */
  static PackIndex read(Path file) throws IOException, BadObject {
    try (InputStream in = new FileInputStream(file.toFile())) {
      return parse(in.readNBytes((int) MAX_FILE_BYTES));
    } catch (FileNotFoundException e) {
      if (Files.exists(file)) {
        throw e;
      }
      throw new NoSuchFileException(file.toString());
    }
  }

  static PackIndex parse(byte[] bytes) throws BadObject {
    if (bytes.length < IDS_OFFSET + TRAILER_LENGTH) {
      throw new BadObject(
          "pack index is too short: expected at least "
              + (IDS_OFFSET + TRAILER_LENGTH)
              + " bytes, got "
              + bytes.length);
    }
    if (Bytes.int32(bytes, 0) != MAGIC || Bytes.int32(bytes, 4) != VERSION) {
      throw new BadObject("pack index has no header of version 2");
    }
    long before = 0;
    for (int i = 0; i < 256; i++) {
      long here = Bytes.uint32(bytes, FANOUT_OFFSET + 4 * i);
      if (here < before) {
        throw new BadObject("pack index fan-out descends: entry=" + i);
      }
      before = here;
    }
    long large = bytes.length - IDS_OFFSET - TRAILER_LENGTH - before * BYTES_PER_OBJECT;
    if (large < 0 || large % 8 != 0 || large / 8 > before) {
      throw new BadObject(
          "pack index size does not fit its count: objects=" + before + " bytes=" + bytes.length);
    }
    return new PackIndex(bytes, (int) before);
  }

  int count() {
    return count;
  }

  Oid id(int position) {
    return Oid.at(bytes, IDS_OFFSET + position * Oid.BYTES);
  }

  int crc(int position) {
    return Bytes.int32(bytes, IDS_OFFSET + count * Oid.BYTES + position * 4);
  }

  /** Returns the offset of an entry in the pack file. */
  long offset(int position) throws BadObject {
    int offsets = IDS_OFFSET + count * (Oid.BYTES + 4);
    int value = Bytes.int32(bytes, offsets + position * 4);
    if (value >= 0) {
      return value;
    }
    int at = value & 0x7FFF_FFFF;
    int table = offsets + count * 4;
    int entries = (bytes.length - TRAILER_LENGTH - table) / 8;
    if (at >= entries) {
      throw new BadObject(
          "pack index names a large offset it does not have: entry=" + at + " of " + entries);
    }
    return Bytes.int64(bytes, table + at * 8);
  }

  /** Returns the position of an id, or -1. */
  int find(Oid id) {
    int position = lowerBound(id, id.firstByte());
    return position < count && id(position).equals(id) ? position : -1;
  }

  private int lowerBound(Oid id, int firstByte) {
    int low = firstByte == 0 ? 0 : Bytes.int32(bytes, FANOUT_OFFSET + 4 * (firstByte - 1));
    int high = Bytes.int32(bytes, FANOUT_OFFSET + 4 * firstByte);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (id(middle).compareTo(id) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Passes on every id that begins with a hex prefix of 2 to 40 digits. */
  void matching(String prefix, Consumer<Oid> found) {
    Oid first = Oid.parse(prefix + "0".repeat(Oid.HEX_DIGITS - prefix.length()));
    for (int at = lowerBound(first, first.firstByte());
        at < count && id(at).hex().startsWith(prefix);
        at++) {
      found.accept(id(at));
    }
  }

  /** Returns the SHA-1 that the pack must have, from the trailer. */
  Oid packChecksum() {
    return Oid.at(bytes, bytes.length - TRAILER_LENGTH);
  }

  /** Checks the index's own checksum. */
  void verifyChecksum() throws BadObject {
    var sha1 = GitObject.sha1();
    sha1.update(bytes, 0, bytes.length - Oid.BYTES);
    Oid computed = Oid.at(sha1.digest(), 0);
    Oid stored = Oid.at(bytes, bytes.length - Oid.BYTES);
    if (!computed.equals(stored)) {
      throw new BadObject(
          "pack index checksum does not match: stored=" + stored + " computed=" + computed);
    }
  }

  @Override
  public String toString() {
    return "PackIndex["
        + count
        + " objects, pack "
        + HexFormat.of().formatHex(packChecksum().bytes())
        + "]";
  }
}
