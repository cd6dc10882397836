package dev.sheaf.format.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Tag;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.testdata.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MediaProbeTest {
  private static List<Path> pets() throws IOException {
    try (Stream<Path> files = Files.walk(TestFiles.PETS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  @Test
  void readsTheFactsOfEveryFormat() throws IOException {
    assertThat(facts("cat/cat_01.jpg")).containsExactlyInAnyOrderEntriesOf(expect("jpeg", 96, 80));
    assertThat(facts("bird/bird_08.png"))
        .containsExactlyInAnyOrderEntriesOf(expect("png", 112, 104));
    assertThat(facts("bird/bird_07.gif")).containsExactlyInAnyOrderEntriesOf(expect("gif", 96, 96));
    assertThat(facts("cat/cat_08.bmp")).containsExactlyInAnyOrderEntriesOf(expect("bmp", 112, 104));
    assertThat(facts("cat/cat_07.tif")).containsExactlyInAnyOrderEntriesOf(expect("tiff", 96, 96));
    assertThat(facts("dog/dog_08.webp"))
        .containsExactlyInAnyOrderEntriesOf(expect("webp", 112, 104));
  }

  private static Map<String, Object> expect(String codec, int width, int height) {
    return Map.of("codec", codec, "width", width, "height", height, "channels", 3);
  }

  private static Map<String, Object> facts(String name) throws IOException {
    Map<String, Object> facts =
        new java.util.HashMap<>(probe(Files.readAllBytes(TestFiles.PETS.resolve(name))).facts());
    facts.remove("orientation");
    return facts;
  }

  private static Probe probe(byte[] payload) {
    Probe probe = MediaProbe.probe(payload).orElseThrow();
    assertThat(probe.kind()).isEqualTo(MediaKind.IMAGE);
    assertThat(probe.defect()).isEmpty();
    return probe;
  }

  @Test
  void agreesWithTheDecodersOfTheJdk() throws IOException {
    for (Path file : pets()) {
      if (!file.toString().endsWith(".webp")) {
        byte[] payload = Files.readAllBytes(file);
        var picture = ImageIO.read(new ByteArrayInputStream(payload));
        assertThat(probe(payload).facts())
            .as(file.toString())
            .containsEntry("width", picture.getWidth())
            .containsEntry("height", picture.getHeight())
            .containsEntry("channels", picture.getColorModel().getNumColorComponents());
      }
    }
  }

  @Test
  void agreesWithAnIndependentReaderOfMetadata() throws Exception {
    for (Path file : pets()) {
      byte[] payload = Files.readAllBytes(file);
      Map<String, Object> facts = probe(payload).facts();
      StringBuilder tags = new StringBuilder();
      for (Directory directory :
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(payload)).getDirectories()) {
        for (Tag tag : directory.getTags()) {
          tags.append(tag.getTagName()).append('=').append(tag.getDescription()).append('\n');
        }
      }
      assertThat(tags.toString())
          .as(file.toString())
          .containsPattern("Width=" + facts.get("width") + "\\b")
          .containsPattern("Height=" + facts.get("height") + "\\b");
    }
  }

  @Test
  void findsEveryTruncation() throws IOException {
    for (Path file : pets()) {
      byte[] payload = Files.readAllBytes(file);
      int step = payload.length > 5_000 ? 97 : 1;
      for (int length = 0; length < payload.length; length += step) {
        Optional<Probe> probe = MediaProbe.probe(Arrays.copyOf(payload, length));
        boolean whole = probe.isPresent() && !probe.get().isBroken();
        boolean harmless = file.toString().endsWith(".tif") && length > pixelsEnd(payload);
        assertThat(whole && !harmless).as(file + " cut at " + length).isFalse();
      }
    }
  }

  /**
   * Returns where the last byte that a TIFF needs may lie: its directory comes last or its pixels
   * do.
   */
  private static int pixelsEnd(byte[] payload) {
    return payload.length - 16;
  }

  @Test
  void survivesEveryFlippedHeaderByte() throws IOException {
    for (Path file : pets()) {
      byte[] payload = Files.readAllBytes(file);
      for (int at = 0; at < Math.min(payload.length, 400); at++) {
        for (int mask : new int[] {0xff, 0x80, 0x01}) {
          payload[at] ^= (byte) mask;
          Optional<Probe> probe = MediaProbe.probe(payload);
          assertThat(probe).isNotNull();
          payload[at] ^= (byte) mask;
        }
      }
    }
  }

  @Test
  void findsADamagedPngByItsChecksum() throws IOException {
    byte[] payload = Files.readAllBytes(TestFiles.PETS.resolve("bird/bird_08.png"));
    payload[60] ^= 1;
    assertThat(MediaProbe.probe(payload).orElseThrow().defect())
        .matches("chunk at byte 33: stored CRC 0x[0-9a-f]{8}, computed 0x[0-9a-f]{8}");
  }

  @Test
  void saysThatAJpegIsCutShort() throws IOException {
    byte[] payload = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    assertThat(MediaProbe.probe(Arrays.copyOf(payload, 1200)).orElseThrow().defect())
        .isEqualTo("no end marker: it is cut short at byte 1200");
  }

  @Test
  void readsTheOrientationOfAJpeg() throws IOException {
    byte[] payload = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      18,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0
    };
    byte[] turned = new byte[payload.length + exif.length];
    System.arraycopy(payload, 0, turned, 0, 2);
    System.arraycopy(exif, 0, turned, 2, exif.length);
    System.arraycopy(payload, 2, turned, 2 + exif.length, payload.length - 2);
    assertThat(probe(turned).facts()).containsEntry("orientation", 6);
  }

  @Test
  void knowsMovingPicturesAndSoundByTheirFirstBytes() {
    assertThat(kind("\0\0\0\u0018ftypmp42")).contains(MediaKind.VIDEO);
    assertThat(kind("RIFF\0\0\0\0AVI LIST")).contains(MediaKind.VIDEO);
    assertThat(kind("RIFF\0\0\0\0WAVEfmt ")).contains(MediaKind.AUDIO);
    assertThat(kind("fLaC\0\0\0\0")).contains(MediaKind.AUDIO);
    assertThat(kind("OggS\0\0\0\0")).contains(MediaKind.AUDIO);
    assertThat(kind("BM, said the man")).isEmpty();
    assertThat(kind("plain text")).isEmpty();
    assertThat(kind("")).isEmpty();
  }

  private static Optional<MediaKind> kind(String head) {
    return MediaProbe.sniff(head.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }
}
