package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables and chats that name files which are not there. */
class MissingMediaTest {
  private static final String ADVICE =
      ". Add the file, pass --media-root with the folder that the names begin in, or pass --on-error"
          + " skip to leave such rows out";

  private static final Path MEDIA = TestFiles.ROOT.resolve("media");

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path dataset() {
    return folder.resolve("d.sheaf");
  }

  private Ingest ingest(Path table) {
    return Ingest.from(table).mediaRoot(TestFiles.PETS).into(dataset());
  }

  private void refuses(Ingest ingest, String message) {
    assertThatThrownBy(ingest::run)
        .isInstanceOf(NotFoundException.class)
        .hasFieldOrPropertyWithValue("code", "SHEAF-INP-020")
        .hasMessage(message);
    assertThatThrownBy(ingest::plan).hasMessage(message);
    assertThat(dataset()).doesNotExist();
  }

  @Test
  void refusesAColumnOfWhichSomeFilesAreMissing() throws IOException {
    String csv = "image,n\ncat/cat_01.jpg,1\ncat/no.jpg,2\ndog/dog_01.jpg,3\ndog/no.jpg,4\n";
    String jsonl =
        "{\"image\": \"cat/cat_01.jpg\"}\n{\"image\": null}\n{\"image\": \"cat/no.jpg\"}\n";
    String json = "[{\"image\": \"cat/cat_01.jpg\"}, {\"image\": \"cat/no.jpg\"}]";
    refuses(
        ingest(file("t.csv", csv)),
        "Missing media: 2 of the 4 cells of the column name no file at "
            + folder
            + "/t.csv, row=1, line=3, column=\"image\", file=\"cat/no.jpg\""
            + ADVICE);
    refuses(
        ingest(file("t.jsonl", jsonl)),
        "Missing media: 1 of the 2 cells of the column name no file at "
            + folder
            + "/t.jsonl, line=3, offset=44, column=\"image\", file=\"cat/no.jpg\""
            + ADVICE);
    refuses(
        ingest(file("t.json", json)),
        "Missing media: 1 of the 2 cells of the column name no file at "
            + folder
            + "/t.json, row=1, line=1, column=\"image\", file=\"cat/no.jpg\""
            + ADVICE);
  }

  @Test
  void leavesRowsOutWhoseFileIsMissing() throws IOException {
    Path table =
        file(
            "t.csv",
            "image,n\ncat/cat_01.jpg,1\ncat/no.jpg,2\ndog/dog_01.jpg,3\n,4\ntext,5\ndog/dog_02.jpg,6\n");
    IngestReport report = ingest(table).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(4);
    assertThat(report.skipped()).hasSize(2);
    assertThat(report.skipped().get(0).toString())
        .isEqualTo(
            table
                + ", row=1, line=3, column=\"image\", file=\"cat/no.jpg\": Missing media: the cell names no"
                + " file [SHEAF-INP-020]");
    assertThat(report.skipped().get(1).toString()).contains("line=6", "file=\"text\"");
    try (Dataset opened = Dataset.open(dataset())) {
      Version version = opened.head();
      assertThat(version.sample(0).media("image").codec()).isEqualTo("jpeg");
      assertThat(version.sample(1).int64("n")).isEqualTo(3);
      assertThat(version.sample(2).isNull("image")).isTrue();
    }
  }

  @Test
  void readsChatsTheSameWay() throws IOException {
    for (String list : List.of("images", "videos", "audios")) {
      String media =
          list.equals("images")
              ? "cat/cat_01.jpg"
              : list.equals("videos") ? "h264-bframes.mp4" : "tone.wav";
      Path root = list.equals("images") ? TestFiles.PETS : MEDIA.resolve("clips");
      String turns = "\"messages\": [{\"role\": \"user\", \"content\": \"<image>?\"}]";
      Path table =
          file(
              "chat.jsonl",
              ("{%s, \"LIST\": [\"MEDIA\"]}\n{%s, \"LIST\": [\"MEDIA\", \"gone/MEDIA\"]}\n")
                  .formatted(turns, turns)
                  .replace("LIST", list)
                  .replace("gone/MEDIA", "gone." + media.substring(media.lastIndexOf('.') + 1))
                  .replace("MEDIA", media));
      Ingest ingest = Ingest.from(table).mediaRoot(root).into(dataset());
      assertThatThrownBy(ingest::run)
          .isInstanceOf(NotFoundException.class)
          .hasMessageStartingWith(
              "Missing media: 1 of the 3 cells of the column name no file at " + table + ", line=2")
          .hasMessageContaining("column=\"" + list + "\", file=\"gone.");
      IngestReport report = ingest.onError(OnError.SKIP).run();
      assertThat(report.skipped()).hasSize(1);
      assertThat(report.skipped().get(0).toString())
          .contains("line=2", "column=\"" + list + "_1\", file=\"gone.");
      try (Dataset opened = Dataset.open(dataset())) {
        assertThat(opened.head().size()).isEqualTo(1);
        assertThat(opened.head().sample(0).media(list + "_0").byteLength()).isPositive();
      }
      try (var paths = Files.walk(dataset())) {
        paths.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  @Test
  void suggestsTheMediaRootWhereNoFileIsThere() throws IOException {
    Path table = file("t.csv", "image,n\npets/cat_01.jpg,1\npets/cat_02.jpg,2\n");
    String message =
        "Missing media: none of the 2 files that the column names is there, neither beside the"
            + " table nor in "
            + MEDIA
            + " at "
            + table
            + ", row=0, line=2, column=\"image\", file=\"pets/cat_01.jpg\". Correct --media-root: it is the"
            + " folder that the names begin in; leave it out to keep the names as text";
    refuses(Ingest.from(table).mediaRoot(MEDIA).into(dataset()), message);
    // All rows would be left out: skipping does not make a wrong folder right.
    refuses(Ingest.from(table).mediaRoot(MEDIA).onError(OnError.SKIP).into(dataset()), message);
    IngestPlan plain = Ingest.from(table).into(dataset()).plan();
    assertThat(plain.schema().column("image").type()).isEqualTo(Type.UTF8);
    assertThat(plain.notes())
        .containsExactly(
            table
                + ": column \"image\" stays text: none of the 2 files that it names is there:"
                + " \"pets/cat_01.jpg\" (line 2), \"pets/cat_02.jpg\" (line 3); if they should go"
                + " in, pass --media-root with the folder that the names begin in");
  }

  @Test
  void keepsTextThatHappensToNameFiles() throws IOException {
    Path table =
        file(
            "t.csv",
            "a,b,c\n"
                + "cat/cat_01.jpg,cat/cat_01.jpg,https://example.org/a.jpg\n"
                + "a cat,https://example.org/b.jpg,https://example.org/b.jpg\n"
                + "a dog,cat/cat_02.jpg,https://example.org/c.jpg\n");
    IngestPlan plan = ingest(table).plan();
    for (String column : List.of("a", "b", "c")) {
      assertThat(plan.schema().column(column).type()).as(column).isEqualTo(Type.UTF8);
    }
    assertThat(plan.notes())
        .containsExactly(
            table
                + ": column \"a\" stays text: 2 of its 3 cells name no file: \"a cat\" (line 3), \"a"
                + " dog\" (line 4); add the files or pass --media-root",
            table
                + ": column \"b\" stays text: 1 of its 3 cells name no file, some of them addresses:"
                + " \"https://example.org/b.jpg\" (line 3); add the files or pass --media-root");
  }
}
