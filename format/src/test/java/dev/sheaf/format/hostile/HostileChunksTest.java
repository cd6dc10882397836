package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.io.ChunkStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every chunk of the golden datasets, and every file that they link to, with one byte changed, or
 * cut to any length: what needs a damaged range is refused, always; everything else in the file is
 * read as before. Bytes under no checksum may be anything.
 */
class HostileChunksTest {
  private static final Tally TALLY = new Tally();

  @TempDir(factory = MemoryFolder.class)
  Path temp;

  private final Map<Golden, Map<Path, List<GuardedRanges.Range>>> ranges =
      new ConcurrentHashMap<>();

  static List<Golden> goldens() {
    return Golden.all();
  }

  @AfterAll
  static void report() {
    TALLY.print("hostile chunks");
  }

  @Test
  void everyFlipInAHeaderAndEveryCutIsNoticed() throws Exception {
    damage(40);
  }

  @Tag("slow")
  @Test
  void everyFlipAndEveryCutIsNoticed() throws Exception {
    damage(Integer.MAX_VALUE);
  }

  /**
   * Damages all chunks.
   *
   * @param samples how many bytes of a body are flipped
   */
  private void damage(int samples) throws Exception {
    new Sweep(temp, TALLY)
        .run(
            file -> !file.startsWith("git"),
            (golden, dataset, file, random) ->
                new Chunk(
                    dataset, file, ranges(golden, dataset.relativize(file)), random, samples));
  }

  /**
   * Returns the ranges of a file.
   *
   * @param file as seen from the dataset
   */
  private List<GuardedRanges.Range> ranges(Golden golden, Path file) {
    Path intact = golden.dataset().resolve(file).toAbsolutePath().normalize();
    List<GuardedRanges.Range> found =
        ranges
            .computeIfAbsent(golden, one -> GuardedRanges.of(one.dataset()))
            .getOrDefault(intact, List.of());
    assertThat(found).as("ranges of " + file).isNotEmpty();
    return found;
  }

  /** A chunk in a copy of a golden dataset, or a file that it links to. */
  private static final class Chunk extends DamagedFile {
    private final List<GuardedRanges.Range> ranges;
    private final ChunkStore store;
    private final int samples;

    /** By range: readers that never saw it whole, and so have nothing of it in memory. */
    private final List<Supplier<String>> cold;

    Chunk(Path dataset, Path file, List<GuardedRanges.Range> ranges, Randomness random, int samples)
        throws IOException {
      super(file, random, TALLY);
      this.ranges =
          ranges.stream().sorted(Comparator.comparingLong(GuardedRanges.Range::to)).toList();
      this.store = GuardedRanges.store(dataset);
      this.samples = samples;
      this.cold = new ArrayList<>(Collections.nCopies(ranges.size(), null));
    }

    /** Returns all bytes of headers, footers and padding, and of each value and body a sample. */
    @Override
    NavigableSet<Integer> flips() {
      NavigableSet<Integer> places = new TreeSet<>();
      int end = 0;
      for (GuardedRanges.Range range : ranges) {
        int from = (int) range.from();
        int headers = range.isMessage() ? 8 + intAt(from + 4) : 0;
        IntStream.range(end, from + headers).forEach(places::add);
        end = (int) range.to();
        sample(places, from + headers, end, range.isMessage() ? samples : samples / 10);
      }
      IntStream.range(end, bytes.length).forEach(places::add);
      return places;
    }

    /** Adds all places of a range if they are few, else both ends and a sample. */
    private void sample(NavigableSet<Integer> places, int from, int to, int count) {
      if (to - from <= count) {
        IntStream.range(from, to).forEach(places::add);
        return;
      }
      int ends = Math.min(12, to - from);
      IntStream.range(0, ends).forEach(i -> places.addAll(List.of(from + i, to - 1 - i)));
      for (int i = 0; i < count; i++) {
        places.add(random.between(from, to - 1));
      }
    }

    private int intAt(int at) {
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    @Override
    void readFlipped(int place) {
      for (int i = 0; i < ranges.size(); i++) {
        if (ranges.get(i).holds(place)) {
          isRefused(i);
        }
      }
      GuardedRanges.Range other = random.pick(ranges);
      if (!other.holds(place)) {
        isRight(other);
      }
    }

    @Override
    void readCut(int length) {
      int whole = whole(length);
      // What the cut just spares; reading it costs most, so not at each length where a refusal
      // already tells that the cut is noticed.
      if (whole > 0
          && (whole == ranges.size()
              || length < ranges.get(whole - 1).to() + 8
              || random.chance(20))) {
        isRight(ranges.get(whole - 1));
      }
      if (whole < ranges.size()) {
        isRefused(whole);
        isRefused(random.between(whole, ranges.size() - 1));
      }
    }

    /** Returns how many ranges end within a length. */
    private int whole(int length) {
      int from = 0;
      int to = ranges.size();
      while (from < to) {
        int middle = (from + to) / 2;
        if (ranges.get(middle).to() <= length) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return from;
    }

    private void isRefused(int range) {
      Supplier<String> read = cold.get(range);
      if (read == null) {
        read = ranges.get(range).read().through(GuardedRanges.context(store));
        cold.set(range, read);
      }
      try {
        fail("not refused: " + read.get());
      } catch (CorruptDataException e) {
        tally.refused.increment();
      }
    }

    private void isRight(GuardedRanges.Range range) {
      String read = range.read().by(GuardedRanges.context(store));
      if (!read.equals(range.expected())) {
        fail("expected " + range.expected() + ", got " + read);
      }
      tally.right.increment();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Overwrites all that no checksum guards: schema messages, footers, padding, rows of nulls. */
  @ParameterizedTest
  @MethodSource("goldens")
  void bytesThatNoChecksumGuardsMayBeAnything(Golden golden) throws IOException {
    Randomness random = Randomness.ofThisRun();
    Path dataset = golden.copyTo(temp);
    WholeRead whole = WholeRead.of(dataset);
    Map<Path, List<GuardedRanges.Range>> byFile = GuardedRanges.of(dataset);
    for (int garbage = 0; garbage < 3; garbage++) {
      for (Map.Entry<Path, List<GuardedRanges.Range>> entry : byFile.entrySet()) {
        Path file = entry.getKey();
        byte[] intact = Files.readAllBytes(file);
        byte[] bytes = garbage == 0 ? random.bytes(intact.length) : new byte[intact.length];
        if (garbage == 1) {
          Arrays.fill(bytes, (byte) 0xff);
        }
        for (GuardedRanges.Range range : entry.getValue()) {
          int from = (int) range.from();
          System.arraycopy(intact, from, bytes, from, (int) (range.to() - from));
        }
        Files.write(file, bytes);
      }
      for (WholeRead.Way way : WholeRead.Way.values()) {
        WholeRead.Outcome outcome = whole.read(dataset, way);
        assertThat(outcome.refused()).as("refused with garbage " + garbage).isZero();
        assertThat(outcome.damageReported()).as("deep check of garbage " + garbage).isTrue();
      }
    }
  }
}
