package dev.sheaf.format.internal.git;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A pack and its index. Opens both at the first use and reads by position. Safe for use by several
 * threads. Once it is closed, since it was dropped from the list of packs, readers are told that it
 * is gone.
 *
 * <p>What it returns is well-formed but not verified: the caller compares the SHA-1.
 */
final class PackFile implements Closeable {
  static final int HEADER_LENGTH = 12;
  static final int SIGNATURE = 0x5041434B;
  static final int OFFSET_DELTA = 6;
  static final int REF_DELTA = 7;
  private static final int MAX_DELTA_DEPTH = 4096;
  private static final int WINDOW = 4096;

  private final PositionalFile file;
  private final Path indexFile;
  private volatile PackIndex index;
  private boolean closed;

  /** Names a pack by its path without {@code .pack} or {@code .idx}. Reads nothing. */
  PackFile(Path withoutExtension) {
    String name = withoutExtension.getFileName().toString();
    this.file = new PositionalFile(withoutExtension.resolveSibling(name + ".pack"));
    this.indexFile = withoutExtension.resolveSibling(name + ".idx");
  }

  /** Finds the base of a delta that lies in any pack. */
  interface Bases {
    Optional<GitObject> find(Oid id, int depth) throws IOException, BadObject;
  }

  /**
   * The head of a packed entry: where its compressed bytes start, their inflated length, and what
   * they are.
   */
  record Head(int code, long length, long dataOffset, long baseOffset, Oid base) {}

  Path path() {
    return file.path();
  }

  PackIndex index() throws IOException, BadObject {
    PackIndex present = index;
    return present == null ? openIndex() : present;
  }

  private synchronized PackIndex openIndex() throws IOException, BadObject {
    if (closed) {
      throw new PositionalFile.Closed(indexFile);
    }
    if (index == null) {
      index = PackIndex.open(indexFile);
    }
    return index;
  }

  /** Returns the object with an id, or empty if this pack does not have it. */
  Optional<GitObject> find(Oid id, Bases bases, int depth) throws IOException, BadObject {
    int position = index().find(id);
    return position < 0
        ? Optional.empty()
        : Optional.of(read(index().offset(position), bases, depth));
  }

  /** Returns the object whose entry starts at an offset, with its deltas applied. */
  GitObject read(long offset, Bases bases, int depth) throws IOException, BadObject {
    long end = size() - Oid.BYTES;
    Deque<byte[]> deltas = new ArrayDeque<>();
    long held = 0;
    long at = offset;
    while (true) {
      if (depth + deltas.size() > MAX_DELTA_DEPTH || held > GitObject.MAX_BYTES) {
        throw new BadObject("delta chain is too long: depth=" + (depth + deltas.size()));
      }
      Head head = head(at, end);
      byte[] data = inflate(head, end);
      GitObject base;
      if (head.code() == OFFSET_DELTA) {
        deltas.push(data);
        held += data.length;
        at = head.baseOffset();
        continue;
      } else if (head.code() == REF_DELTA) {
        deltas.push(data);
        base =
            bases
                .find(head.base(), depth + deltas.size())
                .orElseThrow(() -> new BadObject("base of a delta is missing: " + head.base()));
      } else {
        ObjectType type =
            ObjectType.ofPackCode(head.code())
                .orElseThrow(() -> new BadObject("pack entry has an unknown type: " + head.code()));
        base = new GitObject(type, data);
      }
      byte[] bytes = base.bytes();
      while (!deltas.isEmpty()) {
        bytes = Delta.apply(bytes, deltas.pop());
      }
      return new GitObject(base.type(), bytes);
    }
  }

  /** Reads the head of the entry at an offset; {@code end} is where the entries end. */
  Head head(long offset, long end) throws IOException, BadObject {
    if (offset < HEADER_LENGTH || offset >= end) {
      throw new BadObject("pack offset is out of range: offset=" + offset + " end=" + end);
    }
    byte[] bytes = new byte[(int) Math.min(64, end - offset)];
    readFully(bytes, bytes.length, offset);
    Cursor in = new Cursor(bytes);
    int first = in.next();
    int code = (first >> 4) & 7;
    long length = first & 0x0F;
    int next = first;
    for (int shift = 4; (next & 0x80) != 0; shift += 7) {
      next = in.next();
      if (shift > 53) {
        throw new BadObject("pack entry length has too many digits: offset=" + offset);
      }
      length |= (long) (next & 0x7F) << shift;
    }
    long baseOffset = -1;
    Oid base = null;
    if (code == OFFSET_DELTA) {
      next = in.next();
      long distance = next & 0x7F;
      while ((next & 0x80) != 0) {
        next = in.next();
        if (distance > 1L << 50) {
          throw new BadObject("delta distance has too many digits: offset=" + offset);
        }
        distance = ((distance + 1) << 7) | (next & 0x7F);
      }
      baseOffset = offset - distance;
      if (distance <= 0 || baseOffset < HEADER_LENGTH) {
        throw new BadObject(
            "delta base is out of range: offset=" + offset + " distance=" + distance);
      }
    } else if (code == REF_DELTA) {
      base = in.id();
    }
    return new Head(code, length, offset + in.at, baseOffset, base);
  }

  private byte[] inflate(Head head, long end) throws IOException, BadObject {
    int length = Inflate.checkLength(head.length(), end - head.dataOffset());
    long[] at = {head.dataOffset()};
    return Inflate.exactly(
        length,
        buffer -> {
          int n = (int) Math.min(Math.min(buffer.length, WINDOW * 8), end - at[0]);
          if (n > 0) {
            readFully(buffer, n, at[0]);
            at[0] += n;
          }
          return n;
        });
  }

  /** Reads raw bytes of the pack. */
  void readFully(byte[] into, int length, long offset) throws IOException, BadObject {
    file.readFully(into, length, offset);
  }

  /** Returns the length of the pack file in bytes. */
  long size() throws IOException {
    return file.size();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    file.close();
    if (index != null) {
      index.close();
    }
  }

  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes) {
      this.bytes = bytes;
    }

    int next() throws BadObject {
      if (at >= bytes.length) {
        throw new BadObject("pack entry ends early");
      }
      return bytes[at++] & 0xFF;
    }

    Oid id() throws BadObject {
      if (bytes.length - at < Oid.BYTES) {
        throw new BadObject("pack entry ends early");
      }
      Oid id = Oid.at(bytes, at);
      at += Oid.BYTES;
      return id;
    }
  }
}
