package dev.sheaf.format.replay;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A fixed list of steps, each of them one atomic change, and what a dataset holds after each. Some
 * small commits may stand before them, so that a step meets many packs.
 */
final class ReplayScript {
  /** Makes the dataset, with the small commits. */
  static final int CREATE = 1;

  private static final String MAIN = "main";
  private static final String SIDE = "side";
  private static final int DIMENSIONS = 512;

  /** Values are a function of key and revision, and few, so they are made once. */
  private static final Map<String, Map<String, Object>> CELLS =
      new java.util.concurrent.ConcurrentHashMap<>();

  private final int small;

  /**
   * Makes a script.
   *
   * @param small the number of small commits that belong to the first step
   */
  ReplayScript(int small) {
    this.small = small;
  }

  /** What a dataset holds: the default branch and the samples of each branch. */
  record State(String defaultBranch, Map<String, List<Item>> branches) {}

  /** A sample; its key and revision say what its cells are. */
  record Item(String key, int revision) {}

  /** Does a step; the dataset must be as the step before left it. */
  void run(int step, Path path) {
    if (step == CREATE) {
      try (Dataset dataset = Dataset.create(path)) {
        for (int i = 0; i < small; i++) {
          append(dataset, MAIN, smallKeys(i, i + 1));
        }
      }
      return;
    }
    try (Dataset dataset = Dataset.open(path)) {
      switch (step) {
        case 2 -> append(dataset, MAIN, keys("a", 8));
        case 3 -> {
          try (Transaction transaction = dataset.begin(MAIN)) {
            columns(transaction);
            update(transaction, "a-1", 1);
            update(transaction, "a-6", 1);
            keys("b", 3).forEach(key -> transaction.append(row(key, 0)));
            commit(transaction, "update and append");
          }
        }
        case 4 -> {
          try (Transaction transaction = dataset.begin(MAIN)) {
            transaction.delete(id(transaction.base(), "a-2"));
            transaction.delete(id(transaction.base(), "b-0"));
            commit(transaction, "delete");
          }
        }
        case 5 -> {
          try (Transaction transaction = dataset.begin(MAIN)) {
            long last = transaction.base().size() - 1;
            transaction.reorder(LongStream.rangeClosed(0, last).map(i -> last - i).toArray());
            commit(transaction, "reorder");
          }
        }
        case 6 -> dataset.createBranch(SIDE, MAIN);
        case 7 -> append(dataset, SIDE, keys("c", 2));
        case 8 -> dataset.setDefaultBranch(SIDE);
        case 9 -> append(dataset, MAIN, keys("d", 40));
        case 10 -> dataset.setDefaultBranch(MAIN);
        default -> throw new IllegalArgumentException("no step " + step);
      }
    }
  }

  /** Returns what a dataset holds after a step. */
  State after(int step) {
    List<Item> main = new ArrayList<>();
    smallKeys(0, small).forEach(key -> main.add(new Item(key, 0)));
    Map<String, List<Item>> branches = new TreeMap<>();
    String defaultBranch = step == 8 || step == 9 ? SIDE : MAIN;
    if (step >= 2) {
      keys("a", 8).forEach(key -> main.add(new Item(key, 0)));
    }
    if (step >= 3) {
      main.replaceAll(
          item ->
              item.key().equals("a-1") || item.key().equals("a-6")
                  ? new Item(item.key(), 1)
                  : item);
      keys("b", 3).forEach(key -> main.add(new Item(key, 0)));
    }
    if (step >= 4) {
      main.removeIf(item -> item.key().equals("a-2") || item.key().equals("b-0"));
    }
    if (step >= 5) {
      java.util.Collections.reverse(main);
    }
    if (step >= 6) {
      List<Item> side = new ArrayList<>(main);
      if (step >= 7) {
        keys("c", 2).forEach(key -> side.add(new Item(key, 0)));
      }
      branches.put(SIDE, side);
    }
    if (step >= 9) {
      keys("d", 40).forEach(key -> main.add(new Item(key, 0)));
    }
    branches.put(MAIN, main);
    return new State(defaultBranch, branches);
  }

