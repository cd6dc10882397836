package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

/**
 * What the sequence parameters of H.264 say about the order of pictures (ITU-T H.264 7.3.2.1.1 and
 * E.1.1). Where they do not, FFmpeg makes it out from some frames. Immutable.
 */
final class AvcSequence {
  private static final int ALL_COLOURS = 3;
  private static final int EXTENDED_ASPECT = 255;

  private final BitReader bits;
  private int reorder = -1;
  private boolean inOrder;
  private long references;

  private AvcSequence(BitReader bits) {
    this.bits = bits;
  }

  /**
   * Reads a NAL unit of type 7.
   *
   * @throws UnusualFileException if there is anything uncommon in it
   */
  static AvcSequence of(byte[] unit) {
    AvcSequence sequence = new AvcSequence(BitReader.ofUnit(unit));
    sequence.read();
    return sequence;
  }

  /** Returns by how many frames pictures are reordered, or -1 if it is not said. */
  int reorder() {
    return reorder;
  }

  /** Tells whether pictures are shown in the order in which they are decoded. */
  boolean isInOrder() {
    return inOrder;
  }

  /** Returns how many pictures others may refer to at a time. */
  long references() {
    return references;
  }

  private void read() {
    bits.skip(8);
    int profile = bits.take(8);
    bits.skip(16);
    bits.unsigned();
    if (isHigh(profile)) {
      high();
    }
    bits.unsigned();
    order();
    references = bits.unsigned();
    bits.skip(1);
    bits.unsigned();
    bits.unsigned();
    if (!bits.flag()) {
      bits.skip(1);
    }
    bits.skip(1);
    if (bits.flag()) {
      for (int i = 0; i < 4; i++) {
        bits.unsigned();
      }
    }
    if (bits.flag()) {
      usability();
    }
    unless(bits.left() > 0, "a cut sequence");
  }

  private static boolean isHigh(int profile) {
    return switch (profile) {
      case 100, 110, 122, 244 -> true;
      case 66, 77, 88 -> false;
      default -> throw new UnusualFileException("a profile");
    };
  }

  private void high() {
    long chroma = bits.unsigned();
    unless(chroma <= ALL_COLOURS, "a kind of chroma");
    if (chroma == ALL_COLOURS) {
      unless(!bits.flag(), "separate planes");
    }
    bits.unsigned();
    bits.unsigned();
    bits.skip(1);
    if (bits.flag()) {
      int lists = chroma == ALL_COLOURS ? 12 : 8;
      for (int i = 0; i < lists; i++) {
        if (bits.flag()) {
          scaling(i < 6 ? 16 : 64);
        }
      }
    }
  }

  private void scaling(int size) {
    int last = 8;
    for (int i = 0; i < size; i++) {
      long delta = bits.signed();
      unless(delta >= -128 && delta <= 127, "a scale");
      int next = last + (int) delta & 0xff;
      if (next == 0) {
        return;
      }
      last = next;
    }
  }

  private void order() {
    long type = bits.unsigned();
    if (type == 0) {
      bits.unsigned();
    } else {
      unless(type == 2, "an order of pictures");
      inOrder = true;
    }
  }

  private void usability() {
    if (bits.flag() && bits.take(8) == EXTENDED_ASPECT) {
      bits.skip(32);
    }
    if (bits.flag()) {
      bits.skip(1);
    }
    if (bits.flag()) {
      bits.skip(4);
      if (bits.flag()) {
        bits.skip(24);
      }
    }
    if (bits.flag()) {
      bits.unsigned();
      bits.unsigned();
    }
    unless(bits.left() >= 10, "short usability information"); // FFmpeg stops there
    if (bits.flag()) {
      bits.skip(65);
    }
    boolean first = bits.flag();
    if (first) {
      buffering();
    }
    boolean second = bits.flag();
    if (second) {
      buffering();
    }
    if (first || second) {
      bits.skip(1);
    }
    bits.skip(1);
    if (bits.flag()) {
      bits.skip(1);
      for (int i = 0; i < 4; i++) {
        bits.unsigned();
      }
      long frames = bits.unsigned();
      unless(frames <= 16, "a delay");
      reorder = (int) frames;
      bits.unsigned();
    }
  }

  private void buffering() {
    long buffers = bits.unsigned() + 1;
    unless(buffers <= 32, "many buffers");
    bits.skip(8);
    for (int i = 0; i < buffers; i++) {
      bits.unsigned();
      bits.unsigned();
      bits.skip(1);
    }
    bits.skip(20);
  }
}
