package dev.sheaf.format.bench;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What Git does, on one million samples of 20 columns in a warm JVM: see {@link VersionData}. What
 * reads history opens the dataset anew each time, so that nothing of it is in memory but the file
 * system's cache. The fsync of a small file and of its folder is measured beside: a commit needs
 * several.
 */
@State(Scope.Thread)
@Fork(1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class Versions {
  private static final int EDITS = 100;
  private static final int MERGED_EDITS = 10_000;

  /** A dataset that is written to. */
  @State(Scope.Thread)
  public static class Writable {
    Path path;
    Dataset dataset;
    SampleId[] ids;
    long numbers;
    long commits;
    long bytes;

    /** Copies the dataset. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      path = VersionData.copy();
      dataset = Dataset.open(path);
      ids = VersionData.ids(dataset.head());
      bytes = TextStore.bytesBelow(path.resolve("git"));
    }

    /** Says by how much the repository grew. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
      if (!Files.exists(path)) {
        return; // The benchmark and another state both end this one.
      }
      long grown = TextStore.bytesBelow(path.resolve("git")) - bytes;
      if (commits > 0) {
        Sizes.print("%d commits: %d bytes in git/ each", commits, grown / commits);
      }
      dataset.close();
      VersionData.delete(path);
    }

    Version edit(String branch, int cells, String column) {
      try (Transaction change = dataset.begin(branch)) {
        for (int i = 0; i < cells; i++) {
          long number = numbers++;
          change.update(ids[VersionData.place(number)], Map.of(column, "new" + number));
        }
        commits++;
        return change.commit("Edit");
      }
    }
  }

  /** Two branches with edits of their own, new ones for each merge. */
  @State(Scope.Thread)
  public static class Forked {
    private int round;
    String ours;
    String theirs;

    /** Makes the branches. */
    @Setup(Level.Invocation)
    public void fork(Writable writable) {
      round++;
      ours = "ours" + round;
      theirs = "theirs" + round;
      for (String branch : List.of(ours, theirs)) {
        writable.dataset.createBranch(branch, "main");
        writable.edit(branch, MERGED_EDITS, "label");
      }
    }
  }

  /** Commits an edit of 100 cells in samples all over the dataset. */
  @Benchmark
  @Measurement(iterations = 5, time = 6)
  public Version commit(Writable writable) {
    return writable.edit("main", EDITS, "label");
  }

  /** Makes a branch. */
  @Benchmark
  @Measurement(iterations = 5, time = 2)
  public void branch(Writable writable) {
    writable.dataset.createBranch("b" + writable.numbers++, "main");
  }

  /** Merges two branches with 10,000 edited cells each, and commits. */
  @Benchmark
  @Warmup(iterations = 8, time = 1)
  @Measurement(iterations = 12, time = 1)
  @BenchmarkMode(Mode.SingleShotTime)
  public Version merge(Writable writable, Forked forked) {
    Merge merge = writable.dataset.merge(forked.ours, forked.theirs);
    Version merged = merge.commit("Merge");
    if (merged.commit().parents().size() != 2) {
      throw new IllegalStateException("not merged");
    }
    return merged;
  }

  /** Opens, and counts what differs between versions 1,000 commits and 10,000 cells apart. */
  @Benchmark
  public long diffSummary() throws IOException {
    try (Dataset dataset = Dataset.open(VersionData.path())) {
      Diff.Summary summary = dataset.at("main").diff(dataset.at(VersionData.EDITED)).summary();
      return expect(VersionData.COMMITS * VersionData.CELLS_A_COMMIT, summary.modifiedCells());
    }
  }

  /** Opens, and goes through the same cells with their old and new values. */
  @Benchmark
  public long diffCells() throws IOException {
    try (Dataset dataset = Dataset.open(VersionData.path())) {
      long cells = 0;
      for (Diff.SampleChange change :
          dataset.at("main").diff(dataset.at(VersionData.EDITED)).samples()) {
        cells += change.cells().size();
      }
      return expect(VersionData.COMMITS * VersionData.CELLS_A_COMMIT, cells);
    }
  }

  private static long expect(long expected, long got) {
    if (got != expected) {
      throw new IllegalStateException("expected " + expected + ", got " + got);
    }
    return got;
  }

  /** The samples that blame is asked about. */
  @State(Scope.Thread)
  public static class Blamed {
    Dataset dataset;
    Version head;
    SampleId[] ids;
    int number;

    /** Finds their ids, and lets the index of changes be made. */
    @Setup(Level.Trial)
    public void open() throws IOException {
      dataset = Dataset.open(VersionData.path());
      ids = VersionData.ids(dataset.head());
      head = dataset.at(VersionData.EDITED);
      for (int i = 0; i < VersionData.SAMPLES; i += VersionData.SAMPLES / 64) {
        dataset.blame(head, ids[i], "n0");
      }
    }

    /** Closes the dataset. */
    @TearDown(Level.Trial)
    public void close() {
      dataset.close();
    }
  }

  /** Blames one cell, set in any of the 1,000 commits, another each time. */
  @Benchmark
  public List<Blame> blame(Blamed blamed) {
    int cell = (int) Math.floorMod(BenchData.mix(blamed.number++), 10_000L);
    List<Blame> found =
        blamed.dataset.blame(blamed.head, blamed.ids[VersionData.place(cell)], "label");
    String expected = "Edit " + cell / VersionData.CELLS_A_COMMIT;
    if (!found.get(0).commit().message().strip().equals(expected)) {
      throw new IllegalStateException("expected " + expected + ", got " + found.get(0));
    }
    return found;
  }

  /** Blames all cells of a sample that no commit but the first has set. */
  @Benchmark
  public List<Blame> blameSample(Blamed blamed) {
    return blamed.dataset.blame(
        blamed.head, blamed.ids[VersionData.place(20_000 + blamed.number++ % 10_000)]);
  }

  /** Where small files are written. */
  @State(Scope.Thread)
  public static class Folder {
    Path folder;
    int number;

    /** Makes the folder. */
    @Setup(Level.Trial)
    public void make() throws IOException {
      folder = Files.createDirectories(Format.home().resolve("fsync"));
    }

    /** Removes it. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
      VersionData.delete(folder);
    }
  }

  /** Writes a file of 20 KB, syncs it and its folder: the limit of anything durable. */
  @Benchmark
  public void fsync(Folder folder) throws IOException {
    Path file = folder.folder.resolve("f" + folder.number++);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(20_000);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    try (FileChannel channel = FileChannel.open(folder.folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
