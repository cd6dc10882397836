package dev.sheaf.format.internal.git;

import dev.sheaf.format.internal.io.DurableFiles;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes one pack without deltas, durably: pack and index are synced under temporary names, moved
 * into place, pack first, and their directory is synced after each. Named by the pack's own SHA-1,
 * so a name never means two contents. Not safe for use by several threads.
 *
 * <p>What a killed writer leaves behind is named {@code tmp_…}, which Git's own prune removes.
 */
final class PackWriter implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final long LARGE_OFFSET = 1L << 31;

  private final Path directory;
  private final Path tempPack;
  private final Path tempIndex;
  private final FileChannel out;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final MessageDigest sha1 = GitObject.sha1();
  private final Deflater deflater = new Deflater();
  private final int expected;
  private final List<Entry> entries = new ArrayList<>();
  private long position;

  private record Entry(Oid id, long offset, int crc) {}

  /**
   * Starts a pack.
   *
   * @param objectCount how many objects will follow, at least one
   */
  PackWriter(Path directory, int objectCount) throws IOException {
    this.directory = directory;
    this.expected = objectCount;
    String unique = UUID.randomUUID().toString();
    tempPack = directory.resolve("tmp_pack_" + unique);
    tempIndex = directory.resolve("tmp_idx_" + unique);
    DurableFiles.createDirectories(directory);
    out = FileChannel.open(tempPack, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    byte[] header = new byte[PackFile.HEADER_LENGTH];
    Bytes.putInt32(header, 0, PackFile.SIGNATURE);
    Bytes.putInt32(header, 4, 2);
    Bytes.putInt32(header, 8, objectCount);
    write(header, header.length);
  }

  /** Adds an object under its id, compressed. */
  void add(Oid id, GitObject object) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(object.bytes().length / 2 + 64);
    head(object, packed);
    deflater.reset();
    deflater.setInput(object.bytes());
    deflater.finish();
    byte[] chunk = new byte[Math.min(BUFFER, object.bytes().length + 64)];
    while (!deflater.finished()) {
      packed.write(chunk, 0, deflater.deflate(chunk));
    }
    addPacked(id, packed.toByteArray());
  }

  /** Adds an entry as it stands in another pack; it must not be a delta. */
  void addPacked(Oid id, byte[] entry) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(entry);
    entries.add(new Entry(id, position, (int) crc.getValue()));
    write(entry, entry.length);
  }

  private static void head(GitObject object, ByteArrayOutputStream into) {
    long rest = object.bytes().length;
    int next = (object.type().packCode() << 4) | (int) (rest & 0x0F);
    rest >>>= 4;
    while (rest != 0) {
      into.write(next | 0x80);
      next = (int) (rest & 0x7F);
      rest >>>= 7;
    }
    into.write(next);
  }

  /** Completes the pack; from here on it is part of the repository. */
  void finish() throws IOException {
    if (entries.size() != expected) {
      throw new IllegalStateException("expected " + expected + " objects, got " + entries.size());
    }
    flush();
    byte[] checksum = sha1.digest();
    writeAll(out, ByteBuffer.wrap(checksum));
    out.force(true);
    out.close();
    byte[] index = index(checksum);
    try (FileChannel file =
        FileChannel.open(tempIndex, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeAll(file, ByteBuffer.wrap(index));
      file.force(true);
    }
    String name = "pack-" + HexFormat.of().formatHex(checksum);
    readOnly(tempPack);
    readOnly(tempIndex);
    DurableFiles.move(tempPack, directory.resolve(name + ".pack"));
    // An index whose pack a crash took away would promise objects that are not there.
    DurableFiles.syncDirectory(directory);
    DurableFiles.move(tempIndex, directory.resolve(name + ".idx"));
    DurableFiles.syncDirectory(directory);
  }

  private static void readOnly(Path file) {
    // A courtesy, as Git does it; nothing depends on it.
    boolean ignored = file.toFile().setReadOnly();
  }

  private byte[] index(byte[] packChecksum) {
    entries.sort((a, b) -> a.id().compareTo(b.id()));
    int count = entries.size();
    int large = (int) entries.stream().filter(entry -> entry.offset() >= LARGE_OFFSET).count();
    byte[] index =
        new byte
            [PackIndex.IDS_OFFSET
                + count * PackIndex.BYTES_PER_OBJECT
                + large * 8
                + PackIndex.TRAILER_LENGTH];
    Bytes.putInt32(index, 0, PackIndex.MAGIC);
    Bytes.putInt32(index, 4, PackIndex.VERSION);
    int crcs = PackIndex.IDS_OFFSET + count * Oid.BYTES;
    int offsets = crcs + count * 4;
    int largeAt = 0;
    int[] fanout = new int[256];
    for (int i = 0; i < count; i++) {
      Entry entry = entries.get(i);
      fanout[entry.id().firstByte()]++;
      System.arraycopy(
          entry.id().bytes(), 0, index, PackIndex.IDS_OFFSET + i * Oid.BYTES, Oid.BYTES);
      Bytes.putInt32(index, crcs + i * 4, entry.crc());
      if (entry.offset() < LARGE_OFFSET) {
        Bytes.putInt32(index, offsets + i * 4, (int) entry.offset());
      } else {
        Bytes.putInt32(index, offsets + i * 4, 0x8000_0000 | largeAt);
        Bytes.putInt64(index, offsets + count * 4 + largeAt * 8, entry.offset());
        largeAt++;
      }
    }
    int running = 0;
    for (int i = 0; i < 256; i++) {
      running += fanout[i];
      Bytes.putInt32(index, PackIndex.FANOUT_OFFSET + 4 * i, running);
    }
    int end = index.length - PackIndex.TRAILER_LENGTH;
    System.arraycopy(packChecksum, 0, index, end, Oid.BYTES);
    MessageDigest own = GitObject.sha1();
    own.update(index, 0, end + Oid.BYTES);
    System.arraycopy(own.digest(), 0, index, end + Oid.BYTES, Oid.BYTES);
    return index;
  }

  private void write(byte[] bytes, int length) throws IOException {
    sha1.update(bytes, 0, length);
    position += length;
    int at = 0;
    while (at < length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int n = Math.min(buffer.remaining(), length - at);
      buffer.put(bytes, at, n);
      at += n;
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    writeAll(out, buffer);
    buffer.clear();
  }

  private static void writeAll(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /** Releases the writer; without {@link #finish} nothing remains. */
  @Override
  public void close() throws IOException {
    deflater.end();
    out.close();
    for (Path temp : Set.of(tempPack, tempIndex)) {
      Files.deleteIfExists(temp);
    }
  }
}
