package dev.sheaf.format.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioDecoderTest {
  private static ByteBuffer bytes(String name) {
    return ByteBuffer.wrap(TestMedia.bytes("clips/" + name));
  }

  /** Returns how far samples are from the sine that the generator made, root mean square. */
  private static double distance(
      Tensor sound, int channel, double hertz, double loudness, int rate, int from, int to) {
    float[] samples = sound.toFloats();
    int channels = (int) sound.shape().dim(1);
    double sum = 0;
    for (int i = from; i < to; i++) {
      double expected = Math.sin(2 * Math.PI * hertz * i / rate) * loudness;
      sum += Math.pow(samples[i * channels + channel] - expected, 2);
    }
    return Math.sqrt(sum / (to - from));
  }

  @Test
  void decodesSamplesWithoutLoss() {
    Tensor wave = AudioDecoder.create().decode(bytes("tone.wav"));
    assertThat(wave.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(wave.shape()).isEqualTo(Shape.of(2000, 1));
    assertThat(distance(wave, 0, 440, 0.5, 8000, 0, 2000)).isLessThan(1.0 / 32768);
    Tensor flac = AudioDecoder.create().decode(bytes("tone.flac"));
    assertThat(flac.shape()).isEqualTo(Shape.of(2000, 3));
    assertThat(distance(flac, 1, 330, 0.25, 8000, 0, 2000)).isLessThan(1.0 / 32768);
    assertThat(flac.toFloats()[2]).isCloseTo(0.1f, org.assertj.core.data.Offset.offset(1e-4f));
  }

  @ParameterizedTest
  @CsvSource({"tone.m4a, 16000, 2", "tone.mp3, 16000, 2", "tone.ogg, 48000, 1"})
  void leavesOutTheRunInOfAnEncoder(String name, int rate, int channels) {
    Tensor sound = AudioDecoder.create().decode(bytes(name));
    assertThat(sound.shape().dim(1)).isEqualTo(channels);
    assertThat(sound.shape().dim(0)).isBetween(rate / 2L, rate / 2L + 1024);
    double inStep = distance(sound, 0, 440, 0.5, rate, rate / 10, rate * 4 / 10);
    assertThat(inStep).isLessThan(0.1);
    for (int shift : new int[] {-64, -3, 3, 64}) {
      float[] samples = sound.toFloats();
      double sum = 0;
      for (int i = rate / 10; i < rate * 4 / 10; i++) {
        double expected = Math.sin(2 * Math.PI * 440 * (i + shift * rate / 16_000.0) / rate) * 0.5;
        sum += Math.pow(samples[i * channels] - expected, 2);
      }
      assertThat(Math.sqrt(sum / (rate * 3 / 10.0))).as("out of step").isGreaterThan(1.5 * inStep);
    }
  }

  @Test
  void resamplesAndMixes() {
    Tensor twice = AudioDecoder.create().rate(16_000).decode(bytes("tone.wav"));
    assertThat(twice.shape()).isEqualTo(Shape.of(4000, 1));
    assertThat(distance(twice, 0, 440, 0.5, 16_000, 200, 3800)).isLessThan(0.001);
    Tensor mono = AudioDecoder.create().channels(1).rate(8000).decode(bytes("tone.m4a"));
    assertThat(mono.shape().dim(1)).isEqualTo(1);
    assertThat(mono.shape().dim(0)).isBetween(4000L, 4300L);
  }

  @Test
  void decodesTheSoundOfAVideo() {
    Tensor sound = AudioDecoder.create().decode(bytes("h264-bframes.mp4"));
    assertThat(sound.shape().dim(1)).isEqualTo(1);
    assertThat(sound.shape().dim(0)).isBetween(19_000L, 20_500L);
  }

  @Test
  void knowsFactsWithoutDecoding() {
    Probe probe = MediaProbe.probe(TestMedia.bytes("clips/tone.flac")).orElseThrow();
    assertThat(probe.kind()).isEqualTo(MediaKind.AUDIO);
    assertThat(probe.facts())
        .containsEntry("container", "flac")
        .containsEntry("codec", "flac")
        .containsEntry("rate", 8000)
        .containsEntry("channels", 3)
        .containsEntry("duration", 0.25);
    Probe mp4 = MediaProbe.probe(TestMedia.bytes("clips/tone.m4a")).orElseThrow();
    assertThat(mp4.facts()).containsEntry("codec", "aac").containsEntry("container", "m4a");
  }

  @Test
  void refusesWhatHasNoSoundAndWhatIsTooLong() {
    assertThatThrownBy(() -> AudioDecoder.create().decode(bytes("vp9.webm")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("The sound has no audio stream");
    assertThatThrownBy(() -> AudioDecoder.create().mostElements(1000).decode(bytes("tone.wav")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has more than 1000 samples");
    assertThatThrownBy(() -> AudioDecoder.create().decode(ByteBuffer.wrap(new byte[0])))
        .isInstanceOf(InvalidInputException.class);
  }
}
