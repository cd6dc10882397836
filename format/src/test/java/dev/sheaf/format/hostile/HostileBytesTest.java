package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of every golden dataset with a byte flipped or the end cut off, and then the whole
 * dataset read: each cell is right or refused with a DatasetException, within limits of time and
 * memory; {@code fsck} notices each damage of a chunk. {@link HostileChunksTest} and {@link
 * HostileGitTest} try every byte of every header and every length, with less reading a case.
 */
class HostileBytesTest {
  private static final int MANY = 60;

  @TempDir(factory = MemoryFolder.class)
  Path temp;

  static List<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void damagedFilesGiveRightAnswersOrRefusals(Golden golden) throws Exception {
    damage(golden, 3);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("goldens")
  void filesDamagedAnywhereGiveRightAnswersOrRefusals(Golden golden) throws Exception {
    damage(golden, MANY);
  }

  /**
   * Damages each file.
   *
   * @param samples how many places of a chunk are tried; of the repository's files fewer
   */
  private void damage(Golden golden, int samples) throws Exception {
    Randomness random = Randomness.ofThisRun();
    Path copy = golden.copyTo(temp);
    WholeRead whole = WholeRead.of(copy);
    long intact = whole.read(copy, WholeRead.Way.SAMPLE).mostBytes();
    long flips = 0;
    long cuts = 0;
    try (Cases cases = new Cases(2 * intact + (4 << 20))) {
      for (Path file : golden.files()) {
        Path target = copy.resolve(golden.dataset().relativize(file).toString());
        byte[] bytes = Files.readAllBytes(file);
        // Of the version tree's own files fewer: they are tested by themselves.
        int some = file.toString().endsWith(".arrow") ? samples : (samples + 3) / 6 + 1;
        for (int at : places(random, bytes.length, some)) {
          byte[] flipped = bytes.clone();
          flipped[at] ^= (byte) (random.chance(50) ? 0xff : 1 << random.below(8));
          tryBytes(cases, whole, copy, target, flipped, target.getFileName() + " flip " + at);
          flips++;
        }
        for (int length : places(random, bytes.length, some)) {
          byte[] cut = Arrays.copyOf(bytes, length);
          tryBytes(cases, whole, copy, target, cut, target.getFileName() + " cut to " + length);
          cuts++;
        }
        replace(target, bytes);
      }
      WholeRead.Outcome last = whole.read(copy, WholeRead.Way.SAMPLE);
      assertThat(last.refused()).isZero();
      assertThat(last.damageReported()).isFalse();
      System.out.printf(
          "hostile bytes: %s: %d flips, %d cuts, %d of them refused somewhere;"
              + " an access took at most %d KiB, %d KiB when intact%n",
          golden, flips, cuts, cases.refused(), cases.mostBytes() >> 10, intact >> 10);
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
  }

  /** Returns both ends, and a sample of what is between them. */
  private static TreeSet<Integer> places(Randomness random, int length, int samples) {
    TreeSet<Integer> places = new TreeSet<>();
    if (samples >= MANY && length > 0) {
      places.add(0);
      places.add(length - 1);
    }
    for (int i = samples; i > 0 && length > 0; i--) {
      places.add(random.below(length));
    }
    return places;
  }

  private static void tryBytes(
      Cases cases, WholeRead whole, Path copy, Path target, byte[] bytes, String what)
      throws IOException {
    replace(target, bytes);
    boolean isChunk = target.toString().endsWith(".arrow");
    WholeRead.Way way = WholeRead.Way.values()[(int) (cases.count() % 3)];
    cases.run(
        what,
        () -> {
          WholeRead.Outcome outcome = whole.read(copy, way);
          if (isChunk && !outcome.damageReported()) {
            throw new AssertionError("fsck --deep did not notice");
          }
          return outcome;
        });
  }

  /** Writes a new file in place of the old one, whose mapped memory stays what it was. */
  private static void replace(Path target, byte[] bytes) throws IOException {
    Files.delete(target);
    Files.write(target, bytes);
  }
}
