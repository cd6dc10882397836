package dev.sheaf.format.export;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.sink.ArrowSink;
import dev.sheaf.format.internal.sink.CsvSink;
import dev.sheaf.format.internal.sink.ImageFolderSink;
import dev.sheaf.format.internal.sink.JsonlSink;
import dev.sheaf.format.internal.sink.MdsSink;
import dev.sheaf.format.internal.sink.NpzSink;
import dev.sheaf.format.internal.sink.ParquetSink;
import dev.sheaf.format.internal.sink.SinkErrors;
import dev.sheaf.format.internal.sink.SinkOptions;
import dev.sheaf.format.internal.sink.SinkPlan;
import dev.sheaf.format.internal.sink.WebDatasetSink;
import java.util.Arrays;
import java.util.List;

/** The formats that a version can be exported to. */
public enum ExportFormat {
  /** Tar files as the {@code webdataset} library reads them. */
  WEBDATASET("webdataset"),
  /** Apache Parquet as Hugging Face's {@code datasets} opens it, media decoded. */
  PARQUET("parquet"),
  /** JSON Lines, payloads in files beside. */
  JSONL("jsonl"),
  /** Comma-separated values, payloads in files beside. */
  CSV("csv"),
  /** A folder of images, by label or with {@code metadata.jsonl}. */
  IMAGEFOLDER("imagefolder"),
  /** Shards of MosaicML Streaming. */
  MDS("mds"),
  /** NumPy arrays, one a column: columns of one shape without nulls. */
  NPZ("npz"),
  /** Arrow IPC files with a row a sample. */
  ARROW("arrow");

  private final String id;

  ExportFormat(String id) {
    this.id = id;
  }

  /** Returns the name on the command line, for example {@code webdataset}. */
  public String id() {
    return id;
  }

  /** Returns the names of all formats. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(ExportFormat::id).toList();
  }

  /**
   * Returns the format with a name.
   *
   * @throws InvalidInputException if there is none
   */
  public static ExportFormat of(String id) {
    for (ExportFormat format : values()) {
      if (format.id.equals(id)) {
        return format;
      }
    }
    throw SinkErrors.of(
        1, "Unknown format \"" + id + "\"", Location.NONE, Suggestion.of(id, ids(), "formats"));
  }

  SinkPlan plan(Version version, SinkOptions options) {
    return switch (this) {
      case WEBDATASET -> new WebDatasetSink(version, options);
      case PARQUET -> new ParquetSink(version, options);
      case JSONL -> new JsonlSink(version, options);
      case CSV -> new CsvSink(version, options);
      case IMAGEFOLDER -> new ImageFolderSink(version, options);
      case MDS -> new MdsSink(version, options);
      case NPZ -> new NpzSink(version, options);
      case ARROW -> new ArrowSink(version, options);
    };
  }
}
