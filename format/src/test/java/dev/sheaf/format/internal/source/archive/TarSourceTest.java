package dev.sheaf.format.internal.source.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.OnError;
import dev.sheaf.format.ingest.Skipped;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarSourceTest {
  private static final Path SHARDS = TestFiles.SOURCES.resolve("webdataset");

  @TempDir Path folder;

  private Path dataset() {
    return folder.resolve("d.sheaf");
  }

  private static byte[] cat() throws IOException {
    return Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
  }

  /** Writes a tar; each pair is a name and the bytes or text of a member. */
  private Path tar(String name, Object... members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < members.length; i += 2) {
        byte[] data =
            members[i + 1] instanceof byte[] raw
                ? raw
                : members[i + 1].toString().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(members[i].toString(), true);
        entry.setSize(data.length);
        tar.putArchiveEntry(entry);
        tar.write(data);
        tar.closeArchiveEntry();
      }
    }
    Path file = folder.resolve(name);
    Files.write(file, bytes.toByteArray());
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    return file;
  }

  @Test
  void readsTheShardsOfTheWebdatasetLibrary() {
    for (String name : List.of("shard-000.tar", "shard-001.tar.gz")) {
      SampleSource source = SourceTests.open(SHARDS.resolve(name));
      assertThat(SourceTests.schema(source))
          .containsExactlyInAnyOrder(
              "jpg: media<image>",
              "cls: int64",
              "txt: utf8",
              "width: int64",
              "tags: list<utf8>",
              "score: float64",
              "npy: tensor<float32, [4]>");
      List<Map<String, Object>> rows = SourceTests.rows(source);
      assertThat(rows).hasSize(3);
      int first = name.contains("000") ? 0 : 3;
      for (int i = first; i < first + 3; i++) {
        Map<String, Object> row = rows.get(i - first);
        assertThat(row)
            .containsEntry("cls", (long) i % 2)
            .containsEntry("txt", "picture " + i + " 图")
            .containsEntry("width", 8L)
            .containsEntry("score", i / 4.0);
        assertThat((List<?>) row.get("tags")).hasSize(i);
        assertThat(((Media) row.get("jpg")).width()).isEqualTo(8);
      }
    }
  }

  @Test
  void ingestsABraceRangeAndAddsNothingTheSecondTime() throws IOException {
    tar("s-008.tar", "a.jpg", cat(), "a.txt", "one", "dir/b.jpg", cat(), "dir/b.txt", "two");
    tar("s-009.tar", "a.jpg", cat(), "a.txt", "three");
    Path range = folder.resolve("s-{008..009}.tar");
    IngestReport report = Ingest.from(range).into(dataset()).run();
    assertThat(report.rowsAdded()).isEqualTo(3);
    assertThat(report.filesRead()).isEqualTo(3);
    try (Dataset opened = Dataset.open(dataset())) {
      Version version = opened.head();
      Sample sample = version.sample(1);
      assertThat(sample.key()).isEqualTo("s-008.tar/dir/b");
      assertThat(sample.text("txt")).isEqualTo("two");
      assertThat(sample.media("jpg").toBytes()).isEqualTo(cat());
      assertThat(version.sample(2).key()).isEqualTo("s-009.tar/a");
      Origin origin = sample.origin().orElseThrow();
      assertThat(origin.source()).isEqualTo("s-008.tar");
      assertThat(origin.unit()).isEqualTo(Origin.Unit.OFFSET);
      byte[] there = new byte[cat().length];
      try (RandomAccessFile file =
          new RandomAccessFile(folder.resolve("s-008.tar").toFile(), "r")) {
        file.seek(origin.position());
        file.readFully(there);
      }
      assertThat(there).isEqualTo(cat());
    }
    IngestReport again = Ingest.from(range).into(dataset()).run();
    assertThat(again.changed()).isFalse();
    assertThat(again.filesRead()).isZero();
  }

  @Test
  void keepsFieldsTogetherThatClashWithExtensions() throws IOException {
    Path file = tar("c.tar", "a.txt", "x", "a.json", "{\"txt\": 1}");
    SampleSource source = SourceTests.open(file);
    assertThat(SourceTests.schema(source)).containsExactly("txt: utf8", "json: struct<txt: int64>");
    assertThat(source.notes().get(0)).contains("stay together in one column");
    assertThat(SourceTests.rows(source).get(0)).containsEntry("json", Map.of("txt", 1L));
  }

  @Test
  void refusesNamesThatLeaveTheArchive() throws IOException {
    for (String name : List.of("../../x.txt", "a/../../x.txt", "/etc/x.txt", "..\\x.txt")) {
      Path file = tar("u.tar", "good.txt", "1", name, "evil", "last.txt", "2");
      assertThatThrownBy(() -> Ingest.from(file).into(dataset()).run())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("The name of a member is refused")
          .hasMessageContaining("offset=1024");
      IngestReport report =
          Ingest.from(file).into(folder.resolve("s.sheaf")).onError(OnError.SKIP).run();
      assertThat(report.rowsAdded() + report.rowsUnchanged()).isEqualTo(2);
      assertThat(report.skipped()).hasSize(1);
      assertThat(report.skipped().get(0).code()).isEqualTo("SHEAF-INP-051");
    }
  }

  @Test
  void refusesLinks() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("a.txt", TarConstants.LF_SYMLINK);
      entry.setLinkName("/etc/passwd");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    Path file = Files.write(folder.resolve("l.tar"), bytes.toByteArray());
    assertThatThrownBy(() -> Ingest.from(file).into(dataset()).run())
        .hasMessageContaining("A link in an archive is refused (to \"/etc/passwd\")")
        .hasMessageContaining("member=\"a.txt\", offset=0");
  }

  @Test
  void takesTheRestBehindADamagedHeader() throws IOException {
    Path file = tar("d.tar", "a.txt", "one", "b.txt", "two", "c.txt", "three", "d.txt", "four");
    byte[] bytes = Files.readAllBytes(file);
    bytes[1024 + 3] ^= 0x55; // in the name of the second header
    Files.write(file, bytes);
    assertThatThrownBy(() -> Ingest.from(file).into(dataset()).run())
        .hasMessage(
            "The archive is damaged: the checksum of a header does not hold; 1024 bytes are passed"
                + " over to the next at "
                + file
                + ", offset=1024. Write the archive again, or pass --on-error skip to take the"
                + " rest");
    IngestReport report = Ingest.from(file).into(dataset()).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(3);
    assertThat(report.skipped().stream().map(Skipped::where))
        .containsExactly(file + ", offset=1024");
  }

  @Test
  void saysWhereATarIsCutShort() throws IOException {
    Path file = tar("t.tar", "a.txt", "one", "b.jpg", cat());
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, 2000));
    assertThatThrownBy(() -> Ingest.from(file).into(dataset()).run())
        .hasMessageContaining("The archive is cut short")
        .hasMessageContaining("member=\"b.jpg\", offset=1024");
    IngestReport report = Ingest.from(file).into(dataset()).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
  }

  @Test
  void reportsMembersThatAreNotWhatTheyAreCalled() throws IOException {
    Path file =
        tar(
            "n.tar",
            "a.cls",
            "seven",
            "b.cls",
            "7",
            "c.json",
            "{",
            "d.txt",
            new byte[] {'a', (byte) 0xe9},
            "e.jpg",
            "no picture",
            "f.jpg",
            "");
    IngestReport report = Ingest.from(file).into(dataset()).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(1);
    assertThat(report.skipped().stream().map(Skipped::code))
        .containsExactly(
            "SHEAF-INP-042", "SHEAF-INP-031", "SHEAF-INP-030", "SHEAF-INP-026", "SHEAF-INP-024");
  }

  @Test
  void refusesWhatUnfoldsToTooMuch() throws IOException {
    Path file = folder.resolve("bomb.tar.gz");
    long size = 3L << 29;
    try (OutputStream out = Files.newOutputStream(file);
        GZIPOutputStream packed = new GZIPOutputStream(out, 1 << 16);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(packed)) {
      TarArchiveEntry entry = new TarArchiveEntry("a.jpg", true);
      entry.setSize(size);
      tar.putArchiveEntry(entry);
      byte[] zeros = new byte[1 << 20];
      for (long left = size; left > 0; left -= zeros.length) {
        tar.write(zeros);
      }
      tar.closeArchiveEntry();
    }
    assertThatThrownBy(() -> Ingest.from(file).into(dataset()).run())
        .hasMessageContaining("The archive unfolds to too much")
        .hasMessageContaining("above 200 times");
  }

  @Test
  void survivesTruncationAndFlippedBytes() throws IOException {
    byte[] whole = Files.readAllBytes(SHARDS.resolve("shard-000.tar"));
    byte[] packed = Files.readAllBytes(SHARDS.resolve("shard-001.tar.gz"));
    for (byte[] bytes : List.of(whole, packed)) {
      String name = bytes == whole ? "x.tar" : "x.tar.gz";
      int step = bytes.length / 150 + 1;
      for (int at = 1; at < bytes.length; at += step) {
        Files.write(folder.resolve(name), java.util.Arrays.copyOf(bytes, at));
        readOrRefuse(folder.resolve(name));
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) 0xff;
        Files.write(folder.resolve(name), flipped);
        readOrRefuse(folder.resolve(name));
      }
    }
  }

  private static void readOrRefuse(Path file) {
    try {
      SourceTests.rows(SourceTests.open(file));
    } catch (DatasetException e) {
      assertThat(e.getMessage()).contains(file.getFileName().toString());
    }
  }
}
