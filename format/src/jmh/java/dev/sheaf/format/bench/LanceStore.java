package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.ScanOptions;

/** Lance through its Java SDK, {@code Dataset.take} and scans, with its default options. */
final class LanceStore implements Store {
  private static final int WRITE_BATCH = 1_000;
  private static final List<String> SCALARS =
      List.of("id", "w", "h", "score", "ts", "lang", "aes", "caption");

  private final BufferAllocator allocator = new RootAllocator();
  private final Dataset dataset;
  private final boolean wide;
  private final List<String> columns;
  private final List<String> textColumns;

  private LanceStore(Path path, BenchData.Shape shape) {
    dataset = Dataset.open(path.toString(), allocator);
    wide = shape == BenchData.Shape.WIDE;
    columns = new ArrayList<>(SCALARS);
    if (wide) {
      columns.add("embedding");
      columns.add("image");
    }
    textColumns = wide ? List.of("caption", "embedding") : List.of("caption");
  }

  static LanceStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve("samples.lance");
    if (!Files.exists(path)) {
      Path part = folder.resolve("part.lance");
      LanceFiles.write(
          part, schema(shape == BenchData.Shape.WIDE), (root, first) -> fill(shape, root, first));
      Files.move(part, path);
    }
    return new LanceStore(path, shape);
  }

  private static Schema schema(boolean wide) {
    ArrowType int32 = new ArrowType.Int(32, true);
    ArrowType int64 = new ArrowType.Int(64, true);
    ArrowType float32 = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    List<Field> fields = new ArrayList<>();
    List<ArrowType> types =
        List.of(int64, int32, int32, float32, int64, int32, float32, ArrowType.Utf8.INSTANCE);
    for (int i = 0; i < types.size(); i++) {
      fields.add(Field.notNullable(SCALARS.get(i), types.get(i)));
    }
    if (wide) {
      fields.add(
          new Field(
              "embedding",
              FieldType.notNullable(new ArrowType.FixedSizeList(BenchData.DIMENSIONS)),
              List.of(Field.notNullable("item", float32))));
      fields.add(Field.notNullable("image", ArrowType.LargeBinary.INSTANCE));
    }
    return new Schema(fields);
  }

  private static int fill(BenchData.Shape shape, VectorSchemaRoot root, long first) {
    int rows = (int) Math.min(WRITE_BATCH, shape.samples() - first);
    Cells cells = new Cells(root, shape == BenchData.Shape.WIDE, true);
    Target sample = new Target();
    for (int row = 0; row < rows; row++) {
      BenchData.fill(shape, first + row, sample);
      cells.set(row, sample);
    }
    return rows;
  }

  /** The vectors of a batch. */
  private static final class Cells {
    private final boolean wide;
    private final VarCharVector caption;
    private FixedSizeListVector embedding;
    private ArrowBuf floats;
    private BigIntVector id;
    private IntVector w;
    private IntVector h;
    private Float4Vector score;
    private BigIntVector ts;
    private IntVector lang;
    private Float4Vector aes;
    private LargeVarBinaryVector image;

    Cells(VectorSchemaRoot root, boolean wide, boolean all) {
      this.wide = wide;
      caption = (VarCharVector) root.getVector("caption");
      if (wide) {
        embedding = (FixedSizeListVector) root.getVector("embedding");
        floats = embedding.getDataVector().getDataBuffer();
      }
      if (all) {
        id = (BigIntVector) root.getVector("id");
        w = (IntVector) root.getVector("w");
        h = (IntVector) root.getVector("h");
        score = (Float4Vector) root.getVector("score");
        ts = (BigIntVector) root.getVector("ts");
        lang = (IntVector) root.getVector("lang");
        aes = (Float4Vector) root.getVector("aes");
        image = wide ? (LargeVarBinaryVector) root.getVector("image") : null;
      }
    }

    void set(int row, Target sample) {
      id.setSafe(row, sample.id);
      w.setSafe(row, sample.w);
      h.setSafe(row, sample.h);
      score.setSafe(row, sample.score);
      ts.setSafe(row, sample.ts);
      lang.setSafe(row, sample.lang);
      aes.setSafe(row, sample.aes);
      caption.setSafe(row, sample.caption());
      if (wide) {
        embedding.startNewValue(row);
        Float4Vector elements = (Float4Vector) embedding.getDataVector();
        for (int d = 0; d < BenchData.DIMENSIONS; d++) {
          elements.setSafe(
              row * BenchData.DIMENSIONS + d, sample.buffer.getFloat(sample.embeddingAt + d * 4));
        }
        image.setSafe(row, sample.image());
      }
    }

    void copyText(int row, Target target) {
      target.captionAt = 0;
      int start = caption.getStartOffset(row);
      target.captionLength = caption.getEndOffset(row) - start;
      caption.getDataBuffer().getBytes(start, target.bytes, 0, target.captionLength);
      if (wide) {
        target.embeddingAt = Target.EMBEDDING_AT;
        target.embeddingLength = BenchData.EMBEDDING_BYTES;
        long at = (long) row * BenchData.EMBEDDING_BYTES;
        floats.getBytes(at, target.bytes, target.embeddingAt, BenchData.EMBEDDING_BYTES);
      }
    }

    void copyAll(int row, Target target) {
      copyText(row, target);
      target.id = id.get(row);
      target.w = w.get(row);
      target.h = h.get(row);
      target.score = score.get(row);
      target.ts = ts.get(row);
      target.lang = lang.get(row);
      target.aes = aes.get(row);
      if (wide) {
        target.imageAt = Target.IMAGE_AT;
        ArrowBuf offsets = image.getOffsetBuffer();
        long start = offsets.getLong(row * 8L);
        target.imageLength = (int) (offsets.getLong(row * 8L + 8) - start);
        image.getDataBuffer().getBytes(start, target.bytes, target.imageAt, target.imageLength);
      }
    }
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    try (ArrowReader reader = dataset.take(List.of(index), columns)) {
      reader.loadNextBatch();
      new Cells(reader.getVectorSchemaRoot(), wide, true).copyAll(0, target);
    }
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    try (ArrowReader reader = dataset.take(List.of(index), textColumns)) {
      reader.loadNextBatch();
      new Cells(reader.getVectorSchemaRoot(), wide, false).copyText(0, target);
    }
  }

  @Override
  public void readImage(long index, Target target) throws IOException {
    try (ArrowReader reader = dataset.take(List.of(index), List.of("image"))) {
      reader.loadNextBatch();
      LargeVarBinaryVector images =
          (LargeVarBinaryVector) reader.getVectorSchemaRoot().getVector("image");
      long start = images.getOffsetBuffer().getLong(0);
      target.imageAt = 0;
      target.imageLength = (int) (images.getOffsetBuffer().getLong(8) - start);
      images.getDataBuffer().getBytes(start, target.bytes, 0, target.imageLength);
    }
  }

  @Override
  public long take(long[] indices, Target target) throws IOException {
    try (ArrowReader reader = dataset.take(LongStream.of(indices).boxed().toList(), columns)) {
      return drain(reader, target);
    }
  }

  private long drain(ArrowReader reader, Target target) throws IOException {
    long bytes = 0;
    while (reader.loadNextBatch()) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      Cells cells = new Cells(root, wide, true);
      for (int row = 0; row < root.getRowCount(); row++) {
        cells.copyAll(row, target);
        bytes += target.length();
      }
    }
    return bytes;
  }

  @Override
  public long scan(Target target) throws IOException {
    ScanOptions options = new ScanOptions.Builder().columns(columns).build();
    try (LanceScanner scanner = dataset.newScan(options);
        ArrowReader reader = scanner.scanBatches()) {
      return drain(reader, target);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    dataset.close();
    allocator.close();
  }
}
