package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.internal.source.arrow.Lz4;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Lz4Test {
  private static byte[] sample(int length, int letters) {
    Random random = new Random(length);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i > 50 && i % 3 != 0 ? bytes[i - 50] : random.nextInt(letters));
    }
    return bytes;
  }

  private static byte[] packed(byte[] plain) {
    Lz4Compressor compressor = new Lz4Compressor();
    byte[] out = new byte[compressor.maxCompressedLength(plain.length)];
    return Arrays.copyOf(out, compressor.compress(plain, 0, plain.length, out, 0, out.length));
  }

  /** Returns a frame of two blocks, one of them not compressed. */
  private static byte[] frame(byte[] first, byte[] second) {
    byte[] block = packed(first);
    ByteBuffer frame =
        ByteBuffer.allocate(7 + 4 + block.length + 4 + second.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(0x184d2204).put((byte) 0x60).put((byte) 0x40).put((byte) 0);
    frame.putInt(block.length).put(block);
    frame.putInt(second.length | 0x80000000).put(second).putInt(0);
    return frame.array();
  }

  @Test
  void unpacksWhatAnotherImplementationPacked() throws IOException {
    for (int length : new int[] {1, 13, 100, 5_000, 70_000}) {
      byte[] plain = sample(length, 4);
      assertThat(Lz4.block(packed(plain), length)).isEqualTo(plain);
    }
  }

  @Test
  void unpacksFrames() throws IOException {
    byte[] first = sample(5_000, 4);
    byte[] second = sample(77, 256);
    byte[] whole = Arrays.copyOf(first, 5_077);
    System.arraycopy(second, 0, whole, 5_000, 77);
    assertThat(Lz4.frame(frame(first, second), 5_077)).isEqualTo(whole);
  }

  @Test
  void refusesDamagedFramesInOneWayOnly() {
    byte[] frame = frame(sample(500, 4), sample(30, 256));
    for (int at = 0; at < frame.length; at++) {
      byte[] broken = frame.clone();
      broken[at] ^= (byte) 0xff;
      try {
        assertThat(Lz4.frame(broken, 530).length).isLessThanOrEqualTo(530);
        Lz4.frame(Arrays.copyOf(frame, at), 530);
      } catch (IOException e) {
        assertThat(e.getMessage()).contains("LZ4");
      }
    }
    assertThatThrownBy(() -> Lz4.frame(new byte[0], 10)).hasMessage("a malformed LZ4 frame");
  }
}
