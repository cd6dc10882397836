package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of images: a folder a label, or {@code metadata.jsonl} with a line an image that names
 * it in {@code file_name}, as Hugging Face's {@code imagefolder} reads both.
 */
public final class ImageFolderSink extends RowSink {
  private static final String NAME = "An image folder";
  private static final String FILE_NAME = "file_name";

  private final List<Column> columns;
  private final int image;
  private final int label;
  private final boolean folders;
  private SinkFolder folder;
  private MediaFiles media;
  private OutputStream file;
  private JsonGenerator out;

  /** Creates a plan. */
  public ImageFolderSink(Version version, SinkOptions options) {
    super(version);
    this.columns = version.schema().columns();
    if (options.isSharded()) {
      throw SinkErrors.of(
          7,
          NAME + " has no shards",
          dev.sheaf.format.Location.NONE,
          "Leave the size of shards out, or export to webdataset or parquet");
    }
    this.image = image();
    int other = columns.size() == 2 ? 1 - image : -1;
    this.label = other >= 0 && columns.get(other).type() instanceof Type.Utf8 ? other : -1;
    this.folders = folders(options.layout());
    if (!folders) {
      checkNames();
    }
  }

  private int image() {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).type() instanceof Type.Media type && type.kind() == MediaKind.IMAGE) {
        return i;
      }
    }
    throw SinkErrors.of(
        2,
        NAME + " needs a column of images, and none is exported",
        dev.sheaf.format.Location.NONE,
        "Name one (--columns), or export to jsonl or parquet");
  }

  private boolean folders(SinkOptions.Layout layout) {
    boolean fits = columns.size() == 1 || (label >= 0 && columns.get(label).name().equals("label"));
    if (layout != SinkOptions.Layout.FOLDERS) {
      return layout == SinkOptions.Layout.AUTO && fits;
    }
    for (int i = 0; i < columns.size(); i++) {
      if (i != image && i != label) {
        throw SinkErrors.noPlace(
            "An image folder without metadata",
            columns.get(i),
            "it holds the images and one text column as the names of their folders",
            "let metadata.jsonl be written (--layout metadata)");
      }
    }
    return true;
  }

  private void checkNames() {
    for (Column column : columns) {
      String name = fileName(column);
      boolean taken =
          columns.stream().anyMatch(other -> !other.equals(column) && other.name().equals(name));
      if (column.type() instanceof Type.Media && taken) {
        throw SinkErrors.badName(
            NAME + " needs the name \"" + name + "\" for the path of a payload", name);
      }
    }
  }

  private String fileName(Column column) {
    if (column.equals(columns.get(image))) {
      return FILE_NAME;
    }
    // Whatever such a name points to is opened as an image; other payloads are paths only.
    boolean picture = column.type() instanceof Type.Media media && media.kind() == MediaKind.IMAGE;
    return picture ? column.name() + "_" + FILE_NAME : column.name();
  }

  @Override
  public List<Carried> columns() {
    List<Carried> carried = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String type = column.type().toString();
      if (folders) {
        carried.add(
            new Carried(column.name(), type, i == image ? "file" : "name of its folder", ""));
      } else if (column.type() instanceof Type.Media) {
        String as = "file, named by " + fileName(column) + " in metadata.jsonl";
        carried.add(new Carried(column.name(), type, as, ""));
      } else {
        carried.add(JsonlSink.carried(column));
      }
    }
    return carried;
  }

  @Override
  void begin(SinkFolder into) throws IOException {
    folder = into;
    media = new MediaFiles(into);
    if (!folders) {
      file = folder.create("metadata.jsonl");
      out = JsonCells.generator(file);
    }
  }

  @Override
  void add(Sample sample) throws IOException {
    Media payload = (Media) sample.value(image);
    if (payload == null) {
      throw SinkErrors.badValue(
          NAME, "the image is null", columns.get(image).name(), "export to jsonl or parquet");
    }
    String extension = FileNames.extension(payload);
    if (folders) {
      media.write(labelled(sample, extension), payload);
      return;
    }
    out.writeStartObject();
    out.writeStringField(FILE_NAME, media.write(FileNames.path(sample.key(), extension), payload));
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (i != image) {
        boolean file = column.type() instanceof Type.Media;
        out.writeFieldName(file ? fileName(column) : column.name());
        media.writeCell(out, sample, column, sample.value(i));
      }
    }
    out.writeEndObject();
    out.writeRaw('\n');
  }

  private String labelled(Sample sample, String extension) {
    String key = sample.key();
    Object value = label < 0 ? null : sample.value(label);
    if (value == null) {
      return label < 0 ? FileNames.path(key, extension) : FileNames.last(key, extension);
    }
    String text = (String) value;
    if (!FileNames.isFolder(text)) {
      throw SinkErrors.badValue(
          NAME,
          "the label \"" + text + "\" cannot be the name of a folder",
          columns.get(label).name(),
          "let metadata.jsonl be written (--layout metadata)");
    }
    // A key that lies in a folder of that name already keeps all of its path.
    String[] parts = key.split("/", -1);
    boolean there = parts.length > 1 && parts[parts.length - 2].equals(text);
    return there ? FileNames.path(key, extension) : text + "/" + FileNames.last(key, extension);
  }

  @Override
  void end() throws IOException {
    if (out != null) {
      out.close();
      file.close();
    }
  }

  @Override
  void abort() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
