package dev.sheaf.format.ingest;

import dev.sheaf.format.internal.io.RocksLibrary;
import dev.sheaf.format.internal.source.FileStamp;
import dev.sheaf.format.internal.source.KnownHashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The hashes of files by path, valid as long as size, modification time and inode are the same. A
 * RocksDB in {@code local/}: when it is damaged or another process has it, the ingest does without
 * and reads the files.
 */
final class StatCache implements KnownHashes, AutoCloseable {
  /** A file that was changed this recently may change again without a new modification time. */
  private static final long SETTLED_NANOS = 2_000_000_000L;

  private final Options options;
  private final WriteOptions writes;
  private final RocksDB db;

  private StatCache(Options options, WriteOptions writes, RocksDB db) {
    this.options = options;
    this.writes = writes;
    this.db = db;
  }

  /** Opens the cache of a dataset, or returns empty if that is not possible. */
  static Optional<StatCache> open(Path dataset) {
    try {
      Path folder = dataset.resolve("local").resolve("cache");
      Files.createDirectories(folder);
      RocksLibrary.load();
      Options options = new Options().setCreateIfMissing(true).setKeepLogFileNum(1);
      options.setInfoLogLevel(org.rocksdb.InfoLogLevel.FATAL_LEVEL);
      try {
        RocksDB db = RocksDB.open(options, folder.toString());
        return Optional.of(new StatCache(options, new WriteOptions().setDisableWAL(true), db));
      } catch (RocksDBException e) {
        options.close();
        return Optional.empty();
      }
    } catch (IOException | LinkageError | RuntimeException e) {
      return Optional.empty(); // a cache is a help, never a need
    }
  }

  @Override
  public Optional<String> sha256(FileStamp stamp) {
    try {
      byte[] value = db.get(stamp.path().getBytes(StandardCharsets.UTF_8));
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
    try {
      db.put(
          writes,
          stamp.path().getBytes(StandardCharsets.UTF_8),
          (stamp.facts() + "|" + sha256).getBytes(StandardCharsets.UTF_8));
    } catch (RocksDBException e) {
      // the next ingest reads the file again
    }
  }

  @Override
  public void close() {
    try (db;
        writes;
        options;
        org.rocksdb.FlushOptions flush = new org.rocksdb.FlushOptions()) {
      db.flush(flush);
    } catch (RocksDBException e) {
      // what was not written is read again
    }
  }
}
