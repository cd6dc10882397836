package dev.sheaf.format.ingest;

import dev.sheaf.format.internal.io.RocksLibrary;
import dev.sheaf.format.internal.source.FileStamp;
import dev.sheaf.format.internal.source.KnownHashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The hashes of files by path, valid as long as size, modification time and inode are the same. A
 * RocksDB in {@code local/}: when it is damaged or another process has it, the ingest does without
 * and reads the files. It is opened on a thread of its own, which nobody waits for before a look
 * into a cache that is not new, or the end.
 */
final class StatCache implements KnownHashes, AutoCloseable {
  /** A file that was changed this recently may change again without a new modification time. */
  private static final long SETTLED_NANOS = 2_000_000_000L;

  /** So many new hashes are written at once: one by one they cost a tenth of reading a photo. */
  private static final int BATCH = 1024;

  private record Entry(String path, String value) {}

  private record Store(RocksDB db, Options options, WriteOptions writes) implements AutoCloseable {
    @Override
    public void close() {
      try (writes;
          options;
          db;
          FlushOptions flush = new FlushOptions()) {
        db.flush(flush);
      } catch (RocksDBException e) {
        // what was not written is read again
      }
    }
  }

  private final Path folder;
  private final boolean isNew;
  private final Thread opening;
  private volatile Store store;
  private List<Entry> fresh = new ArrayList<>();

  private StatCache(Path folder) {
    this.folder = folder;
    this.isNew = !Files.exists(folder.resolve("CURRENT"));
    this.opening = new Thread(this::open, "sheaf-cache");
    opening.setDaemon(true);
  }

  /** Begins to open the cache of a dataset. */
  static StatCache open(Path dataset) {
    StatCache cache = new StatCache(dataset.resolve("local").resolve("cache"));
    cache.opening.start();
    return cache;
  }

  private void open() {
    try {
      Files.createDirectories(folder);
      RocksLibrary.load();
      Options options = new Options().setCreateIfMissing(true).setKeepLogFileNum(1);
      options.setInfoLogLevel(org.rocksdb.InfoLogLevel.FATAL_LEVEL);
      try {
        RocksDB db = RocksDB.open(options, folder.toString());
        store = new Store(db, options, new WriteOptions().setDisableWAL(true));
      } catch (RocksDBException e) {
        options.close(); // it is damaged, or another process has it
      }
    } catch (IOException | LinkageError | RuntimeException e) {
      store = null; // a cache is a help, never a need
    }
  }

  /** Returns the cache, or null if it could not be opened. */
  private Store opened() {
    boolean interrupted = false;
    while (opening.isAlive()) {
      try {
        opening.join();
      } catch (InterruptedException e) {
        interrupted = true; // what is open has to be closed
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return store;
  }

  @Override
  public boolean isEmpty() {
    return isNew;
  }

  @Override
  public Optional<String> sha256(FileStamp stamp) {
    Store known = isNew ? null : opened();
    if (known == null) {
      return Optional.empty();
    }
    try {
      byte[] value = known.db().get(stamp.path().getBytes(StandardCharsets.UTF_8));
      if (value == null) {
        return Optional.empty();
      }
      String text = new String(value, StandardCharsets.UTF_8);
      String start = stamp.facts() + "|";
      return text.startsWith(start) && text.length() == start.length() + 64
          ? Optional.of(text.substring(start.length()))
          : Optional.empty();
    } catch (RocksDBException e) {
      return Optional.empty();
    }
  }

  @Override
  public void remember(FileStamp stamp, String sha256) {
    if (System.currentTimeMillis() * 1_000_000L - stamp.mtimeNanos() < SETTLED_NANOS) {
      return;
    }
    Entry entry = new Entry(stamp.path(), stamp.facts() + "|" + sha256);
    List<Entry> full = List.of();
    synchronized (this) {
      fresh.add(entry);
      if (fresh.size() == BATCH) {
        full = rest();
      }
    }
    Store cache = full.isEmpty() ? null : opened();
    if (cache != null) {
      write(full, cache);
    }
  }

  private static void write(List<Entry> entries, Store cache) {
    try (WriteBatch batch = new WriteBatch()) {
      for (Entry entry : entries) {
        batch.put(
            entry.path().getBytes(StandardCharsets.UTF_8),
            entry.value().getBytes(StandardCharsets.UTF_8));
      }
      cache.db().write(cache.writes(), batch);
    } catch (RocksDBException e) {
      // the next ingest reads the files again
    }
  }

  /** Writes what was remembered; no thread may use the cache any more. */
  @Override
  public void close() {
    Store cache = opened();
    if (cache == null) {
      return;
    }
    try (cache) {
      write(rest(), cache);
    }
  }

  private synchronized List<Entry> rest() {
    List<Entry> rest = fresh;
    fresh = new ArrayList<>();
    return rest;
  }
}
