package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.internal.io.RocksLibrary;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Which commits may have changed which cells of a segment, in a RocksDB under {@code local/}, so
 * that the newest of them is found by a few searches of sorted keys. Everything in it follows from
 * commits, which never change, so it is never out of date; it can be deleted at any time. Safe for
 * use by several threads.
 *
 * <p>Commits are numbered along <em>lines</em>: a commit continues the line of its first parent, or
 * begins one of its own where another commit has continued that already. The keys, numbers in
 * big-endian order, segments as run and first ordinal:
 *
 * <pre>
 *   'c' segment commit                      -> line, depth: a commit that is covered
 *   'l' segment line                        -> line, depth: the first parent of a line's first commit
 *   't' segment line                        -> depth: the last commit of a line
 *   'n' segment                             -> the number of lines
 *   'p' segment column 0 slot line depth    -> commit: it may have changed this cell
 *   'b' segment column 0 line depth         -> commit, bitmap: it may have changed these slots
 * </pre>
 *
 * An empty column stands for all.
 */
final class ChangeIndex implements AutoCloseable {
  private static final String VERSION = "1";
  private static final byte[] BOUNDARY = {'v'};
  private static final int ID_BYTES = 20;

  /** More slots than this are kept as one bitmap. */
  private static final int MOST_POINTS = 256;

  private final Options options;
  private final WriteOptions writes;
  private final RocksDB db;
  private boolean closed;

  private ChangeIndex(Options options, WriteOptions writes, RocksDB db) {
    this.options = options;
    this.writes = writes;
    this.db = db;
  }

  /** Where a commit is: counted along a line, from 0. */
  record Place(int line, int depth) {}

  /** A commit that may have changed a cell. */
  record Change(Place place, String commit) {}

  /**
   * Opens the index, or returns empty where that is not possible: another process has it, the
   * folder cannot be written, or it is damaged, in which case it is removed.
   *
   * @param boundary what the histories of commits depend on beside the commits: an index that was
   *     made under another is made anew
   */
  static Optional<ChangeIndex> open(Path folder, String boundary) {
    try {
      Files.createDirectories(folder);
      RocksLibrary.load();
      Options options = new Options().setCreateIfMissing(true).setKeepLogFileNum(1);
      options.setInfoLogLevel(InfoLogLevel.FATAL_LEVEL);
      RocksDB db;
      try {
        db = RocksDB.open(options, folder.toString());
      } catch (RocksDBException e) {
        removeIfDamaged(e, folder, options);
        options.close();
        return Optional.empty();
      }
      ChangeIndex index = new ChangeIndex(options, new WriteOptions(), db);
      byte[] expected = (VERSION + " " + boundary).getBytes(StandardCharsets.UTF_8);
      byte[] known = db.get(BOUNDARY);
      if (known == null || !java.util.Arrays.equals(known, expected)) {
        db.deleteRange(new byte[0], new byte[] {(byte) 0xff});
        db.put(BOUNDARY, expected);
      }
      return Optional.of(index);
    } catch (IOException | RocksDBException | LinkageError | RuntimeException e) {
      return Optional.empty(); // an index is a help, never a need
    }
  }

  private static void removeIfDamaged(RocksDBException e, Path folder, Options options)
      throws RocksDBException {
    boolean damaged =
        e.getStatus() != null && e.getStatus().getCode() == org.rocksdb.Status.Code.Corruption;
    if (damaged) {
      RocksDB.destroyDB(folder.toString(), options);
    }
  }

  /** Returns where a commit is, if the index covers it for a segment. */
  synchronized Optional<Place> place(SegmentKey segment, String commit) throws RocksDBException {
    requireOpen();
    byte[] value = db.get(commitKey(segment, commit));
    return value == null ? Optional.empty() : Optional.of(parsePlace(value));
  }

  /** Returns the place of the first parent of the commit at a place; empty if it has none. */
  synchronized Optional<Place> before(SegmentKey segment, Place place) throws RocksDBException {
    requireOpen();
    if (place.depth() > 0) {
      return Optional.of(new Place(place.line(), place.depth() - 1));
    }
    byte[] value = db.get(key('l', segment).putInt(place.line()).array());
    return value == null ? Optional.empty() : Optional.of(parsePlace(value));
  }

