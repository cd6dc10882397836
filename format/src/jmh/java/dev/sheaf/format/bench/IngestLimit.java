package dev.sheaf.format.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * What the format asks of every byte of a payload, in plain Java and nothing else, on two threads:
 * one reads each file and computes its SHA-256; the other computes its CRC-32C and the SHA-256 of
 * all and writes them to one file, which a third syncs every 32 MB and at its end.
 */
final class IngestLimit {
  private static final byte[] END = {};
  private static final long SYNC_BYTES = 32 << 20;

  private IngestLimit() {}

  /** Reads files and writes them to one, which is removed again. */
  static void run(List<Path> files, Path out) throws Exception {
    BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(64);
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> written =
          writer.submit(
              () -> {
                write(queue, out);
                return null;
              });
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        byte[] bytes = read(file);
        digest.digest(bytes);
        queue.put(bytes);
      }
      queue.put(END);
      written.get();
    } finally {
      writer.shutdownNow();
      Files.deleteIfExists(out);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = new byte[(int) Files.size(file)];
      in.readNBytes(bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static void write(BlockingQueue<byte[]> queue, Path out) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    ExecutorService syncer = Executors.newSingleThreadExecutor();
    Future<?> sync = syncer.submit(() -> null);
    long synced = 0;
    try (FileChannel file =
        FileChannel.open(out, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (byte[] bytes = queue.take(); bytes != END; bytes = queue.take()) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        digest.update(bytes);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          file.write(rest);
        }
        if (file.position() - synced > SYNC_BYTES && sync.isDone()) {
          synced = file.position();
          sync =
              syncer.submit(
                  () -> {
                    file.force(false);
                    return null;
                  });
        }
      }
      sync.get();
      file.force(true);
    } finally {
      syncer.shutdown();
    }
    digest.digest();
  }
}
