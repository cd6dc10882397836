package dev.sheaf.format.export;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.ExportLog;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.sink.SinkErrors;
import dev.sheaf.format.internal.sink.SinkFolder;
import dev.sheaf.format.internal.sink.SinkOptions;
import dev.sheaf.format.internal.sink.SinkPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes the samples of a version, in their order, into a new folder in a format that other tools
 * read.
 *
 * <p>All columns are exported but Sheaf's own (whose names begin with {@code _}), or those that
 * {@link #columns} names. Nothing is dropped silently: a column or value that the format cannot
 * carry refuses the export, and the message says which and what to do. Payloads of media are copied
 * byte for byte, never decoded. Equal versions give equal files.
 *
 * <p>The folder appears whole or not at all: files are written into {@code .NAME.exporting} beside
 * it, which is renamed at the end. An export that was interrupted is repeated by running it again.
 *
 * <p>A builder: set what differs from the defaults, then {@link #run} or {@link #plan}. Not safe
 * for use by several threads. A view is exported by passing the version of its rows ({@link
 * dev.sheaf.format.Dataset#view}), a choice of samples by {@link Version#pick}.
 */
public final class Export {
  private final Version version;
  private ExportFormat format;
  private Path folder;
  private List<String> columns;
  private ShardSize shardSize;
  private ImageLayout layout;
  private boolean overwrite;
  private Progress progress = Progress.NONE;
  private String name;
  private boolean unrecorded;

  private Export(Version version) {
    this.version = Objects.requireNonNull(version, "version");
  }

  /** Begins with the version to export. */
  public static Export of(Version version) {
    return new Export(version);
  }

  /**
   * Sets the format and the folder to make.
   *
   * @param newFolder must not be there, or be empty, unless {@link #overwrite} is called; missing
   *     parents are made
   */
  public Export to(ExportFormat newFormat, Path newFolder) {
    this.format = Objects.requireNonNull(newFormat, "newFormat");
    this.folder = Objects.requireNonNull(newFolder, "newFolder");
    return this;
  }

  /**
   * Sets the columns to export, in this order; Sheaf's own may be among them, such as {@code _key}.
   */
  public Export columns(String... names) {
    this.columns = List.of(names);
    return this;
  }

  /**
   * Sets when a file is finished and the next begun; without it {@code webdataset}, {@code
   * parquet}, {@code arrow} and {@code mds} have their habits and the others write one file.
   */
  public Export shardSize(ShardSize size) {
    this.shardSize = Objects.requireNonNull(size, "size");
    return this;
  }

  /**
   * Sets how a folder of images tells what is known about them; without it by folders where only
   * the image and a column {@code label} are exported.
   */
  public Export imageLayout(ImageLayout newLayout) {
    this.layout = Objects.requireNonNull(newLayout, "newLayout");
    return this;
  }

  /** Replaces the folder if it is an earlier export; anything else there is never touched. */
  public Export overwrite() {
    this.overwrite = true;
    return this;
  }

  /** Sets what the dataset remembers as the folder; without it, the folder's path. */
  public Export named(String target) {
    this.name = Objects.requireNonNull(target, "target");
    return this;
  }

  /**
   * Has the dataset not remember this export. Without it, {@link dev.sheaf.format.Dataset#exports}
   * lists it, and a purge of one of its samples names it.
   */
  public Export unrecorded() {
    this.unrecorded = true;
    return this;
  }

  /** Sets who is told how far it is, in samples. */
  public Export progress(Progress listener) {
    this.progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Finds out how {@link #run} would carry each column, and writes nothing. Values are not looked
   * at unless the format needs to know them, so {@code run} may still refuse one.
   *
   * @throws dev.sheaf.format.InvalidSchemaException if the format cannot carry a column
   * @throws dev.sheaf.format.NotFoundException if a column does not exist
   */
  public ExportPlan plan() {
    Version projection = projection();
    return new ExportPlan(format, projection.size(), exported(plan(projection)), stale(projection));
  }

  /**
   * Exports.
   *
   * @throws dev.sheaf.format.InvalidSchemaException if the format cannot carry a column
   * @throws dev.sheaf.format.InvalidInputException if the format cannot carry a value, which the
   *     message names by column and sample; or if something is in the way of the folder
   * @throws dev.sheaf.format.NotFoundException if a column does not exist
   * @throws UncheckedIOException if files cannot be written; the folder is not there then
   */
  public ExportReport run() {
    long began = System.nanoTime();
    Version projection = projection();
    SinkPlan plan = plan(projection);
    List<String> notes = new ArrayList<>(stale(projection));
    try (ExportFolder target = ExportFolder.begin(folder, overwrite)) {
      SinkFolder files = new SinkFolder(target.path());
      plan.write(files, progress);
      // Before the folder appears: what was given out is known, or was never there.
      record(projection, notes);
      target.finish(marker());
      return new ExportReport(
          format,
          folder,
          projection.size(),
          files.files(),
          files.bytes(),
          exported(plan),
          notes,
          (System.nanoTime() - began) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void record(Version projection, List<String> notes) {
    if (unrecorded || !(version instanceof LocalVersion)) {
      return;
    }
    List<String> names = projection.schema().columns().stream().map(Column::name).toList();
    try {
      ExportLog.add(
          version, format.id(), name == null ? folder.toString() : name, names, projection.size());
    } catch (UncheckedIOException e) {
      String reason = e.getCause().getMessage();
      notes.add(notRemembered(reason == null ? e.getCause().toString() : reason));
    } catch (CommitConflictException e) {
      notes.add(notRemembered(e.getMessage()));
    }
  }

  private static String notRemembered(String reason) {
    return "the dataset does not remember this export, it cannot be written to: " + reason;
  }

  private SinkPlan plan(Version projection) {
    SinkOptions options =
        new SinkOptions(
            shardSize == null ? 0 : shardSize.bytes(),
            shardSize == null ? 0 : shardSize.rows(),
            layout == null ? SinkOptions.Layout.AUTO : layout.layout());
    return format.plan(projection, options);
  }

  private Version projection() {
    if (format == null) {
      throw SinkErrors.of(1, "No format is given", Location.NONE, "Call to(format, folder)");
    }
    List<String> names = columns;
    if (names == null) {
      names = new ArrayList<>();
      for (Column column : version.schema()) {
        if (!column.name().startsWith("_")) {
          names.add(column.name());
        }
      }
    }
    if (names.isEmpty()) {
      throw SinkErrors.of(
          8, "No column is exported", Location.NONE, "Name one at least, such as _key (--columns)");
    }
    return version.select(names.toArray(new String[0]));
  }

  private static List<ExportedColumn> exported(SinkPlan plan) {
    return plan.columns().stream()
        .map(one -> new ExportedColumn(one.column(), one.type(), one.as(), one.note()))
        .toList();
  }

  /** Counts the stale cells of derived columns: they are exported, but not unsaid. */
  private static List<String> stale(Version projection) {
    List<String> notes = new ArrayList<>();
    for (Column column : projection.schema()) {
      if (column.derived().isPresent() && !column.derivation().inputs().isEmpty()) {
        long stale = 0;
        for (Batch batch : projection.select(column.name()).scan()) {
          for (int row = 0; row < batch.size(); row++) {
            stale += batch.sample(row).isStale(column.name()) ? 1 : 0;
          }
        }
        if (stale > 0) {
          notes.add(
              stale
                  + " cells of column \""
                  + column.name()
                  + "\" are stale: their inputs have changed since they were computed");
        }
      }
    }
    return notes;
  }

  /** Says where the export comes from; without a time, so that equal exports are equal. */
  private String marker() {
    return "{\"sheaf_export\":1,\"format\":\""
        + format.id()
        + "\",\"commit\":\""
        + version.commit().id()
        + "\",\"tree\":\""
        + version.commit().tree()
        + "\",\"rows\":"
        + version.size()
        + "}\n";
  }
}
