package dev.sheaf.format.bench.media;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.media.ImageDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads all images of a folder from a dataset, decoded and resized to 224 x 224, with two threads:
 * {@code media.ImageReads FOLDER}. The peers in Python are in {@code python/benchmarks/images.py}.
 */
public final class ImageReads {
  private static final int SIDE = 224;
  private static final int THREADS = 2;
  private static final int PASSES = 6;

  private ImageReads() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path path = Files.createTempDirectory("images").resolve("images.sheaf");
    Ingest.from(Path.of(args[0])).into(path).run();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Dataset dataset = Dataset.open(path)) {
      Version version = dataset.at("main");
      double best = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        pass(version, threads);
        double speed = version.size() / ((System.nanoTime() - start) / 1e9);
        System.out.printf("pass %d: %.0f samples/s%n", pass, speed);
        best = pass == 0 ? 0 : Math.max(best, speed);
      }
      System.out.printf("%d images, best %.0f samples/s%n", version.size(), best);
    } finally {
      threads.shutdown();
    }
  }

  private static void pass(Version version, ExecutorService threads) throws Exception {
    ImageDecoder decoder = ImageDecoder.create().size(SIDE, SIDE);
    AtomicLong next = new AtomicLong();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      running.add(
          threads.submit(
              () -> {
                for (long at = next.getAndIncrement();
                    at < version.size();
                    at = next.getAndIncrement()) {
                  decoder.decode(version.sample(at).media("image"));
                }
              }));
    }
    for (Future<?> one : running) {
      one.get();
    }
  }
}
