package dev.sheaf.format.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reads of ranges that a chunk does not have end in. */
class LocalChunkStoreTest {
  @TempDir Path temp;

  private String chunk(LocalChunkStore store) {
    try (ChunkWriter writer = store.create()) {
      writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      return writer.seal();
    }
  }

  @Test
  void refusesRangesBeyondTheEnd() {
    LocalChunkStore store = new LocalChunkStore(temp.resolve("chunks"), temp.resolve("temp"));
    String chunk = chunk(store);
    assertThat(store.read(chunk, 1, 3)).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3, 4}));
    assertThatThrownBy(() -> store.read(chunk, 1, 4))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("Chunk file is too short: expected bytes [1, 5), length=4");
  }

  /** Some systems answer such a range by an error of their own instead of an end of the file. */
  @Test
  void refusesRangesThatEndBeyondAllNumbers() {
    LocalChunkStore store = new LocalChunkStore(temp.resolve("chunks"), temp.resolve("temp"));
    String chunk = chunk(store);
    for (long offset : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 3, Long.MIN_VALUE, -1}) {
      assertThatThrownBy(() -> store.read(chunk, offset, 4))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("expected bytes [" + Long.toUnsignedString(offset));
    }
  }
}
