package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LocalChunkStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chunks of golden datasets with one byte changed or the end cut off: what needs a damaged range is
 * refused, always; everything else in the file is read as before. Bytes under no checksum may be
 * anything.
 */
@Timeout(1800)
class HostileChunksTest {
  private static final int ENDS = 12;
  private static final long LIMIT_BYTES = 8 << 20;
  private static long files;
  private static long flips;
  private static long cuts;
  private static long refused;
  private static long right;

  @TempDir Path temp;
  private Path dataset;
  private Randomness random;

  static List<Golden> goldens() {
    return Golden.all();
  }

  @AfterAll
  static void report() {
    System.out.printf(
        "hostile chunks: %d files, %d flips, %d cuts: %d reads refused, %d right, none else%n",
        files, flips, cuts, refused, right);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void headersFlippedAndFilesCutAreNoticed(Golden golden) throws IOException {
    damage(golden, 40);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("goldens")
  void anyByteFlippedAndAnyCutIsNoticed(Golden golden) throws IOException {
    damage(golden, Integer.MAX_VALUE);
  }

  /**
   * Damages each chunk.
   *
   * @param samples how many places of a range are tried where not each one must be
   */
  private void damage(Golden golden, int samples) throws IOException {
    random = Randomness.ofThisRun();
    dataset = golden.copyTo(temp);
    Map<String, List<GuardedRanges.Range>> byChunk = GuardedRanges.of(dataset);
    assertThat(byChunk.keySet())
        .containsExactlyInAnyOrderElementsOf(
            golden.files().stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".arrow"))
                .map(name -> name.replace(".arrow", ""))
                .toList());
    for (Map.Entry<String, List<GuardedRanges.Range>> entry : byChunk.entrySet()) {
      Path file = GuardedRanges.context(dataset).store().path(entry.getKey()).orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      files++;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          ChunkStore store = store()) {
        flip(store, channel, bytes, entry.getValue(), samples);
        cut(store, channel, bytes, entry.getValue(), samples);
      } catch (AssertionError e) {
        throw new AssertionError(random.replay() + ": " + file + ": " + e.getMessage(), e);
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }
    unguardedBytesMayBeAnything(byChunk);
  }

  private ChunkStore store() {
    return new LocalChunkStore(dataset.resolve("chunks"), dataset.resolve("local"));
  }

  private void flip(
      ChunkStore store,
      FileChannel channel,
      byte[] bytes,
      List<GuardedRanges.Range> ranges,
      int samples)
      throws IOException {
    NavigableSet<Integer> places = new TreeSet<>();
    for (GuardedRanges.Range range : ranges) {
      int from = (int) range.from();
      int to = (int) range.to();
      int headers = range.isMessage() ? 8 + intAt(bytes, from + 4) : 0;
      add(places, from, from + headers, Integer.MAX_VALUE);
      add(places, from + headers, to, range.isMessage() ? samples : samples / 10);
    }
    add(places, 0, bytes.length, samples);
    for (int place : places) {
      byte bit = (byte) (random.chance(50) ? 0xff : 1 << random.below(8));
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[place] ^ bit)}), place);
      for (GuardedRanges.Range range : ranges) {
        if (range.holds(place)) {
          isRefused(store, range, "flip " + place);
        }
      }
      GuardedRanges.Range other = random.pick(ranges);
      if (!other.holds(place)) {
        isRight(store, other, "flip " + place);
      }
      channel.write(ByteBuffer.wrap(bytes, place, 1), place);
      flips++;
    }
  }

  private void cut(
      ChunkStore store,
      FileChannel channel,
      byte[] bytes,
      List<GuardedRanges.Range> ranges,
      int samples)
      throws IOException {
    NavigableSet<Integer> lengths = new TreeSet<>();
    for (GuardedRanges.Range range : ranges) {
      for (long at : List.of(range.from(), range.from() + 1, range.to() - 1, range.to())) {
        lengths.add((int) Math.min(at, bytes.length - 1));
      }
    }
    add(lengths, 0, bytes.length, 4 * (long) samples);
    // The longest first: what is cut off need not be put back in between.
    for (int length : lengths.descendingSet()) {
      channel.truncate(length);
      ranges.stream()
          .filter(range -> range.to() > length)
          .min(Comparator.comparingLong(GuardedRanges.Range::to))
          .ifPresent(range -> isRefused(store, range, "cut to " + length));
      ranges.stream()
          .filter(range -> range.to() <= length)
          .max(Comparator.comparingLong(GuardedRanges.Range::to))
          .ifPresent(range -> isRight(store, range, "cut to " + length));
      GuardedRanges.Range any = random.pick(ranges);
      if (any.to() > length) {
        isRefused(store, any, "cut to " + length);
      } else {
        isRight(store, any, "cut to " + length);
      }
      cuts++;
    }
    channel.write(ByteBuffer.wrap(bytes), 0);
  }

  /** Adds all places of a range if they are few, else both ends and a sample. */
  private void add(NavigableSet<Integer> places, int from, int to, long samples) {
    if (to - from <= samples) {
      IntStream.range(from, to).forEach(places::add);
      return;
    }
    IntStream.range(from, Math.min(to, from + ENDS)).forEach(places::add);
    IntStream.range(Math.max(from, to - ENDS), to).forEach(places::add);
    for (int i = 0; i < samples; i++) {
      places.add(random.between(from, to - 1));
    }
  }

  private static int intAt(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static void isRefused(ChunkStore store, GuardedRanges.Range range, String what) {
    long before = Cases.allocatedBytes();
    try {
      fail(what + ": not refused: " + range.read().by(GuardedRanges.context(store)));
    } catch (CorruptDataException e) {
      refused++;
      assertThat(Cases.allocatedBytes() - before).as(what).isLessThan(LIMIT_BYTES);
    }
  }

  private static void isRight(ChunkStore store, GuardedRanges.Range range, String what) {
    String read = range.read().by(GuardedRanges.context(store));
    if (!read.equals(range.expected())) {
      fail(what + ": expected " + range.expected() + ", got " + read);
    }
    right++;
  }

  /** Overwrites all that no checksum guards: schema messages, footers, padding, rows of nulls. */
  private void unguardedBytesMayBeAnything(Map<String, List<GuardedRanges.Range>> byChunk)
      throws IOException {
    WholeRead whole = WholeRead.of(dataset);
    for (int garbage = 0; garbage < 3; garbage++) {
      for (Map.Entry<String, List<GuardedRanges.Range>> entry : byChunk.entrySet()) {
        Path file = GuardedRanges.context(dataset).store().path(entry.getKey()).orElseThrow();
        byte[] intact = Files.readAllBytes(file);
        byte[] bytes = garbage == 0 ? random.bytes(intact.length) : new byte[intact.length];
        if (garbage == 1) {
          java.util.Arrays.fill(bytes, (byte) 0xff);
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
        right += outcome.right();
      }
    }
  }
}
