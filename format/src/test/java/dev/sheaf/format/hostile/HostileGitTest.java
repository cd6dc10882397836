package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The repositories of golden datasets (packs, indexes, loose objects, refs, {@code HEAD}, {@code
 * packed-refs}, {@code config}, reflogs) with one byte changed or the end cut off: each object and
 * each name gives what it gave before, or a DatasetException.
 */
@Timeout(1800)
class HostileGitTest {
  private static final long LIMIT_BYTES = 8 << 20;
  private static final int SMALL_FILE = 1500;
  private static long files;
  private static long flips;
  private static long cuts;
  private static long refused;
  private static long right;

  @TempDir Path temp;
  private Randomness random;
  private Path git;
  private final Map<String, Access> objects = new TreeMap<>();
  private final Map<String, Access> names = new LinkedHashMap<>();

  /** Reads something of a repository. */
  @FunctionalInterface
  private interface Read {
    Object from(GitStore git);
  }

  /** A read and what it gives when all is well. */
  private record Access(Read read, Object expected) {}

  static List<Golden> goldens() {
    return Golden.all();
  }

  @AfterAll
  static void report() {
    System.out.printf(
        "hostile Git files: %d files, %d flips, %d cuts: %d reads refused, %d right, none else%n",
        files, flips, cuts, refused, right);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void headersFlippedAndFilesCutGiveRightAnswersOrRefusals(Golden golden) throws IOException {
    damage(golden, 30);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("goldens")
  void anyByteFlippedAndAnyCutGivesRightAnswersOrRefusals(Golden golden) throws IOException {
    damage(golden, Integer.MAX_VALUE);
  }

  private void damage(Golden golden, int samples) throws IOException {
    random = Randomness.ofThisRun();
    Path dataset = golden.copyTo(temp);
    git = dataset.resolve("git");
    learn();
    for (Path original : golden.files()) {
      Path file = dataset.resolve(golden.dataset().relativize(original).toString());
      if (!file.startsWith(git)) {
        continue;
      }
      byte[] bytes = Files.readAllBytes(file);
      NavigableSet<Integer> headers = headers(file, bytes);
      files++;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        NavigableSet<Integer> places = places(file, bytes.length, samples);
        places.addAll(headers);
        for (int place : places) {
          byte bit = (byte) (random.chance(50) ? 0xff : 1 << random.below(8));
          channel.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[place] ^ bit)}), place);
          check(file, bytes, place, golden + " " + file.getFileName() + " flip " + place);
          channel.write(ByteBuffer.wrap(bytes, place, 1), place);
          flips++;
        }
        for (int length : places(file, bytes.length, samples).descendingSet()) {
          channel.truncate(length);
          check(file, bytes, length, golden + " " + file.getFileName() + " cut to " + length);
          cuts++;
        }
        channel.write(ByteBuffer.wrap(bytes), 0);
      } catch (AssertionError e) {
        throw new AssertionError(random.replay() + ": " + e.getMessage(), e);
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }
  }

  /** Finds out what an intact repository gives. */
  private void learn() {
    try (GitStore store = GitStore.open(git)) {
      for (CommitInfo commit : store.log("", 1000)) {
        learn(commit.id(), store1 -> store1.snapshot(commit.id()).info(), store);
        TreeSnapshot snapshot = store.snapshot(commit.id());
        learn(snapshot.treeId(), store1 -> store1.snapshot(commit.id()).list(""), store);
        tree(commit.id(), snapshot, "", store);
      }
      for (String revision : List.of("", "main", "main~1", "main~1^{commit}")) {
        name(revision, store1 -> store1.resolve(revision).commitId(), store);
      }
      for (GitStore.Ref tag : store.tags()) {
        name("tag " + tag.name(), store1 -> store1.resolve(tag.name()).commitId(), store);
      }
      name("log", store1 -> store1.log("", 1000), store);
    }
  }

  private void tree(String commit, TreeSnapshot snapshot, String folder, GitStore store) {
    for (TreeSnapshot.Entry entry : snapshot.list(folder)) {
      String path = folder.isEmpty() ? entry.name() : folder + "/" + entry.name();
      if (entry.isTree()) {
        learn(entry.objectId(), store1 -> store1.snapshot(commit).list(path), store);
        tree(commit, snapshot, path, store);
      } else {
        learn(entry.objectId(), store1 -> ByteBuffer.wrap(store1.blob(entry.objectId())), store);
      }
    }
  }

  private void learn(String objectId, Read read, GitStore store) {
    objects.computeIfAbsent(objectId, id -> new Access(read, read.from(store)));
  }

  private void name(String name, Read read, GitStore store) {
    names.put(name, new Access(read, read.from(store)));
  }

  /** Reads all names where few bytes name them, else what the place is likely to hit. */
  private void check(Path file, byte[] bytes, int place, String what) {
    List<Access> accesses = new ArrayList<>(names.values());
    String name = file.getFileName().toString();
    if (name.endsWith(".pack") || name.endsWith(".idx")) {
      List<String> ids = new ArrayList<>(idsIn(file));
      accesses = new ArrayList<>(List.of(names.get("")));
      String hit = name.endsWith(".pack") ? objectAt(file, place) : entryAt(bytes, place);
      for (String id : Arrays.asList(hit, random.pick(ids), random.pick(ids))) {
        if (id != null && objects.containsKey(id)) {
          accesses.add(objects.get(id));
        }
      }
    }
    long before = Cases.allocatedBytes();
    try (GitStore store = GitStore.open(git)) {
      for (Access access : accesses) {
        try {
          Object got = access.read.from(store);
          if (!got.equals(access.expected)) {
            fail(what + ": expected " + access.expected + ", got " + got);
          }
          right++;
        } catch (DatasetException e) {
          refused++;
        }
      }
      store.branches();
      store.tags();
    } catch (DatasetException e) {
      refused++;
    } catch (RuntimeException e) {
      throw new AssertionError(what + ": " + e, e);
    }
    assertThat(Cases.allocatedBytes() - before).as(what).isLessThan(LIMIT_BYTES);
  }

  /** Returns every place of a ref or the like; of packs, reflogs both ends and a sample. */
  private NavigableSet<Integer> places(Path file, int length, int samples) {
    NavigableSet<Integer> places = new TreeSet<>();
    boolean isText = !file.toString().matches(".*[.](pack|idx)|.*/logs/.*");
    if (isText && length <= SMALL_FILE || length <= samples) {
      IntStream.range(0, length).forEach(places::add);
      return places;
    }
    IntStream.range(0, 24).forEach(places::add);
    IntStream.range(length - 24, length).forEach(places::add);
    for (int i = 0; i < samples; i++) {
      places.add(random.below(length));
    }
    return places;
  }

  /** Returns the header of each object of a pack, the tables of an index without its fan-out. */
  private NavigableSet<Integer> headers(Path file, byte[] bytes) {
    NavigableSet<Integer> headers = new TreeSet<>();
    if (file.toString().endsWith(".pack")) {
      for (int offset : offsets(file).keySet()) {
        IntStream.range(offset, Math.min(offset + 6, bytes.length)).forEach(headers::add);
      }
    } else if (file.toString().endsWith(".idx")) {
      IntStream.range(0, 8).forEach(headers::add);
      int count = count(bytes);
      IntStream.range(8 + 1024 + 20 * count, bytes.length).forEach(headers::add);
      // Of the names, and of the fan-out, a sample.
      for (int i = 0; i < 100; i++) {
        headers.add(random.between(8, 8 + 1024 + 20 * count));
      }
    }
    return headers;
  }

  private static int count(byte[] index) {
    return ByteBuffer.wrap(index).getInt(8 + 255 * 4);
  }

  private final Map<Path, NavigableSet<String>> idsByPack = new TreeMap<>();
  private final Map<Path, TreeMap<Integer, String>> offsetsByPack = new TreeMap<>();

  private static Path pack(Path file) {
    return file.resolveSibling(file.getFileName().toString().replace(".idx", ".pack"));
  }

  private NavigableSet<String> idsIn(Path file) {
    return idsByPack.computeIfAbsent(pack(file), pack -> new TreeSet<>(offsets(pack).values()));
  }

  /** Returns the objects of a pack by their offset, from its index as it was. */
  private TreeMap<Integer, String> offsets(Path file) {
    return offsetsByPack.computeIfAbsent(
        pack(file),
        pack -> {
          try {
            byte[] index =
                Files.readAllBytes(
                    pack.resolveSibling(pack.getFileName().toString().replace(".pack", ".idx")));
            int count = count(index);
            TreeMap<Integer, String> offsets = new TreeMap<>();
            for (int i = 0; i < count; i++) {
              offsets.put(ByteBuffer.wrap(index).getInt(1032 + 24 * count + 4 * i), id(index, i));
            }
            return offsets;
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static String id(byte[] index, int entry) {
    return java.util.HexFormat.of().formatHex(index, 1032 + 20 * entry, 1052 + 20 * entry);
  }

  private String objectAt(Path pack, int place) {
    Map.Entry<Integer, String> object = offsets(pack).floorEntry(place);
    return object == null ? null : object.getValue();
  }

  /** Returns the object that a place of an index tells of, or null. */
  private static String entryAt(byte[] index, int place) {
    int count = count(index);
    int table = place - 1032;
    int entry = table < 20 * count ? table / 20 : (table - 20 * count) / 4 % Math.max(1, count);
    return table < 0 || entry >= count ? null : id(index, entry);
  }
}
