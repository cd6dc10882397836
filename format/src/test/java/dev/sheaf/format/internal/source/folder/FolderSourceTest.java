package dev.sheaf.format.internal.source.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestPlan;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.OnError;
import dev.sheaf.format.ingest.Skipped;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
  @TempDir Path folder;

  private Path data;

  @BeforeEach
  void makeFolder() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
  }

  private Path put(String name, byte[] bytes) throws IOException {
    Path file = data.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  }

  private Path put(String name, String text) throws IOException {
    return put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] cat(int number) throws IOException {
    return Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_0" + number + ".jpg"));
  }

  /** A WAV of eight samples of silence. */
  private static byte[] wave() {
    ByteBuffer wave = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
    wave.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(52);
    wave.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wave.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(16000);
    wave.putShort((short) 2).putShort((short) 16);
    wave.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    return wave.array();
  }

  @Test
  void takesPayloadsWithWhatLiesBesideThem() throws IOException {
    put("a.jpg", cat(1));
    put("a.txt", "A cat.\n");
    put("a.json", "{\"score\": 0.5, \"caption\": \"other\", \"tags\": [\"x\"]}");
    put(
        "a.srt",
        "1\n00:00:01,500 --> 00:00:02,000\nHello\n\n2\n00:01:00,0 --> 01:00:00,0\nTwo\nlines\n");
    put("b.jpg", cat(2));
    put("b.jpg.txt", "Another.");
    put("c.wav", wave());
    put("note.txt", "alone");
    SampleSource source = SourceTests.open(data);
    assertThat(SourceTests.schema(source))
        .containsExactly(
            "image: media<image>",
            "audio: media<audio>",
            "text: utf8",
            "caption: utf8",
            "subtitles: list<struct<start: float64, end: float64, text: utf8>>",
            "score: float64",
            "json_caption: utf8",
            "tags: list<utf8>");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0))
        .containsEntry("caption", "A cat.\n")
        .containsEntry("json_caption", "other")
        .containsEntry("score", 0.5)
        .containsEntry(
            "subtitles",
            List.of(
                Map.of("start", 1.5, "end", 2.0, "text", "Hello"),
                Map.of("start", 60.0, "end", 3600.0, "text", "Two\nlines")));
    assertThat(rows.get(1)).containsEntry("caption", "Another.").doesNotContainKey("score");
    assertThat(((Media) rows.get(2).get("audio")).codec()).isNotEmpty();
    assertThat(rows.get(3)).containsEntry("text", "alone").doesNotContainKey("image");
  }

  @Test
  void takesTextsWithTheJsonOfTheirName() throws IOException {
    put("en/a.txt", "A text.");
    put("en/a.json", "\ufeff {\"lang\": \"en\", \"text\": \"other\"}");
    put("en/b.txt", "Another.");
    SampleSource source = SourceTests.open(data);
    assertThat(SourceTests.schema(source))
        .containsExactly("text: utf8", "label: utf8", "lang: utf8", "json_text: utf8");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0)).containsEntry("text", "A text.").containsEntry("json_text", "other");
    assertThat(rows.get(1)).containsEntry("text", "Another.").doesNotContainKey("lang");
    Path dataset = folder.resolve("d.sheaf");
    Ingest.from(data).into(dataset).run();
    put("en/b.json", "{\"lang\": \"fr\"}");
    assertThat(Ingest.from(data).into(dataset).run().rowsUpdated()).isEqualTo(1);

    // Rows are a table, and whether it describes the files is the user's to say.
    put("en/c.txt", "A third.");
    put("en/c.json", "[{\"lang\": \"en\"}]");
    assertThatThrownBy(() -> SourceTests.open(data))
        .hasMessageContaining("files that are samples (3) and tables (1)");
  }

  @Test
  void givesPayloadsOfOneKindAndNameSamplesOfTheirOwn() throws IOException {
    put("a.jpg", cat(1));
    put("a.jpeg", cat(2));
    put("a.txt", "both");
    List<Map<String, Object>> rows = SourceTests.rows(SourceTests.open(data));
    assertThat(rows).hasSize(2);
    assertThat(rows).allSatisfy(row -> assertThat(row).containsEntry("caption", "both"));
  }

  @Test
  void letsTheContentDecideWhatAFileIs() throws IOException {
    put("a.mp4", cat(1));
    SampleSource source = SourceTests.open(data);
    assertThat(SourceTests.schema(source)).containsExactly("image: media<image>");
    assertThat(source.notes())
        .containsExactly("\"a.mp4\" has the extension of video and holds image: taken as image");
  }

  @Test
  void findsSplitsAndLabels() throws IOException {
    put("train/cat/1.jpg", cat(1));
    put("val/dog/1.jpg", cat(2));
    List<Map<String, Object>> rows = SourceTests.rows(SourceTests.open(data));
    assertThat(rows.get(0)).containsEntry("split", "train").containsEntry("label", "cat");
    assertThat(rows.get(1)).containsEntry("split", "validation").containsEntry("label", "dog");
  }

  @Test
  void updatesTheSampleWhoseSidecarChanged() throws IOException {
    put("a.jpg", cat(1));
    put("a.txt", "before");
    put("b.jpg", cat(2));
    Path dataset = folder.resolve("d.sheaf");
    assertThat(Ingest.from(data).into(dataset).run().rowsAdded()).isEqualTo(2);
    IngestReport same = Ingest.from(data).into(dataset).run();
    assertThat(same.rowsUnchanged()).isEqualTo(2);
    assertThat(same.filesRead()).isZero();
    put("a.txt", "after, and longer");
    put("b.json", "{\"n\": 3}");
    IngestReport changed = Ingest.from(data).into(dataset).run();
    assertThat(changed.rowsUpdated()).isEqualTo(2);
    try (Dataset opened = Dataset.open(dataset)) {
      Sample sample = opened.head().find("a.jpg").orElseThrow();
      assertThat(sample.text("caption")).isEqualTo("after, and longer");
      assertThat(opened.head().find("b.jpg").orElseThrow().int64("n")).isEqualTo(3);
    }
  }

  @Test
  void reportsBrokenSidecars() throws IOException {
    put("a.jpg", cat(1));
    put("a.txt", new byte[] {'x', (byte) 0xe9, 'y'});
    put("b.jpg", cat(2));
    put("b.json", "[1]");
    put("c.jpg", cat(3));
    put("c.srt", "1\nno times here\n");
    put("d.jpg", cat(4));
    put("d.vtt", "WEBVTT\n\n00:02.000 --> 00:01.000\nback\n");
    put("e.jpg", cat(5));
    IngestReport report =
        Ingest.from(data).into(folder.resolve("d.sheaf")).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
    assertThat(report.skipped().stream().map(Skipped::toString))
        .containsExactly(
            data
                + "/a.jpg, column=\"caption\", file=\"a.txt\": Invalid UTF-8 at byte 1 of the file"
                + " [SHEAF-INP-030]",
            data + "/b.json: Expected a JSON object, got an array [SHEAF-INP-032]",
            data
                + "/c.jpg, column=\"subtitles\", file=\"c.srt\": The file has no cue [SHEAF-INP-054]",
            data
                + "/d.jpg, column=\"subtitles\", file=\"d.vtt\", line=3: A cue ends at 1.0 s before it"
                + " starts at 2.0 s [SHEAF-INP-054]");
  }

  @Test
  void planChangesNothing() throws IOException {
    put("a.jpg", cat(1));
    put("a.txt", "x");
    IngestPlan plan = Ingest.from(data).into(folder.resolve("d.sheaf")).plan();
    assertThat(plan.rowsToAdd()).isEqualTo(1);
    assertThat(plan.sample()).containsEntry("caption", "x");
    assertThat(Files.exists(folder.resolve("d.sheaf"))).isFalse();
  }

  @Test
  void readsMetadataAsHuggingFaceHasIt() throws IOException {
    put("train/0.jpg", cat(1));
    put("train/1.jpg", cat(2));
    put("train/mask/0.jpg", cat(3));
    put("train/stray.jpg", cat(4));
    put(
        "train/metadata.jsonl",
        "{\"file_name\": \"0.jpg\", \"text\": \"zero\", \"mask_file_name\": \"mask/0.jpg\"}\n"
            + "{\"file_name\": \"1.jpg\", \"text\": \"one\", \"mask_file_name\": null}\n");
    put("test/2.jpg", cat(5));
    put("test/metadata.csv", "file_name,text\n2.jpg,two\n");
    Path dataset = folder.resolve("d.sheaf");
    IngestReport report = Ingest.from(data).into(dataset).run();
    assertThat(report.rowsAdded()).isEqualTo(3);
    assertThat(report.skipped().stream().map(Skipped::toString))
        .containsExactly(
            data
                + "/train/stray.jpg: Not named in train/metadata.jsonl: passed over"
                + " [SHEAF-INP-026]");
    try (Dataset opened = Dataset.open(dataset)) {
      Sample zero = opened.head().find("train/0.jpg").orElseThrow();
      assertThat(zero.text("split")).isEqualTo("train");
      assertThat(zero.media("mask").toBytes()).isEqualTo(cat(3));
      assertThat(zero.media("image").toBytes()).isEqualTo(cat(1));
      Sample two = opened.head().find("test/2.jpg").orElseThrow();
      assertThat(two.text("split")).isEqualTo("test");
      assertThat(two.text("text")).isEqualTo("two");
    }
  }

  @Test
  void saysWhichFileThatMetadataNamesIsMissing() throws IOException {
    put("0.jpg", cat(1));
    put("metadata.csv", "file_name\n0.jpg\nno.jpg\n");
    assertThatThrownBy(() -> Ingest.from(data).into(folder.resolve("d.sheaf")).run())
        .hasMessageContaining("No such file or folder")
        .hasMessageContaining("row=1, line=3, column=\"image\", file=\"no.jpg\"");
    IngestReport report =
        Ingest.from(data).into(folder.resolve("e.sheaf")).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
  }

  @Test
  void takesTheLinesOfALoneTextFileAndTheFilesOfAFolder() throws IOException {
    Path lines = put("corpus.txt", "first\n\n  \nsecond 二\r\nthird");
    SampleSource source = SourceTests.open(lines);
    assertThat(SourceTests.rows(source))
        .containsExactly(
            Map.of("text", "first"), Map.of("text", "second 二"), Map.of("text", "third"));
    assertThat(SourceTests.rows(SourceTests.open(data)))
        .containsExactly(Map.of("text", "first\n\n  \nsecond 二\r\nthird"));
    IngestPlan plan = Ingest.from(lines).format("text").into(folder.resolve("d.sheaf")).plan();
    assertThat(plan.rowsToAdd()).isEqualTo(1);
  }
}
