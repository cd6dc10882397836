package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every message in full: what is wrong, where, and what to do. */
class BadInputTest {
  private static final String FORMATS =
      "folder, images, video, audio, text, lines, jsonl, json, csv, tsv, parquet, arrow,"
          + " webdataset, zip, npy, npz, safetensors, hdf5, mds, coco";

  private static final String SKIP = "or pass --on-error skip to leave it out";

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Path latin(String name, String content) throws IOException {
    return Files.write(folder.resolve(name), content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void refuses(Path source, String code, String message) {
    refuses(Ingest.from(source), code, message);
  }

  private void refuses(Ingest ingest, String code, String message) {
    assertThatThrownBy(() -> ingest.into(folder.resolve("d.sheaf")).run())
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            message
                .replace("{dir}", folder.toString())
                .replace("{skip}", SKIP)
                .replace("{formats}", FORMATS))
        .satisfies(e -> assertThat(((DatasetException) e).code()).isEqualTo(code));
  }

  @Test
  void missingFile() {
    refuses(
        folder.resolve("no.csv"),
        "SHEAF-INP-020",
        "No such file or folder at {dir}/no.csv. Check the path; nothing was ingested");
  }

  @Test
  void aFirstIngestThatFailsLeavesNothingBehind() throws IOException {
    Path source = file("ragged.csv", "a,b\n1,2\n3\n");
    for (String name : List.of("d.sheaf", "new/deeper/d.sheaf")) {
      Path dataset = folder.resolve(name);
      assertThatThrownBy(() -> Ingest.from(source).into(dataset).run())
          .isInstanceOf(DatasetException.class)
          .hasNoSuppressedExceptions();
    }
    assertThatThrownBy(() -> Ingest.from(source).branch("no").into(folder.resolve("d.sheaf")).run())
        .isInstanceOf(DatasetException.class);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(source);
    }
  }

  @Test
  void anIngestThatFailsKeepsWhatWasThere() throws IOException {
    Path dataset = folder.resolve("d.sheaf");
    Dataset.create(dataset).close();
    Path source = file("ragged.csv", "a,b\n1,2\n3\n");
    assertThatThrownBy(() -> Ingest.from(source).into(dataset).run())
        .isInstanceOf(DatasetException.class);
    try (Dataset kept = Dataset.open(dataset)) {
      assertThat(kept.head().size()).isZero();
    }
  }

  @Test
  void emptyFolder() throws IOException {
    refuses(
        Files.createDirectory(folder.resolve("void")),
        "SHEAF-INP-021",
        "Nothing to ingest at {dir}/void. Name a folder of media or texts, a table or an"
            + " archive");
  }

  @Test
  void unknownKindOfFile() throws IOException {
    refuses(
        file("notes.xyz", "hello"),
        "SHEAF-INP-022",
        "Unknown kind of file at {dir}/notes.xyz. Give it the extension of what it holds, or pass"
            + " --format with one of {formats}");
  }

  @Test
  void folderOfImagesAndTables() throws IOException {
    Files.createDirectory(folder.resolve("both"));
    Files.copy(TestFiles.PETS.resolve("cat/cat_01.jpg"), folder.resolve("both/1.jpg"));
    file("both/t.csv", "a\n1\n");
    refuses(
        folder.resolve("both"),
        "SHEAF-INP-023",
        "The folder holds both files that are samples (1) and tables (1) at {dir}/both. Ingest the"
            + " table ({dir}/both/t.csv) if its cells name the files, or pass --format folder to"
            + " take the files alone");
  }

  @Test
  void emptyFile() throws IOException {
    refuses(
        file("e.csv", ""), "SHEAF-INP-024", "The file is empty at {dir}/e.csv. Remove it, {skip}");
    refuses(
        file("e.jpg", ""), "SHEAF-INP-024", "The file is empty at {dir}/e.jpg. Remove it, {skip}");
  }

  @Test
  void brokenImage() throws IOException {
    byte[] whole = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    Files.write(folder.resolve("b.jpg"), Arrays.copyOf(whole, 1000));
    refuses(
        folder.resolve("b.jpg"),
        "SHEAF-INP-025",
        "Broken jpeg image: no end marker: it is cut short at byte 1000 at {dir}/b.jpg. Replace"
            + " the file, {skip}");
  }

  @Test
  void fileThatIsNoImage() throws IOException {
    refuses(
        file("x.png", "hello, world, hello"),
        "SHEAF-INP-026",
        "Not an image: its first bytes are those of no known format at {dir}/x.png. Move it out of"
            + " the folder, {skip}");
    refuses(
        file("v.mp4", "hello, world, hello"),
        "SHEAF-INP-026",
        "Not a video: its first bytes are those of no known format at {dir}/v.mp4. Move it out of"
            + " the folder, {skip}");
  }

