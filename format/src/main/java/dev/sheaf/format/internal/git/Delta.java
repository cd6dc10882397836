package dev.sheaf.format.internal.git;

/** Git's pack deltas: copy from a base, or insert. Read only, as Sheaf writes none. */
final class Delta {
  private final byte[] delta;
  private int at;

  private Delta(byte[] delta) {
    this.delta = delta;
  }

  /**
   * Applies a delta.
   *
   * @throws BadObject if a length or a range does not fit
   */
  static byte[] apply(byte[] base, byte[] delta) throws BadObject {
    return new Delta(delta).apply(base);
  }

  private byte[] apply(byte[] base) throws BadObject {
    long baseLength = varint();
    if (baseLength != base.length) {
      throw new BadObject(
          "delta is for another base: expected " + baseLength + " bytes, got " + base.length);
    }
    long length = varint();
    // One copy takes at most 8 bytes and yields at most 16 MiB.
    if (length < 0 || length > GitObject.MAX_BYTES || length > (long) delta.length * (1 << 24)) {
      throw new BadObject("delta result is too large: bytes=" + length);
    }
    // First what the operations yield, then memory for it: the length is a claim.
    int start = at;
    run(base, null, (int) length);
    at = start;
    byte[] out = new byte[(int) length];
    run(base, out, (int) length);
    return out;
  }

  /** Runs the operations; without {@code out} only checks that they yield {@code length} bytes. */
  private void run(byte[] base, byte[] out, int length) throws BadObject {
    int done = 0;
    while (at < delta.length) {
      int op = next();
      if (op == 0) {
        throw new BadObject("delta has an unknown operation");
      }
      int size;
      if ((op & 0x80) != 0) {
        long from = operand(op, 4);
        size = (int) operand(op >> 4, 3);
        if (size == 0) {
          size = 1 << 16;
        }
        if (from + size > base.length || size > length - done) {
          throw new BadObject("delta copies beyond the end");
        }
        if (out != null) {
          System.arraycopy(base, (int) from, out, done, size);
        }
      } else {
        size = op;
        if (size > delta.length - at || size > length - done) {
          throw new BadObject("delta inserts beyond the end");
        }
        if (out != null) {
          System.arraycopy(delta, at, out, done, size);
        }
        at += size;
      }
      done += size;
    }
    if (done != length) {
      throw new BadObject("delta result is too short: expected " + length + " bytes, got " + done);
    }
  }

  private long operand(int flags, int bytes) throws BadObject {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      if ((flags & (1 << i)) != 0) {
        value |= (long) next() << (8 * i);
      }
    }
    return value;
  }

  private long varint() throws BadObject {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = next();
      value |= (long) (next & 0x7F) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new BadObject("delta length has too many digits");
  }

  private int next() throws BadObject {
    if (at >= delta.length) {
      throw new BadObject("delta ends early");
    }
    return delta[at++] & 0xFF;
  }
}
