package dev.sheaf.format.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file that says where a chunk went: read as written, and never believed unchecked. */
class MovedChunkTest {
  private static final String NEXT = "ab".repeat(32);
  private static final Purge FIRST = new Purge(Instant.ofEpochSecond(1_700_000_000), "asked to");
  private static final Purge SECOND =
      new Purge(Instant.ofEpochSecond(1_800_000_000), "again \u00fc");

  @TempDir Path temp;

  private static MovedChunk sample() {
    return MovedChunk.of(
        NEXT,
        List.of(
            new MovedChunk.Kept(0, 100, 0),
            new MovedChunk.Gone(100, 50, FIRST),
            new MovedChunk.Kept(150, 50, 150),
            new MovedChunk.Rewritten(
                200, 40, 200, 48, 7, new TreeMap<>(Map.of(3, FIRST, 5, SECOND)))));
  }

  private static MovedChunk parse(byte[] bytes) {
    return MovedChunk.parse(bytes, Location.of("here"));
  }

  @Test
  void showsWhatWasWritten() {
    MovedChunk read = parse(sample().toBytes());
    assertThat(read.successor()).contains(NEXT);
    assertThat(read.ranges()).isEqualTo(sample().ranges());
    assertThat(read.toBytes()).isEqualTo(sample().toBytes());
    assertThat(read.isInPlace()).isFalse();
  }

  @Test
  void findsTheRangeOfSomeBytes() {
    MovedChunk moved = sample();
    assertThat(moved.find(10, 20)).contains(moved.ranges().get(0));
    assertThat(moved.find(120, 1)).contains(moved.ranges().get(1));
    assertThat(moved.find(90, 20)).contains(moved.ranges().get(1));
    assertThat(moved.find(140, 20)).contains(moved.ranges().get(1));
    assertThat(moved.find(200, 40)).contains(moved.ranges().get(3));
    assertThat(moved.find(190, 20)).isEmpty();
    assertThat(moved.find(240, 1)).isEmpty();
  }

  @Test
  void addsUpWithTheNextMove() {
    MovedChunk next =
        MovedChunk.of(
            "cd".repeat(32),
            List.of(
                new MovedChunk.Kept(0, 60, 1000),
                new MovedChunk.Gone(60, 20, SECOND),
                new MovedChunk.Kept(80, 120, 2000),
                new MovedChunk.Rewritten(200, 48, 5000, 56, 9, new TreeMap<>(Map.of(8, SECOND)))));
    assertThat(sample().then(next).ranges())
        .containsExactly(
            new MovedChunk.Kept(0, 60, 1000),
            new MovedChunk.Gone(60, 20, SECOND),
            new MovedChunk.Kept(80, 20, 2000),
            new MovedChunk.Gone(100, 50, FIRST),
            new MovedChunk.Kept(150, 50, 2070),
            new MovedChunk.Rewritten(
                200, 40, 5000, 56, 9, new TreeMap<>(Map.of(3, FIRST, 5, SECOND, 8, SECOND))));
  }