  /**
   * Returns the newest commit that may have changed a cell, from a place back along first parents.
   */
  synchronized Optional<Change> latest(SegmentKey segment, String column, int slot, Place from)
      throws RocksDBException {
    requireOpen();
    Optional<Place> at = Optional.of(from);
    try (RocksIterator keys = db.newIterator()) {
      while (at.isPresent()) {
        Change newest = null;
        for (String of : new String[] {column, ""}) {
          newest = newer(newest, point(keys, segment, of, slot, at.get()));
          newest = newer(newest, bulk(keys, segment, of, slot, at.get()));
        }
        if (newest != null) {
          return Optional.of(newest);
        }
        at = before(segment, new Place(at.get().line(), 0));
      }
    }
    return Optional.empty();
  }

  /** Nothing may reach the native side after it is closed. */
  private void requireOpen() throws RocksDBException {
    if (closed) {
      throw new RocksDBException("the index is closed");
    }
  }

  private static Change newer(Change one, Change other) {
    return other == null || one != null && one.place().depth() >= other.place().depth()
        ? one
        : other;
  }

  private static Change point(
      RocksIterator keys, SegmentKey segment, String column, int slot, Place at)
      throws RocksDBException {
    byte[] prefix = pointKey(segment, column, slot, at.line());
    byte[] value = seek(keys, prefix, at.depth());
    return value == null
        ? null
        : new Change(new Place(at.line(), depth(keys, prefix)), commit(value));
  }

  private static Change bulk(
      RocksIterator keys, SegmentKey segment, String column, int slot, Place at)
      throws RocksDBException {
    byte[] prefix = bulkKey(segment, column, at.line());
    int depth = at.depth();
    while (depth >= 0) {
      byte[] value = seek(keys, prefix, depth);
      if (value == null) {
        return null;
      }
      depth = depth(keys, prefix);
      if (slots(value).contains(slot)) {
        return new Change(new Place(at.line(), depth), commit(value));
      }
      depth--;
    }
    return null;
  }

  /** Moves to the last key with a prefix and a depth of at most this one and returns its value. */
  private static byte[] seek(RocksIterator keys, byte[] prefix, int depth) throws RocksDBException {
    keys.seekForPrev(ByteBuffer.allocate(prefix.length + 4).put(prefix).putInt(depth).array());
    if (!keys.isValid()) {
      keys.status();
      return null;
    }
    byte[] found = keys.key();
    boolean fits =
        found.length == prefix.length + 4
            && java.util.Arrays.equals(found, 0, prefix.length, prefix, 0, prefix.length);
    return fits ? keys.value() : null;
  }

  private static int depth(RocksIterator keys, byte[] prefix) {
    return ByteBuffer.wrap(keys.key()).getInt(prefix.length);
  }

  private static String commit(byte[] value) throws RocksDBException {
    if (value.length < ID_BYTES) {
      throw new RocksDBException("value is too short: " + value.length);
    }
    return HexFormat.of().formatHex(value, 0, ID_BYTES);
  }

  private static RoaringBitmap slots(byte[] value) throws RocksDBException {
    if (value.length < ID_BYTES) {
      throw new RocksDBException("value is too short: " + value.length);
    }
    byte[] bitmap = java.util.Arrays.copyOfRange(value, ID_BYTES, value.length);
    try {
      return LayerRecord.deserialize(bitmap, "index of changes");
    } catch (CorruptDataException e) {
      throw new RocksDBException(e.getMessage());
    }
  }

  /**
   * Adds commits to what is covered; all of them become visible at once, or none.
   *
   * @param segment the segment
   */
  Addition add(SegmentKey segment) {
    return new Addition(segment);
  }

  /** Commits that are being added; for one thread. */
  final class Addition implements AutoCloseable {
    private static final int MOST_PENDING = 1_000;

    private final SegmentKey segment;
    private final WriteBatch batch = new WriteBatch();
    private Place last;
    private String lastCommit = "";
    private int tip;
    private int pending;

    private Addition(SegmentKey segment) {
      this.segment = segment;
    }

