package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.PutFlags;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/** LMDB with one value per sample, keys as native integers, one read transaction kept open. */
final class LmdbStore implements Store {
  private static final int KEY_BYTES = 8;
  private static final int COMMIT_EVERY = 200_000;

  private final Env<ByteBuffer> env;
  private final Dbi<ByteBuffer> dbi;
  private final Txn<ByteBuffer> txn;
  private final ByteBuffer key =
      ByteBuffer.allocateDirect(KEY_BYTES).order(ByteOrder.nativeOrder());

  private LmdbStore(Path path) {
    env =
        Env.create()
            .setMapSize(8L << 30)
            .open(path.toFile(), EnvFlags.MDB_RDONLY_ENV, EnvFlags.MDB_NORDAHEAD);
    dbi = env.openDbi((String) null, DbiFlags.MDB_INTEGERKEY);
    txn = env.txnRead();
  }

  static LmdbStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve("lmdb");
    if (!Files.exists(path)) {
      Path part = folder.resolve("lmdb.part");
      Files.createDirectories(part);
      write(part, shape);
      Files.move(part, path);
    }
    return new LmdbStore(path);
  }

  private static void write(Path path, BenchData.Shape shape) {
    ByteBuffer key = ByteBuffer.allocateDirect(KEY_BYTES).order(ByteOrder.nativeOrder());
    ByteBuffer value = ByteBuffer.allocateDirect(Target.CAPACITY);
    Target sample = new Target();
    try (Env<ByteBuffer> env =
        Env.create().setMapSize(8L << 30).open(path.toFile(), EnvFlags.MDB_NOSYNC)) {
      Dbi<ByteBuffer> dbi =
          env.openDbi((String) null, DbiFlags.MDB_CREATE, DbiFlags.MDB_INTEGERKEY);
      for (long first = 0; first < shape.samples(); first += COMMIT_EVERY) {
        try (Txn<ByteBuffer> txn = env.txnWrite()) {
          long end = Math.min(shape.samples(), first + COMMIT_EVERY);
          for (long i = first; i < end; i++) {
            BenchData.fill(shape, i, sample);
            key.clear();
            key.putLong(0, i);
            value.clear();
            value.put(Records.encode(sample)).flip();
            dbi.put(txn, key, value, PutFlags.MDB_APPEND);
          }
          txn.commit();
        }
      }
      env.sync(true);
    }
  }

  private ByteBuffer value(long index) {
    key.putLong(0, index);
    return dbi.get(txn, key).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void readAll(long index, Target target) {
    ByteBuffer value = value(index);
    value.get(0, target.bytes, 0, value.remaining());
    Records.all(target);
  }

  @Override
  public void readText(long index, Target target) {
    ByteBuffer value = value(index);
    value.get(0, target.bytes, 0, Records.textLength(value, 0));
    Records.text(target);
  }

  @Override
  public void readImage(long index, Target target) {
    ByteBuffer value = value(index);
    target.imageLength = value.getInt(8);
    value.get(Records.textLength(value, 0), target.bytes, 0, target.imageLength);
  }

  @Override
  public long take(long[] indices, Target target) {
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
    try (Cursor<ByteBuffer> cursor = dbi.openCursor(txn)) {
      for (boolean more = cursor.seek(SeekOp.MDB_FIRST); more; more = cursor.next()) {
        ByteBuffer value = cursor.val();
        value.get(0, target.bytes, 0, value.remaining());
        Records.all(target);
        bytes += target.length();
      }
    }
    return bytes;
  }

  @Override
  public long view(long index, boolean all) {
    ByteBuffer value = value(index);
    int caption = value.getInt(0);
    long seen =
        value.get(Records.HEADER) + value.get(Records.HEADER + caption + value.getInt(4) - 1);
    return all ? seen + value.getLong(12) + value.get(value.limit() - 1) : seen;
  }

  @Override
  public void close() {
    txn.close();
    env.close();
  }
}
