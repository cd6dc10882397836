package dev.sheaf.format.internal.git;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * A pack index of version 2. Safe for use by several threads.
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
 * <p>The file is read in blocks, each when it is first needed, and the blocks are kept: an index
 * grows with the history, and a version is found by a few blocks of it. It is read by position and
 * not mapped, so a file that was cut short is damage as any other.
 *
 * <p>The structure is checked against the file's size before anything is allocated from its
 * numbers; the checksum is checked by fsck only, as every object is verified by its own SHA-1.
 */
final class PackIndex implements Closeable {
  static final int MAGIC = 0xFF744F63;
  static final int VERSION = 2;
  static final int FANOUT_OFFSET = 8;
  static final int IDS_OFFSET = FANOUT_OFFSET + 256 * 4;
  static final int TRAILER_LENGTH = 2 * Oid.BYTES;
  static final int BYTES_PER_OBJECT = Oid.BYTES + 4 + 4;

  /** Indexes up to this size are read at once, and their files not held open. */
  static final int SMALL = 1 << 16;

  private static final long MAX_FILE_BYTES = 1L << 30;
  // A multiple of 4, as the place of every number in the file is: none lies in two blocks.
  static final int BLOCK = 1 << 13;

  private final PositionalFile file;
  private final long length;
  private final AtomicReferenceArray<byte[]> blocks;
  private final int count;

  /**
   * Opens an index file and checks its structure.
   *
   * @throws NoSuchFileException if it is gone
   * @throws BadObject if the structure does not fit the file
   */
  static PackIndex open(Path path) throws IOException, BadObject {
    PackIndex index = null;
    PositionalFile file = new PositionalFile(path);
    try {
      index = new PackIndex(file, file.size());
      return index;
    } finally {
      if (index == null || index.length <= SMALL) {
        file.close();
      }
    }
  }

  private PackIndex(PositionalFile file, long length) throws IOException, BadObject {
    if (length < IDS_OFFSET + TRAILER_LENGTH) {
      throw new BadObject(
          "pack index is too short: expected at least "
              + (IDS_OFFSET + TRAILER_LENGTH)
              + " bytes, got "
              + length);
    }
    if (length > MAX_FILE_BYTES) {
      throw new BadObject(
          "pack index is too large: expected at most " + MAX_FILE_BYTES + " bytes, got " + length);
    }
    this.file = file;
    this.length = length;
    this.blocks = new AtomicReferenceArray<>((int) ((length + BLOCK - 1) / BLOCK));
    for (int i = 0; length <= SMALL && i < blocks.length(); i++) {
      block(i);
    }
    this.count = checkedCount();
  }

  private int checkedCount() throws IOException, BadObject {
    if (int32(0) != MAGIC || int32(4) != VERSION) {
      throw new BadObject("pack index has no header of version 2");
    }
    long before = 0;
    for (int i = 0; i < 256; i++) {
      long here = int32(FANOUT_OFFSET + 4 * i) & 0xFFFF_FFFFL;
      if (here < before) {
        throw new BadObject("pack index fan-out descends: entry=" + i);
      }
      before = here;
    }
    long large = length - IDS_OFFSET - TRAILER_LENGTH - before * BYTES_PER_OBJECT;
    if (large < 0 || large % 8 != 0 || large / 8 > before) {
      throw new BadObject(
          "pack index size does not fit its count: objects=" + before + " bytes=" + length);
    }
    return (int) before;
  }

  private byte[] block(int number) throws IOException, BadObject {
    byte[] known = blocks.get(number);
    if (known == null) {
      long start = (long) number * BLOCK;
      known = new byte[(int) Math.min(BLOCK, length - start)];
      file.readFully(known, known.length, start);
      blocks.set(number, known);
    }
    return known;
  }

  /** Returns the number at an offset that is a multiple of 4 and lies in the file. */
  private int int32(int offset) throws IOException, BadObject {
    return Bytes.int32(block(offset / BLOCK), offset % BLOCK);
  }

  private long int64(int offset) throws IOException, BadObject {
    return ((long) int32(offset) << 32) | (int32(offset + 4) & 0xFFFF_FFFFL);
  }

  private Oid idAt(int offset) throws IOException, BadObject {
    return new Oid(int64(offset), int64(offset + 8), int32(offset + 16));
  }

  /** Returns how many blocks are in memory. */
  int blocksRead() {
    int read = 0;
    for (int i = 0; i < blocks.length(); i++) {
      read += blocks.get(i) == null ? 0 : 1;
    }
    return read;
  }

  int count() {
    return count;
  }

  Oid id(int position) throws IOException, BadObject {
    return idAt(IDS_OFFSET + position * Oid.BYTES);
  }

  int crc(int position) throws IOException, BadObject {
    return int32(IDS_OFFSET + count * Oid.BYTES + position * 4);
  }

  /** Returns the offset of an entry in the pack file. */
  long offset(int position) throws IOException, BadObject {
    int offsets = IDS_OFFSET + count * (Oid.BYTES + 4);
    int value = int32(offsets + position * 4);
    if (value >= 0) {
      return value;
    }
    int at = value & 0x7FFF_FFFF;
    int table = offsets + count * 4;
    int entries = ((int) length - TRAILER_LENGTH - table) / 8;
    if (at >= entries) {
      throw new BadObject(
          "pack index names a large offset it does not have: entry=" + at + " of " + entries);
    }
    return int64(table + at * 8);
  }

  /** Returns the position of an id, or -1. */
  int find(Oid id) throws IOException, BadObject {
    int position = lowerBound(id, id.firstByte());
    return position < count && id(position).equals(id) ? position : -1;
  }

  private int lowerBound(Oid id, int firstByte) throws IOException, BadObject {
    int low = firstByte == 0 ? 0 : int32(FANOUT_OFFSET + 4 * (firstByte - 1));
    int high = int32(FANOUT_OFFSET + 4 * firstByte);
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
  void matching(String prefix, Consumer<Oid> found) throws IOException, BadObject {
    Oid first = Oid.parse(prefix + "0".repeat(Oid.HEX_DIGITS - prefix.length()));
    for (int at = lowerBound(first, first.firstByte());
        at < count && id(at).hex().startsWith(prefix);
        at++) {
      found.accept(id(at));
    }
  }

  /** Returns the SHA-1 that the pack must have, from the trailer. */
  Oid packChecksum() throws IOException, BadObject {
    return idAt((int) length - TRAILER_LENGTH);
  }

  /** Checks the index's own checksum, which reads all of it. */
  void verifyChecksum() throws IOException, BadObject {
    MessageDigest sha1 = GitObject.sha1();
    long end = length - Oid.BYTES;
    for (int i = 0; i < blocks.length(); i++) {
      byte[] block = block(i);
      sha1.update(block, 0, (int) Math.max(0, Math.min(block.length, end - (long) i * BLOCK)));
    }
    Oid computed = Oid.at(sha1.digest(), 0);
    Oid stored = idAt((int) end);
    if (!computed.equals(stored)) {
      throw new BadObject(
          "pack index checksum does not match: stored=" + stored + " computed=" + computed);
    }
  }

  /** Lets the file go; what was read of it stays. */
  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return "PackIndex[" + file.path().getFileName() + ", " + count + " objects]";
  }
}
