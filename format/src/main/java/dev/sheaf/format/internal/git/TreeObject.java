package dev.sheaf.format.internal.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Git tree: entries {@code mode SP name NUL id}, in Git's order, in which a directory's name
 * counts as if it ended in {@code /}. Found by binary search over the raw bytes. Immutable.
 */
final class TreeObject extends GitObject {
  static final int MODE_FILE = 0100644;
  static final int MODE_TREE = 0040000;

  static final TreeObject EMPTY = new TreeObject(new byte[0], new int[0], 0);
  static final Oid EMPTY_ID = EMPTY.id();

  /** Git's order of names within one tree. */
  static final Comparator<Item> ORDER =
      (a, b) -> compare(a.name, 0, a.name.length, a.isTree(), b.name, 0, b.name.length, b.isTree());

  private final int[] starts;
  private final int count;

  private TreeObject(byte[] bytes, int[] starts, int count) {
    super(ObjectType.TREE, bytes);
    this.starts = starts;
    this.count = count;
  }

  /** One entry of a tree; the name is not copied. */
  static final class Item {
    private final int mode;
    private final byte[] name;
    private final Oid id;

    Item(int mode, byte[] name, Oid id) {
      this.mode = mode;
      this.name = name;
      this.id = id;
    }

    boolean isTree() {
      return mode == MODE_TREE;
    }

    int mode() {
      return mode;
    }

    Oid id() {
      return id;
    }

    String name() {
      return new String(name, StandardCharsets.UTF_8);
    }
  }

  /**
   * Checks the bytes of a tree and finds its entries.
   *
   * @throws BadObject if an entry is cut, has no name or mode, or is out of order
   */
  static TreeObject parse(byte[] bytes) throws BadObject {
    // An entry takes at least 5 (mode) + 1 + 1 (name) + 1 + 20 bytes.
    int[] starts = new int[bytes.length / 28 + 1];
    int count = 0;
    int at = 0;
    while (at < bytes.length) {
      int space = indexOf(bytes, (byte) ' ', at);
      int zero = indexOf(bytes, (byte) 0, at);
      if (space < 0
          || zero <= space + 1
          || space - at < 5
          || space - at > 6
          || bytes.length - zero - 1 < Oid.BYTES) {
        throw new BadObject("tree entry is damaged: offset=" + at);
      }
      for (int i = at; i < space; i++) {
        if (bytes[i] < '0' || bytes[i] > '7') {
          throw new BadObject("tree entry has no mode: offset=" + at);
        }
      }
      if (count > 0 && order(bytes, starts[count - 1], at) >= 0) {
        throw new BadObject("tree entries are out of order: offset=" + at);
      }
      starts[count++] = at;
      at = zero + 1 + Oid.BYTES;
    }
    return new TreeObject(bytes, starts, count);
  }

  /** Builds a tree from entries in any order; names must differ. */
  static TreeObject of(List<Item> items) {
    Item[] sorted = items.toArray(Item[]::new);
    Arrays.sort(sorted, ORDER);
    ByteArrayOutputStream out = new ByteArrayOutputStream(sorted.length * 40);
    int[] starts = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      starts[i] = out.size();
      out.writeBytes(Integer.toOctalString(sorted[i].mode).getBytes(StandardCharsets.US_ASCII));
      out.write(' ');
      out.writeBytes(sorted[i].name);
      out.write(0);
      out.writeBytes(sorted[i].id.bytes());
    }
    return new TreeObject(out.toByteArray(), starts, sorted.length);
  }

  int count() {
    return count;
  }

  Item item(int position) {
    byte[] bytes = bytes();
    int start = starts[position];
    int space = indexOf(bytes, (byte) ' ', start);
    int zero = indexOf(bytes, (byte) 0, space);
    return new Item(
        mode(bytes, start, space),
        Arrays.copyOfRange(bytes, space + 1, zero),
        Oid.at(bytes, zero + 1));
  }

  /** Returns the entry with a name, file or directory. */
  Optional<Item> find(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int position = search(wanted, false);
    if (position < 0) {
      position = search(wanted, true);
    }
    return position < 0 ? Optional.empty() : Optional.of(item(position));
  }

  private int search(byte[] name, boolean isTree) {
    byte[] bytes = bytes();
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int space = indexOf(bytes, (byte) ' ', starts[middle]);
      int zero = indexOf(bytes, (byte) 0, space);
      boolean middleIsTree = mode(bytes, starts[middle], space) == MODE_TREE;
      int order = compare(bytes, space + 1, zero, middleIsTree, name, 0, name.length, isTree);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static int order(byte[] bytes, int first, int second) {
    int firstSpace = indexOf(bytes, (byte) ' ', first);
    int secondSpace = indexOf(bytes, (byte) ' ', second);
    return compare(
        bytes,
        firstSpace + 1,
        indexOf(bytes, (byte) 0, firstSpace),
        mode(bytes, first, firstSpace) == MODE_TREE,
        bytes,
        secondSpace + 1,
        indexOf(bytes, (byte) 0, secondSpace),
        mode(bytes, second, secondSpace) == MODE_TREE);
  }

  private static int compare(
      byte[] a,
      int aFrom,
      int aTo,
      boolean aIsTree,
      byte[] b,
      int bFrom,
      int bTo,
      boolean bIsTree) {
    int mismatch = Arrays.mismatch(a, aFrom, aTo, b, bFrom, bTo);
    if (mismatch < 0) {
      return Boolean.compare(aIsTree, bIsTree);
    }
    return after(a, aFrom + mismatch, aTo, aIsTree) - after(b, bFrom + mismatch, bTo, bIsTree);
  }

  private static int after(byte[] name, int at, int end, boolean isTree) {
    if (at < end) {
      return name[at] & 0xFF;
    }
    return isTree ? '/' : 0;
  }

  private static int mode(byte[] bytes, int from, int to) {
    int mode = 0;
    for (int i = from; i < to; i++) {
      mode = mode * 8 + (bytes[i] - '0');
    }
    return mode;
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
