package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.util.List;

/** JSON Lines: a sample a line, payloads in files beside. */
public final class JsonlSink extends ShardedSink {
  private final List<Column> columns;
  private MediaFiles media;
  private SinkFolder.Output file;
  private JsonGenerator out;

  /** Creates a plan. */
  public JsonlSink(Version version, SinkOptions options) {
    super(version, options);
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
    media = new MediaFiles(into);
    super.begin(into);
  }

  @Override
  void open(int number) throws IOException {
    file = folder().create(SinkFolder.shard("data", options.isSharded(), number, "jsonl"));
    out = JsonCells.generator(file);
  }

  @Override
  long written() {
    // The generator keeps some kilobytes back; a file may be longer by them.
    return file.written();
  }

  @Override
  void append(Sample sample) throws IOException {
    out.writeStartObject();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      out.writeFieldName(column.name());
      media.writeCell(out, sample, column, sample.value(i));
    }
    out.writeEndObject();
    out.writeRaw('\n');
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
