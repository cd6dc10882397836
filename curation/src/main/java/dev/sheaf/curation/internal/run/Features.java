package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Computes the features of the samples that reached a step, on several threads, except for those
 * that the store has. When it fails half-way, what was computed is kept.
 */
final class Features {
  private static final int TOGETHER = 64;

  private final Version version;
  private final Step step;
  private final Path folder;
  private final int threads;
  private final Progress progress;
  private final AtomicLong computed = new AtomicLong();

  Features(Version version, Step step, Path folder, int threads, Progress progress) {
    this.version = version;
    this.step = step;
    this.folder = folder;
    this.threads = threads;
    this.progress = progress;
  }

  /** Returns how many features were not in the store. */
  long computed() {
    return computed.get();
  }

  /** Returns a feature for each of the samples with these indices. */
  Feature[] of(long[] indices, String phase) {
    Feature[] features = new Feature[indices.length];
    String name = InputDigest.ofText(step.featureCode()) + ".features";
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try (FeatureStore store = FeatureStore.open(folder, name)) {
      List<Future<?>> running = new ArrayList<>();
      for (int from = 0; from < indices.length; from += TOGETHER) {
        int start = from;
        int end = Math.min(indices.length, from + TOGETHER);
        running.add(workers.submit(() -> compute(indices, start, end, store, features)));
      }
      for (int i = 0; i < running.size(); i++) {
        await(running.get(i));
        progress.at(phase, Math.min(indices.length, (i + 1L) * TOGETHER), indices.length);
      }
      return features;
    } finally {
      stop(workers);
    }
  }

  private void compute(long[] indices, int from, int to, FeatureStore store, Feature[] features) {
    List<Sample> samples = version.take(Arrays.copyOfRange(indices, from, to));
    List<Sample> missing = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    List<ByteBuffer> keys = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      ByteBuffer key = InputDigest.of(samples.get(i), step.inputs());
      features[from + i] = store.get(key);
      if (features[from + i] == null) {
        missing.add(samples.get(i));
        rows.add(from + i);
        keys.add(key);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    List<Feature> fresh = step.features(missing);
    for (int i = 0; i < fresh.size(); i++) {
      features[rows.get(i)] = fresh.get(i);
      store.put(keys.get(i), fresh.get(i));
    }
    computed.addAndGet(fresh.size());
  }

  private static void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while features were computed", e);
    }
  }

  /** What runs is let finish, so that its features are kept; what waits is dropped. */
  private static void stop(ExecutorService workers) {
    workers.shutdown();
    workers.shutdownNow();
    try {
      while (!workers.awaitTermination(1, TimeUnit.SECONDS)) {
        // a batch is still at work
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
