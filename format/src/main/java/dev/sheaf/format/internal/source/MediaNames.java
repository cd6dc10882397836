package dev.sheaf.format.internal.source;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether the text cells of a column name image files.
 *
 * <p>A cell names one when it has the extension of one and the file exists, relative to the folder
 * of the table or to the media root. The column becomes media when every cell that is not null
 * does.
 */
final class MediaNames {
  private static final int LONGEST = 4096;
  private static final int SHOWN = 3;

  private final Resolver resolver;
  private final List<String> missing = new ArrayList<>();
  private boolean hopeless;
  private long named;
  private long missed;
  private long moving;

  MediaNames(Resolver resolver) {
    this.resolver = resolver;
  }

  /** Finds the files that cells name. */
  record Resolver(Path folder, Path mediaRoot) {
    Optional<SourceFile> find(String cell) {
      Optional<SourceFile> beside = within(folder, cell);
      return beside.isPresent() || mediaRoot == null ? beside : within(mediaRoot, cell);
    }

    private static Optional<SourceFile> within(Path folder, String cell) {
      try {
        Path path = folder.resolve(cell);
        return Files.isRegularFile(path)
            ? Optional.of(new SourceFile(path, cell))
            : Optional.empty();
      } catch (InvalidPathException e) {
        return Optional.empty();
      }
    }
  }

  /** Tells whether no further cell can make the column media. */
  boolean isHopeless() {
    return hopeless;
  }

  /** Adds a cell. */
  void add(String cell, Place place) {
    if (cell == null || hopeless) {
      return;
    }
    Optional<MediaKind> kind = cell.length() > LONGEST ? Optional.empty() : MediaProbe.byName(cell);
    if (kind.isEmpty() && named + moving + missed == 0) {
      hopeless = true;
    } else if (kind.isPresent() && resolver.find(cell).isPresent()) {
      if (kind.get() == MediaKind.IMAGE) {
        named++;
      } else {
        moving++;
      }
    } else {
      missed++;
      if (missing.size() < SHOWN) {
        String where = place.line() > 0 ? "line " + place.line() : "row " + place.position();
        missing.add("\"" + Names.brief(cell) + "\" (" + where + ")");
      }
    }
  }

  /** Tells whether every cell names an image. */
  boolean isMedia() {
    return !hopeless && named > 0 && missed == 0 && moving == 0;
  }

  /** Returns why the column stays text though some cells name files, or empty. */
  Optional<String> note(String column) {
    if (hopeless || isMedia() || named + moving == 0) {
      return Optional.empty();
    }
    String start = "column \"" + Names.brief(column) + "\" stays text: ";
    if (missed == 0) {
      return Optional.of(
          start + moving + " of its cells name video or audio files, which cannot be ingested yet");
    }
    return Optional.of(
        start
            + missed
            + " of its "
            + (named + moving + missed)
            + " cells name no file: "
            + String.join(", ", missing)
            + (missed > missing.size() ? ", …" : "")
            + "; add the files or pass --media-root");
  }
}
