package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Comma-separated values by RFC 4180, payloads in files beside. Null is a field of no characters,
 * empty text a field of two quotes; what is not a single value is JSON text.
 */
public final class CsvSink extends ShardedSink {
  private final List<Column> columns;
  private MediaFiles media;
  private SinkFolder.Output file;
  private Writer out;

  /** Creates a plan. */
  public CsvSink(Version version, SinkOptions options) {
    super(version, options);
    this.columns = version.schema().columns();
  }

  @Override
  public List<Carried> columns() {
    return columns.stream().map(CsvSink::carried).toList();
  }

  private static Carried carried(Column column) {
    Type type = column.type();
    if (!isNested(type)) {
      return JsonlSink.carried(column);
    }
    return new Carried(column.name(), type.toString(), "JSON text", "read back as text");
  }

  private static boolean isNested(Type type) {
    return type instanceof Type.Tensor
        || type instanceof Type.ListOf
        || type instanceof Type.Struct
        || type instanceof Type.Json;
  }

  @Override
  void begin(SinkFolder into) throws IOException {
    media = new MediaFiles(into);
    super.begin(into);
  }

  @Override
  void open(int number) throws IOException {
    file = folder().create(SinkFolder.shard("data", options.isSharded(), number, "csv"));
    out = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
    for (int i = 0; i < columns.size(); i++) {
      out.write(i == 0 ? "" : ",");
      quoted(columns.get(i).name(), false);
    }
    out.write('\n');
  }

  @Override
  long written() {
    return file.written();
  }

  @Override
  void append(Sample sample) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      out.write(i == 0 ? "" : ",");
      Column column = columns.get(i);
      Object value = sample.value(i);
      if (value == null) {
        if (columns.size() == 1) {
          throw SinkErrors.badValue(
              "CSV", "a line with one null field is blank", column.name(), "add a column");
        }
      } else if (value instanceof Media payload) {
        quoted(media.write(sample, column.name(), payload), false);
      } else {
        field(column, value);
      }
    }
    out.write('\n');
  }

  private void field(Column column, Object value) throws IOException {
    if (value instanceof Float number) {
      out.write(number(number));
    } else if (value instanceof Double number) {
      out.write(number(number));
    } else if (value instanceof Boolean || value instanceof Long || value instanceof BigInteger) {
      out.write(value.toString());
    } else if (value instanceof String text && !(column.type() instanceof Type.Json)) {
      quoted(text, true);
    } else {
      String json = JsonCells.text(column.type(), value, column.name());
      boolean string = json.startsWith("\"") && !isNested(column.type());
      quoted(string ? json.substring(1, json.length() - 1) : json, true);
    }
  }

  private static String number(double value) {
    return Double.toString(value);
  }

  /**
   * Writes text in quotes where it needs them.
   *
   * @param value whether readers may take it for something else: a null, or a number
   */
  private void quoted(String text, boolean value) throws IOException {
    boolean plain =
        text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && !(value && text.isEmpty())
            && !text.startsWith(" ")
            && !text.endsWith(" ")
            && !text.startsWith("\uFEFF");
    if (plain) {
      out.write(text);
      return;
    }
    out.write('"');
    out.write(text.replace("\"", "\"\""));
    out.write('"');
  }

  @Override
  void end() throws IOException {
    out.close();
  }

  @Override
  void abort() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
