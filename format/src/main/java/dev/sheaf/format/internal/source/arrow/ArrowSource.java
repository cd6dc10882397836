package dev.sheaf.format.internal.source.arrow;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.Heads;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceFormat;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import dev.sheaf.format.internal.source.table.TypedObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow IPC files (Feather version 2) and streams, also with LZ4 or ZSTD buffers. */
public final class ArrowSource extends TableSource {
  private static final long MOST_MEMORY = 8L << 30;

  public ArrowSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  public Observer observer() {
    List<SourceColumn> columns = new ArrayList<>();
    try (Cursor cursor = new Cursor()) {
      List<Field> fields = cursor.fields();
      checkNames(fields.stream().map(Field::getName).toList(), file().location());
      for (Field field : fields) {
        columns.add(
            new SourceColumn(
                field.getName(),
                cursor.types().of(field),
                SourceColumn.Birth.TYPED,
                ArrowTypes.isNull(field)));
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
    TypedObserver refined = new TypedObserver(this, columns);
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {
        refined.see(place, cells);
      }

      @Override
      public boolean isDone() {
        return false; // the number of rows is known at the end only
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        return refined.columns(notes);
      }
    };
  }

  @Override
  public long declaredRows() {
    return -1;
  }

  @Override
  public RawCursor rows() throws IOException {
    return new Cursor();
  }

  private final class Cursor implements RawCursor {
    private final BufferAllocator allocator;
    private final ArrowReader reader;
    private final VectorSchemaRoot root;
    private final List<IntFunction<Object>> values = new ArrayList<>();
    private List<Field> fields;
    private int inBatch;
    private int batchRows;
    private long weight;
    private long row;
    private boolean damaged;

    Cursor() throws IOException {
      SeekableByteChannel channel = Files.newByteChannel(file().path());
      // What a damaged header asks for beyond this is refused; compressed buffers seldom grow a
      // hundredfold.
      allocator = new RootAllocator(Math.min(MOST_MEMORY, (64L << 20) + 100 * channel.size()));
      ArrowReader opened = null;
      try {
        boolean isFile =
            SourceFormat.byMagic(Heads.of(file().path())).orElse(null) == SourceFormat.ARROW;
        if (isFile) {
          ArrowBounds.checkFile(channel);
          opened = new ArrowFileReader(channel, allocator, ArrowCodecs.FACTORY);
        } else {
          ArrowBounds.checkStream(channel);
          InputStream stream = Channels.newInputStream(channel);
          opened = new ArrowStreamReader(stream, allocator, ArrowCodecs.FACTORY);
        }
        root = opened.getVectorSchemaRoot();
        fields = root.getSchema().getFields();
        reader = opened;
      } catch (IOException | RuntimeException | StackOverflowError | AssertionError e) {
        damaged = true;
        release(opened);
        channel.close();
        throw problem(e);
      }
    }

    /**
     * Gives memory back; what Arrow's readers lose track of on damaged files is not reported again.
     */
    private void release(ArrowReader opened) throws IOException {
      try (allocator;
          opened) {
        values.clear();
      } catch (RuntimeException e) {
        if (!damaged) {
          throw e;
        }
      }
    }

    ArrowTypes types() throws IOException {
      return new ArrowTypes(reader.getDictionaryVectors(), file());
    }

    List<Field> fields() {
      return fields;
    }

    @Override
    public RawRow next() throws IOException {
      try {
        while (inBatch == batchRows) {
          if (!reader.loadNextBatch()) {
            return null;
          }
          batchRows = root.getRowCount();
          inBatch = 0;
          values.clear();
          long bytes = 0;
          for (FieldVector vector : root.getFieldVectors()) {
            values.add(new ArrowValues(types()).of(vector));
            bytes += vector.getBufferSize();
          }
          weight = 64 + 3 * bytes / Math.max(1, batchRows);
        }
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
          cells.put(fields.get(i).getName(), values.get(i).apply(inBatch));
        }
        inBatch++;
        return new RawRow.Ready(new Place(file(), Origin.Unit.ROW, row++, 0), weight, cells);
      } catch (IOException | RuntimeException | StackOverflowError | AssertionError e) {
        damaged = true;
        throw problem(e);
      }
    }

    private RuntimeException problem(Throwable e) {
      if (e instanceof DatasetException known) {
        return known;
      }
      String more =
          e instanceof OutOfMemoryException
              ? " (a batch needs more memory than its file can hold)"
              : "";
      return InputErrors.badFile("Arrow" + more, e, file().location().with("row", row));
    }

    @Override
    public void close() throws IOException {
      release(reader);
    }
  }
}
