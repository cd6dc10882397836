package dev.sheaf.query.bench;

import dev.sheaf.query.tensor.Backend;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@link VectorSearch} and {@link MemoryRead} by turns in one process: on a machine that others use
 * as well, only runs of the same seconds compare. {@code Interleaved [ROUNDS [THREADS]]}
 */
public final class Interleaved {
  private static final int WARMUP = 8;

  private Interleaved() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length == 0 ? 25 : Integer.parseInt(args[0]);
    int from = args.length < 2 ? 1 : Integer.parseInt(args[1]);
    int to = args.length < 2 ? 2 : from;
    PrintStream out = System.out;
    for (int threads = from; threads <= to; threads++) {
      MemoryRead heap = memory("heap", threads);
      MemoryRead mapped = memory("mapped", threads);
      Map<String, Callable<?>> tasks = new LinkedHashMap<>();
      tasks.put("memory, heap", heap::sum);
      tasks.put("memory, mapped", mapped::sum);
      List<VectorSearch> searches = new ArrayList<>();
      for (String metric : List.of("l2_distance", "cosine_distance", "inner_product")) {
        VectorSearch search = new VectorSearch();
        search.metric = metric;
        search.threads = threads;
        search.open();
        searches.add(search);
        tasks.put(metric, search::nearest);
      }
      Map<String, List<Double>> times = times(tasks, rounds);
      double limit = Collections.min(times.get("memory, heap"));
      double middle = median(times.get("memory, heap"));
      for (Map.Entry<String, List<Double>> entry : times.entrySet()) {
        double best = Collections.min(entry.getValue());
        double median = median(entry.getValue());
        out.printf(
            Locale.ROOT,
            "%d threads, %-16s least %7.1f ms (%4.1f GB/s, %3.0f %% of memory), median %7.1f ms"
                + " (%3.0f %%)%n",
            threads,
            entry.getKey(),
            best,
            4e-6 * QueryData.VECTORS * QueryData.DIMENSIONS / best,
            100 * limit / best,
            median,
            100 * middle / median);
      }
      out.println("kernels of the search: " + Backend.best());
      heap.close();
      mapped.close();
      searches.forEach(VectorSearch::close);
    }
  }

  private static MemoryRead memory(String where, int threads) throws Exception {
    MemoryRead memory = new MemoryRead();
    memory.memory = where;
    memory.threads = threads;
    memory.load();
    return memory;
  }

  private static Map<String, List<Double>> times(Map<String, Callable<?>> tasks, int rounds)
      throws Exception {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int round = -WARMUP; round < rounds; round++) {
      for (Map.Entry<String, Callable<?>> task : tasks.entrySet()) {
        long start = System.nanoTime();
        task.getValue().call();
        if (round >= 0) {
          double millis = (System.nanoTime() - start) / 1e6;
          times.computeIfAbsent(task.getKey(), key -> new ArrayList<>()).add(millis);
        }
      }
    }
    return times;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
