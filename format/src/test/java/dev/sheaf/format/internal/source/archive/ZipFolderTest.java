package dev.sheaf.format.internal.source.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.OnError;
import dev.sheaf.format.ingest.Skipped;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipFolderTest {
  @TempDir Path folder;

  private Path zip(String name, Object... members) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < members.length; i += 2) {
        ZipEntry entry = new ZipEntry(members[i].toString());
        entry.setLastModifiedTime(FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        zip.putNextEntry(entry);
        zip.write(
            members[i + 1] instanceof byte[] raw
                ? raw
                : members[i + 1].toString().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  private static byte[] cat(int number) throws IOException {
    return Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_0" + number + ".jpg"));
  }

  @Test
  void takesAZipAsTheFolderItIs() throws IOException {
    Path file = zip("z.zip", "cat/a.jpg", cat(1), "cat/a.txt", "A cat.", "cat/b.jpg", cat(2));
    Path dataset = folder.resolve("d.sheaf");
    assertThat(Ingest.from(file).into(dataset).run().rowsAdded()).isEqualTo(2);
    IngestReport again = Ingest.from(file).into(dataset).run();
    assertThat(again.changed()).isFalse();
    assertThat(again.filesRead()).isZero();
    try (Dataset opened = Dataset.open(dataset)) {
      Sample sample = opened.head().find("cat/a.jpg").orElseThrow();
      assertThat(sample.text("caption")).isEqualTo("A cat.");
      assertThat(sample.text("label")).isEqualTo("cat");
      assertThat(sample.media("image").toBytes()).isEqualTo(cat(1));
    }
  }

  @Test
  void takesTablesInAZip() throws IOException {
    Path file = zip("t.zip", "data/t.csv", "a,b\n1,x\n2,y\n", "data/u.csv", "a,b\n3,z\n");
    assertThat(Ingest.from(file).into(folder.resolve("d.sheaf")).run().rowsAdded()).isEqualTo(3);
  }

  @Test
  void refusesNamesThatLeaveTheArchive() throws IOException {
    for (String name : new String[] {"../../x.jpg", "/x.jpg", "a/../../x.jpg"}) {
      Path file = zip("u.zip", "a.jpg", cat(1), name, cat(2), "b.jpg", cat(3));
      Path dataset = folder.resolve("d.sheaf");
      assertThatThrownBy(() -> Ingest.from(file).into(dataset).run())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("The name of a member is refused")
          .hasMessageContaining("member=\"" + name + "\"");
      assertThat(dataset).doesNotExist();
    }
  }

  @Test
  void leavesOutNamesThatLeaveTheArchive() throws IOException {
    Path dataset = folder.resolve("d.sheaf");
    List<Path> before = copies();
    for (String name : new String[] {"../../x.jpg", "/x.jpg", "a/../../x.jpg"}) {
      Path file = zip("u.zip", "a.jpg", cat(1), name, cat(2), "b.jpg", cat(3));
      for (boolean link : new boolean[] {false, true}) {
        Ingest ingest = Ingest.from(file).onError(OnError.SKIP).into(dataset);
        IngestReport report = (link ? ingest.link() : ingest).run();
        assertThat(report.rowsAdded() + report.rowsUnchanged()).isEqualTo(2);
        assertThat(report.skipped())
            .containsExactly(
                new Skipped(
                    file + ", member=\"" + name + "\"",
                    "SHEAF-INP-051",
                    "The name of a member is refused: "
                        + (name.startsWith("/")
                            ? "it is an absolute path"
                            : "it leaves the archive"),
                    "Write the archive again, or pass --on-error skip to leave it out"));
      }
      try (Dataset opened = Dataset.open(dataset)) {
        assertThat(opened.head().size()).isEqualTo(2);
        assertThat(opened.head().find("b.jpg").orElseThrow().media("image").toBytes())
            .isEqualTo(cat(3));
      }
      assertThat(folder.resolveSibling("x.jpg")).doesNotExist();
    }
    assertThat(copies()).isEqualTo(before);
  }

  private static List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().matches(".*/sheaf-\\d+\\.zip")).sorted().toList();
    }
  }

  /** One byte of the second of three members, deflated or stored, is flipped. */
  @Test
  void takesTheRestBesideADamagedMember() throws IOException {
    for (int method : new int[] {ZipEntry.DEFLATED, ZipEntry.STORED}) {
      Path file = folder.resolve("m" + method + ".zip");
      try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
        for (int i = 1; i <= 3; i++) {
          ZipArchiveEntry entry = new ZipArchiveEntry(i + ".jpg");
          entry.setMethod(method);
          out.putArchiveEntry(entry);
          out.write(cat(i));
          out.closeArchiveEntry();
        }
      }
      byte[] bytes = Files.readAllBytes(file);
      long middle;
      try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
        ZipArchiveEntry second = zip.getEntry("2.jpg");
        zip.getRawInputStream(second).close(); // finds where its bytes are
        middle = second.getDataOffset() + second.getCompressedSize() / 2;
      }
      bytes[(int) middle] ^= 0x10;
      Files.write(file, bytes);
      Path dataset = folder.resolve("d" + method + ".sheaf");
      assertThatThrownBy(() -> Ingest.from(file).into(dataset).run())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("2.jpg");
      IngestReport report = Ingest.from(file).onError(OnError.SKIP).into(dataset).run();
      assertThat(report.rowsAdded()).isEqualTo(2);
      assertThat(report.skipped()).hasSize(1);
      assertThat(report.skipped().get(0).where()).endsWith("2.jpg");
      if (method == ZipEntry.STORED) {
        assertThat(report.skipped().get(0).reason())
            .matches(
                "The archive is damaged: CRC-32 of the member: stored=0x[0-9a-f]{8}"
                    + " computed=0x[0-9a-f]{8}");
      }
    }
  }

  /** The directory of a zip is made to say that a member of a few bytes unfolds to gigabytes. */
  @Test
  void refusesWhatUnfoldsToTooMuch() throws IOException {
    Path file = zip("b.zip", "a.csv", "a\n1\n");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.length - 22 - (46 + "a.csv".length());
    while (data.getInt(directory) != 0x02014b50) {
      directory--;
    }
    data.putInt(directory + 24, 0xf0000000);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Ingest.from(file).into(folder.resolve("d.sheaf")).run())
        .hasMessageContaining("The archive unfolds to too much")
        .hasMessageContaining("bytes become 4026531840 and more, above 200 times");
  }

  @Test
  void saysThatAFileIsNoZip() throws IOException {
    Path file = Files.writeString(folder.resolve("n.zip"), "hello, this is not it");
    assertThatThrownBy(() -> Ingest.from(file).into(folder.resolve("d.sheaf")).run())
        .hasMessageContaining("Malformed zip file");
  }
}
