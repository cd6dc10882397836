package dev.sheaf.format.internal.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Randomness;
import dev.sheaf.format.media.TestMedia;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made of the index of a file is what reading its packets one by one gives. */
class IndexedFramesTest {
  private static final int CHANGES = 40;
  private static final int MANY_CHANGES = 1000;

  static Stream<String> videos() {
    return Stream.concat(TestMedia.videos().stream(), TestMedia.names("mp4").stream());
  }

  /** Returns facts and frame table, or why there are none. */
  private static String told(Supplier<MovingMedia> look) {
    try {
      MovingMedia media = look.get();
      String table = media.table() == null ? "" : HexFormat.of().formatHex(media.table().toBytes());
      return new TreeMap<>(media.facts()) + " " + table;
    } catch (BadMediaException e) {
      return e.reason() + " " + e.getMessage();
    }
  }

  private static void assertAlike(byte[] payload, String what) {
    assertThat(told(() -> MovingMedia.of(payload, "mp4")))
        .as(what)
        .isEqualTo(told(() -> MovingMedia.byPackets(payload, "mp4")));
  }

  private static boolean isIndexed(byte[] payload) {
    try (Demuxer demuxer = Demuxer.openContainer(payload)) {
      return IndexedFrames.of(payload, demuxer).isPresent();
    } catch (BadMediaException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("videos")
  void isWhatReadingThePacketsGives(String name) {
    assertAlike(TestMedia.bytes(name), name);
  }

  @Test
  void servesOrdinaryFiles() {
    List<String> indexed = new ArrayList<>();
    videos().filter(name -> isIndexed(TestMedia.bytes(name))).forEach(indexed::add);
    assertThat(indexed)
        .containsExactly(
            "clips/h264-bframes.mp4",
            "clips/h264-bt709-odd.mp4",
            "clips/h264-edit-list.mp4",
            "clips/h264-open-gop.mp4",
            "clips/h264-rotated.mp4",
            "clips/h264-vfr.mp4",
            "mp4/baseline.mp4",
            "mp4/colour.mp4",
            "mp4/cut.mp4",
            "mp4/filler.mp4",
            "mp4/gray.mp4",
            "mp4/hybrid.mp4",
            "mp4/interlaced.mov",
            "mp4/late.mp4",
            "mp4/plain.mp4",
            "mp4/refresh.mp4",
            "mp4/repeated-parameters.mp4",
            "mp4/ten-bits.mp4",
            "mp4/timecode.mov",
            "mp4/two-colours.mp4",
            "mp4/two-sounds.mp4");
  }

  /** Changes files, above all where their tables are, and cuts some. */
  private static int change(int changes, long seed) {
    Randomness random = new Randomness(seed);
    int indexed = 0;
    for (String name : videos().filter(file -> file.matches(".*\\.(mp4|mov)")).toList()) {
      byte[] whole = TestMedia.bytes(name);
      if (!isIndexed(whole)) {
        continue;
      }
      int tables = find(whole, 0, whole.length, "moov");
      for (int i = 0; i < changes; i++) {
        byte[] changed = i % 11 == 10 ? Arrays.copyOf(whole, random.below(whole.length)) : whole;
        changed = changed.clone();
        StringBuilder what = new StringBuilder(name);
        for (int k = 0; k <= i % 3 && changed.length > tables; k++) {
          int from = i % 4 == 3 ? 0 : tables;
          int at = from + random.below(changed.length - from);
          int bit = random.below(8);
          changed[at] ^= (byte) (1 << bit);
          what.append(' ').append(at).append(':').append(bit);
        }
        assertAlike(changed, what.toString());
        indexed += isIndexed(changed) ? 1 : 0;
      }
    }
    return indexed;
  }

  @Test
  void isWhatReadingThePacketsGivesInDamagedFiles() {
    assertThat(change(CHANGES, 23)).as("files that are served in spite of it").isGreaterThan(100);
  }

  @Test
  @Tag("slow")
  void isWhatReadingThePacketsGivesInManyDamagedFiles() {
    assertThat(change(MANY_CHANGES, 29)).isPositive();
  }

  @Test
  void passesOverBoxesThatSayNothing() {
    byte[] whole = TestMedia.bytes("mp4/plain.mp4");
    byte[] dependencies = new byte[4 + 20];
    Arrays.fill(dependencies, 4, 24, (byte) (2 << 2));
    for (byte[] changed :
        List.of(
            insert(whole, box("free", new byte[5])),
            insert(whole, box("sdtp", dependencies), "moov", "trak", "mdia", "minf", "stbl"),
            insert(whole, box("udta", box("name", new byte[9])), "moov"))) {
      assertThat(isIndexed(changed)).isTrue();
      assertAlike(changed, "one more box");
    }
  }

  @Test
  void leavesToFfmpegWhatBoxesAtOtherPlacesMean() {
    byte[] whole = TestMedia.bytes("mp4/plain.mp4");
    ByteBuffer shifts = ByteBuffer.allocate(16).putInt(0).putInt(1).putInt(20).putInt(4096);
    byte[] offsets = box("ctts", shifts.array());
    ByteBuffer edits = ByteBuffer.allocate(44).putInt(0).putInt(3);
    for (int time : new int[] {0, 5120, 2560}) {
      edits.putInt(200).putInt(time).putInt(1 << 16);
    }
    byte[] edited = replaceType(whole, "edts", "free");
    for (byte[] changed :
        List.of(
            insert(whole, offsets, "moov", "trak", "mdia", "minf", "stbl"),
            insert(whole, offsets, "moov", "trak"),
            insert(whole, offsets, "moov"),
            insert(whole, box("udta", offsets), "moov"),
            insert(whole, box("zzzz", new byte[8]), "moov", "trak"),
            insert(edited, box("edts", box("elst", edits.array())), "moov", "trak"),
            insert(whole, box("moof", new byte[8])),
            Arrays.copyOf(whole, whole.length + 3))) {
      assertThat(isIndexed(changed)).isFalse();
      assertAlike(changed, "a box elsewhere");
    }
  }

  @Test
  void leavesToFfmpegSamplesThatShareBytes() {
    byte[] whole = TestMedia.bytes("mp4/plain.mp4");
    int sizes = find(whole, 0, whole.length, "stsz") + 8;
    byte[] changed = whole.clone();
    ByteBuffer.wrap(changed).putInt(sizes, 300);
    assertThat(isIndexed(changed)).isFalse();
    assertAlike(changed, "all samples of one size");
  }

  private static byte[] box(String type, byte[] content) {
    return ByteBuffer.allocate(8 + content.length)
        .putInt(8 + content.length)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .put(content)
        .array();
  }

  /**
   * Adds a box to the end of the first box at a path. What is behind may not be named by offset.
   */
  private static byte[] insert(byte[] file, byte[] box, String... path) {
    byte[] changed = file.clone();
    int at = file.length;
    int from = 0;
    for (String type : path) {
      int start = find(file, from, at, type) - 4;
      int size = ByteBuffer.wrap(file).getInt(start);
      ByteBuffer.wrap(changed).putInt(start, size + box.length);
      from = start + 8;
      at = start + size;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(changed, 0, at);
    out.writeBytes(box);
    out.write(changed, at, changed.length - at);
    return out.toByteArray();
  }

  private static byte[] replaceType(byte[] file, String type, String other) {
    byte[] changed = file.clone();
    byte[] bytes = other.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, changed, find(file, 0, file.length, type), bytes.length);
    return changed;
  }

  private static int find(byte[] file, int from, int to, String type) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    for (int i = from; i + 4 <= to; i++) {
      if (Arrays.equals(file, i, i + 4, name, 0, 4)) {
        return i;
      }
    }
    throw new AssertionError("no " + type);
  }
}
