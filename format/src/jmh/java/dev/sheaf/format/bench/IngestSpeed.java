package dev.sheaf.format.bench;

import dev.sheaf.format.ingest.Ingest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ingest of a folder of JPEGs with two threads, beside reading and hashing the same files on one:
 * {@code IngestSpeed FOLDER}. The folder's files are copied, each copy with other bytes at its end,
 * until there are 400 MB.
 */
public final class IngestSpeed {
  private static final long BYTES = 400L << 20;
  private static final int ROUNDS = 4;

  private IngestSpeed() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path folder = Format.home().resolve("jpegs");
    if (!Files.exists(folder)) {
      copy(Path.of(args[0]), folder);
    }
    long bytes = TextStore.bytesBelow(folder);
    double bestHash = 0;
    double bestIngest = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double hash = bytes / 1e6 / seconds(() -> hash(folder));
      Path dataset = Format.home().resolve("ingest-" + round + ".sheaf");
      double ingest =
          bytes / 1e6 / seconds(() -> Ingest.from(folder).into(dataset).threads(2).run());
      delete(dataset);
      Sizes.print(
          "round %d: read and SHA-256 on one thread %.0f MB/s, ingest %.0f MB/s: %.2f",
          round, hash, ingest, ingest / hash);
      bestHash = Math.max(bestHash, hash);
      bestIngest = Math.max(bestIngest, ingest);
    }
    Sizes.print(
        "%d bytes; best: hash %.0f MB/s, ingest %.0f MB/s: %.2f",
        bytes, bestHash, bestIngest, bestIngest / bestHash);
  }

  /** Something that may fail. */
  private interface Task {
    void run() throws Exception;
  }

  private static double seconds(Task task) throws Exception {
    long start = System.nanoTime();
    task.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files = files(from);
    long bytes = 0;
    for (int copy = 0; bytes < BYTES; copy++) {
      Path folder = Files.createDirectories(to.resolve("copy" + copy));
      for (Path file : files) {
        byte[] content = Files.readAllBytes(file);
        byte[] end = ("copy " + copy).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(content, content.length + end.length);
        System.arraycopy(end, 0, all, content.length, end.length);
        Files.write(folder.resolve(file.getFileName()), all);
        bytes += all.length;
      }
    }
  }

  private static void hash(Path folder) throws IOException, NoSuchAlgorithmException {
    byte[] buffer = new byte[1 << 20];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path file : files(folder)) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      }
      digest.digest();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
