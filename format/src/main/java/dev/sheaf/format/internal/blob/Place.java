package dev.sheaf.format.internal.blob;

import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.LinkName;

/**
 * Where one wide value goes: the descriptor of the design. {@code offset}, {@code length} and
 * {@code crc32c} of a row of a compressed page are those of the page and are known once the page is
 * written; read them after {@link BlobSink#flush} or {@link TextSink#flush}.
 */
public final class Place {
  final ChunkSlot chunk;
  long offset;
  long length;
  int crc32c;
  int[] blocks = {};
  int row = -1;
  long valueBytes;

  Place(ChunkSlot chunk) {
    this.chunk = chunk;
  }

  /** Returns the place of a payload that stays where it is. */
  public static Place of(LinkTarget target, byte[] payload) {
    return of(
        target.name(),
        target.offset(),
        payload.length,
        Checksums.crc32c(payload, 0, payload.length),
        Checksums.blocks(payload),
        -1);
  }

  /** Tells whether a name in {@code blobs} is the root of links, not a chunk. */
  public static boolean isLinked(String listed) {
    return LinkName.isLink(listed);
  }

  /** Returns the linked file that this is a range of, or the empty string if it is in a chunk. */
  public String link() {
    return chunk.isSealed() && LinkName.isLink(chunk.id()) ? chunk.id() : "";
  }

  /** Returns what {@code blobs} of a layer has for it: the chunk, or the root of the link. */
  public ChunkSlot listed() {
    String link = link();
    return link.isEmpty() ? chunk : ChunkSlot.of(LinkName.ofRoot(LinkName.root(link)));
  }

  /** Returns a place in a chunk that exists, or in a linked file. */
  public static Place of(
      String chunk, long offset, long length, int crc32c, int[] blocks, int row) {
    Place place = new Place(ChunkSlot.of(chunk));
    place.offset = offset;
    place.length = length;
    place.crc32c = crc32c;
    place.blocks = blocks.clone();
    place.row = row;
    place.valueBytes = row < 0 ? length : 0;
    return place;
  }

  /** Returns the chunk, or the linked file. */
  public ChunkSlot chunk() {
    return chunk;
  }

  /** Returns the first byte of the range in the chunk. */
  public long offset() {
    return offset;
  }

  /** Returns the length of the range in bytes. */
  public long length() {
    return length;
  }

  /** Returns the length of the value in bytes, before compression; 0 if it was not measured. */
  public long valueBytes() {
    return valueBytes;
  }

  /** Returns the CRC-32C of the range. */
  public int crc32c() {
    return crc32c;
  }

  /** Returns the CRC-32C of each 256 KiB of the range, or none. */
  public int[] blocks() {
    return blocks.clone();
  }

  /** Returns the row of the compressed page that the range is, or -1 if the range is the value. */
  public int row() {
    return row;
  }
}
