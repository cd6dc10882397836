package dev.sheaf.format.crash;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An endless list of commits, each a pure function of seed, prefix and number, so that any process
 * can say what a dataset must hold after the n-th: appends, updates and deletes with narrow, wide
 * and fixed values.
 */
final class CommitScript {
  private static final String TRAILER = "Sheaf-Txn";

  private final long seed;
  private final String prefix;

  /** The revision of each sample's content by key, in the order in which they were appended. */
  private final Map<String, Integer> revisions = new LinkedHashMap<>();

  private int commits;

  CommitScript(long seed, String prefix) {
    this.seed = seed;
    this.prefix = prefix;
  }

  /** Returns the number of the last commit that was applied. */
  int commits() {
    return commits;
  }

  /** Returns the revision of each sample by key, in order. */
  Map<String, Integer> revisions() {
    return revisions;
  }

  private record Change(List<String> appends, List<String> updates, List<String> deletes) {}

  private Change next() {
    Randomness random = new Randomness(seed * 1_000_003 + commits + 1);
    List<String> keys = new ArrayList<>(revisions.keySet());
    random.shuffle(keys);
    int updates = Math.min(keys.size(), random.below(5));
    int deletes = keys.size() < 40 ? 0 : random.below(4);
    List<String> appends = new ArrayList<>();
    int count = random.chance(20) ? 45 : random.between(1, 6);
    for (int i = 0; i < count; i++) {
      appends.add(prefix + "-" + (commits + 1) + "-" + i);
    }
    return new Change(
        appends,
        List.copyOf(keys.subList(0, updates)),
        List.copyOf(keys.subList(updates, Math.min(keys.size(), updates + deletes))));
  }

  private void apply(Change change) {
    change.updates.forEach(key -> revisions.merge(key, 1, Integer::sum));
    change.deletes.forEach(revisions::remove);
    change.appends.forEach(key -> revisions.put(key, 0));
    commits++;
  }

  /** Applies commits to this script alone, up to a number. */
  void replay(int upTo) {
    while (commits < upTo) {
      apply(next());
    }
  }

  /** Makes the next commit. */
  Version commit(Dataset dataset) {
    Change change = next();
    try (Transaction transaction = dataset.begin()) {
      transaction.id(prefix + "-" + (commits + 1));
      Version base = transaction.base();
      for (String name : List.of("text", "image", "vector", "ragged", "revision")) {
        if (!base.schema().contains(name)) {
          transaction.addColumn(Column.of(name, type(name)));
        }
      }
      for (String key : change.updates) {
        Optional<Sample> sample = base.find(key);
        if (sample.isPresent()) {
          transaction.update(sample.get().id(), cells(key, revisions.get(key) + 1));
        }
      }
      for (String key : change.deletes) {
        base.find(key).map(Sample::id).ifPresent(transaction::delete);
      }
      for (String key : change.appends) {
        Row row = Row.of().key(key);
        cells(key, 0).forEach(row::set);
        transaction.append(row);
      }
      Version version = transaction.commit("commit " + (commits + 1));
      apply(change);
      return version;
    }
  }

  private static Type type(String name) {
    return switch (name) {
      case "text" -> Type.UTF8;
      case "image" -> Type.media(MediaKind.IMAGE);
      case "vector" -> Type.tensor(DType.FLOAT32, 512);
      case "ragged" -> Type.tensor(DType.UINT8, Shape.ANY);
      default -> Type.scalar(DType.INT64);
    };
  }

  /** Returns the content of a sample. */
  static Map<String, Object> cells(String key, int revision) {
    Randomness random = new Randomness(key.hashCode() * 31L + revision);
    float[] vector = new float[512];
    vector[0] = revision;
    vector[511] = key.hashCode();
    int ragged = random.oneOf(0, 10, 1024, 1025, 5000);
    Map<String, Object> cells = new HashMap<>();
    cells.put("text", (key + " ").repeat(random.oneOf(0, 1, 5, 400)));
    cells.put("image", Media.of(MediaKind.IMAGE, random.bytes(random.below(60_000)), Map.of()));
    cells.put("vector", random.chance(10) ? null : Tensor.ofFloats(vector));
    cells.put(
        "ragged", Tensor.of(DType.UINT8, Shape.of(ragged), ByteBuffer.wrap(random.bytes(ragged))));
    cells.put("revision", (long) revision);
    return cells;
  }

  /** Returns the number of the newest commit of this prefix that a branch has, or 0. */
  int newest(Dataset dataset) {
    for (CommitInfo commit : dataset.log("", Integer.MAX_VALUE)) {
      String id = commit.trailers().getOrDefault(TRAILER, "");
      if (id.startsWith(prefix + "-")) {
        return Integer.parseInt(id.substring(prefix.length() + 1));
      }
    }
    return 0;
  }

  /** Fails unless the samples of this prefix are those of this script, in order, cell by cell. */
  void check(Version version) {
    List<String> keys = new ArrayList<>();
    Map<String, SampleId> ids = new HashMap<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      if (sample.key().startsWith(prefix + "-")) {
        keys.add(sample.key());
        check(sample, revisions.getOrDefault(sample.key(), -1));
        SampleId before = ids.put(sample.key(), sample.id());
        if (before != null) {
          throw new AssertionError("key " + sample.key() + " is there twice");
        }
      }
    }
    if (!keys.equals(new ArrayList<>(revisions.keySet()))) {
      throw new AssertionError(
          "after commit " + commits + ": expected " + revisions.keySet() + ", got " + keys);
    }
  }

  private static void check(Sample sample, int revision) {
    cells(sample.key(), revision)
        .forEach(
            (name, expected) -> {
              Object actual = sample.value(name);
              boolean same =
                  expected instanceof Media media
                      ? media.sha256().equals(((Media) actual).sha256())
                          && ((Media) actual).bytes().equals(media.bytes())
                      : java.util.Objects.equals(expected, actual);
              if (!same) {
                throw new AssertionError(
                    sample.key() + " " + name + ": expected " + expected + ", got " + actual);
              }
            });
  }
}
