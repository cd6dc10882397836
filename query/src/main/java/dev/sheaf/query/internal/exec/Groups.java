package dev.sheaf.query.internal.exec;

import java.util.Arrays;

/** Numbers the distinct keys of rows, from 0 in the order in which they are first met. */
final class Groups {
  private final KeyColumn[] keys;
  private int[] table = new int[1024];
  private long[] hashes = new long[256];
  private int count;

  Groups(Kind[] kinds) {
    this.keys = new KeyColumn[kinds.length];
    for (int i = 0; i < kinds.length; i++) {
      keys[i] = KeyColumn.of(kinds[i]);
    }
    Arrays.fill(table, -1);
  }

  int count() {
    return count;
  }

  KeyColumn key(int number) {
    return keys[number];
  }

  /** Returns the group of each row. */
  int[] assign(Vec[] vecs, int size) {
    long[] rowHashes = new long[size];
    for (int i = 0; i < keys.length; i++) {
      keys[i].hash(vecs[i], rowHashes);
    }
    int[] groups = new int[size];
    for (int row = 0; row < size; row++) {
      groups[row] = find(vecs, row, rowHashes[row]);
    }
    return groups;
  }

  private int find(Vec[] vecs, int row, long hash) {
    int mask = table.length - 1;
    int at = (int) hash & mask;
    while (table[at] >= 0) {
      int group = table[at];
      if (hashes[group] == hash && matches(vecs, row, group)) {
        return group;
      }
      at = at + 1 & mask;
    }
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, count * 2);
    }
    for (int i = 0; i < keys.length; i++) {
      keys[i].add(vecs[i], row);
    }
    hashes[count] = hash;
    table[at] = count;
    if (++count > table.length / 2) {
      grow();
    }
    return count - 1;
  }

  private boolean matches(Vec[] vecs, int row, int group) {
    for (int i = 0; i < keys.length; i++) {
      if (!keys[i].matches(vecs[i], row, group)) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    table = new int[Math.multiplyExact(table.length, 2)];
    Arrays.fill(table, -1);
    int mask = table.length - 1;
    for (int group = 0; group < count; group++) {
      int at = (int) hashes[group] & mask;
      while (table[at] >= 0) {
        at = at + 1 & mask;
      }
      table[at] = group;
    }
  }
}
