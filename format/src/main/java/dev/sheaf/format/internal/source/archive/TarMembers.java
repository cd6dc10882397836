package dev.sheaf.format.internal.source.archive;

import com.github.luben.zstd.ZstdInputStream;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The regular files in a tar, in order. In an uncompressed tar the payloads are passed over without
 * reading, and behind a damaged header the next whole one is looked for; a compressed tar ends
 * there.
 */
final class TarMembers implements Closeable {
  private static final int BLOCK = 512;
  private static final int MAGIC_OFFSET = 257;

  /**
   * One step through the tar.
   *
   * @param name the name of the member, or the empty string with a problem
   * @param offset where its bytes begin in the tar (uncompressed)
   * @param size the number of its bytes
   * @param problem why it cannot be taken, or null
   */
  record Member(String name, long offset, long size, DatasetException problem) {}

  private final SourceFile file;
  private final boolean compressed;
  private final SeekableInput raw;
  private final Counted counted;
  private TarArchiveInputStream tar;
  private boolean ended;

  TarMembers(SourceFile file, Compression compression) throws IOException {
    this.file = file;
    this.compressed = compression != Compression.NONE;
    this.raw = new SeekableInput(file.path());
    Counted stream = null;
    try {
      if (compressed) {
        stream = new Counted(decompressed(compression));
      }
      counted = stream;
      tar = opened();
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** How a tar is compressed. */
  enum Compression {
    NONE,
    GZIP,
    ZSTD;

    /** Returns what the first bytes of a file say. */
    static Compression of(byte[] head) {
      if (head.length >= 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
        return GZIP;
      }
      boolean zstd =
          head.length >= 4
              && head[0] == 0x28
              && head[1] == (byte) 0xb5
              && head[2] == 0x2f
              && head[3] == (byte) 0xfd;
      return zstd ? ZSTD : NONE;
    }
  }

  private InputStream decompressed(Compression compression) throws IOException {
    return compression == Compression.GZIP
        ? new GZIPInputStream(raw, 1 << 16)
        : new ZstdInputStream(raw);
  }

  private TarArchiveInputStream opened() {
    return new TarArchiveInputStream(compressed ? counted : raw, StandardCharsets.UTF_8.name());
  }

  boolean isCompressed() {
    return compressed;
  }

  private long position() {
    return compressed ? counted.position : raw.position();
  }

  /** Returns the next member, or null at the end. */
  Member next() {
    while (!ended) {
      long header = position();
      TarArchiveEntry entry;
      try {
        entry = tar.getNextEntry();
        header = entry == null ? header : position() - BLOCK;
      } catch (IOException | IllegalArgumentException e) {
        return damaged(reason(e), header);
      }
      if (entry == null) {
        ended = true;
        return null;
      }
      if (!entry.isCheckSumOK()) {
        return damaged("the checksum of a header does not hold", header);
      }
      if (entry.isDirectory() || entry.isGlobalPaxHeader()) {
        continue;
      }
      return member(entry, header);
    }
    return null;
  }

  private Member member(TarArchiveEntry entry, long header) {
    String name = MemberNames.plain(entry.getName());
    long offset = position();
    Location where =
        file.location().with("member", Names.brief(entry.getName())).with("offset", header);
    Optional<String> unsafe = MemberNames.unsafe(entry.getName());
    if (unsafe.isPresent()) {
      return new Member("", offset, 0, ArchiveErrors.unsafe(unsafe.get(), where));
    }
    if (entry.isSymbolicLink() || entry.isLink()) {
      return new Member("", offset, 0, ArchiveErrors.link(entry.getLinkName(), where));
    }
    if (!entry.isFile() || entry.isSparse()) {
      return new Member("", offset, 0, ArchiveErrors.special(where));
    }
    if (!compressed && entry.getSize() > raw.size() - offset) {
      ended = true;
      return new Member(
          "", offset, 0, ArchiveErrors.cutShort(entry.getSize(), raw.size() - offset, where));
    }
    return new Member(name, offset, entry.getSize(), null);
  }

  /** Reads the bytes of the member that was returned last. */
  byte[] bytes(Member member, Location where) throws IOException {
    if (member.size() > dev.sheaf.format.internal.source.Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(member.size(), where);
    }
    byte[] bytes = tar.readNBytes((int) member.size());
    if (bytes.length != member.size()) {
      throw ArchiveErrors.cutShort(member.size(), bytes.length, where);
    }
    return bytes;
  }

  private Member damaged(String reason, long header) {
    long next = compressed ? -1 : nextHeader(header + BLOCK);
    ended = next < 0;
    if (!ended) {
      raw.seek(next);
      tar = opened();
    }
    Location where = file.location().with("offset", header);
    String lost =
        ended ? "the rest cannot be read" : next - header + " bytes are passed over to the next";
    return new Member("", header, 0, ArchiveErrors.damaged(reason, lost, where));
  }

  /** Finds the next block that is a whole header, or -1. */
  private long nextHeader(long from) {
    byte[] block = new byte[BLOCK];
    long at = from - from % BLOCK;
    raw.seek(Math.min(at, raw.size()));
    try {
      while (raw.readNBytes(block, 0, BLOCK) == BLOCK) {
        if (isHeader(block)) {
          return at;
        }
        at += BLOCK;
      }
    } catch (IOException e) {
      return -1; // the problem that led here is reported
    }
    return -1;
  }

  private static boolean isHeader(byte[] block) {
    try {
      return new String(block, MAGIC_OFFSET, 5, StandardCharsets.ISO_8859_1).equals("ustar")
          && TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false; // the digits of its checksum are none
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  @Override
  public void close() throws IOException {
    try (raw) {
      tar.close();
    }
  }

  /** Counts the bytes that were taken and stops where they are out of proportion. */
  private final class Counted extends BufferedInputStream {
    private long position;

    Counted(InputStream in) {
      super(in, 1 << 16);
    }

    @Override
    public synchronized int read() throws IOException {
      int read = super.read();
      return (int) advanced(read, read < 0 ? 0 : 1);
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      return (int) advanced(read, Math.max(0, read));
    }

    @Override
    public synchronized long skip(long count) throws IOException {
      long skipped = super.skip(count);
      return advanced(skipped, skipped);
    }

    private long advanced(long result, long count) {
      position += count;
      if (position > ZipFolder.ALWAYS_FINE && position / ZipFolder.MOST_RATIO > raw.position()) {
        throw ArchiveErrors.tooMuch(
            raw.position()
                + " bytes became "
                + position
                + ", above "
                + ZipFolder.MOST_RATIO
                + " times",
            file.location());
      }
      return result;
    }
  }
}
