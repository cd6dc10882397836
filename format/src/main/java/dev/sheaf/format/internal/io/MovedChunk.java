package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a chunk that is gone: where the ranges that were kept lie in its successor, which
 * were purged, and which pages were written anew without some of their rows. Immutable, safe for
 * use by several threads.
 *
 * <p>Spec: {@code docs/format-spec.md#moved-chunks}.
 */
public final class MovedChunk {
  static final int MAX_FILE_BYTES = 1 << 28;
  private static final int MAGIC = 0x564d4853;
  private static final byte VERSION = 1;
  private static final int HEADER_BYTES = 48;
  private static final int RANGE_BYTES = 17;
  private static final int ROW_BYTES = 8;
  private static final int MAX_PURGES = 1 << 16;
  private static final int MAX_ROWS = 1 << 16;
  private static final long MAX_CHUNK_BYTES = 1L << 40;
  private static final int MAX_PAGE_BYTES = 1 << 30;
  private static final byte KEPT = 0;
  private static final byte GONE = 1;
  private static final byte PAGE = 2;

  private final String successor;
  private final List<Range> ranges;
  private final long[] starts;

  /** Bytes of the chunk that is gone. */
  public sealed interface Range {
    /** Returns the first byte. */
    long offset();

    /** Returns the number of bytes, at least 1. */
    long length();

    /** Returns the first byte behind it. */
    default long end() {
      return offset() + length();
    }
  }

  /** Bytes that the successor has from {@code target} on, unchanged. */
  public record Kept(long offset, long length, long target) implements Range {}

  /** Bytes that are gone. */
  public record Gone(long offset, long length, Purge purge) implements Range {}

  /**
   * A page that was written anew.
   *
   * @param target its first byte in the successor
   * @param targetLength its bytes there
   * @param crc32c their CRC-32C
   * @param rows the rows that were purged, at least one
   */
  public record Rewritten(
      long offset,
      long length,
      long target,
      int targetLength,
      int crc32c,
      SortedMap<Integer, Purge> rows)
      implements Range {
    /** Copies the rows. */
    public Rewritten {
      rows = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(rows));
    }
  }

  private MovedChunk(String successor, List<Range> ranges) {
    this.successor = successor;
    this.ranges = List.copyOf(ranges);
    this.starts = ranges.stream().mapToLong(Range::offset).toArray();
  }

  /**
   * Returns what became of a chunk.
   *
   * @param successor the chunk that has what was kept
   * @param ranges ascending, without overlap
   */
  public static MovedChunk of(String successor, List<Range> ranges) {
    return new MovedChunk(successor, ranges);
  }

  /** Returns the chunk that has what was kept, or empty if nothing was. */
  public Optional<String> successor() {
    return Optional.ofNullable(successor);
  }

  /** Returns the ranges, ascending. */
  public List<Range> ranges() {
    return ranges;
  }

  /**
   * Tells whether something of it was purged: then it may not come back. Else it was written anew
   * to save room, without what nobody needed.
   */
  public boolean hasPurged() {
    return ranges.stream().anyMatch(range -> !(range instanceof Kept));
  }

  /** Tells whether all that was kept lies where it lay. */
  public boolean isInPlace() {
    return ranges.stream()
        .allMatch(
            range ->
                range instanceof Gone
                    || range instanceof Kept kept && kept.target() == kept.offset());
  }

  /**
   * Returns the range that holds these bytes, or, if something in them was purged, that; else
   * empty: such bytes were neither kept nor purged.
   */
  public Optional<Range> find(long offset, long length) {
    int at = Arrays.binarySearch(starts, offset);
    int first = at >= 0 ? at : -at - 2;
    if (first >= 0 && ranges.get(first).end() - length >= offset) {
      return Optional.of(ranges.get(first));
    }
    for (int i = Math.max(first, 0); i < starts.length && starts[i] < offset + length; i++) {
      if (ranges.get(i) instanceof Gone gone && gone.end() > offset) {
        return Optional.of(gone);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns what became of the chunk once its successor is gone, too.
   *
   * @param next what became of the successor
   */
  MovedChunk then(MovedChunk next) {
    List<Range> result = new ArrayList<>();
    for (Range range : ranges) {
      if (range instanceof Kept kept) {
        next.addWithin(kept, result);
      } else if (range instanceof Rewritten page) {
        next.find(page.target(), page.targetLength()).ifPresent(there -> add(page, there, result));
      } else {
        result.add(range);
      }
    }
    return new MovedChunk(next.successor, result);
  }

  /** Adds what became of bytes that this chunk had unchanged. */
  private void addWithin(Kept kept, List<Range> result) {
    long end = kept.target() + kept.length();
    long shift = kept.offset() - kept.target();
    for (Range range : ranges) {
      long from = Math.max(range.offset(), kept.target());
      long to = Math.min(range.end(), end);
      if (from >= to) {
        continue;
      }
      if (range instanceof Kept again) {
        result.add(new Kept(from + shift, to - from, again.target() + (from - again.offset())));
      } else if (range instanceof Gone gone) {
        result.add(new Gone(from + shift, to - from, gone.purge()));
      } else if (range instanceof Rewritten page && to - from == page.length()) {
        result.add(
            new Rewritten(
                from + shift,
                page.length(),
                page.target(),
                page.targetLength(),
                page.crc32c(),
                page.rows()));
      }
    }
  }

  private static void add(Rewritten page, Range there, List<Range> result) {
    if (there instanceof Gone gone) {
      result.add(new Gone(page.offset(), page.length(), gone.purge()));
      return;
    }
    long target = page.target();
    int length = page.targetLength();
    int crc = page.crc32c();
    SortedMap<Integer, Purge> rows = new TreeMap<>();
    if (there instanceof Kept kept) {
      target = kept.target() + (target - kept.offset());
    } else if (there instanceof Rewritten again) {
      if (again.offset() != target || again.length() != length) {
        return;
      }
      target = again.target();
      length = again.targetLength();
      crc = again.crc32c();
      rows.putAll(again.rows());
    }
    rows.putAll(page.rows());
    result.add(new Rewritten(page.offset(), page.length(), target, length, crc, rows));
  }

  /** Returns the file's bytes. */
  public byte[] toBytes() {
    List<Purge> purges = new ArrayList<>();
    for (Range range : ranges) {
      if (range instanceof Gone gone && !purges.contains(gone.purge())) {
        purges.add(gone.purge());
      } else if (range instanceof Rewritten page) {
        page.rows().values().stream().filter(p -> !purges.contains(p)).forEach(purges::add);
      }
    }
    int size = HEADER_BYTES + 4;
    for (Purge purge : purges) {
      size += 12 + purge.reason().getBytes(StandardCharsets.UTF_8).length;
    }
    for (Range range : ranges) {
      size += RANGE_BYTES + 8;
      if (range instanceof Rewritten page) {
        size += 16 + ROW_BYTES * page.rows().size();
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).put(VERSION).put((byte) (successor == null ? 0 : 1)).putShort((short) 0);
    out.putInt(purges.size()).putInt(ranges.size());
    out.put(successor == null ? new byte[32] : HexFormat.of().parseHex(successor));
    for (Purge purge : purges) {
      byte[] reason = purge.reason().getBytes(StandardCharsets.UTF_8);
      out.putLong(purge.time().getEpochSecond()).putInt(reason.length).put(reason);
    }
    ranges.forEach(range -> put(out, range, purges));
    out.putInt(Checksums.crc32c(out.duplicate().flip()));
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void put(ByteBuffer out, Range range, List<Purge> purges) {
    byte kind = range instanceof Kept ? KEPT : range instanceof Gone ? GONE : PAGE;
    out.put(kind).putLong(range.offset()).putLong(range.length());
    if (range instanceof Kept kept) {
      out.putLong(kept.target());
    } else if (range instanceof Gone gone) {
      out.putInt(purges.indexOf(gone.purge()));
    } else if (range instanceof Rewritten page) {
      out.putLong(page.target()).putInt(page.targetLength()).putInt(page.crc32c());
      out.putInt(page.rows().size());
      page.rows().forEach((row, purge) -> out.putInt(row).putInt(purges.indexOf(purge)));
    }
  }

  /**
   * Reads a file; every number in it is checked against the bytes there are.
   *
   * @throws CorruptDataException if it is not what the specification says
   */
  static MovedChunk parse(byte[] bytes, Location location) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    require(bytes.length >= HEADER_BYTES + 4, "length", location);
    int end = bytes.length - 4;
    require(Checksums.crc32c(in.slice(0, end)) == in.getInt(end), "checksum", location);
    in.limit(end);
    require(in.getInt() == MAGIC, "magic", location);
    require(in.get() == VERSION, "version", location);
    int flags = in.get();
    require((flags == 0 || flags == 1) && in.getShort() == 0, "flags", location);
    int purgeCount = in.getInt();
    int rangeCount = in.getInt();
    require(purgeCount >= 0 && purgeCount <= MAX_PURGES, "number of purges", location);
    require(
        rangeCount >= 1 && rangeCount <= in.remaining() / RANGE_BYTES,
        "number of ranges",
        location);
    byte[] name = new byte[32];
    in.get(name);
    List<Purge> purges = new ArrayList<>();
    for (int i = 0; i < purgeCount; i++) {
      purges.add(purge(in, location));
    }
    List<Range> ranges = new ArrayList<>(rangeCount);
    long last = 0;
    for (int i = 0; i < rangeCount; i++) {
      Range range = range(in, purges, flags == 1, location);
      require(range.offset() >= last, "order of ranges", location);
      last = range.end();
      ranges.add(range);
    }
    require(!in.hasRemaining(), "length", location);
    return new MovedChunk(flags == 1 ? Checksums.hex(name) : null, ranges);
  }

  private static Purge purge(ByteBuffer in, Location location) {
    require(in.remaining() >= 12, "purge", location);
    long seconds = in.getLong();
    int length = in.getInt();
    require(
        length >= 1 && length <= Purge.MAX_REASON_BYTES && length <= in.remaining(),
        "length of a reason",
        location);
    require(Math.abs(seconds) <= Instant.MAX.getEpochSecond(), "time of a purge", location);
    ByteBuffer reason = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(reason);
      return new Purge(Instant.ofEpochSecond(seconds), text.toString());
    } catch (CharacterCodingException e) {
      throw damaged("text of a reason", location, e);
    }
  }

  private static Range range(
      ByteBuffer in, List<Purge> purges, boolean hasSuccessor, Location location) {
    require(in.remaining() >= RANGE_BYTES, "range", location);
    byte kind = in.get();
    long offset = in.getLong();
    long length = in.getLong();
    require(offset >= 0 && offset <= MAX_CHUNK_BYTES, "offset of a range", location);
    require(length >= 1 && length <= MAX_CHUNK_BYTES - offset, "length of a range", location);
    switch (kind) {
      case KEPT -> {
        require(hasSuccessor && in.remaining() >= 8, "kept range", location);
        long target = in.getLong();
        require(target >= 0 && target <= MAX_CHUNK_BYTES - length, "target of a range", location);
        return new Kept(offset, length, target);
      }
      case GONE -> {
        require(in.remaining() >= 4, "purged range", location);
        return new Gone(offset, length, purge(in.getInt(), purges, location));
      }
      case PAGE -> {
        require(hasSuccessor && in.remaining() >= 20, "page", location);
        require(length <= MAX_PAGE_BYTES, "length of a page", location);
        return page(in, offset, length, purges, location);
      }
      default -> throw damaged("kind of a range", location, null);
    }
  }

  private static Rewritten page(
      ByteBuffer in, long offset, long length, List<Purge> purges, Location location) {
    long target = in.getLong();
    int targetLength = in.getInt();
    int crc = in.getInt();
    int count = in.getInt();
    require(target >= 0 && target <= MAX_CHUNK_BYTES, "target of a page", location);
    require(targetLength >= 8 && targetLength <= MAX_PAGE_BYTES, "length of a page", location);
    require(
        count >= 1 && count <= MAX_ROWS && count <= in.remaining() / ROW_BYTES,
        "number of rows",
        location);
    SortedMap<Integer, Purge> rows = new TreeMap<>();
    int last = -1;
    for (int i = 0; i < count; i++) {
      int row = in.getInt();
      require(row > last && row < MAX_ROWS, "row", location);
      last = row;
      rows.put(row, purge(in.getInt(), purges, location));
    }
    return new Rewritten(offset, length, target, targetLength, crc, rows);
  }

  private static Purge purge(int number, List<Purge> purges, Location location) {
    require(number >= 0 && number < purges.size(), "number of a purge", location);
    return purges.get(number);
  }

  private static void require(boolean holds, String what, Location location) {
    if (!holds) {
      throw damaged(what, location, null);
    }
  }

  static CorruptDataException damaged(String what, Location location, Throwable cause) {
    return new CorruptDataException(
        "SHEAF-CHK-008",
        "File that says where a chunk went is damaged: bad " + what,
        location,
        "Copy it back from another copy of the dataset; `sheaf fsck` lists all that is damaged",
        cause);
  }
}
