package dev.sheaf.format.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.media.FrameTable;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.probe.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damaged and lying payloads end in an error that says why; the process lives on. */
class HostileMediaTest {
  private static final int FLIPS = 25;
  private static final int MANY_FLIPS = 2000;

  private static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String folder : new String[] {"clips", "images", "mp4"}) {
      try (Stream<Path> files = Files.list(TestMedia.folder().resolve(folder))) {
        files.forEach(file -> names.add(folder + "/" + file.getFileName()));
      }
    }
    names.sort(null);
    return names;
  }

  /** Does with a payload all that can be done with it. */
  private static void use(byte[] payload) {
    Probe probe = MediaProbe.probe(payload).orElse(null);
    if (probe == null || probe.isBroken()) {
      return;
    }
    try {
      switch (probe.kind()) {
        case IMAGE -> ImageDecoder.create().mostPixels(1 << 20).decode(ByteBuffer.wrap(payload));
        case AUDIO -> AudioDecoder.create().mostElements(1 << 22).decode(ByteBuffer.wrap(payload));
        case VIDEO -> clip(probe.media(payload));
        case FILE -> {
          // kept as it is
        }
      }
    } catch (DatasetException e) {
      assertThat(e.code()).matches("SHEAF-(MED|CHK|NF)-\\d+");
      assertThat(e.headline()).isNotBlank();
    }
  }

  private static void clip(Media media) {
    Video video = Video.of(media);
    int middle = video.frameCount() / 2;
    ClipOptions options = new ClipOptions(0, 0, 1, 1 << 20);
    video.clip(middle, Math.min(video.frameCount(), middle + 4), options);
  }

  private static void flip(int flips) throws IOException {
    Randomness random = new Randomness(17);
    for (String name : names()) {
      byte[] whole = TestMedia.bytes(name);
      for (int i = 0; i < flips; i++) {
        byte[] changed = whole.clone();
        // Headers are where lies do most harm.
        int span = i % 2 == 0 ? changed.length : Math.min(changed.length, 1500);
        for (int k = 0; k <= i % 4; k++) {
          changed[random.below(span)] ^= (byte) (1 << random.below(8));
        }
        use(changed);
        use(Arrays.copyOf(whole, random.below(whole.length)));
      }
    }
  }

  @Test
  void survivesFlippedBitsAndCutFiles() throws IOException {
    flip(FLIPS);
  }

  @Test
  @Tag("slow")
  void survivesManyFlippedBitsAndCutFiles() throws IOException {
    flip(MANY_FLIPS);
  }

  @Test
  void saysWhyAVideoIsBroken() {
    byte[] whole = TestMedia.bytes("clips/h264-bframes.mp4");
    Probe cut = MediaProbe.probe(Arrays.copyOf(whole, whole.length / 2)).orElseThrow();
    assertThat(cut.isBroken()).isTrue();
    assertThat(cut.defect()).contains("moov atom not found");
    byte[] stream = TestMedia.bytes("clips/h264.mkv");
    Probe stopped = MediaProbe.probe(Arrays.copyOf(stream, 600)).orElseThrow();
    assertThat(stopped.isBroken()).isTrue();
    assertThat(MediaProbe.probe(new byte[0])).isEmpty();
    assertThat(MediaProbe.probe("#EXTM3U\nfile:///etc/passwd".getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
    assertThatThrownBy(
            () -> Video.of(Media.of(MediaKind.VIDEO, Arrays.copyOf(whole, 5000), Map.of())))
        .hasMessageContaining("The video is damaged: it cannot be opened");
  }

  @Test
  void refusesFramesOfTooManyPixels() {
    byte[] payload = TestMedia.bytes("clips/h264-bframes.mp4");
    Video video = Video.of(Media.of(MediaKind.VIDEO, payload, Map.of()));
    assertThatThrownBy(() -> video.clip(0, 1, new ClipOptions(0, 0, 1, 96 * 64 - 1)))
        .hasMessageContaining("has frames of 96 x 64 pixels, more than 6143");
    assertThatThrownBy(() -> video.clip(0, 60, ClipOptions.PLAIN.size(65_536, 65_536)))
        .hasMessageContaining("ask for fewer or smaller frames");
  }

  @Test
  void refusesEveryDamagedFrameTable() {
    byte[] payload = TestMedia.bytes("clips/vp9.webm");
    byte[] table = new byte[MediaProbe.frameTable(payload).orElseThrow().remaining()];
    MediaProbe.frameTable(payload).orElseThrow().get(table);
    for (int length = 0; length < table.length; length++) {
      byte[] cut = Arrays.copyOf(table, length);
      assertThatThrownBy(() -> FrameTable.parse(ByteBuffer.wrap(cut), payload.length))
          .isInstanceOf(CorruptDataException.class);
    }
    for (int at = 0; at < table.length; at++) {
      byte[] changed = table.clone();
      changed[at] ^= (byte) 0xff;
      try {
        Media media = new HeapMedia(MediaKind.VIDEO, payload, Map.of(), ByteBuffer.wrap(changed));
        Video video = Video.of(media);
        video.clip(0, 1, new ClipOptions(0, 0, 1, 1 << 20));
        video.clip(video.frameCount() - 1, video.frameCount(), new ClipOptions(0, 0, 1, 1 << 20));
      } catch (DatasetException e) {
        assertThat(e.code()).matches("SHEAF-(MED|CHK|NF)-\\d+");
      }
    }
  }
}
