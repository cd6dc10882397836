package dev.sheaf.format.internal.ipc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.sheaf.format.Randomness;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ZstdLibraryTest {
  private static byte[] unfolded(byte[] frame, int length) {
    byte[] target = new byte[length + 7];
    assertThat(ZstdLibrary.decompress(frame, target, 3, length)).isEqualTo(length);
    assertThat(target).startsWith(0, 0, 0).endsWith(0, 0, 0, 0);
    return Arrays.copyOfRange(target, 3, 3 + length);
  }

  @Test
  void unfoldsIntoTheMiddleOfAnArray() {
    byte[] text = "once upon a time ".repeat(300).getBytes(UTF_8);
    assertThat(unfolded(Zstd.compress(text), text.length)).isEqualTo(text);
  }

  @Test
  void aDamagedFrameDoesNotHarmTheNextOne() {
    Randomness random = Randomness.ofThisRun();
    byte[] text = "once upon a time ".repeat(300).getBytes(UTF_8);
    byte[] frame = Zstd.compress(text);
    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      if (length > 0) {
        assertThatThrownBy(() -> unfolded(cut, text.length)).isInstanceOf(ZstdException.class);
      }
      byte[] noise = random.bytes(frame.length);
      assertThatThrownBy(() -> unfolded(noise, text.length)).isInstanceOf(ZstdException.class);
      assertThat(unfolded(frame, text.length)).as(random.replay()).isEqualTo(text);
    }
    assertThatThrownBy(() -> unfolded(frame, text.length - 1)).isInstanceOf(ZstdException.class);
  }

  @Test
  void manyThreadsUnfoldAtOnce() {
    byte[][] texts = new byte[64][];
    byte[][] frames = new byte[64][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = ("story " + i + " ").repeat(500 + i).getBytes(UTF_8);
      frames[i] = Zstd.compress(texts[i]);
    }
    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i ->
                assertThat(unfolded(frames[i % 64], texts[i % 64].length))
                    .isEqualTo(texts[i % 64]));
  }
}
