package dev.sheaf.format.internal.ipc;

/**
 * A column of descriptors being built: {@code struct{chunk, offset, length, crc32c, blocks, row}}.
 */
public final class References {
  private final ArrayBuilder.Structs structs =
      (ArrayBuilder.Structs) ArrayBuilder.of(ArrowLayout.reference().physical());

  /** Appends a null. */
  public void addNull() {
    structs.addNull();
  }

  /**
   * Appends a descriptor.
   *
   * @param chunk the number of the chunk in the layer's list
   * @param offset the first byte of the range
   * @param length the length of the range in bytes
   * @param crc32c the CRC-32C of the range
   * @param blocks the CRC-32C of each 256 KiB, or none
   * @param row the row of the compressed page that the range is, or -1 if the range is the value
   */
  public void add(int chunk, long offset, long length, int crc32c, int[] blocks, int row) {
    fixed(0).add(chunk);
    fixed(1).add(offset);
    fixed(2).add(length);
    fixed(3).add(crc32c);
    ArrayBuilder.Lists lists = (ArrayBuilder.Lists) structs.child(4);
    for (int block : blocks) {
      ((ArrayBuilder.Fixed) lists.child()).add(block);
    }
    if (blocks.length == 0) {
      lists.addNull();
    } else {
      lists.end();
    }
    if (row < 0) {
      structs.child(5).addNull();
    } else {
      fixed(5).add(row);
    }
    structs.end();
  }

  private ArrayBuilder.Fixed fixed(int field) {
    return (ArrayBuilder.Fixed) structs.child(field);
  }

  /** Returns the column. */
  public ArrayBuilder builder() {
    return structs;
  }
}
