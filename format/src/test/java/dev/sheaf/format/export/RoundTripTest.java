package dev.sheaf.format.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.oracle.CellAssert;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Source, dataset, export, dataset again: the samples are equal, cell by cell and type by type. One
 * row a pair of source and format that can carry each other.
 */
class RoundTripTest {
  @TempDir Path folder;

  /**
   * One way round.
   *
   * @param source what is ingested first, below {@code testdata}
   * @param format what it is exported to
   * @param columns the columns exported, all if empty
   * @param back what of the export is ingested again, relative to its folder
   * @param keys whether the samples come back under the same keys
   */
  private record Way(
      String source, ExportFormat format, List<String> columns, String back, boolean keys) {
    Way withKeys() {
      return new Way(source, format, columns, back, true);
    }

    @Override
    public String toString() {
      return source + " -> " + format.id() + (columns.isEmpty() ? "" : " " + columns);
    }
  }

  private static final List<Way> WAYS =
      List.of(
          way("pets", ExportFormat.IMAGEFOLDER, "").withKeys(),
          way("pets", ExportFormat.JSONL, "data.jsonl"),
          way("pets", ExportFormat.CSV, "data.csv"),
          way("pets", ExportFormat.PARQUET, "data-000000.parquet"),
          way("pets", ExportFormat.ARROW, "data-000000.arrow"),
          way("tables/captions.jsonl", ExportFormat.JSONL, "data.jsonl"),
          way("tables/captions.jsonl", ExportFormat.PARQUET, "data-000000.parquet"),
          way("tables/captions.jsonl", ExportFormat.ARROW, "data-000000.arrow"),
          way("tables/captions.csv", ExportFormat.CSV, "data.csv"),
          way("tables/captions.csv", ExportFormat.JSONL, "data.jsonl"),
          way("tables/captions.parquet", ExportFormat.PARQUET, "data-000000.parquet"),
          way("tables/captions.parquet", ExportFormat.ARROW, "data-000000.arrow"),
          way("tables/captions.arrow", ExportFormat.ARROW, "data-000000.arrow"),
          way("tables/captions.arrow", ExportFormat.PARQUET, "data-000000.parquet"),
          way("tables/captions.json", ExportFormat.JSONL, "data.jsonl"),
          way("tables/captions.json", ExportFormat.PARQUET, "data-000000.parquet"),
          way("tables/captions.json", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/webdataset/shard-000.tar", ExportFormat.WEBDATASET, "shard-000000.tar"),
          way("sources/webdataset/shard-000.tar", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/mds/plain", ExportFormat.MDS, ""),
          way("sources/mds/zstd", ExportFormat.MDS, ""),
          way("sources/mds/plain", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/coco", ExportFormat.PARQUET, "data-000000.parquet"),
          way("sources/coco", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/webdataset/shard-001.tar.gz", ExportFormat.WEBDATASET, "shard-000000.tar"),
          way("sources/array/four.npz", ExportFormat.NPZ, "data.npz"),
          way("sources/array/four.npz", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/array/four.npz", ExportFormat.MDS, ""),
          way("sources/array/four.safetensors", ExportFormat.NPZ, "data.npz"),
          way("sources/array/four.safetensors", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/array/four.h5", ExportFormat.ARROW, "data-000000.arrow"),
          way("sources/array/c-int16.npy", ExportFormat.NPZ, "data.npz"),
          way("sources/huggingface/media.parquet", ExportFormat.PARQUET, "data-000000.parquet"),
          way("sources/huggingface/media.parquet", ExportFormat.ARROW, "data-000000.arrow"),
          way("media/clips", ExportFormat.PARQUET, "data-000000.parquet"));

  private static Way way(String source, ExportFormat format, String back, String... columns) {
    return new Way(source, format, List.of(columns), back, false);
  }

  @TestFactory
  Stream<DynamicTest> samplesComeBackEqual() {
    return WAYS.stream().map(way -> DynamicTest.dynamicTest(way.toString(), () -> go(way)));
  }

  /** The table of the documentation is the list of this test. */
  @Test
  void theDocumentationHasTheseWays() throws IOException {
    Map<String, String> table = new LinkedHashMap<>();
    for (Way way : WAYS) {
      table.merge(
          kind(way.source()), way.format().id(), (a, b) -> a.contains(b) ? a : a + ", " + b);
    }
    StringBuilder lines = new StringBuilder("| source | comes back equal through |\n|---|---|\n");
    table.forEach(
        (source, formats) ->
            lines.append("| ").append(source).append(" | ").append(formats).append(" |\n"));
    assertThat(Files.readString(TestFiles.ROOT.resolveSibling("docs").resolve("export.md")))
        .contains(lines);
  }

  private static String kind(String source) {
    Map<String, String> names =
        Map.of(
            "pets", "image folder",
            "media/clips", "folder of video and sound",
            "sources/coco", "COCO",
            "sources/huggingface/media.parquet", "Parquet of Hugging Face");
    if (names.containsKey(source)) {
      return names.get(source);
    }
    String folder = source.startsWith("sources/") ? source.split("/", -1)[1] : "";
    return switch (folder) {
      case "webdataset" -> "WebDataset";
      case "mds" -> "MDS";
      default -> source.substring(source.lastIndexOf('.') + 1);
    };
  }

  private void go(Way way) {
    int number = WAYS.indexOf(way);
    Path first = folder.resolve(number + "-first.sheaf");
    Path second = folder.resolve(number + "-second.sheaf");
    Path out = folder.resolve(number + "-out");
    Ingest.from(TestFiles.ROOT.resolve(way.source())).into(first).run();
    try (Dataset before = Dataset.open(first)) {
      Export export = Export.of(before.head()).to(way.format(), out);
      if (!way.columns().isEmpty()) {
        export.columns(way.columns().toArray(new String[0]));
      }
      ExportReport report = export.run();
      assertThat(report.rows()).isEqualTo(before.head().size()).isPositive();
      Ingest.from(out.resolve(way.back())).into(second).run();
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
    // Short tensors and ragged ones come back from Parquet as lists.
    columns.addAll(format == ExportFormat.ARROW ? List.of("vector", "grid", "ragged") : List.of());
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
        way.columns().isEmpty()
            ? before.schema().columns().stream()
                .map(Column::name)
                .filter(name -> !name.startsWith("_"))
                .toList()
            : way.columns();
    List<String> found =
        after.schema().columns().stream()
            .map(Column::name)
            .filter(name -> !name.startsWith("_"))
            .toList();
    if (way.format() == ExportFormat.WEBDATASET) {
      // Members come before what is in the object.
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
