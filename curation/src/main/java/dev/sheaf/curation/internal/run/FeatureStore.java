package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.step.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The features of one step by the digest of what they were computed from, in a file of the
 * dataset's {@code local/} folder. Safe for use by several threads.
 *
 * <p>The file is a sequence of records that is only appended to, so an interrupted run loses the
 * record in flight at most: at opening, everything from the first record on that is cut short or
 * whose checksum does not hold is cut off. A store that another process holds is read and not
 * written. Deleting the file costs a recomputation and nothing else.
 *
 * <pre>
 * record = key[16] kind[1] length[4] payload[length] crc32c[4]     numbers big-endian
 * kind   = 0 feature, 1 failure as UTF-8
 * </pre>
 */
final class FeatureStore implements AutoCloseable {
  private static final int HEAD = InputDigest.BYTES + 1 + Integer.BYTES;
  private static final int MOST = 1 << 28;

  private final FileChannel file;
  private final boolean writable;
  private final Map<ByteBuffer, Long> places = new HashMap<>();
  private long end;

  private FeatureStore(FileChannel file, boolean writable) {
    this.file = file;
    this.writable = writable;
  }

  /** Opens or makes the store of a step. */
  static FeatureStore open(Path folder, String name) {
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve(name),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FeatureStore store = new FeatureStore(file, lock(file));
      store.index();
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lock ends with the channel. */
  private static boolean lock(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another run of this process has it
    }
  }

  private void index() throws IOException {
    long size = file.size();
    while (size - end >= HEAD + Integer.BYTES) {
      ByteBuffer head = read(end, HEAD);
      byte[] key = new byte[InputDigest.BYTES];
      head.get(key);
      int kind = head.get();
      int length = head.getInt();
      boolean fits =
          length >= 0
              && length <= MOST
              && length <= size - end - HEAD - Integer.BYTES
              && kind >> 1 == 0;
      if (!fits || !isWhole(end, length)) {
        break;
      }
      places.put(ByteBuffer.wrap(key), end);
      end += HEAD + length + Integer.BYTES;
    }
    if (writable && end < size) {
      file.truncate(end);
    }
  }

  private boolean isWhole(long place, int length) throws IOException {
    ByteBuffer record = read(place, HEAD + length + Integer.BYTES);
    int stored = record.getInt(HEAD + length);
    record.limit(HEAD + length);
    return crc(record) == stored;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  private ByteBuffer read(long place, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, place + bytes.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  /** Returns a feature, or null if there is none. */
  synchronized Feature get(ByteBuffer key) {
    Long place = places.get(key);
    if (place == null) {
      return null;
    }
    try {
      ByteBuffer head = read(place, HEAD);
      int kind = head.get(InputDigest.BYTES);
      byte[] payload = new byte[head.getInt(InputDigest.BYTES + 1)];
      read(place + HEAD, payload.length).get(payload);
      return kind == 0
          ? Feature.of(payload)
          : Feature.failed(new String(payload, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a feature. */
  synchronized void put(ByteBuffer key, Feature feature) {
    if (!writable || places.containsKey(key)) {
      return;
    }
    byte[] payload =
        feature.isFailed() ? feature.failure().getBytes(StandardCharsets.UTF_8) : feature.bytes();
    ByteBuffer record = ByteBuffer.allocate(HEAD + payload.length + Integer.BYTES);
    record.put(key.duplicate()).put((byte) (feature.isFailed() ? 1 : 0));
    record.putInt(payload.length).put(payload);
    record.putInt(crc(record.duplicate().flip())).flip();
    try {
      long place = end;
      while (record.hasRemaining()) {
        end += file.write(record, end);
      }
      byte[] own = new byte[InputDigest.BYTES];
      key.duplicate().get(own);
      places.put(ByteBuffer.wrap(own), place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
