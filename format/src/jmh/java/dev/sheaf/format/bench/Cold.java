package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads of 1,000 random samples with a cold page cache: {@code Cold FORMAT all|text|image}, in a
 * process of its own. Drops the page cache of the machine, so it needs to run as root; the bytes
 * are those of {@code read_bytes} in {@code /proc/self/io}, which the kernel counts where it asks
 * the disk.
 */
public final class Cold {
  private static final int READS = 1_000;

  private Cold() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    Format format = Format.valueOf(args[0].toUpperCase(Locale.ROOT));
    String what = args[1];
    BenchData.Shape shape = BenchData.Shape.WIDE;
    Target target = new Target();
    // Loads classes and native libraries, and compiles a little.
    try (Store store = format.open(shape)) {
      for (int i = 0; i < 200; i++) {
        store.readAll(i, target);
        store.readText(i, target);
        store.readImage(i, target);
      }
    }
    dropCaches();
    long before = bytesRead();
    long start = System.nanoTime();
    try (Store store = format.open(shape)) {
      long opened = System.nanoTime();
      long openBytes = bytesRead() - before;
      long cells = 0;
      for (int i = 0; i < READS; i++) {
        long index =
            Math.multiplyHigh(BenchData.mix(i + 1_000_000L) >>> 1, (long) shape.samples() << 1);
        target.clear();
        switch (what) {
          case "all" -> store.readAll(index, target);
          case "text" -> store.readText(index, target);
          case "image" -> store.readImage(index, target);
          default -> throw new IllegalArgumentException(what);
        }
        cells +=
            switch (what) {
              case "all" -> target.length();
              case "text" -> target.captionLength + target.embeddingLength;
              default -> target.imageLength;
            };
      }
      double millis = (System.nanoTime() - opened) / 1e6;
      long bytes = bytesRead() - before;
      Sizes.print(
          "%s %s: open %.1f ms and %d bytes; %d reads %.1f ms, %d bytes of cells, %d bytes from"
              + " disk, amplification %.3f",
          format,
          what,
          (opened - start) / 1e6,
          openBytes,
          READS,
          millis,
          cells,
          bytes,
          bytes / (double) cells);
    }
  }

  private static void dropCaches() throws IOException {
    // What is dirty cannot be dropped.
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3\n");
  }

  private static long bytesRead() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/io"));
    for (String line : lines) {
      if (line.startsWith("read_bytes: ")) {
        return Long.parseLong(line.substring("read_bytes: ".length()));
      }
    }
    throw new IOException("no read_bytes in /proc/self/io");
  }
}
