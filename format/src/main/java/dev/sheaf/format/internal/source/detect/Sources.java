package dev.sheaf.format.internal.source.detect;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.Heads;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.MediaFiles;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceFormat;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.archive.TarSource;
import dev.sheaf.format.internal.source.archive.ZipFolder;
import dev.sheaf.format.internal.source.array.HdfSource;
import dev.sheaf.format.internal.source.array.NpySource;
import dev.sheaf.format.internal.source.array.NpzSource;
import dev.sheaf.format.internal.source.array.SafetensorsSource;
import dev.sheaf.format.internal.source.arrow.ArrowSource;
import dev.sheaf.format.internal.source.coco.CocoSource;
import dev.sheaf.format.internal.source.folder.FileWalk;
import dev.sheaf.format.internal.source.folder.FolderSource;
import dev.sheaf.format.internal.source.folder.MetadataSource;
import dev.sheaf.format.internal.source.parquet.ParquetSource;
import dev.sheaf.format.internal.source.shard.MdsSource;
import dev.sheaf.format.internal.source.table.CsvSource;
import dev.sheaf.format.internal.source.table.JsonSource;
import dev.sheaf.format.internal.source.table.JsonlSource;
import dev.sheaf.format.internal.source.table.LinesSource;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out what paths hold and opens readers for them. */
public final class Sources {
  private final SourceOptions options;
  private final List<SampleSource> sources = new ArrayList<>();
  private DatasetException firstProblem;

  private Sources(SourceOptions options) {
    this.options = options;
  }

