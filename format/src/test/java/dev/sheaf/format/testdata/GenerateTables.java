package dev.sheaf.format.testdata;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Writes {@code testdata/tables}: the same twelve captions of pictures in {@code testdata/pets} as
 * JSON Lines, JSON, CSV, Parquet and Arrow, with nulls in every column that may have them.
 */
public final class GenerateTables {
  private static final int ROWS = 12;
  private static final int DIMENSIONS = 16;
  private static final String[] KINDS = {"bird", "cat", "dog"};
  private static final String[] WORDS = {"A bird in the sky", "Eine Katze, die schaut", "一只狗"};

  /**
   * One caption; null where a column is.
   *
   * @param embedding sixteen exact float32 numbers
   */
  private record Caption(
      String image,
      String caption,
      Long likes,
      Double score,
      String day,
      List<String> tags,
      List<Float> embedding) {}

  private GenerateTables() {}

  /** Writes the tables into the folder {@code args[0]}. */
  public static void main(String[] args) throws IOException {
    Path root = Files.createDirectories(Path.of(args[0]));
    List<Caption> captions = captions();
    jsonl(captions, root.resolve("captions.jsonl"));
    json(captions, root.resolve("captions.json"));
    csv(captions, root.resolve("captions.csv"));
    parquet(captions, root.resolve("captions.parquet"));
    arrow(captions, root.resolve("captions.arrow"));
  }

