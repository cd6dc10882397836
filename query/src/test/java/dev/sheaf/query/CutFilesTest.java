package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks that are cut short while a query reads them through mapped memory. */
class CutFilesTest {
  private static final int DIM = 512;
  private static final int ROWS = 6000;
  private static final List<String> QUERIES =
      List.of(
          "SELECT id FROM samples ORDER BY l2_distance(v, ?) LIMIT 3",
          "SELECT max(sum(v * ?)) FROM samples",
          "SELECT _index FROM samples WHERE norm(v - ?) < 1");

  @TempDir Path temp;

  @Test
  void endAQueryOverTheirMatrix() throws IOException {
    for (int i = 0; i < QUERIES.size(); i++) {
      Path path = temp.resolve("cut" + i + ".sheaf");
      write(path);
      try (Dataset dataset = Dataset.open(path)) {
        SqlSession session = SqlSession.open(dataset).threads(1 + i % 2);
        Tensor query = Tensor.ofFloats(new float[DIM]);
        String sql = QUERIES.get(i);
        // The first run verifies, so that the second reads mapped memory.
        List<List<Object>> whole = rows(session, sql, query);
        assertThat(rows(session, sql, query)).isEqualTo(whole);
        Path chunk = largest(path);
        cut(chunk);

        String name = chunk.getFileName().toString().replace(".arrow", "");
        assertThatThrownBy(() -> rows(session, sql, query))
            .as(sql)
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining("File was cut short while it was mapped")
            .hasMessageContaining("cut" + i + ".sheaf")
            .hasMessageContaining("column=\"v\"")
            .hasMessageContaining(name);
      }
    }
  }

  private static List<List<Object>> rows(SqlSession session, String sql, Tensor query) {
    try (QueryResult result = session.query(sql, query)) {
      return result.rows();
    }
  }

  private static void write(Path path) {
    Random random = new Random(3);
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("v", Type.tensor(DType.FLOAT32, DIM)));
      for (int i = 0; i < ROWS; i++) {
        float[] v = new float[DIM];
        for (int k = 0; k < DIM; k++) {
          v[k] = random.nextFloat();
        }
        change.append(Row.of().key("k" + i).set("id", (long) i).set("v", Tensor.ofFloats(v)));
      }
      change.commit("Vectors");
    }
  }

  private static Path largest(Path dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      return files
          .filter(Files::isRegularFile)
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  private static void cut(Path file) throws IOException {
    file.toFile().setWritable(true);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }
}
