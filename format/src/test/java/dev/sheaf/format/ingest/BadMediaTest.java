package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.media.ImageDecoder;
import dev.sheaf.format.testdata.TestFiles;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders with one bad file each: a clear error with file and reason, or the rest goes in and the
 * file is reported. Archives and tables have theirs in the tests of their readers.
 */
class BadMediaTest {
  private static final Path CLIPS = TestFiles.ROOT.resolve("media/clips");

  @TempDir Path folder;
  private Path source;

  @BeforeEach
  void takeAGoodVideo() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    Files.copy(CLIPS.resolve("h264-vfr.mp4"), source.resolve("good.mp4"));
  }

  private static byte[] clip(String name) throws IOException {
    return Files.readAllBytes(CLIPS.resolve(name));
  }

  /** A Matroska file up to its first cluster: a track is there, and no frame. */
  private static byte[] withoutFrames() throws IOException {
    byte[] whole = clip("h264.mkv");
    for (int i = 0; i < whole.length; i++) {
      boolean cluster =
          whole[i] == 0x1f
              && whole[i + 1] == 0x43
              && whole[i + 2] == (byte) 0xb6
              && whole[i + 3] == 0x75;
      if (cluster) {
        return Arrays.copyOf(whole, i);
      }
    }
    throw new AssertionError("no cluster");
  }

  /** A whole PNG of zeros whose header says 100,000 x 100,000 pixels. */
  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    byte[] header = {0, 1, (byte) 0x86, (byte) 0xa0, 0, 1, (byte) 0x86, (byte) 0xa0, 8, 2, 0, 0, 0};
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
      deflater.write(new byte[1 << 20]);
    }
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", packed.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    out.writeInt((int) crc.getValue());
  }

  @Test
  void refusesOrLeavesOutTheBadFile() throws IOException {
    Map<String, byte[]> bad = new LinkedHashMap<>();
    Map<String, String> reasons = new LinkedHashMap<>();
    byte[] whole = clip("h264-bframes.mp4");
    bad.put("cut.mp4", Arrays.copyOf(whole, whole.length / 2));
    reasons.put("cut.mp4", "Broken mp4 video: ");
    bad.put("stub.mp4", Arrays.copyOf(whole, 40));
    reasons.put("stub.mp4", "Broken mp4 video: ");
    bad.put("zero.mp4", new byte[0]);
    reasons.put("zero.mp4", "The file is empty");
    bad.put("none.mkv", withoutFrames());
    reasons.put("none.mkv", "Broken matroska video: ");
    bad.put("words.mp4", "these are words".getBytes(StandardCharsets.UTF_8));
    reasons.put("words.mp4", "Not a video: its first bytes are those of no known format");
    for (Map.Entry<String, byte[]> one : bad.entrySet()) {
      Path file = Files.write(source.resolve(one.getKey()), one.getValue());
      String reason = reasons.get(one.getKey());
      Path dataset = folder.resolve(one.getKey() + ".sheaf");
      assertThatThrownBy(() -> Ingest.from(source).into(dataset).run())
          .as(one.getKey())
          .isInstanceOf(DatasetException.class)
          .hasMessageStartingWith(reason)
          .hasMessageContaining(file.toString());
      IngestReport report = Ingest.from(source).onError(OnError.SKIP).into(dataset).run();
      assertThat(report.rowsAdded()).as(one.getKey()).isEqualTo(1);
      assertThat(report.skipped()).hasSize(1);
      assertThat(report.skipped().get(0).where()).isEqualTo(file.toString());
      assertThat(report.skipped().get(0).reason()).startsWith(reason);
      Files.delete(file);
    }
  }

  @Test
  void refusesOrLeavesOutACaptionThatIsNotUtf8() throws IOException {
    Path caption = source.resolve("good.txt");
    Files.write(caption, "un café".getBytes(StandardCharsets.ISO_8859_1));
    Files.copy(CLIPS.resolve("h264-vfr.mp4"), source.resolve("other.mp4"));
    Path dataset = folder.resolve("d.sheaf");
    assertThatThrownBy(() -> Ingest.from(source).into(dataset).run())
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith("Invalid UTF-8 at byte 6 of the file")
        .hasMessageContaining("good.txt");
    IngestReport report = Ingest.from(source).onError(OnError.SKIP).into(dataset).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
    assertThat(report.skipped()).hasSize(1);
    assertThat(report.skipped().get(0).toString()).contains("good.txt", "Invalid UTF-8 at byte 6");
  }

  @Test
  void takesAFileAsWhatItIsWhereItsExtensionLies() throws IOException {
    Files.move(source.resolve("good.mp4"), source.resolve("good.jpg"));
    Path dataset = folder.resolve("d.sheaf");
    IngestReport report = Ingest.from(source).into(dataset).run();
    assertThat(report.notes().toString())
        .contains("\"good.jpg\" has the extension of image and holds video: taken as video");
    try (Dataset opened = Dataset.open(dataset)) {
      assertThat(opened.head().sample(0).media("video").kind()).isEqualTo(MediaKind.VIDEO);
    }
  }

  /**
   * A header is no work: it goes in as it is, and decoding it is refused before memory is taken.
   */
  @Test
  void neverUnfoldsAnImageOfTenBillionPixels() throws IOException {
    Files.delete(source.resolve("good.mp4"));
    Files.write(source.resolve("bomb.png"), bomb());
    Path dataset = folder.resolve("d.sheaf");
    assertThat(Ingest.from(source).into(dataset).run().rowsAdded()).isEqualTo(1);
    try (Dataset opened = Dataset.open(dataset)) {
      var image = opened.head().sample(0).media("image");
      assertThat(image.width()).isEqualTo(100_000);
      assertThatThrownBy(() -> ImageDecoder.create().decode(image))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("100000 x 100000")
          .hasFieldOrPropertyWithValue("code", "SHEAF-MED-003");
    }
  }
}
