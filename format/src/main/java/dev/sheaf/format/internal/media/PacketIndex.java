package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.BytePointer;

/**
 * The packets of a stream as FFmpeg lists them when it opens an MP4, after its edit list: a view of
 * FFmpeg's memory, valid while the container is open and nothing is read from it. A call for each
 * packet would take longer than all else that is done with it.
 */
final class PacketIndex {
  private static final int ENTRY_BYTES = 24;
  private static final int TIME = 8;
  private static final int FLAGS_AND_SIZE = 16;
  private static final int FLAG_BITS = 2;

  private final ByteBuffer entries;
  private final int count;

  private PacketIndex(ByteBuffer entries, int count) {
    this.entries = entries;
    this.count = count;
  }

  /**
   * Looks at the packets of a stream, of which there may be none.
   *
   * @throws UnusualFileException if one is not within the payload
   */
  static PacketIndex of(AVStream stream, int payloadBytes) {
    int count = avformat.avformat_index_get_entries_count(stream);
    long bytes = (long) count * ENTRY_BYTES;
    unless(bytes <= Integer.MAX_VALUE, "many packets");
    if (count == 0) {
      return new PacketIndex(ByteBuffer.allocate(0), 0);
    }
    AVIndexEntry first = avformat.avformat_index_get_entry(stream, 0);
    AVIndexEntry last = avformat.avformat_index_get_entry(stream, count - 1);
    unless(
        first.sizeof() == ENTRY_BYTES
            && last.address() - first.address() == bytes - ENTRY_BYTES
            && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN,
        "an index laid out otherwise");
    ByteBuffer entries =
        new BytePointer(first).capacity(bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    PacketIndex index = new PacketIndex(entries, count);
    index.check(0, first);
    index.check(count - 1, last);
    for (int i = 0; i < count; i++) {
      long offset = index.offset(i);
      unless(offset >= 0 && offset <= payloadBytes - index.size(i), "the place of a packet");
    }
    return index;
  }

  /** Returns the bytes of the packets that are decoded no later than a time. */
  long bytesUntil(long time) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += time(i) <= time ? size(i) : 0;
    }
    return sum;
  }

  private void check(int packet, AVIndexEntry entry) {
    unless(
        entry.pos() == offset(packet)
            && entry.timestamp() == time(packet)
            && entry.size() == size(packet)
            && (entry.flags() & (1 << FLAG_BITS) - 1) == flags(packet),
        "an index laid out otherwise");
  }

  int count() {
    return count;
  }

  long offset(int packet) {
    return entries.getLong(packet * ENTRY_BYTES);
  }

  /** Returns when a packet is decoded, in units of the stream's time base. */
  long time(int packet) {
    return entries.getLong(packet * ENTRY_BYTES + TIME);
  }

  int size(int packet) {
    return entries.getInt(packet * ENTRY_BYTES + FLAGS_AND_SIZE) >>> FLAG_BITS;
  }

  boolean isKey(int packet) {
    return (flags(packet) & AVIndexEntry.AVINDEX_KEYFRAME) != 0;
  }

  /** Tells whether a packet is decoded and, by the edit list, not shown. */
  boolean isHidden(int packet) {
    return (flags(packet) & AVIndexEntry.AVINDEX_DISCARD_FRAME) != 0;
  }

  private int flags(int packet) {
    return entries.getInt(packet * ENTRY_BYTES + FLAGS_AND_SIZE) & (1 << FLAG_BITS) - 1;
  }
}