  private static List<Caption> captions() {
    List<Caption> captions = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int kind = i % 3;
      String image = String.format("../pets/%s/%s_%02d.jpg", KINDS[kind], KINDS[kind], i / 3 + 1);
      List<Float> embedding = new ArrayList<>();
      for (int j = 0; j < DIMENSIONS; j++) {
        embedding.add(((i * 31 + j * 17) % 64 - 32) / 64f);
      }
      captions.add(
          new Caption(
              image,
              WORDS[kind]
                  + (i % 4 == 1 ? ", \"number " + i + "\"" : "")
                  + (i % 5 == 2 ? "\nand more" : ""),
              i % 4 == 3 ? null : (long) i * i - 5,
              i % 6 == 4 ? null : i / 8.0,
              i % 7 == 5 ? null : String.format("2026-%02d-%02d", i + 1, 2 * i + 1),
              i % 5 == 0 ? List.of() : List.of(KINDS[kind], "n" + i),
              i == 9 ? null : embedding));
    }
    return captions;
  }

  private static ObjectNode node(Caption caption) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("image", caption.image());
    node.put("caption", caption.caption());
    node.put("likes", caption.likes());
    node.put("score", caption.score());
    node.put("day", caption.day());
    ArrayNode tags = node.putArray("tags");
    caption.tags().forEach(tags::add);
    if (caption.embedding() == null) {
      node.putNull("embedding");
    } else {
      ArrayNode values = node.putArray("embedding");
      caption.embedding().forEach(values::add);
    }
    return node;
  }

  private static void jsonl(List<Caption> captions, Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    captions.forEach(caption -> text.append(node(caption)).append('\n'));
    Files.writeString(file, text);
  }

  private static void json(List<Caption> captions, Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode array = mapper.createArrayNode();
    captions.forEach(caption -> array.add(node(caption)));
    String text = mapper.writerWithDefaultPrettyPrinter().writeValueAsString(array);
    Files.writeString(file, text.replace("\r\n", "\n") + "\n");
  }

  private static void csv(List<Caption> captions, Path file) throws IOException {
    StringBuilder text = new StringBuilder("image,caption,likes,score,day\r\n");
    for (Caption c : captions) {
      String quoted = "\"" + c.caption().replace("\"", "\"\"") + "\"";
      text.append(c.image()).append(',').append(quoted);
      for (Object value : new Object[] {c.likes(), c.score(), c.day()}) {
        text.append(',').append(value == null ? "" : String.format(Locale.ROOT, "%s", value));
      }
      text.append("\r\n");
    }
    Files.writeString(file, text);
  }

  private static void parquet(List<Caption> captions, Path file) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message captions { required binary image (STRING); optional binary caption (STRING);"
                + " optional int64 likes; optional double score; optional int32 day (DATE);"
                + " optional group tags (LIST) { repeated group list { optional binary element"
                + " (STRING); } } optional group embedding (LIST) { repeated group list { optional"
                + " float element; } } }");
    Files.deleteIfExists(file);
    SimpleGroupFactory groups = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (Caption caption : captions) {
        writer.write(group(groups.newGroup(), caption));
      }
    }
  }

  private static Group group(Group row, Caption caption) {
    row.append("image", caption.image()).append("caption", caption.caption());
    if (caption.likes() != null) {
      row.append("likes", caption.likes());
    }
    if (caption.score() != null) {
      row.append("score", caption.score());
    }
    if (caption.day() != null) {
      row.append("day", (int) java.time.LocalDate.parse(caption.day()).toEpochDay());
    }
    Group tags = row.addGroup("tags");
    caption.tags().forEach(tag -> tags.addGroup("list").append("element", tag));
    if (caption.embedding() != null) {
      Group embedding = row.addGroup("embedding");
      caption.embedding().forEach(value -> embedding.addGroup("list").append("element", value));
    }
    return row;
  }

  private static void arrow(List<Caption> captions, Path file) throws IOException {
    ArrowType.FloatingPoint single = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    Schema schema =
        new Schema(
            List.of(
                Field.notNullable("image", new ArrowType.Utf8()),
                Field.nullable("caption", new ArrowType.Utf8()),
                Field.nullable("likes", new ArrowType.Int(64, true)),
                Field.nullable("score", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                Field.nullable("day", new ArrowType.Date(DateUnit.DAY)),
                new Field(
                    "tags",
                    FieldType.nullable(new ArrowType.List()),
                    List.of(Field.nullable("item", new ArrowType.Utf8()))),
                new Field(
                    "embedding",
                    FieldType.nullable(new ArrowType.FixedSizeList(DIMENSIONS)),
                    List.of(Field.nullable("item", single)))));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        OutputStream out = Files.newOutputStream(file);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
      writer.start();
      root.allocateNew();
      for (int i = 0; i < captions.size(); i++) {
        fill(root, i, captions.get(i));
      }
      root.setRowCount(captions.size());
      writer.writeBatch();
      writer.end();
    }
  }

  private static void fill(VectorSchemaRoot root, int i, Caption caption) {
    ((VarCharVector) root.getVector("image")).setSafe(i, bytes(caption.image()));
    ((VarCharVector) root.getVector("caption")).setSafe(i, bytes(caption.caption()));
    if (caption.likes() != null) {
      ((BigIntVector) root.getVector("likes")).setSafe(i, caption.likes());
    }
    if (caption.score() != null) {
      ((Float8Vector) root.getVector("score")).setSafe(i, caption.score());
    }
    if (caption.day() != null) {
      ((DateDayVector) root.getVector("day"))
          .setSafe(i, (int) java.time.LocalDate.parse(caption.day()).toEpochDay());
    }
    ListVector tags = (ListVector) root.getVector("tags");
    int at = tags.startNewValue(i);
    for (int j = 0; j < caption.tags().size(); j++) {
      ((VarCharVector) tags.getDataVector()).setSafe(at + j, bytes(caption.tags().get(j)));
    }
    tags.endValue(i, caption.tags().size());
    FixedSizeListVector embedding = (FixedSizeListVector) root.getVector("embedding");
    for (int j = 0; j < DIMENSIONS; j++) {
      float value = caption.embedding() == null ? 0 : caption.embedding().get(j);
      ((Float4Vector) embedding.getDataVector()).setSafe(i * DIMENSIONS + j, value);
    }
    if (caption.embedding() != null) {
      embedding.setNotNull(i);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
