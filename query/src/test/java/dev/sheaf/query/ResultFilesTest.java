package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Sample;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results in files, read back by the libraries of these formats. */
class ResultFilesTest {
  private static final String QUERY =
      "SELECT id, label, score, seen, embedding, mask, image, box, tags, _id FROM samples"
          + " WHERE id IN (0, 5, 7, 100) ORDER BY id";

  @TempDir Path temp;

  @Test
  void arrowFilesHoldTheRows() throws IOException {
    Path file = temp.resolve("out.arrow");
    try (Dataset pets = Pets.create(temp.resolve("pets.sheaf"))) {
      try (QueryResult result = SqlSession.open(pets).query(QUERY)) {
        assertThat(result.writeArrow(file)).isEqualTo(4);
      }
      try (RootAllocator allocator = new RootAllocator();
          FileChannel channel = FileChannel.open(file);
          ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
        assertThat(reader.loadNextBatch()).isTrue();
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        assertThat(root.getRowCount()).isEqualTo(4);
        assertThat(root.getVector("id").getObject(1)).isEqualTo(5);
        assertThat(root.getVector("label").getObject(1)).hasToString("dog");
        assertThat(root.getVector("score").getObject(0)).isNull();
        assertThat(root.getVector("score").getObject(1)).isEqualTo(7.5f);
        assertThat(root.getVector("seen").getObject(2)).isNull();
        Sample seven = pets.head().find("k7").orElseThrow();
        List<?> embedding = (List<?>) root.getVector("embedding").getObject(2);
        float[] expected = seven.tensor("embedding").toFloats();
        for (int i = 0; i < expected.length; i++) {
          assertThat(embedding.get(i)).isEqualTo(expected[i]);
        }
        assertThat(root.getSchema().findField("embedding").getMetadata())
            .containsEntry("ARROW:extension:name", "arrow.fixed_shape_tensor")
            .containsEntry("ARROW:extension:metadata", "{\"shape\":[300]}");
        assertThat(root.getVector("mask").getObject(1).toString())
            .contains("\"data\":[5,5,5,5,5,5]", "\"shape\":[3,2]");
        assertThat(root.getVector("mask").getObject(2)).isNull();
        assertThat(root.getVector("image").getObject(3).toString())
            .contains("\"codec\":\"png\"", "\"width\":106");
        assertThat(root.getVector("box").getObject(1).toString())
            .contains("\"x\":5", "\"name\":\"box2\"");
        assertThat(root.getVector("tags").getObject(0)).isNull();
        assertThat(root.getVector("tags").getObject(1).toString()).isEqualTo("[\"t0\",\"all\"]");
        assertThat(reader.loadNextBatch()).isFalse();
      }
    }
  }

  @Test
  void parquetFilesHoldTheRows() throws IOException {
    Path file = temp.resolve("out.parquet");
    try (Dataset pets = Pets.create(temp.resolve("pets.sheaf"));
        QueryResult result = SqlSession.open(pets).query(QUERY)) {
      assertThat(result.writeParquet(file)).isEqualTo(4);
    }
    try (ParquetReader<Group> reader = reader(file)) {
      Group zero = reader.read();
      assertThat(zero.getInteger("id", 0)).isZero();
      assertThat(zero.getFieldRepetitionCount("score")).isZero();
      assertThat(zero.getGroup("image", 0).getInteger("width", 0)).isEqualTo(6);
      Group five = reader.read();
      assertThat(five.getFloat("score", 0)).isEqualTo(7.5f);
      assertThat(five.getGroup("mask", 0).getFieldRepetitionCount("list")).isEqualTo(6);
      assertThat(five.getGroup("tags", 0).getGroup("list", 1).getString("element", 0))
          .isEqualTo("all");
      assertThat(five.getGroup("box", 0).getInteger("x", 0)).isEqualTo(5);
      assertThat(five.getGroup("embedding", 0).getFieldRepetitionCount("list")).isEqualTo(300);
      reader.read();
      reader.read();
      assertThat(reader.read()).isNull();
    }
  }

  private static ParquetReader<Group> reader(Path file) throws IOException {
    return new ParquetReader.Builder<Group>(
        new LocalInputFile(file), new org.apache.parquet.conf.PlainParquetConfiguration()) {
      @Override
      protected ReadSupport<Group> getReadSupport() {
        return new GroupReadSupport();
      }
    }.build();
  }

  @Test
  void namesOfParquetColumnsDiffer() throws IOException {
    try (Dataset pets = Pets.create(temp.resolve("pets.sheaf"));
        QueryResult result = SqlSession.open(pets).query("SELECT id, id FROM samples")) {
      Path file = temp.resolve("twice.parquet");
      assertThatThrownBy(() -> result.writeParquet(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Name them apart with AS");
      assertThat(Files.exists(file)).isFalse();
    }
  }
}