  @Test
  void symbolicLinkInACircle() throws IOException {
    Path outer = Files.createDirectories(folder.resolve("outer/inner"));
    Files.createSymbolicLink(outer.resolve("back"), folder.resolve("outer"));
    Files.copy(TestFiles.PETS.resolve("cat/cat_01.jpg"), outer.resolve("1.jpg"));
    refuses(
        folder.resolve("outer"),
        "SHEAF-INP-028",
        "A symbolic link leads back to a folder above it at {dir}/outer/inner/back. Remove it,"
            + " {skip}");
  }

  @Test
  void valueAboveOneGibibyte() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("big.jpg").toFile(), "rw")) {
      file.write(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
      file.setLength(5L << 30);
    }
    refuses(
        folder.resolve("big.jpg"),
        "SHEAF-INP-029",
        "A value of 5368709120 bytes is above the limit of 1073741824 at {dir}/big.jpg. Split it"
            + " into parts of at most 1 GiB, {skip}");
  }

  @Test
  void invalidUtf8() throws IOException {
    String help = "Convert the file to UTF-8 (iconv -t UTF-8), {skip}";
    refuses(
        latin("u.csv", "a,b\nx,y\n\"q\"\"r\u00e9\",z\n"),
        "SHEAF-INP-030",
        "Invalid UTF-8 at byte 13 of the file at {dir}/u.csv, line=3. " + help);
    refuses(
        latin("u.jsonl", "{\"a\": 1}\n{\"a\": \"\u00e9\"}\n"),
        "SHEAF-INP-030",
        "Invalid UTF-8 at byte 16 of the file at {dir}/u.jsonl, line=2, offset=9. " + help);
    refuses(
        latin("u.json", "[{\"a\": \"\u00e9\"}]"),
        "SHEAF-INP-030",
        "Invalid UTF-8 at byte 8 of the file at {dir}/u.json. " + help);
    refuses(
        file("s.jsonl", "{\"a\": \"\\ud800\"}\n"),
        "SHEAF-INP-030",
        "A \\u escape is half of a surrogate pair, which is not text at {dir}/s.jsonl, line=1,"
            + " offset=0. Write both halves or the character itself, {skip}");
  }

  @Test
  void malformedJson() throws IOException {
    refuses(
        file("m.jsonl", "{\"a\": 1}\n{\"a\": }\n"),
        "SHEAF-INP-031",
        "Malformed JSON: Unexpected character ('}' (code 125)): expected a valid value (JSON"
            + " String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or"
            + " 'false') (column 7) at {dir}/m.jsonl, line=2, offset=9. Correct the row, {skip}");
  }

  @Test
  void rowsThatAreNoObjects() throws IOException {
    refuses(
        file("o.jsonl", "{\"a\": 1}\n[1, 2]\n"),
        "SHEAF-INP-032",
        "Expected a JSON object, got an array at {dir}/o.jsonl, line=2, offset=9. Write each row"
            + " as {\"column\": value, …}, {skip}");
    refuses(
        file("o.json", "[{\"a\": 1}, 7]"),
        "SHEAF-INP-032",
        "Expected a JSON object, got a number at {dir}/o.json, row=1, line=1. Write each row as"
            + " {\"column\": value, …}, {skip}");
    refuses(
        file("two.json", "{\"left\": [{}], \"right\": [{}]}"),
        "SHEAF-INP-032",
        "The document holds 2 tables: left, right at {dir}/two.json. Write the one to"
            + " ingest into a file of its own");
  }

  @Test
  void raggedRows() throws IOException {
    refuses(
        file("r.csv", "a,b\n1,2\n\"x\ny\",4\n5\n"),
        "SHEAF-INP-033",
        "Ragged row: the header has 2 columns, the row has 1 at {dir}/r.csv, row=2, line=5. Quote"
            + " fields that hold the delimiter, {skip}");
    refuses(
        file("r.json", "{\"a\": [1, 2], \"b\": [1]}"),
        "SHEAF-INP-033",
        "The columns differ in length: a=2, b=1 at {dir}/r.json. Give every array one element per"
            + " row, null where there is none");
  }

  @Test
  void malformedCsv() throws IOException {
    refuses(
        file("q.csv", "a,b\n1,\"2\n"),
        "SHEAF-INP-034",
        "Malformed CSV: a quoted field does not end at {dir}/q.csv, line=2. Correct the quoting"
            + " (RFC 4180), {skip}");
    refuses(
        file("p.csv", "a,b\n1,\"2\"3\n"),
        "SHEAF-INP-034",
        "Malformed CSV: text behind a closing quote at {dir}/p.csv, line=2. Correct the quoting"
            + " (RFC 4180), {skip}");
    refuses(
        file("i.csv", "a,b\n1,2\"3\n"),
        "SHEAF-INP-034",
        "Malformed CSV: a quote inside a field without quotes at {dir}/i.csv, line=2. Correct the"
            + " quoting (RFC 4180), {skip}");
  }

  @Test
  void columnNames() throws IOException {
    refuses(
        file("n.csv", "a,,b\n1,2,3\n"),
        "SHEAF-INP-035",
        "Column 2 has no name at {dir}/n.csv, line=1. Name it in the source");
    refuses(
        file("d.csv", "a,b,a\n1,2,3\n"),
        "SHEAF-INP-036",
        "Duplicate column name \"a\" at {dir}/d.csv, line=1. Rename one of the two in the source");
    refuses(
        file("d.jsonl", "{\"a\": 1, \"a\": 2}\n"),
        "SHEAF-INP-036",
        "Duplicate column name \"a\" at {dir}/d.jsonl, line=1, offset=0. Rename one of the two in"
            + " the source");
    refuses(
        file("k.jsonl", "{\"_key\": 1}\n"),
        "SHEAF-INP-037",
        "Reserved column name \"_key\": names that begin with _ are Sheaf's at {dir}/k.jsonl,"
            + " line=1, offset=0. Rename it in the source, for example to \"key\"");
  }

  @Test
  void hundredThousandColumns() throws IOException {
    String header =
        IntStream.range(0, 100_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    refuses(
        file("wide.csv", header + "\n"),
        "SHEAF-INP-038",
        "100000 columns are above the limit of 10000 at {dir}/wide.csv, line=1. Put the values"
            + " into one tensor or list column");
  }

  @Test
  void tablesThatAreNone() throws IOException {
    refuses(
        file("p.parquet", "hello, this is not it"),
        "SHEAF-INP-039",
        "Malformed Parquet file: it is not a Parquet file. Expected magic number at tail, bu… at {dir}/p.parquet. Write the file again, {skip}");
    refuses(
        file("a.arrow", "hello, this is not it"),
        "SHEAF-INP-039",
        "Malformed Arrow file: 1819043176 bytes at 4 are expected, the file has 21 at"
            + " {dir}/a.arrow, row=0. Write the file again, {skip}");
  }

  @Test
  void typesThatDisagree() throws IOException {
    Ingest.from(file("1.jsonl", "{\"a\": [1]}\n")).into(folder.resolve("d.sheaf")).run();
    refuses(
        file("2.jsonl", "{\"a\": true}\n"),
        "SHEAF-INP-043",
        "Column \"a\" is list<int64> in the dataset and bool here at {dir}/2.jsonl. Convert or"
            + " rename the column in the source");
  }

  @Test
  void valueThatDoesNotFitTheDataset() throws IOException {
    Ingest.from(file("1.csv", "a,b\n1,2\n")).into(folder.resolve("d.sheaf")).run();
    refuses(
        file("2.csv", "a,b\n3,4\nN/A,5\n"),
        "SHEAF-INP-042",
        "The value does not fit column \"a\": expected int64, got \"N/A\" at {dir}/2.csv, row=1,"
            + " line=3. Correct the value, {skip}");
  }

  @Test
  void keys() throws IOException {
    Path table = file("t.csv", "id,v\na,1\n,2\na,3\n");
    refuses(
        Ingest.from(table).key(KeyPolicy.parse("column:idd")),
        "SHEAF-INP-045",
        "There is no column \"idd\" to take keys from. Did you mean \"id\"? columns: id, v");
    refuses(
        Ingest.from(table).key(KeyPolicy.parse("column:id")),
        "SHEAF-INP-045",
        "The key column \"id\" is null or empty here at {dir}/t.csv, row=1, line=3. Fill it,"
            + " choose another key, or pass --on-error skip to leave it out");
    refuses(
        Ingest.from(file("dup.csv", "id,v\na,1\nb,2\na,3\n")).key(KeyPolicy.parse("column:id")),
        "SHEAF-INP-044",
        "Duplicate key \"a\": it was given before at {dir}/dup.csv, row=0, line=2 at {dir}/dup.csv,"
            + " row=2, line=4. Give each sample a key of its own, choose another --key, or ingest"
            + " the sources into datasets of their own");
    refuses(
        Ingest.from(table).key(KeyPolicy.parse("relpath")),
        "SHEAF-INP-046",
        "The rows of a table have no path to be their key at {dir}/t.csv, row=0, line=2. Pass --key"
            + " hash, row or column:NAME");
  }

  @Test
  void options() {
    assertThatThrownBy(() -> KeyPolicy.parse("name"))
        .hasMessage("Unknown key rule \"name\". Known: relpath, hash, row, column:NAME");
    assertThatThrownBy(() -> Ingest.from(folder).labelFrom("path"))
        .hasMessage("Unknown label rule \"path\". Known: folder, name, none");
    assertThatThrownBy(() -> Ingest.from(folder).format("xml"))
        .hasMessage("Unknown format \"xml\". Known: " + FORMATS);
    assertThatThrownBy(() -> Ingest.from(folder).shard(0, 4))
        .hasMessage("shard=0/4. Give i/N with i from 1 to N, as in 1/4 to 4/4");
    assertThatThrownBy(() -> Ingest.from(folder).threads(0))
        .hasMessage("threads=0. Give a number from 1 to 1024");
    assertThatThrownBy(() -> Ingest.from(folder).run())
        .hasMessage("No dataset is given. Call into(path)");
  }
}
