package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/** Writes payloads into files of their own, named after the keys of their samples. */
final class MediaFiles {
  private final SinkFolder folder;

  MediaFiles(SinkFolder folder) {
    this.folder = folder;
  }

  /** Writes a cell as JSON, a payload as the path of its file. */
  void writeCell(JsonGenerator out, Sample sample, Column column, Object value) throws IOException {
    if (value instanceof Media media) {
      out.writeString(write(sample, column.name(), media));
    } else {
      JsonCells.write(out, column.type(), value, column.name());
    }
  }

  /**
   * Writes a payload below {@code media/COLUMN/} and returns its path, relative, with {@code /}.
   */
  String write(Sample sample, String column, Media media) throws IOException {
    String name = FileNames.path(sample.key(), FileNames.extension(media));
    return write("media/" + FileNames.member(column) + "/" + name, media);
  }

  /**
   * Writes a payload and returns the path it got: the one wanted, or a numbered one where that is
   * taken. The file system itself tells, so that names that differ in case alone are safe too.
   */
  String write(String wanted, Media media) throws IOException {
    String path = wanted;
    for (int attempt = 2; ; attempt++) {
      try {
        folder.write(path, ByteBuffer.wrap(media.toBytes()));
        return path;
      } catch (FileAlreadyExistsException e) {
        if (attempt > 1_000_000) {
          throw e;
        }
        boolean own = e.getFile() != null && Path.of(e.getFile()).endsWith(path);
        // Else a file stands where a folder is needed: one key goes on where another ends.
        path = own ? FileNames.numbered(path, attempt) : FileNames.flat(wanted);
      }
    }
  }
}