  @Test
  void refusesEveryDamagedByteAndEveryLength() {
    byte[] whole = sample().toBytes();
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x41;
      assertThatThrownBy(() -> parse(damaged))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("File that says where a chunk went is damaged");
      byte[] shorter = java.util.Arrays.copyOf(whole, at);
      assertThatThrownBy(() -> parse(shorter)).isInstanceOf(CorruptDataException.class);
      sealed(shorter);
      assertThatThrownBy(() -> parse(shorter)).isInstanceOf(CorruptDataException.class);
    }
  }

  /** Lies whose checksum is right, at places of the sample. */
  @ParameterizedTest
  @CsvSource({
    "4, 2, version",
    "5, 2, flags",
    "5, 0, kept range",
    "6, 1, flags",
    "10, 1, number of purges",
    "15, 127, number of ranges",
    "12, 0, number of ranges",
    "12, 3, length",
    "12, 5, range",
    "59, 127, length of a reason",
    "56, 0, length of a reason",
    "60, -1, text of a reason",
    "55, 127, time of a purge",
    "88, 3, kind of a range",
    "96, 127, offset of a range",
    "104, 127, length of a range",
    "114, 99, order of ranges",
    "112, 127, target of a range",
    "130, 9, number of a purge",
  })
  void refusesALie(int at, int value, String what) {
    byte[] bytes = sample().toBytes();
    bytes[at] = (byte) value;
    sealed(bytes);
    assertThatThrownBy(() -> parse(bytes))
        .isInstanceOf(CorruptDataException.class)
        .hasMessage(
            "File that says where a chunk went is damaged: bad "
                + what
                + " at here. Copy it back from another copy of the dataset; `sheaf fsck` lists all"
                + " that is damaged");
  }

  private static void sealed(byte[] bytes) {
    if (bytes.length >= 4) {
      int crc = Checksums.crc32c(bytes, 0, bytes.length - 4);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, crc);
    }
  }

  private static String write(LocalChunkStore store, String text) {
    try (ChunkWriter writer = store.create()) {
      writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
      String name = writer.seal();
      store.syncNames();
      return name;
    }
  }

  private static String text(LocalChunkStore store, String chunk, long offset, int length) {
    return StandardCharsets.US_ASCII.decode(store.read(chunk, offset, length)).toString();
  }

  @Test
  void theStoreFollowsMovesAndRefusesWhatWasPurged() {
    try (LocalChunkStore store = new LocalChunkStore(temp.resolve("c"), temp.resolve("t"))) {
      String first = write(store, "onetwothree");
      String second = write(store, "threeone");
      String third = write(store, "one");
      store.move(
          first,
          MovedChunk.of(
              second,
              List.of(
                  new MovedChunk.Kept(0, 3, 5),
                  new MovedChunk.Gone(3, 3, FIRST),
                  new MovedChunk.Kept(6, 5, 0))));
      assertThat(text(store, first, 0, 3)).isEqualTo("one");
      assertThat(text(store, first, 7, 4)).isEqualTo("hree");
      assertThat(store.map(first)).isEmpty();
      assertThatThrownBy(() -> store.read(first, 4, 1))
          .isInstanceOf(PurgedException.class)
          .hasMessageContaining("Value was purged on 2023-11-14T22:13:20Z: asked to");
      store.move(
          second,
          MovedChunk.of(
              third, List.of(new MovedChunk.Gone(0, 5, SECOND), new MovedChunk.Kept(5, 3, 0))));
      assertThat(text(store, first, 0, 3)).isEqualTo("one");
      assertThat(text(store, second, 6, 2)).isEqualTo("ne");
    }
    try (LocalChunkStore store = new LocalChunkStore(temp.resolve("c"), temp.resolve("t"))) {
      String first = sha256("onetwothree");
      assertThat(text(store, first, 1, 2)).isEqualTo("ne");
      assertThatThrownBy(() -> store.read(first, 6, 5))
          .isInstanceOf(PurgedException.class)
          .hasMessageContaining("again");
      assertThatThrownBy(() -> store.read("00".repeat(32), 0, 1))
          .isInstanceOf(NotFoundException.class);
    }
  }

  private static String sha256(String text) {
    return Checksums.hex(Checksums.sha256(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void refusesACircle() {
    try (LocalChunkStore store = new LocalChunkStore(temp.resolve("c"), temp.resolve("t"))) {
      String first = write(store, "first");
      String second = write(store, "second");
      store.move(first, MovedChunk.of(second, List.of(new MovedChunk.Kept(0, 5, 0))));
      store.move(second, MovedChunk.of(first, List.of(new MovedChunk.Kept(0, 5, 0))));
      assertThatThrownBy(() -> store.read(first, 0, 5))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("bad successor: it leads in a circle");
    }
  }
}
