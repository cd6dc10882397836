package dev.sheaf.format.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.sheaf.format.ingest.Ingest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Ingest with two threads, beside what is done to the same bytes without a dataset.
 *
 * <ul>
 *   <li>{@code IngestSpeed FOLDER [ROUNDS]}: JPEGs or MP4s, beside reading and hashing them on one
 *       thread, and beside {@link IngestLimit}. The folder's files are copied, each copy with other
 *       bytes at its end, until there are 400 MB.
 *   <li>{@code IngestSpeed SHARD.tar [ROUNDS]}: a WebDataset shard, beside {@code tar -xf} to a
 *       folder, with and without a {@code sync} of what it wrote, and beside reading and hashing
 *       the shard.
 * </ul>
 *
 * <p>By turns, on one disk, which has nothing to write when either begins. Medians are of the first
 * four rounds, in which the JVM compiles, and of the others.
 */
public final class IngestSpeed {
  private static final long BYTES = 400L << 20;
  private static final int ROUNDS = 12;
  private static final int FIRST = 4;

  private IngestSpeed() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path given = Path.of(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    if (Files.isRegularFile(given)) {
      shard(given, rounds);
    } else {
      folder(given, rounds);
    }
  }

  private static void folder(Path from, int rounds) throws Exception {
    Path folder = Format.home().resolve("copies-of-" + from.getFileName());
    if (!Files.exists(folder)) {
      copy(from, folder);
    }
    double bytes = TextStore.bytesBelow(folder) / 1e6;
    List<double[]> speeds = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path out = Format.home().resolve("limit");
      double hash = bytes / seconds(() -> hash(folder));
      double before = coreMilliseconds();
      double ingest = bytes / ingest(folder, round);
      double cores = coreMilliseconds() - before;
      double[] speed = {hash, ingest, bytes / limit(folder, out), cores};
      folder("round " + round, speed);
      speeds.add(speed);
    }
    Sizes.print("%.0f MB", bytes);
    medians(speeds, IngestSpeed::folder);
  }

  private static void folder(String what, double[] speeds) {
    Sizes.print(
        "%s: read and SHA-256 on one thread %.0f MB/s, ingest %.0f: %.2f, in %.0f core ms; the least"
            + " work %.0f: %.2f",
        what,
        speeds[0],
        speeds[1],
        speeds[1] / speeds[0],
        speeds[3],
        speeds[2],
        speeds[2] / speeds[0]);
  }

  private static void medians(List<double[]> speeds, BiConsumer<String, double[]> report) {
    int first = Math.min(FIRST, speeds.size());
    report.accept("median of the first " + first, median(speeds.subList(0, first)));
    if (first < speeds.size()) {
      report.accept("median of the others", median(speeds.subList(first, speeds.size())));
    }
  }

  private static double[] median(List<double[]> speeds) {
    double[] medians = new double[speeds.get(0).length];
    for (int i = 0; i < medians.length; i++) {
      int column = i;
      double[] sorted = speeds.stream().mapToDouble(speed -> speed[column]).sorted().toArray();
      medians[i] = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
    return medians;
  }

  private static void shard(Path shard, int rounds) throws Exception {
    double bytes = Files.size(shard) / 1e6;
    List<double[]> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Path folder = Files.createDirectories(Format.home().resolve("unpacked"));
      call("sync", "-f", folder.toString());
      String[] tar = {"tar", "-xf", shard.toString(), "-C", folder.toString()};
      double unpack = seconds(() -> call(tar));
      double sync = seconds(() -> call("sync", "-f", folder.toString()));
      delete(folder);
      double[] speeds = {
        bytes / unpack,
        bytes / (unpack + sync),
        bytes / seconds(() -> hash(shard)),
        bytes / ingest(shard, round)
      };
      shard("round " + round, speeds);
      all.add(speeds);
    }
    medians(all, IngestSpeed::shard);
  }

  private static void shard(String what, double[] speeds) {
    Sizes.print(
        "%s: tar -xf %.0f MB/s, with sync %.0f, read and SHA-256 %.0f, ingest %.0f: %.2f of tar,"
            + " %.2f of tar with sync",
        what,
        speeds[0],
        speeds[1],
        speeds[2],
        speeds[3],
        speeds[3] / speeds[0],
        speeds[3] / speeds[1]);
  }

  /**
   * Returns what this process has used of all cores; other work on the machine changes it little.
   */
  private static double coreMilliseconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e6;
  }

  private static double ingest(Path source, int round) throws Exception {
    call("sync", "-f", Format.home().toString());
    Path dataset = Format.home().resolve("ingest-" + round + ".sheaf");
    double seconds = seconds(() -> Ingest.from(source).into(dataset).threads(2).run());
    delete(dataset);
    return seconds;
  }

  private static double limit(Path folder, Path out) throws Exception {
    call("sync", "-f", Format.home().toString());
    return seconds(() -> IngestLimit.run(files(folder), out));
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

  private static void call(String... command) throws Exception {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + code);
    }
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
        byte[] end = end(file, copy);
        byte[] all = java.util.Arrays.copyOf(content, content.length + end.length);
        System.arraycopy(end, 0, all, content.length, end.length);
        Files.write(folder.resolve(file.getFileName()), all);
        bytes += all.length;
      }
    }
  }

  /** Returns what may stand behind a file of that kind: for an MP4 a box that is free. */
  private static byte[] end(Path file, int copy) {
    byte[] text = ("copy " + copy).getBytes(StandardCharsets.US_ASCII);
    if (!file.toString().endsWith(".mp4")) {
      return text;
    }
    byte[] free = "free".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + text.length).putInt(8 + text.length).put(free).put(text).array();
  }

  private static void hash(Path source) throws IOException, NoSuchAlgorithmException {
    byte[] buffer = new byte[1 << 20];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path file : files(source)) {
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
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
