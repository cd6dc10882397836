package dev.sheaf.format.internal.source;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.io.IOException;
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
      found.attempt(() -> found.add(path));
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
    SourceFormat wanted = options.format();
    boolean images = wanted == null || wanted == SourceFormat.IMAGES;
    boolean tables = wanted != SourceFormat.IMAGES;
    if (wanted == null && !walk.images().isEmpty() && !walk.tables().isEmpty()) {
      throw InputErrors.mixedFolder(
          where,
          walk.images().size(),
          walk.tables().size(),
          walk.tables().get(0).file().path().toString());
    }
    if (images) {
      walk.problems().forEach(this::problem);
      walk.passedOver().forEach(options.skipped());
      if (!walk.images().isEmpty()) {
        sources.add(new ImagesSource(new SourceFile(path, ""), walk.images(), options.label()));
      }
    }
    boolean any = images && !(walk.images().isEmpty() && walk.problems().isEmpty());
    for (FileWalk.Found table : walk.tables()) {
      SourceFormat format = formatOf(table.file());
      if (tables && (wanted == null || wanted == format)) {
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

  private SourceFormat formatOf(SourceFile file) throws IOException {
    Optional<SourceFormat> byName = SourceFormat.byName(file.name());
    return byName.isPresent()
        ? byName.get()
        : SourceFormat.byMagic(FileWalk.head(file.path())).orElseThrow();
  }

  private void file(SourceFile file) throws IOException {
    byte[] head = FileWalk.head(file.path());
    SourceFormat format = options.wanted().or(() -> SourceFormat.byMagic(head)).orElse(null);
    Optional<MediaKind> kind = MediaProbe.sniff(head).or(() -> MediaProbe.byName(file.name()));
    if (format == null) {
      format = SourceFormat.byName(file.name()).orElse(null);
    }
    if (format == null && kind.isPresent()) {
      if (kind.get() != MediaKind.IMAGE) {
        throw InputErrors.notAnImage(kind.get().id() + " cannot be ingested yet", file.location());
      }
      format = SourceFormat.IMAGES;
    }
    if (format == null) {
      throw InputErrors.unknownFormat(file.location());
    }
    if (format == SourceFormat.IMAGES) {
      FileWalk.Found found = new FileWalk.Found(file, Files.size(file.path()));
      sources.add(new ImagesSource(file, List.of(found), options.label()));
    } else {
      table(file, format);
    }
  }

  private void table(SourceFile file, SourceFormat format) throws IOException {
    TableSource table =
        switch (format) {
          case JSONL -> new JsonlSource(file, options);
          case JSON -> new JsonSource(file, options);
          case CSV -> new CsvSource(file, options, false);
          case TSV -> new CsvSource(file, options, true);
          case PARQUET -> new ParquetSource(file, options);
          case ARROW -> new ArrowSource(file, options);
          case IMAGES -> throw new AssertionError(format);
        };
    table.columns(); // everything is read once here, so that what is wrong is found before anything
    // is written
    sources.add(table);
  }
}
