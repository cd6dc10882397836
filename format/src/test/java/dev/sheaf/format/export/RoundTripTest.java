package dev.sheaf.format.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.oracle.CellAssert;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Source, dataset, export, dataset again: whether the samples are equal, cell by cell and type by
 * type, for each pair of a source and a format.
 */
class RoundTripTest {
  @TempDir Path folder;

  /** What becomes of samples on the way. */
  private enum Outcome {
    EQUAL("equal"),
    OTHER("other"),
    REFUSED("refused");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  /** What is ingested first, below {@code testdata}, by its name in the documentation. */
  private static final Map<String, String> SOURCES = new LinkedHashMap<>();

  static {
    SOURCES.put("image folder", "pets");
    SOURCES.put("folder of video and sound", "media/clips");
    SOURCES.put("jsonl", "tables/captions.jsonl");
    SOURCES.put("json", "tables/captions.json");
    SOURCES.put("csv", "tables/captions.csv");
    SOURCES.put("parquet", "tables/captions.parquet");
    SOURCES.put("Parquet of Hugging Face", "sources/huggingface/media.parquet");
    SOURCES.put("arrow", "tables/captions.arrow");
    SOURCES.put("WebDataset", "sources/webdataset/shard-000.tar");
    SOURCES.put("WebDataset, gzip", "sources/webdataset/shard-001.tar.gz");
    SOURCES.put("MDS", "sources/mds/plain");
    SOURCES.put("MDS, zstd", "sources/mds/zstd");
    SOURCES.put("COCO", "sources/coco");
    SOURCES.put("npy", "sources/array/c-int16.npy");
    SOURCES.put("npz", "sources/array/four.npz");
    SOURCES.put("safetensors", "sources/array/four.safetensors");
    SOURCES.put("h5", "sources/array/four.h5");
  }

  /** What of an export is ingested again. */
  private static String back(ExportFormat format) {
    return switch (format) {
      case WEBDATASET -> "shard-000000.tar";
      case PARQUET -> "data-000000.parquet";
      case ARROW -> "data-000000.arrow";
      case JSONL -> "data.jsonl";
      case CSV -> "data.csv";
      case NPZ -> "data.npz";
      case IMAGEFOLDER, MDS -> "";
    };
  }

  /** One way round. */
  private record Way(String name, ExportFormat format) {
    String source() {
      return SOURCES.get(name);
    }

    /** Tells whether the samples come back under the same keys. */
    boolean keys() {
      return name.equals("image folder") && format == ExportFormat.IMAGEFOLDER;
    }

    @Override
    public String toString() {
      return name + " -> " + format.id();
    }
  }

  private static String documentation() throws IOException {
    return Files.readString(TestFiles.ROOT.resolveSibling("docs").resolve("export.md"));
  }

  /** Every pair of a source and a format is as the table of the documentation says. */
  @TestFactory
  Stream<DynamicTest> samplesComeBackAsDocumented() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    String document = documentation();
    document = document.substring(Math.max(0, document.indexOf("| source | ")));
    for (String name : SOURCES.keySet()) {
      String table = document;
      String row =
          table
              .lines()
              .filter(line -> line.startsWith("| " + name + " | "))
              .findFirst()
              .orElse("|");
      String[] cells = row.split("\\|", -1);
      for (ExportFormat format : ExportFormat.values()) {
        Way way = new Way(name, format);
        int at = 2 + format.ordinal();
        String expected = at < cells.length ? cells[at].strip() : "";
        tests.add(DynamicTest.dynamicTest(way.toString(), () -> check(way, expected)));
      }
    }
    return tests.stream();
  }

  @Test
  void theTableHasAllFormats() throws IOException {
    StringBuilder header = new StringBuilder("| source |");
    for (ExportFormat format : ExportFormat.values()) {
      header.append(' ').append(format.id()).append(" |");
    }
    assertThat(documentation()).contains(header);
  }

  private void check(Way way, String expected) throws IOException {
    Throwable difference = null;
    Outcome outcome = Outcome.EQUAL;
    try {
      go(way);
    } catch (Refused e) {
      outcome = Outcome.REFUSED;
      difference = e.getCause();
    } catch (AssertionError | DatasetException e) {
      outcome = Outcome.OTHER;
      difference = e;
    }
    if (!outcome.word.equals(expected)) {
      throw new AssertionError(
          way + ": documented \"" + expected + "\", is \"" + outcome.word + "\"", difference);
    }
  }