  private static List<String> keys(String prefix, int count) {
    return LongStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
  }

  private static List<String> smallKeys(int from, int to) {
    return LongStream.range(from, to).mapToObj(i -> "small-" + i).toList();
  }

  /** Appends samples in one commit. */
  static void append(Dataset dataset, String branch, List<String> keys) {
    try (Transaction transaction = dataset.begin(branch)) {
      columns(transaction);
      keys.forEach(key -> transaction.append(row(key, 0)));
      commit(transaction, "append");
    }
  }

  private static void commit(Transaction transaction, String message) {
    Version version = transaction.commit(message);
    if (version.commit().id().equals(transaction.base().commit().id())) {
      throw new AssertionError(message + " changed nothing");
    }
  }

  private static void columns(Transaction transaction) {
    if (!transaction.base().schema().contains("text")) {
      transaction.addColumn(Column.of("text", Type.UTF8));
      transaction.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      transaction.addColumn(Column.of("vector", Type.tensor(DType.FLOAT32, DIMENSIONS)));
      transaction.addColumn(Column.of("revision", Type.scalar(DType.INT64)));
    }
  }

  private static void update(Transaction transaction, String key, int revision) {
    transaction.update(id(transaction.base(), key), cells(key, revision));
  }

  private static SampleId id(Version version, String key) {
    return version.find(key).orElseThrow().id();
  }

  private static Row row(String key, int revision) {
    Row row = Row.of().key(key);
    cells(key, revision).forEach(row::set);
    return row;
  }

  private static Map<String, Object> cells(String key, int revision) {
    return CELLS.computeIfAbsent(key + " " + revision, name -> newCells(key, revision));
  }

  private static Map<String, Object> newCells(String key, int revision) {
    boolean narrow = key.startsWith("small") || key.startsWith("d-");
    Randomness random = new Randomness(key.hashCode() * 31L + revision);
    float[] vector = new float[DIMENSIONS];
    vector[0] = revision;
    vector[DIMENSIONS - 1] = key.hashCode();
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("text", (key + " ").repeat(narrow ? 1 : random.oneOf(1, 5, 400)));
    cells.put(
        "image",
        narrow
            ? null
            : Media.of(MediaKind.IMAGE, random.bytes(random.between(2_000, 9_000)), Map.of()));
    cells.put("vector", narrow ? null : Tensor.ofFloats(vector));
    cells.put("revision", (long) revision);
    return cells;
  }

  /** Returns how a dataset differs from a state, or the empty string. */
  static String difference(Dataset dataset, State state) {
    if (!dataset.defaultBranch().equals(state.defaultBranch)) {
      return "the default branch is " + dataset.defaultBranch();
    }
    if (!dataset.branches().equals(List.copyOf(state.branches.keySet()))) {
      return "the branches are " + dataset.branches();
    }
    for (Map.Entry<String, List<Item>> branch : state.branches.entrySet()) {
      Version version = dataset.at(branch.getKey());
      List<Item> items = branch.getValue();
      List<Sample> samples = version.take(LongStream.range(0, version.size()).toArray());
      List<String> keys = samples.stream().map(Sample::key).toList();
      List<String> expected = items.stream().map(Item::key).toList();
      if (!keys.equals(expected)) {
        return branch.getKey() + " has the samples " + keys + ", expected " + expected;
      }
      for (int i = 0; i < items.size(); i++) {
        String wrong = difference(samples.get(i), items.get(i));
        if (!wrong.isEmpty()) {
          return branch.getKey() + ", sample " + keys.get(i) + ": " + wrong;
        }
      }
    }
    return "";
  }

  private static String difference(Sample sample, Item item) {
    for (Map.Entry<String, Object> cell : cells(item.key(), item.revision()).entrySet()) {
      Object expected = cell.getValue();
      Object actual = sample.value(cell.getKey());
      boolean same =
          expected instanceof Media media && actual instanceof Media other
              ? media.sha256().equals(other.sha256()) && media.bytes().equals(other.bytes())
              : Objects.equals(expected, actual);
      if (!same) {
        return cell.getKey() + " is " + actual + ", expected " + expected;
      }
    }
    return "";
  }
}
