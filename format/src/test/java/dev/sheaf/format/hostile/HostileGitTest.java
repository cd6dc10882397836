package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.fail;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.git.GitStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file of the repositories of golden datasets (packs, indexes, loose objects, refs, {@code
 * HEAD}, {@code packed-refs}, {@code config}, reflogs) with one byte changed, or cut to any length:
 * each object and each name gives what it gave before, or a DatasetException.
 */
class HostileGitTest {
  private static final Tally TALLY = new Tally();

  @TempDir(factory = MemoryFolder.class)
  Path temp;

  private final Map<Golden, KnownObjects> known = new ConcurrentHashMap<>();

  @AfterAll
  static void report() {
    TALLY.print("hostile Git files");
  }

  @Test
  void everyFlipInAHeaderAndEveryCutGivesRightAnswersOrRefusals() throws Exception {
    damage(40);
  }

  @Tag("slow")
  @Test
  void everyFlipAndEveryCutGivesRightAnswersOrRefusals() throws Exception {
    damage(Integer.MAX_VALUE);
  }

  /**
   * Damages all files of all repositories.
   *
   * @param samples how many bytes of what is not a header are flipped
   */
  private void damage(int samples) throws Exception {
    new Sweep(temp, TALLY)
        .run(
            file -> file.startsWith("git"),
            (golden, dataset, file, random) ->
                new GitFile(
                    dataset.resolve("git"),
                    file,
                    known.computeIfAbsent(golden, KnownObjects::of),
                    random,
                    samples));
  }

  /** A file of the repository in a copy of a golden dataset. */
  private static final class GitFile extends DamagedFile {
    private final Path git;
    private final KnownObjects known;
    private final int samples;
    private final boolean isPack;
    private final boolean isIndex;
    private final List<String> ids;

    GitFile(Path git, Path file, KnownObjects known, Randomness random, int samples)
        throws IOException {
      super(file, random, TALLY);
      this.git = git;
      this.known = known;
      this.samples = samples;
      this.isPack = file.toString().endsWith(".pack");
      this.isIndex = file.toString().endsWith(".idx");
      this.ids = isPack || isIndex ? List.copyOf(known.offsets(file).values()) : List.of();
    }

    /**
     * Returns the header of a pack and of each object in it, all of an index but its names, and all
     * of the others; besides these a sample, and the checksums at the end.
     */
    @Override
    NavigableSet<Integer> flips() {
      NavigableSet<Integer> places = new TreeSet<>();
      if (bytes.length <= samples || !isPack && !isIndex) {
        IntStream.range(0, bytes.length).forEach(places::add);
        return places;
      }
      if (isPack) {
        IntStream.range(0, 12).forEach(places::add);
        for (int offset : known.offsets(path).keySet()) {
          IntStream.range(offset, Math.min(offset + 6, bytes.length)).forEach(places::add);
        }
      } else {
        int names = KnownObjects.NAMES;
        IntStream.range(0, names).forEach(places::add);
        IntStream.range(names + 20 * ids.size(), bytes.length).forEach(places::add);
      }
      IntStream.range(bytes.length - 40, bytes.length).forEach(places::add);
      for (int i = 0; i < samples; i++) {
        places.add(random.below(bytes.length));
      }
      return places;
    }

    @Override
    void readFlipped(int place) {
      read(place);
    }

    @Override
    void readCut(int length) {
      read(length);
    }

    /**
     * Reads the object at a place, at times another one of its pack; if it is no pack, all names.
     */
    private void read(int place) {
      List<KnownObjects.Access> accesses = new ArrayList<>();
      if (isPack || isIndex) {
        known.object(isPack ? known.idAt(path, place) : known.idOf(path, bytes, place), accesses);
        if (random.chance(25)) {
          known.object(random.pick(ids), accesses);
        }
      } else {
        accesses.addAll(known.names());
        known.object(path.getParent().getFileName() + "" + path.getFileName(), accesses);
      }
      try (GitStore store = GitStore.open(git)) {
        for (KnownObjects.Access access : accesses) {
          isRightOrRefused(access, store);
        }
        if (!isPack && !isIndex) {
          store.branches();
          store.tags();
        }
      } catch (DatasetException e) {
        tally.refused.increment();
      }
    }

    private void isRightOrRefused(KnownObjects.Access access, GitStore store) {
      try {
        Object got = access.read().from(store);
        if (!got.equals(access.expected())) {
          fail("expected " + access.expected() + ", got " + got);
        }
        tally.right.increment();
      } catch (DatasetException e) {
        tally.refused.increment();
      }
    }

    @Override
    public void close() {
      // A store is opened for each case.
    }
  }
}