    /**
     * Adds a commit. Its first parent must be covered, or be the commit added before.
     *
     * @param parent its first parent, or the empty string
     * @param changed per column the slots that it may have changed, compared with that parent
     */
    void add(String commit, String parent, Map<String, RoaringBitmap> changed)
        throws RocksDBException {
      synchronized (ChangeIndex.this) {
        requireOpen();
        Place place = next(parent);
        batch.put(commitKey(segment, commit), bytes(place));
        batch.put(key('t', segment).putInt(place.line()).array(), four(place.depth()));
        for (Map.Entry<String, RoaringBitmap> column : changed.entrySet()) {
          put(column.getKey(), column.getValue(), place, commit);
        }
        last = place;
        lastCommit = commit;
        tip = place.depth();
        if (++pending >= MOST_PENDING) {
          finish();
        }
      }
    }

    private Place next(String parent) throws RocksDBException {
      Place before = lastCommit.equals(parent) ? last : null;
      if (before == null && !parent.isEmpty()) {
        finish();
        before =
            place(segment, parent)
                .orElseThrow(() -> new RocksDBException("parent is not covered: " + parent));
        byte[] end = db.get(key('t', segment).putInt(before.line()).array());
        tip = end == null ? Integer.MAX_VALUE : ByteBuffer.wrap(end).getInt();
      }
      if (before != null && before.depth() == tip) {
        return new Place(before.line(), before.depth() + 1);
      }
      finish();
      byte[] count = db.get(key('n', segment).array());
      int line = count == null ? 0 : ByteBuffer.wrap(count).getInt();
      batch.put(key('n', segment).array(), four(line + 1));
      if (before != null) {
        batch.put(key('l', segment).putInt(line).array(), bytes(before));
      }
      return new Place(line, 0);
    }

    private void put(String column, RoaringBitmap slots, Place place, String commit)
        throws RocksDBException {
      byte[] id = HexFormat.of().parseHex(commit);
      if (slots.getCardinality() > MOST_POINTS) {
        byte[] bitmap = LayerRecord.serialize(slots);
        byte[] key = bulkKey(segment, column, place.line());
        batch.put(
            with(key, place.depth()),
            ByteBuffer.allocate(id.length + bitmap.length).put(id).put(bitmap).array());
        return;
      }
      for (int slot : slots) {
        batch.put(with(pointKey(segment, column, slot, place.line()), place.depth()), id);
      }
    }

    /** Makes what was added so far visible. */
    void finish() throws RocksDBException {
      synchronized (ChangeIndex.this) {
        requireOpen();
        db.write(writes, batch);
        batch.clear();
        pending = 0;
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  private static ByteBuffer key(char kind, SegmentKey segment) {
    return ByteBuffer.allocate(21).put((byte) kind).putLong(segment.run()).putLong(segment.first());
  }

  private static byte[] commitKey(SegmentKey segment, String commit) {
    return ByteBuffer.allocate(17 + ID_BYTES)
        .put((byte) 'c')
        .putLong(segment.run())
        .putLong(segment.first())
        .put(HexFormat.of().parseHex(commit))
        .array();
  }

  private static byte[] pointKey(SegmentKey segment, String column, int slot, int line) {
    byte[] name = column.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(24 + name.length)
        .put((byte) 'p')
        .putLong(segment.run())
        .putLong(segment.first())
        .put(name)
        .put((byte) 0)
        .putShort((short) slot)
        .putInt(line)
        .array();
  }

  private static byte[] bulkKey(SegmentKey segment, String column, int line) {
    byte[] name = column.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(22 + name.length)
        .put((byte) 'b')
        .putLong(segment.run())
        .putLong(segment.first())
        .put(name)
        .put((byte) 0)
        .putInt(line)
        .array();
  }

  private static byte[] with(byte[] key, int depth) {
    return ByteBuffer.allocate(key.length + 4).put(key).putInt(depth).array();
  }

  private static byte[] four(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] bytes(Place place) {
    return ByteBuffer.allocate(8).putInt(place.line()).putInt(place.depth()).array();
  }

  private static Place parsePlace(byte[] value) throws RocksDBException {
    if (value.length != 8) {
      throw new RocksDBException("place has a bad length: " + value.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new Place(bytes.getInt(), bytes.getInt());
  }

  /** Removes an index that is closed. */
  static void remove(Path folder) {
    try (Options options = new Options()) {
      RocksDB.destroyDB(folder.toString(), options);
    } catch (RocksDBException e) {
      // It is not opened again by this process, and the next one finds it damaged, too.
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      db.close();
      writes.close();
      options.close();
    }
  }
}
