package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.ipc.Physical;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is to go from chunks that are there: ranges of bytes, and rows of pages. For one thread. */
final class ErasePlan {
  private final Map<String, Chunk> chunks = new TreeMap<>();

  /** What is to go from one chunk. */
  static final class Chunk {
    private final TreeMap<Long, Long> ranges = new TreeMap<>();
    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private boolean isLayer;

    /** Returns the lengths of the ranges by their first byte. */
    TreeMap<Long, Long> ranges() {
      return ranges;
    }

    /** Returns the pages by their first byte. */
    TreeMap<Long, Page> pages() {
      return pages;
    }
  }

  /**
   * A page.
   *
   * @param crc32c what the CRC-32C of its bytes must be
   * @param layouts the layouts of its columns
   * @param rows the rows that are to go
   */
  record Page(int length, int crc32c, List<Physical> layouts, SortedSet<Integer> rows) {
    Page {
      layouts = List.copyOf(layouts);
    }

    Physical[] physical() {
      return layouts.toArray(Physical[]::new);
    }
  }

  /** Returns the chunks by name. */
  Map<String, Chunk> chunks() {
    return Collections.unmodifiableMap(chunks);
  }

  /**
   * Returns the names of the chunks, those with the pages of layers last: they lead to all else.
   */
  Iterable<String> order() {
    return () ->
        chunks.entrySet().stream()
            .sorted(
                java.util.Comparator.comparing(
                        (Map.Entry<String, Chunk> entry) -> entry.getValue().isLayer)
                    .thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey)
            .iterator();
  }

  /** Adds a range; returns whether it is new. */
  boolean addRange(String chunk, long offset, long length) {
    return length > 0 && of(chunk).ranges.putIfAbsent(offset, length) == null;
  }

  /** Adds a row of a page; returns whether it is new. */
  boolean addRow(String chunk, boolean isLayer, long offset, Page page, int row) {
    Chunk one = of(chunk);
    one.isLayer |= isLayer;
    return one.pages
        .computeIfAbsent(
            offset, key -> new Page(page.length(), page.crc32c(), page.layouts(), new TreeSet<>()))
        .rows()
        .add(row);
  }

  private Chunk of(String chunk) {
    return chunks.computeIfAbsent(chunk, name -> new Chunk());
  }

  /** A range (its row is -1) or a row of a page that is to go. */
  record Item(String chunk, long offset, int row) {}

  /** Returns the row of a page, if it is to go. */
  List<Item> row(String chunk, long offset, int row) {
    Chunk one = chunks.get(chunk);
    Page page = one == null ? null : one.pages.get(offset);
    return page != null && page.rows().contains(row)
        ? List.of(new Item(chunk, offset, row))
        : List.of();
  }

  /** Returns the ranges that are to go and have bytes of this one. */
  List<Item> ranges(String chunk, long offset, long length) {
    List<Item> found = new ArrayList<>();
    Chunk one = chunks.get(chunk);
    if (one != null) {
      one.ranges
          .headMap(offset + length, false)
          .forEach(
              (from, bytes) -> {
                if (from + bytes > offset) {
                  found.add(new Item(chunk, from, -1));
                }
              });
    }
    return found;
  }

  /** Leaves something where it is; returns the bytes of a range, else 0. */
  long remove(Item item) {
    Chunk one = chunks.get(item.chunk());
    long bytes = 0;
    if (item.row() < 0) {
      bytes = one.ranges.remove(item.offset());
    } else {
      one.pages.get(item.offset()).rows().remove(item.row());
      one.pages.values().removeIf(page -> page.rows().isEmpty());
    }
    if (one.ranges.isEmpty() && one.pages.isEmpty()) {
      chunks.remove(item.chunk());
    }
    return bytes;
  }
}
