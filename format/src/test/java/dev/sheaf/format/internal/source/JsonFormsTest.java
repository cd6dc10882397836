package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFormsTest {
  @TempDir Path folder;

  private SampleSource open(String document) throws IOException {
    return SourceTests.open(Files.writeString(folder.resolve("t.json"), document));
  }

  @Test
  void readsAnArrayOfObjects() throws IOException {
    assertThat(SourceTests.rows(open("[{\"a\": 1}, {\"a\": null}]")).toString())
        .isEqualTo("[{a=1}, {a=null}]");
  }

  @Test
  void readsTheOneArrayOfObjectsInAnObjectAndSaysWhatIsLeftOut() throws IOException {
    SampleSource source = open("{\"version\": 2, \"data\": [{\"a\": 1}, {\"a\": 2}], \"by\": []}");
    assertThat(SourceTests.rows(source).toString()).isEqualTo("[{a=1}, {a=2}]");
    assertThat(source.notes()).containsExactly("the rows are in \"data\"; left out: version, by");
  }

  @Test
  void readsAnObjectOfColumns() throws IOException {
    assertThat(SourceTests.rows(open("{\"a\": [1, 2], \"b\": [\"x\", null]}")).toString())
        .isEqualTo("[{a=1, b=x}, {a=2, b=null}]");
  }

  @Test
  void readsAnObjectOfRecordsWithTheirNames() throws IOException {
    assertThat(SourceTests.rows(open("{\"p\": {\"a\": 1}, \"q\": {\"a\": 2}}")).toString())
        .isEqualTo("[{name=p, a=1}, {name=q, a=2}]");
    assertThat(SourceTests.rows(open("{\"p\": {\"name\": \"x\"}}")).toString())
        .isEqualTo("[{record_name=p, name=x}]");
  }

  @Test
  void readsAnyOtherObjectAsOneRow() throws IOException {
    assertThat(SourceTests.rows(open("{\"a\": 1, \"b\": [1, 2]}")).toString())
        .isEqualTo("[{a=1, b=[1, 2]}]");
  }

  @Test
  void keepsTheDigitsOfMixedValues() throws IOException {
    assertThat(
            SourceTests.rows(open("[{\"a\": 1.10}, {\"a\": \"x\"}, {\"a\": [1e2, {\"b\": 0.0}]}]"))
                .toString())
        .isEqualTo("[{a=1.10}, {a=\"x\"}, {a=[1E+2,{\"b\":0.0}]}]");
  }

  @Test
  void passesOverAByteOrderMark() throws IOException {
    assertThat(SourceTests.rows(open("\ufeff[{\"a\": 1}]")).toString()).isEqualTo("[{a=1}]");
    Path lines = Files.writeString(folder.resolve("t.jsonl"), "\ufeff{\"a\": 1}\r\n\r\n{\"a\": 2}");
    assertThat(SourceTests.rows(SourceTests.open(lines)).toString()).isEqualTo("[{a=1}, {a=2}]");
    Path table =
        Files.writeString(folder.resolve("t.csv"), "\ufeffa,b\r\n1,\"x\r\ny\"\r\n\r\n2,\r\n");
    assertThat(SourceTests.rows(SourceTests.open(table)).toString())
        .isEqualTo("[{a=1, b=x\r\ny}, {a=2, b=null}]");
  }

  @Test
  void tellsNullFromEmptyTextInCsv() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a,b\n,\"\"\nx,y\n");
    assertThat(SourceTests.rows(SourceTests.open(table)).toString())
        .isEqualTo("[{a=null, b=}, {a=x, b=y}]");
  }

  @Test
  void findsTheDelimiterInTheHeader() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a;b\n1;2,5\n");
    assertThat(SourceTests.rows(SourceTests.open(table)).toString()).isEqualTo("[{a=1, b=2,5}]");
    Path tabs = Files.writeString(folder.resolve("t.tsv"), "a\tb\n1\t\"2\t3\"\n");
    assertThat(SourceTests.rows(SourceTests.open(tabs)).toString()).isEqualTo("[{a=1, b=2\t3}]");
  }
}
