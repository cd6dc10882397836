package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** JSON Lines: a sample a line, payloads in files beside. */
public final class JsonlSink extends RowSink {
  private final SinkOptions options;
  private final List<Column> columns;
  private SinkFolder folder;
  private MediaFiles media;
  private OutputStream file;
  private JsonGenerator out;
  private int shard;
  private long rows;
  private long before;

  /** Creates a plan. */
  public JsonlSink(Version version, SinkOptions options) {
    super(version);
    this.options = options;
    this.columns = version.schema().columns();
  }

  @Override
  public List<Carried> columns() {
    return columns.stream().map(JsonlSink::carried).toList();
  }

  static Carried carried(Column column) {
    Type type = column.type();
    boolean payload = type instanceof Type.Media;
    return new Carried(
        column.name(),
        type.toString(),
        payload ? "path of a file below media/" : JsonCells.as(type),
        payload ? "" : JsonCells.note(type));
  }

  @Override
  void begin(SinkFolder into) throws IOException {
    folder = into;
    media = new MediaFiles(into);
    next();
  }

  private void next() throws IOException {
    file = folder.create(SinkFolder.shard("data", options.isSharded(), shard++, "jsonl"));
    out = JsonCells.generator(file);
    rows = 0;
    before = folder.bytes();
  }

  @Override
  void add(Sample sample) throws IOException {
    // What is still in the buffer counts for the next sample; a file may be longer by that.
    if (options.isFull(rows, folder.bytes() - before, 0)) {
      end();
      next();
    }
    out.writeStartObject();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      out.writeFieldName(column.name());
      Object value = sample.value(i);
      if (value instanceof Media payload) {
        out.writeString(media.write(sample, column.name(), payload));
      } else {
        JsonCells.write(out, column.type(), value, column.name());
      }
    }
    out.writeEndObject();
    out.writeRaw('\n');
    rows++;
  }

  @Override
  void end() throws IOException {
    out.close();
    file.close();
  }

  @Override
  void abort() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
