package dev.sheaf.format.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.internal.media.FrameTable;
import dev.sheaf.format.internal.media.FullDecode;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clips are, frame by frame, what decoding the whole video gives. */
class VideoTest {
  static Stream<String> videos() {
    return TestMedia.videos().stream();
  }

  private static Video video(String name) {
    return Video.of(Media.of(MediaKind.VIDEO, TestMedia.bytes(name), Map.of()));
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.byteLength()];
    tensor.copyTo(ByteBuffer.wrap(bytes));
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("videos")
  void givesForEveryRangeWhatAFullDecodeGives(String name) {
    List<byte[]> whole = FullDecode.rgb(TestMedia.bytes(name));
    Video video = video(name);
    assertThat(video.frameCount()).isEqualTo(whole.size());
    for (int length : new int[] {1, 2, 16}) {
      for (int from = 0; from + length <= whole.size(); from++) {
        Tensor clip = video.clip(from, from + length);
        assertThat(clip.dtype()).isEqualTo(DType.UINT8);
        byte[] pixels = bytes(clip);
        int frameBytes = pixels.length / length;
        for (int i = 0; i < length; i++) {
          byte[] expected = whole.get(from + i);
          assertThat(frameBytes).isEqualTo(expected.length);
          assertThat(ByteBuffer.wrap(pixels, i * frameBytes, frameBytes))
              .as("%s frame %d of the clip from %d", name, i, from)
              .isEqualTo(ByteBuffer.wrap(expected));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("videos")
  void givesTheSamePixelsOnSeveralThreads(String name) {
    Video video = video(name);
    assertThat(video.decode(ClipOptions.PLAIN.threads(3)))
        .isEqualTo(video.decode(ClipOptions.PLAIN));
  }

  @ParameterizedTest
  @MethodSource("videos")
  void listsThePacketsAlikeEachTime(String name) {
    byte[] payload = TestMedia.bytes(name);
    ByteBuffer table = MediaProbe.frameTable(payload).orElseThrow();
    assertThat(MediaProbe.frameTable(payload)).contains(table);
    FrameTable parsed = FrameTable.parse(table, payload.length);
    assertThat(ByteBuffer.wrap(parsed.toBytes())).isEqualTo(table);
  }

  @Test
  void namesKeyFramesTypesAndSizes() {
    Video video = video("clips/h264-bframes.mp4");
    assertThat(video.keyFrames()).containsExactly(0, 20, 40);
    assertThat(video.codec()).isEqualTo("h264");
    StringBuilder types = new StringBuilder();
    for (int i = 0; i < 21; i++) {
      types.append(video.frame(i).type());
    }
    assertThat(types).hasToString("IBBBPBBBPBBBPBBBPBBPI");
    int[] sizes = video.packetSizes();
    assertThat(sizes).hasSize(60);
    Frame key = video.frame(20);
    assertThat(key.isKey()).isTrue();
    assertThat(key.size()).isEqualTo(sizes[20]).isGreaterThan(sizes[19]);
    assertThat(video.timeBase().times(key.pts() - video.frame(0).pts())).isEqualTo(0.8);
  }

  @Test
  void givesTimesOfAVideoWithAVariableRate() {
    Video video = video("clips/h264-vfr.mp4");
    List<Long> grid = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      grid.add(Math.round(video.timeBase().times(video.frame(i).pts()) * 30));
    }
    // The frames that the generator selects: those with mod(n*n,7) == mod(n,3) or mod(n,4) == 1.
    List<Long> expected = new ArrayList<>();
    for (long n = 0; expected.size() < 12; n++) {
      if (n * n % 7 == n % 3 || n % 4 == 1) {
        expected.add(n);
      }
    }
    assertThat(grid).isEqualTo(expected);
  }

  @Test
  void readsFromTheKeyFrameNeededToTheLastByteNeeded() {
    Video video = video("clips/h264-bframes.mp4");
    EncodedClip clip = video.packets(24, 27);
    assertThat(clip.packets().get(0).frame()).isEqualTo(20);
    assertThat(clip.packets().stream().map(EncodedClip.Packet::frame))
        .as("decode order: frame 28 is not needed, 24 is before 25 to 27 in it")
        .startsWith(20, 24)
        .contains(25, 26)
        .doesNotContain(29, 32);
    assertThat(clip.packets().get(0).data().remaining()).isEqualTo(video.frame(20).size());
    assertThat(clip.extradata().remaining()).isPositive();
  }

  @Test
  void beginsAGroupEarlierForPicturesThatReferToIt() {
    Video video = video("clips/h264-open-gop.mp4");
    int[] keys = video.keyFrames();
    assertThat(keys.length).isGreaterThan(2);
    int leading = keys[1] - 1;
    assertThat(video.packets(leading, leading + 1).packets().get(0).frame()).isEqualTo(keys[0]);
    assertThat(video.packets(keys[1], keys[1] + 1).packets().get(0).frame()).isEqualTo(keys[1]);
  }

  @Test
  void turnsWhatIsToBeTurned() {
    Tensor upright = video("clips/h264-rotated.mp4").clip(3, 4);
    Tensor stored = video("clips/h264-bframes.mp4").clip(3, 4);
    assertThat(upright.shape()).isEqualTo(Shape.of(1, 96, 64, 3));
    assertThat(stored.shape()).isEqualTo(Shape.of(1, 64, 96, 3));
    byte[] turned = bytes(upright);
    byte[] plain = bytes(stored);
    for (int y = 0; y < 96; y++) {
      for (int x = 0; x < 64; x++) {
        // By 270 degrees: the right column of what is stored becomes the top row.
        assertThat(turned[(y * 64 + x) * 3]).isEqualTo(plain[(x * 96 + 95 - y) * 3]);
      }
    }
  }

  @Test
  void resizesFrames() {
    Video video = video("clips/h264-bframes.mp4");
    Tensor small = video.clip(10, 12, ClipOptions.PLAIN.size(32, 48));
    assertThat(small.shape()).isEqualTo(Shape.of(2, 32, 48, 3));
    byte[] large = bytes(video.clip(10, 12));
    byte[] pixels = bytes(small);
    double sum = 0;
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 48; x++) {
        int mean = 0;
        for (int i = 0; i < 4; i++) {
          mean += large[((2 * y + i / 2) * 96 + 2 * x + i % 2) * 3 + 1] & 0xff;
        }
        sum += Math.abs(mean / 4.0 - (pixels[(y * 48 + x) * 3 + 1] & 0xff));
      }
    }
    // A triangle of twice the step takes in a little more than the four pixels below it.
    assertThat(sum / (32 * 48)).isLessThan(8);
  }

  @Test
  void givesMotionVectors() {
    List<Tensor> vectors = video("clips/h264-bframes.mp4").motionVectors(18, 24);
    assertThat(vectors).hasSize(6);
    assertThat(vectors.get(2).shape()).as("a key frame").isEqualTo(Shape.of(0, 8));
    Tensor some = vectors.get(4);
    assertThat(some.dtype()).isEqualTo(DType.INT32);
    assertThat(some.shape().dims()[0]).isPositive();
    for (int i = 0; i < some.shape().dims()[0]; i++) {
      assertThat(some.element(i * 8L)).isIn(-1L, 1L);
      assertThat((Long) some.element(i * 8L + 1)).isBetween(4L, 16L);
      assertThat((Long) some.element(i * 8L + 3)).isBetween(0L, 96L);
      assertThat((Long) some.element(i * 8L + 4)).isBetween(0L, 64L);
      assertThat(some.element(i * 8L + 7)).isEqualTo(4L);
    }
  }

  @Test
  void refusesFramesThatAreNotThere() {
    Video video = video("clips/h264-bframes.mp4");
    assertThatThrownBy(() -> video.clip(50, 61))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Frames [50, 61) are not there: the video has 60");
    assertThatThrownBy(() -> video.clip(5, 5)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> video.clip(-1, 5)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void noticesBytesThatChangedBehindTheTable() {
    byte[] payload = TestMedia.bytes("clips/h264-bframes.mp4");
    Media whole = Media.of(MediaKind.VIDEO, payload, Map.of());
    ByteBuffer table = whole.frameTable().orElseThrow();
    byte[] damaged = payload.clone();
    Frame frame = Video.of(whole).frame(30);
    damaged[(int) frame.offset() + frame.size() / 2] ^= 1;
    Video video = Video.of(Media.ofVideo(damaged, Map.of(), table));
    assertThat(video.clip(0, 18).shape().dims()[0]).isEqualTo(18);
    assertThatThrownBy(() -> video.clip(28, 33))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("Checksum of a group of pictures does not match");
  }

  @Test
  void refusesWhatIsNoVideo() {
    Media text =
        Media.of(MediaKind.VIDEO, "no video at all".getBytes(StandardCharsets.US_ASCII), Map.of());
    assertThatThrownBy(() -> Video.of(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("The payload is no video");
  }
}
