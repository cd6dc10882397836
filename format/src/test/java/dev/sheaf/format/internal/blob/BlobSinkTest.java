package dev.sheaf.format.internal.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Payload chunks as they are written beside the thread that collects the payloads. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlobSinkTest {
  private static final int PAYLOAD = 3 << 20;

  private final List<MemoryChunk> chunks = Collections.synchronizedList(new ArrayList<>());
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private long limit = Long.MAX_VALUE;

  /** A chunk in memory that refuses to grow beyond a limit. */
  private final class MemoryChunk implements ChunkWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String ended = "";

    @Override
    public void write(ByteBuffer piece) {
      if (bytes.size() + piece.remaining() > limit) {
        throw new UncheckedIOException(new IOException("No space left on device"));
      }
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public long position() {
      return bytes.size();
    }

    @Override
    public String seal() {
      ended = "sealed";
      events.add("sealed");
      return Checksums.hex(Checksums.sha256(bytes.toByteArray()));
    }

    @Override
    public void leave() {
      ended = ended.isEmpty() ? "left" : ended;
    }

    @Override
    public void close() {
      ended = ended.isEmpty() ? "dropped" : ended;
    }
  }

  private BlobSink sink(long chunkBytes) {
    return new BlobSink(
        () -> {
          MemoryChunk chunk = new MemoryChunk();
          chunks.add(chunk);
          return chunk;
        },
        chunkBytes,
        () -> () -> events.add("written"));
  }

  private static byte[] payload(int seed) {
    byte[] payload = new byte[PAYLOAD];
    new Random(seed).nextBytes(payload);
    return payload;
  }

  private static Place put(BlobSink sink, int seed) {
    byte[] payload = payload(seed);
    return sink.put(payload, Checksums.hex(Checksums.sha256(payload)));
  }

  @Test
  void everyPayloadLiesWhereItsPlaceSays() {
    List<Place> places = new ArrayList<>();
    try (BlobSink sink = sink(20 << 20)) {
      for (int i = 0; i < 30; i++) {
        places.add(put(sink, i % 25));
      }
      sink.finish();
    }
    assertThat(chunks.size()).isGreaterThan(2);
    assertThat(places.subList(25, 30)).isEqualTo(places.subList(0, 5));
    for (int i = 0; i < 25; i++) {
      Place place = places.get(i);
      MemoryChunk chunk =
          chunks.stream()
              .filter(
                  one ->
                      Checksums.hex(Checksums.sha256(one.bytes.toByteArray()))
                          .equals(place.chunk().id()))
              .findFirst()
              .orElseThrow();
      assertThat(
              ByteBuffer.wrap(
                  chunk.bytes.toByteArray(), (int) place.offset(), (int) place.length()))
          .isEqualTo(ByteBuffer.wrap(payload(i)));
    }
    assertThat(chunks).allMatch(chunk -> chunk.ended.equals("sealed"));
    // The last chunk is sealed behind its last batch, and nothing is told twice.
    assertThat(events).endsWith("written", "sealed");
  }

  @Test
  void aFailedWriteIsThrownAndNothingIsSealed() {
    limit = 10 << 20;
    try (BlobSink sink = sink(512 << 20)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 30; i++) {
                  put(sink, i);
                }
              })
          .hasMessageContaining("No space left on device");
      assertThatThrownBy(sink::finish).hasMessageContaining("No space left on device");
      assertThatThrownBy(sink::finish).hasMessageContaining("No space left on device");
    }
    assertThat(chunks).hasSize(1).allMatch(chunk -> chunk.ended.equals("dropped"));
    assertThat(events).hasSizeLessThanOrEqualTo(1).doesNotContain("sealed");
  }

  @Test
  void leavesWhatWasFlushedForARepetition() {
    BlobSink sink = sink(512 << 20);
    for (int i = 0; i < 10; i++) {
      put(sink, i);
    }
    sink.leave();
    assertThat(chunks).hasSize(1).allMatch(chunk -> chunk.ended.equals("left"));
    assertThat(events).hasSize(3).containsOnly("written");
    assertThat(chunks.get(0).bytes.size()).isGreaterThan(9 * PAYLOAD);
  }
}
