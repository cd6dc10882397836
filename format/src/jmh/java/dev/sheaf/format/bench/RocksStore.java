package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/**
 * RocksDB with one value per sample, uncompressed, compacted, files mapped, and a Bloom filter. No
 * blob files: {@code get} of a read-only database does not find their values.
 */
final class RocksStore implements Store {
  private static final int KEY_BYTES = 8;

  static {
    RocksDB.loadLibrary();
  }

  private final Options options;
  private final ReadOptions reading = new ReadOptions().setVerifyChecksums(false);
  private final RocksDB db;
  private final byte[] key = new byte[KEY_BYTES];
  private final ByteBuffer keyView = ByteBuffer.wrap(key);
  private final byte[] start = new byte[Records.TEXT_BYTES];

  private RocksStore(Path path) throws IOException {
    options = options();
    try {
      db = RocksDB.openReadOnly(options, path.toString());
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  private static Options options() {
    BlockBasedTableConfig table = new BlockBasedTableConfig();
    table.setFilterPolicy(new BloomFilter(10)).setBlockCache(new LRUCache(256L << 20));
    return new Options()
        .setCreateIfMissing(true)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setAllowMmapReads(true)
        .setTableFormatConfig(table);
  }

  static RocksStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve("rocksdb");
    if (!Files.exists(path)) {
      Path part = folder.resolve("rocksdb.part");
      try {
        write(part, shape);
      } catch (RocksDBException e) {
        throw new IOException(e);
      }
      Files.move(part, path);
    }
    return new RocksStore(path);
  }

  private static void write(Path path, BenchData.Shape shape) throws RocksDBException {
    Target sample = new Target();
    ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
    try (Options options = options();
        WriteOptions writing = new WriteOptions().setDisableWAL(true);
        RocksDB db = RocksDB.open(options, path.toString())) {
      for (long i = 0; i < shape.samples(); i++) {
        BenchData.fill(shape, i, sample);
        db.put(writing, key.putLong(0, i).array(), Records.encode(sample));
      }
      db.compactRange();
    }
  }

  private void read(long index, byte[] target) throws IOException {
    keyView.putLong(0, index);
    try {
      db.get(reading, key, target);
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    read(index, target.bytes);
    Records.all(target);
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    // A shorter array takes the beginning of the value only.
    read(index, start);
    System.arraycopy(start, 0, target.bytes, 0, start.length);
    Records.text(target);
  }

  @Override
  public void readImage(long index, Target target) throws IOException {
    readAll(index, target);
  }

  @Override
  public long take(long[] indices, Target target) throws IOException {
    long bytes = 0;
    for (long index : indices) {
      readAll(index, target);
      bytes += target.length();
    }
    return bytes;
  }

  @Override
  public long scan(Target target) {
    long bytes = 0;
    ByteBuffer direct = ByteBuffer.allocateDirect(Target.CAPACITY);
    try (RocksIterator iterator = db.newIterator(reading)) {
      for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
        direct.clear();
        iterator.value(direct);
        direct.get(0, target.bytes, 0, direct.limit());
        Records.all(target);
        bytes += target.length();
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    db.close();
    reading.close();
    options.close();
  }
}
