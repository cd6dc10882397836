package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether the text cells of a column name media files.
 *
 * <p>A cell names one when it has the extension of one and the file exists, relative to the folder
 * of the table or to the media root; a name that lies in neither is also looked for without its
 * leading folders, for tables are often moved together with a part of the tree that they were
 * written for. The column becomes media when every cell that is not null names a file of one kind.
 */
public final class MediaNames {
  private static final int LONGEST = 4096;
  private static final int SHOWN = 3;

  private final Resolver resolver;
  private final List<String> missing = new ArrayList<>();
  private final Map<MediaKind, Long> named = new EnumMap<>(MediaKind.class);
  private boolean hopeless;
  private long missed;
  private String shortened;

  MediaNames(Resolver resolver) {
    this.resolver = resolver;
  }

  /** Finds the files that cells name. */
  record Resolver(Path folder, Path mediaRoot) {
    Optional<SourceFile> find(String cell) {
      Optional<SourceFile> plain = beside(cell);
      // At least one folder has to match beside the name, or a stranger would be taken.
      for (int slash = cell.indexOf('/');
          plain.isEmpty() && slash >= 0 && cell.indexOf('/', slash + 1) > 0;
          slash = cell.indexOf('/', slash + 1)) {
        plain = beside(cell.substring(slash + 1));
      }
      return plain;
    }

    private Optional<SourceFile> beside(String cell) {
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
    if (kind.isEmpty() && named.isEmpty() && missed == 0) {
      hopeless = true;
      return;
    }
    Optional<SourceFile> file = kind.isPresent() ? resolver.find(cell) : Optional.empty();
    if (file.isPresent()) {
      named.merge(kind.get(), 1L, Long::sum);
      if (shortened == null && !file.get().name().equals(cell)) {
        shortened = cell.substring(0, cell.length() - file.get().name().length());
      }
      return;
    }
    missed++;
    if (missing.size() < SHOWN) {
      String where = place.line() > 0 ? "line " + place.line() : "row " + place.position();
      missing.add("\"" + Names.brief(cell) + "\" (" + where + ")");
    }
  }

  /** Returns the kind of the files if every cell names one of that kind. */
  Optional<MediaKind> kind() {
    return !hopeless && named.size() == 1 && missed == 0
        ? Optional.of(named.keySet().iterator().next())
        : Optional.empty();
  }

  /** Returns what a user may want to know of the names, or empty. */
  Optional<String> note(String column) {
    if (hopeless || named.isEmpty()) {
      return Optional.empty();
    }
    String start = "column \"" + Names.brief(column) + "\"";
    if (kind().isPresent()) {
      return shortened == null
          ? Optional.empty()
          : Optional.of(start + ": the files were found without the leading \"" + shortened + "\"");
    }
    if (missed == 0) {
      List<String> kinds =
          named.entrySet().stream().map(e -> e.getValue() + " " + e.getKey().id()).toList();
      return Optional.of(
          start + " stays text: its cells name several kinds: " + String.join(", ", kinds));
    }
    long files = named.values().stream().mapToLong(Long::longValue).sum();
    return Optional.of(
        start
            + " stays text: "
            + missed
            + " of its "
            + (files + missed)
            + " cells name no file: "
            + String.join(", ", missing)
            + (missed > missing.size() ? ", …" : "")
            + "; add the files or pass --media-root");
  }
}