  /**
   * Opens sources: every table has been read once when this returns.
   *
   * @throws DatasetException if a source cannot be taken and the options do not say to go on, or if
   *     nothing is left
   */
  public static List<SampleSource> open(List<Path> paths, SourceOptions options) {
    Sources found = new Sources(options);
    for (Path path : paths) {
      found.attempt(() -> Braces.expand(path).forEach(one -> found.attempt(() -> found.add(one))));
    }
    if (found.sources.isEmpty() && found.firstProblem != null) {
      throw found.firstProblem;
    }
    return found.sources;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void attempt(Step step) {
    try {
      step.run();
    } catch (DatasetException e) {
      problem(e);
    } catch (IOException e) {
      problem(InputErrors.unreadable(e, Location.NONE));
    }
  }

  private void problem(DatasetException e) {
    firstProblem = firstProblem == null ? e : firstProblem;
    options.onError().accept(e);
  }

  private void add(Path path) throws IOException {
    Location where = Location.of(Names.show(path.toString()));
    if (!Files.exists(path)) {
      throw InputErrors.missing(where);
    }
    if (Files.isDirectory(path)) {
      folder(path, where);
      return;
    }
    Optional<String> name = Names.last(path);
    if (name.isEmpty()) {
      throw InputErrors.badFileName(where);
    }
    SourceFile file = new SourceFile(path, name.get());
    if (Files.isRegularFile(path) && Files.size(path) == 0) {
      throw InputErrors.empty(where);
    }
    file(file);
  }

  private void folder(Path path, Location where) throws IOException {
    FileWalk walk = FileWalk.of(path);
    SourceFormat wanted = options.format() == SourceFormat.ZIP ? null : options.format();
    int before = sources.size();
    boolean any = false;
    List<FileWalk.Found> tables = walk.files(FileWalk.Role.TABLE);
    if ((wanted == null || wanted == SourceFormat.COCO) && coco(tables)) {
      return;
    }
    if (wanted == null || wanted.isFiles()) {
      walk.problems().forEach(this::problem);
      walk.passedOver().forEach(options.skipped());
      any = !walk.problems().isEmpty();
      List<MetadataSource> metadata = MetadataSource.of(walk, options);
      if (!metadata.isEmpty()) {
        metadata.forEach(this::add);
        return;
      }
      tables = files(path, walk, where);
    }
    any |= sources.size() > before;
    if (wanted == SourceFormat.LINES) {
      tables = walk.files(FileWalk.Role.TEXT);
    }
    for (FileWalk.Found table : tables) {
      SourceFormat format = wanted == SourceFormat.LINES ? wanted : formatOf(table.file());
      if (wanted == null || wanted == format) {
        any = true;
        attempt(
            () -> {
              if (table.size() == 0) {
                throw InputErrors.empty(table.file().location());
              }
              table(table.file(), format);
            });
      }
    }
    if (!any) {
      String found = wanted == null ? "" : ": no file of format " + wanted.id();
      throw InputErrors.nothing(where, found);
    }
  }

  /** Takes the files that are samples and returns the tables that are left. */
  private List<FileWalk.Found> files(Path path, FileWalk walk, Location where) throws IOException {
    SourceFormat wanted = options.format();
    FolderSource files =
        new FolderSource(
            new SourceFile(path, ""),
            walk,
            wanted == null ? Optional.empty() : wanted.kind(),
            wanted == SourceFormat.TEXT,
            options);
    List<FileWalk.Found> tables = new ArrayList<>();
    for (FileWalk.Found rest : files.rest()) {
      if (rest.role() == FileWalk.Role.TABLE) {
        tables.add(rest);
      } else {
        options.skipped().accept(InputErrors.passedOver(rest.file().location()));
      }
    }
    if (wanted == null && !files.isEmpty() && !tables.isEmpty()) {
      throw InputErrors.mixedFolder(
          where, files.size(), tables.size(), tables.get(0).file().path().toString());
    }
    if (!files.isEmpty()) {
      add(files);
    }
    return wanted == null ? tables : List.of();
  }

  /** Takes COCO annotations and their images; tells whether there are any. */
  private boolean coco(List<FileWalk.Found> tables) throws IOException {
    List<SourceFile> found = new ArrayList<>();
    for (FileWalk.Found table : tables) {
      if (table.file().name().endsWith(".json") && CocoSource.isCoco(table.file().path())) {
        found.add(table.file());
      }
    }
    for (List<SourceFile> together : CocoSource.together(found)) {
      attempt(() -> add(new CocoSource(together, options)));
    }
    return !found.isEmpty();
  }

  private SourceFormat formatOf(SourceFile file) throws IOException {
    if (MdsSource.isIndex(file.path())) {
      return SourceFormat.MDS;
    }
    Optional<SourceFormat> byName = SourceFormat.byName(file.name());
    return byName.isPresent()
        ? byName.get()
        : SourceFormat.byMagic(Heads.of(file.path())).orElseThrow();
  }

  private void file(SourceFile file) throws IOException {
    byte[] head = Heads.of(file.path());
    SourceFormat format =
        options
            .wanted()
            .or(() -> special(file))
            .or(() -> SourceFormat.byMagic(head))
            .or(() -> SourceFormat.byName(file.name()))
            .orElse(null);
    if (format == null && MediaFiles.kindOf(head, file.name()).isPresent()) {
      format = SourceFormat.FOLDER;
    }
    if (format == null && Names.extension(file.name()).equals("txt")) {
      format = SourceFormat.LINES;
    }
    if (format == null) {
      throw InputErrors.unknownFormat(file.location());
    }
    if (format.isFiles()) {
      FolderSource single =
          new FolderSource(
              file, FileWalk.ofFile(file), format.kind(), format == SourceFormat.TEXT, options);
      if (single.isEmpty()) {
        throw InputErrors.nothing(file.location(), ": no file of format " + format.id());
      }
      add(single);
    } else {
      table(file, format);
    }
  }

  /** Tells JSON documents that are more than a table. */
  private static Optional<SourceFormat> special(SourceFile file) {
    try {
      if (!file.name().endsWith(".json")) {
        return Optional.empty();
      }
      if (MdsSource.isIndex(file.path())) {
        return Optional.of(SourceFormat.MDS);
      }
      return CocoSource.isCoco(file.path()) ? Optional.of(SourceFormat.COCO) : Optional.empty();
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file.location());
    }
  }

  private void zip(SourceFile file) throws IOException {
    FileSystem zip = ZipFolder.open(file, options);
    folder(zip.getPath("/"), file.location());
  }

  private void table(SourceFile file, SourceFormat format) throws IOException {
    if (format == SourceFormat.ZIP) {
      zip(file);
      return;
    }
    add(
        switch (format) {
          case JSONL -> new JsonlSource(file, options);
          case JSON -> new JsonSource(file, options);
          case CSV -> new CsvSource(file, options, false);
          case TSV -> new CsvSource(file, options, true);
          case LINES -> new LinesSource(file, options);
          case PARQUET -> new ParquetSource(file, options);
          case ARROW -> new ArrowSource(file, options);
          case WEBDATASET -> new TarSource(file, Heads.of(file.path()), options);
          case NPY -> new NpySource(file, options);
          case NPZ -> new NpzSource(file, options);
          case SAFETENSORS -> new SafetensorsSource(file, options);
          case HDF5 -> new HdfSource(file, options);
          case MDS -> new MdsSource(file, options);
          case COCO -> new CocoSource(List.of(file), options);
          case FOLDER, IMAGES, VIDEO, AUDIO, TEXT, ZIP -> throw new AssertionError(format);
        });
  }

  /** Everything is looked at once here: what is wrong is found before anything is written. */
  private void add(TableSource source) {
    source.columns();
    sources.add(source);
  }
}
