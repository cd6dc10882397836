package dev.sheaf.format.internal.blob;

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

  /** Returns a place in a chunk that exists. */
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

  /** Returns the chunk. */
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
