package dev.sheaf.format.internal.source.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.ingest.IngestReport;
import dev.sheaf.format.ingest.OnError;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsSourceTest {
  private static final Path MDS = TestFiles.SOURCES.resolve("mds");

  @TempDir Path folder;

  private Path copy(String name) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(MDS.resolve(name))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
    return target;
  }

  @Test
  void readsEveryEncodingPlainAndCompressed() {
    for (String name : List.of("plain", "zstd", "gz")) {
      SampleSource source = SourceTests.open(MDS.resolve(name));
      assertThat(SourceTests.schema(source))
          .containsExactlyInAnyOrder(
              "any: tensor<float64, [?, ?]>".replace("?, ?", "1, ?"),
              "exact: uint64".replace("uint64", "json"),
              "fixed: tensor<float32, [2, 3]>",
              "id: int64",
              "image: media<image>",
              "meta: json",
              "photo: media<image>",
              "raw: binary",
              "score: float32",
              "small: uint8",
              "text: utf8",
              "typed: tensor<int16, [?]>");
      List<Map<String, Object>> rows = SourceTests.rows(source);
      assertThat(rows).hasSize(7);
      for (int i = 0; i < 7; i++) {
        Map<String, Object> row = rows.get(i);
        assertThat(row)
            .containsEntry("id", (long) i)
            .containsEntry("small", (long) i)
            .containsEntry("text", "text " + i + " 字")
            .containsEntry("score", i / 4f)
            .containsEntry("exact", "10000000000000000000" + i)
            .containsEntry("meta", "{\"i\":" + i + ",\"list\":[" + i + ",\"x\"]}");
        byte[] raw = new byte[i];
        Arrays.fill(raw, (byte) i);
        assertThat(row.get("raw")).isEqualTo(raw);
        assertThat(((Media) row.get("image")).codec()).isEqualTo("png");
        assertThat(((Media) row.get("photo")).codec()).isEqualTo("jpeg");
        assertThat(((Tensor) row.get("any")).element(i)).isEqualTo((double) i);
        assertThat(((Tensor) row.get("typed")).element(i)).isEqualTo((long) i);
        assertThat(((Tensor) row.get("fixed")).element(5)).isEqualTo((double) i);
      }
    }
  }

  @Test
  void neverReadsPickles() {
    assertThatThrownBy(() -> SourceTests.open(MDS.resolve("pickle")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("a column of pickles, because reading a pickle runs its code")
        .hasMessageContaining("column=\"x\"");
  }

  @Test
  void noticesADamagedShardAndTakesTheOthers() throws IOException {
    Path source = copy("zstd");
    Path shard = source.resolve("shard.00001.mds.zstd");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[100] ^= 1;
    Files.write(shard, bytes);
    assertThatThrownBy(() -> SourceTests.open(source))
        .hasMessageContaining("its sha1 is not that of the index")
        .hasMessageContaining("shard.00001.mds.zstd");
    IngestReport report =
        Ingest.from(source).into(folder.resolve("d.sheaf")).onError(OnError.SKIP).run();
    assertThat(report.rowsAdded()).isEqualTo(5);
    assertThat(report.skipped()).hasSize(1);
  }

  @Test
  void refusesAnIndexThatPointsElsewhere() throws IOException {
    Path source = copy("plain");
    Path index = source.resolve("index.json");
    Files.writeString(
        index, Files.readString(index).replace("\"shard.00000.mds\"", "\"../shard.00000.mds\""));
    assertThatThrownBy(() -> SourceTests.open(source))
        .hasMessageContaining("a shard named \"../shard.00000.mds\"");
  }
}