  /** The format has no place for something and says so before anything is written. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(DatasetException cause) {
      super(cause);
    }
  }

  private void go(Way way) throws IOException, Refused {
    Path here = Files.createTempDirectory(folder, "way");
    Path first = here.resolve("first.sheaf");
    Path second = here.resolve("second.sheaf");
    Path out = here.resolve("out");
    Ingest.from(TestFiles.ROOT.resolve(way.source())).into(first).run();
    try (Dataset before = Dataset.open(first)) {
      ExportReport report;
      try {
        report = Export.of(before.head()).to(way.format(), out).run();
      } catch (DatasetException e) {
        assertThat(out).doesNotExist();
        throw new Refused(e);
      }
      assertThat(report.rows()).isEqualTo(before.head().size()).isPositive();
      Ingest.from(out.resolve(back(way.format()))).into(second).run();
      try (Dataset after = Dataset.open(second)) {
        same(way, before.head(), after.head());
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyTypeComesBackOrWider() {
    return Stream.of(ExportFormat.ARROW, ExportFormat.PARQUET)
        .map(format -> DynamicTest.dynamicTest(format.id(), () -> everyType(format)));
  }

  /** What has no type of its own in either format comes back wider, with the same values. */
  private void everyType(ExportFormat format) {
    Path out = folder.resolve(format.id());
    Path back = folder.resolve(format.id() + "-back.sheaf");
    Map<String, Type> wider =
        Map.of(
            "nibble", Type.scalar(DType.INT8),
            "brain", Type.scalar(DType.FLOAT32));
    Path many = folder.resolve(format.id() + ".sheaf");
    List<String> columns =
        ManyTypes.columns().stream()
            .filter(column -> !(column.type() instanceof Type.Tensor))
            .map(Column::name)
            .filter(name -> !name.equals("sound"))
            .collect(Collectors.toList());
    columns.addAll(List.of("vector", "grid", "ragged"));
    try (Dataset before = ManyTypes.write(many, TestFiles.PETS, true)) {
      Export.of(before.head()).to(format, out).columns(columns.toArray(new String[0])).run();
      Ingest.from(out.resolve("data-000000." + format.id())).into(back).run();
      try (Dataset after = Dataset.open(back)) {
        for (long i = 0; i < ManyTypes.SAMPLES; i++) {
          Sample one = before.head().sample(i);
          Sample other = after.head().sample(i);
          for (String name : columns) {
            Type type = before.head().schema().column(name).type();
            Type expected = wider.getOrDefault(name, type);
            assertThat(after.head().schema().column(name).type()).as(name).isEqualTo(expected);
            if (type instanceof Type.Media && one.value(name) != null) {
              assertThat(other.media(name).sha256()).isEqualTo(one.media(name).sha256());
            } else {
              CellAssert.same(
                  "sample " + i + " " + name, type, given(one, name), other.value(name));
            }
          }
        }
      }
    }
  }

  private static void same(Way way, Version before, Version after) {
    assertThat(after.size()).isEqualTo(before.size());
    List<String> names =
        before.schema().columns().stream()
            .map(Column::name)
            .filter(name -> !name.startsWith("_"))
            .toList();
    List<String> found =
        after.schema().columns().stream()
            .map(Column::name)
            .filter(name -> !name.startsWith("_"))
            .toList();
    if (way.format() == ExportFormat.WEBDATASET || way.format() == ExportFormat.MDS) {
      // Members come before what is in the object; MDS sorts its columns.
      assertThat(found).containsExactlyInAnyOrderElementsOf(names);
    } else {
      assertThat(found).containsExactlyElementsOf(names);
    }
    for (long i = 0; i < before.size(); i++) {
      Sample one = before.sample(i);
      Sample other = way.keys() ? after.find(one.key()).orElseThrow() : after.sample(i);
      for (String name : names) {
        Column column = after.schema().column(name);
        assertThat(column.type()).as(name).isEqualTo(before.schema().column(name).type());
        CellAssert.same(
            "sample " + i + " " + name, column.type(), given(one, name), other.value(name));
      }
    }
  }

  /** The helper takes bytes as an array on its left side. */
  private static Object given(Sample sample, String name) {
    Object value = sample.value(name);
    if (value instanceof java.nio.ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    return value;
  }
}
