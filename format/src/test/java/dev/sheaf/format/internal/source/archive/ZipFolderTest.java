package dev.sheaf.format.internal.source.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestReport;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
      Path file = zip("u.zip", "a.jpg", cat(1), name, cat(2));
      assertThatThrownBy(() -> Ingest.from(file).into(folder.resolve("d.sheaf")).run())
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("The name of a member is refused")
          .hasMessageContaining("member=\"" + name + "\"");
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
