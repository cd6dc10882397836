package dev.sheaf.format.hostile;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.golden.CellJson;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all there is in a dataset, every version, sample and cell, and compares it with what an
 * intact copy shows. Each cell is right or refused with a {@link DatasetException}.
 */
final class WholeRead {
  /** Of longer versions, every so many samples are read cell by cell. */
  private static final int MOST_SAMPLES = 400;

  private final Map<String, Shown> intact;

  /** What one version shows. */
  private record Shown(long size, List<String> columns, List<String> keys, List<long[]> cells) {}

  /**
   * How a whole read ended.
   *
   * @param mostBytes the most memory that opening a version or reading a cell took
   */
  record Outcome(long right, long refused, boolean damageReported, long mostBytes) {}

  /** How cells are reached. */
  enum Way {
    SAMPLE,
    TAKE,
    SCAN
  }

  private long right;
  private long refused;
  private long mostBytes;
  private long mark;

  private WholeRead(Map<String, Shown> intact) {
    this.intact = intact;
  }

  /** Reads an intact dataset. */
  static WholeRead of(Path path) {
    Map<String, Shown> shown = new LinkedHashMap<>();
    try (Dataset dataset = Dataset.open(path)) {
      for (CommitInfo commit : dataset.log("", 1000)) {
        Version version = dataset.at(commit.id());
        List<String> columns = version.schema().columns().stream().map(Column::name).toList();
        List<String> keys = new ArrayList<>();
        List<long[]> cells = new ArrayList<>();
        for (long index = 0; index < version.size(); index += step(version.size())) {
          Sample sample = version.sample(index);
          keys.add(sample.key());
          long[] row = new long[columns.size()];
          for (int i = 0; i < row.length; i++) {
            row[i] = digest(version.schema().column(i).type(), sample.value(i));
          }
          cells.add(row);
        }
        shown.put(commit.id(), new Shown(version.size(), columns, keys, cells));
      }
    }
    return new WholeRead(shown);
  }

  private static long step(long size) {
    return size > MOST_SAMPLES ? 37 : 1;
  }

  private static long digest(Type type, Object value) {
    String text = CellJson.of(type, value).toString();
    return ((long) text.hashCode() << 32) ^ text.length();
  }

  /** Reads a damaged copy; fails on a wrong answer, lets other exceptions through. */
  Outcome read(Path path, Way way) {
    right = 0;
    refused = 0;
    mostBytes = 0;
    mark = Cases.allocatedBytes();
    boolean reported = false;
    try (Dataset dataset = Dataset.open(path)) {
      for (Map.Entry<String, Shown> version : intact.entrySet()) {
        version(dataset, version.getKey(), version.getValue(), way);
      }
      reported = !dataset.fsck(true, Progress.NONE).ok();
    } catch (DatasetException e) {
      refused++;
      reported = true;
    }
    return new Outcome(right, refused, reported, mostBytes);
  }

  /** Ends one access and begins the next. */
  private void measure() {
    long now = Cases.allocatedBytes();
    mostBytes = Math.max(mostBytes, now - mark);
    mark = now;
  }

  private void version(Dataset dataset, String commit, Shown shown, Way way) {
    try {
      Version version = dataset.at(commit);
      same("size", shown.size, version.size());
      measure();
      for (Sample sample : samples(version, way)) {
        sample(sample, shown, (int) (sample.index() / step(shown.size)));
      }
      for (int i = 0; i < shown.keys.size(); i += 5) {
        found(version, shown.keys.get(i), i * step(shown.size));
      }
    } catch (DatasetException e) {
      refused++;
    }
  }

  /** Returns the samples that can be reached. */
  private List<Sample> samples(Version version, Way way) {
    long size = version.size();
    long step = step(size);
    List<Sample> samples = new ArrayList<>();
    if (way == Way.SAMPLE) {
      for (long index = 0; index < size; index += step) {
        samples.add(version.sample(index));
      }
    } else if (way == Way.TAKE) {
      long[] indices = new long[(int) ((size + step - 1) / step)];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = i * step;
      }
      samples.addAll(version.take(indices));
    } else {
      for (Batch batch : version.scan()) {
        for (int i = 0; i < batch.size(); i++) {
          if ((batch.firstIndex() + i) % step == 0) {
            samples.add(batch.sample(i));
          }
        }
        matrices(batch);
      }
    }
    return samples;
  }

  private void matrices(Batch batch) {
    for (Column column : batch.schema()) {
      try {
        Optional<ByteBuffer> matrix = batch.matrix(column.name());
        matrix.ifPresent(bytes -> bytes.get(new byte[bytes.remaining()]));
      } catch (DatasetException e) {
        refused++;
      }
      measure();
    }
  }

  private void sample(Sample sample, Shown shown, int row) {
    try {
      same("key", shown.keys.get(row), sample.key());
      sample.origin();
    } catch (DatasetException e) {
      refused++;
    }
    for (int i = 0; i < shown.columns.size(); i++) {
      Column column = sample.schema().column(i);
      same("column", shown.columns.get(i), column.name());
      try {
        Object value = sample.value(i);
        same(
            "sample " + sample.index() + " column \"" + column.name() + "\"",
            shown.cells.get(row)[i],
            digest(column.type(), value));
        sample.isNull(column.name());
        sample.isStale(column.name());
        if (value instanceof Media media) {
          media.range(0, (int) media.byteLength() / 2);
        }
        right++;
      } catch (DatasetException e) {
        refused++;
      }
      measure();
    }
  }

  private void found(Version version, String key, long index) {
    try {
      same("index of key " + key, index, version.find(key).map(Sample::index).orElse(-1L));
    } catch (DatasetException e) {
      refused++;
    }
  }

  private static void same(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("wrong " + what + ": expected " + expected + ", got " + actual);
    }
  }

  /** Reads a dataset whose records may say anything: any value will do, any exception will not. */
  static Outcome readAnything(Path path, Way way) {
    WholeRead nothingKnown = new WholeRead(Map.of());
    nothingKnown.mark = Cases.allocatedBytes();
    try (Dataset dataset = Dataset.open(path)) {
      nothingKnown.anything(dataset, way);
      dataset.fsck(true, Progress.NONE);
    } catch (DatasetException e) {
      nothingKnown.refused++;
    }
    return new Outcome(0, nothingKnown.refused, true, nothingKnown.mostBytes);
  }

  private void anything(Dataset dataset, Way way) {
    try {
      Version version = dataset.head();
      measure();
      dataset.chunks(version);
      dataset.filesJson(version);
      for (Sample sample : samples(version, way)) {
        for (Column column : version.schema()) {
          try {
            CellJson.of(column.type(), sample.value(column.name()));
            sample.isNull(column.name());
            sample.isStale(column.name());
          } catch (DatasetException e) {
            refused++;
          }
          measure();
        }
        try {
          version.find(sample.key());
          sample.origin();
          version.indexOf(sample.id());
        } catch (DatasetException e) {
          refused++;
        }
      }
    } catch (DatasetException e) {
      refused++;
    }
  }
}
