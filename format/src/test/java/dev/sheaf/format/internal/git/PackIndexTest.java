package dev.sheaf.format.internal.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Randomness;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that are larger than what is read at once. */
class PackIndexTest {
  private static final int OBJECTS = 20_000;

  @TempDir Path temp;
  private final List<Oid> ids = new ArrayList<>();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    try (PackWriter writer = new PackWriter(temp, OBJECTS)) {
      for (int i = 0; i < OBJECTS; i++) {
        GitObject object = new GitObject(ObjectType.BLOB, Repositories.bytes("object " + i));
        ids.add(object.id());
        writer.add(object.id(), object);
      }
      writer.finish();
    }
    try (Stream<Path> files = Files.list(temp)) {
      file = files.filter(one -> one.toString().endsWith(".idx")).findFirst().orElseThrow();
    }
    boolean ignored = file.toFile().setWritable(true);
  }

  private PackFile pack() {
    return new PackFile(Path.of(file.toString().replace(".idx", "")));
  }

  @Test
  void findsEveryObjectAndNoOther() throws Exception {
    try (PackIndex index = PackIndex.open(file);
        PackFile pack = pack()) {
      assertThat(index.count()).isEqualTo(OBJECTS);
      index.verifyChecksum();
      for (int i = 0; i < OBJECTS; i++) {
        int position = index.find(ids.get(i));
        assertThat(index.id(position)).isEqualTo(ids.get(i));
        GitObject object = pack.read(index.offset(position), (id, depth) -> null, 0);
        assertThat(object.bytes()).isEqualTo(Repositories.bytes("object " + i));
        Oid other = new Oid(ids.get(i).high(), ids.get(i).middle(), ids.get(i).low() ^ 1);
        assertThat(index.find(other)).isEqualTo(-1);
      }
    }
  }

  @Test
  void aLookUpReadsAFewBlocks() throws Exception {
    try (PackIndex index = PackIndex.open(file)) {
      int blocks = index.blocksRead();
      assertThat(Files.size(file)).isGreaterThan(60 * PackIndex.BLOCK);
      assertThat(blocks).isEqualTo(1);
      for (int i = 0; i < 5; i++) {
        index.offset(index.find(ids.get(i)));
      }
      // Of each, the block with its id, at most one beside it, and the one with its offset.
      assertThat(index.blocksRead()).isLessThanOrEqualTo(1 + 5 * 3);
    }
  }

  @Test
  void whatIsCutOffWhileItIsOpenIsDamage() throws Exception {
    try (PackIndex index = PackIndex.open(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(PackIndex.BLOCK);
      }
      Oid last = ids.stream().max(Oid::compareTo).orElseThrow();
      assertThatThrownBy(() -> index.find(last))
          .isInstanceOf(BadObject.class)
          .hasMessageContaining("ends early: offset=");
      // What was read before is there.
      assertThat(index.count()).isEqualTo(OBJECTS);
    }
    assertThatThrownBy(() -> PackIndex.open(file))
        .isInstanceOf(BadObject.class)
        .hasMessageContaining("size does not fit its count");
  }

  @Test
  void readsOnWhenItIsDeletedAndNotWhenItIsClosed() throws Exception {
    PackIndex index;
    try (PackFile pack = pack()) {
      index = pack.index();
      Files.delete(file);
      assertThat(index.find(ids.get(0))).isNotNegative();
    }
    Oid last = ids.stream().max(Oid::compareTo).orElseThrow();
    assertThatThrownBy(() -> index.find(last)).isInstanceOf(NoSuchFileException.class);
    try (PackFile pack = pack()) {
      assertThatThrownBy(pack::index).isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void anInterruptedReaderReadsOn() throws Exception {
    try (PackIndex index = PackIndex.open(file)) {
      Thread.currentThread().interrupt();
      for (Oid id : ids) {
        assertThat(index.find(id)).isNotNegative();
      }
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** Flips bytes of a large index: right answers, none, or damage that is told. */
  @Test
  void flippedBytesGiveRightAnswersOrNone() throws Exception {
    byte[] good = Files.readAllBytes(file);
    Randomness random = Randomness.ofThisRun();
    try (PackFile sound = pack()) {
      long end = sound.size();
      for (int round = 0; round < 300; round++) {
        int at = round < 100 ? random.below(PackIndex.IDS_OFFSET) : random.below(good.length);
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << random.below(8));
        Files.write(file, bad);
        try (PackIndex index = PackIndex.open(file)) {
          assertThat(index.count()).isEqualTo(OBJECTS);
          int found = 0;
          for (int i = 0; i < OBJECTS; i += 50) {
            int position = index.find(ids.get(i));
            found += position >= 0 ? 1 : 0;
            if (position >= 0 && index.offset(position) > end) {
              assertThat(at).as(random.replay()).isGreaterThan(PackIndex.IDS_OFFSET);
            }
          }
          // A bucket of the fan-out at most, and its neighbour, are lost by one byte.
          assertThat(found).as(random.replay() + " at=" + at).isGreaterThan(OBJECTS / 50 / 2);
          assertThatThrownBy(index::verifyChecksum).isInstanceOf(BadObject.class);
        } catch (BadObject e) {
          assertThat(e.getMessage()).contains("pack index");
        }
      }
    }
  }
}
