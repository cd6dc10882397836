package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.source.InputErrors;
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
 * written for.
 *
 * <p>The column becomes media when the files that are there are of one kind and either all cells
 * that are not null have the extension of media or most of them name a file; rows whose file is
 * missing are then refused. A column with addresses stays text: nothing is fetched.
 */
public final class MediaNames {
  private static final int LONGEST = 4096;
  private static final int SHOWN = 3;

  private final Resolver resolver;
  private final List<String> missing = new ArrayList<>();
  private final Map<MediaKind, Long> named = new EnumMap<>(MediaKind.class);
  private boolean hopeless;
  private boolean addresses;
  private long missed;
  private long strange;
  private Missing firstMissed;
  private String shortened;

  /** A cell that names no file. */
  private record Missing(Place place, String cell) {}

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
    strange += kind.isPresent() ? 0 : 1;
    addresses |= isAddress(cell);
    if (firstMissed == null) {
      firstMissed = new Missing(place, cell);
    }
    if (missing.size() < SHOWN) {
      String where = place.line() > 0 ? "line " + place.line() : "row " + place.position();
      missing.add("\"" + Names.brief(cell) + "\" (" + where + ")");
    }
  }

  /** Tells whether a cell begins with the scheme of an address; one letter is a drive. */
  private static boolean isAddress(String cell) {
    int colon = cell.indexOf(':');
    return colon > 1 && cell.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*");
  }

  private long found() {
    return named.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the kind of the files if the column is to hold them. */
  Optional<MediaKind> kind() {
    boolean most = missed == 0 || !addresses && (strange == 0 || found() > missed);
    return !hopeless && named.size() == 1 && most
        ? Optional.of(named.keySet().iterator().next())
        : Optional.empty();
  }

  /** Tells whether all cells have the names of media files and none of these is there. */
  boolean isLost() {
    return !hopeless && named.isEmpty() && missed > 0 && strange == 0 && !addresses;
  }

  /** Returns why a media column cannot be taken whole, or empty if every file is there. */
  Optional<DatasetException> problem(String column) {
    return missed == 0 || kind().isEmpty()
        ? Optional.empty()
        : Optional.of(
            InputErrors.missingMedia(
                missed + " of the " + (found() + missed) + " cells of the column name no file",
                location(column)));
  }

  /** Returns the problem that none of the files of a lost column is there. */
  DatasetException lost(String column, Path mediaRoot) {
    return InputErrors.lostMedia(missed, mediaRoot, location(column));
  }

  private Location location(String column) {
    return firstMissed
        .place()
        .location()
        .with("column", Names.brief(column))
        .with("file", Names.brief(firstMissed.cell()));
  }

  /** Returns what a user may want to know of the names, or empty. */
  Optional<String> note(String column) {
    String start = "column \"" + Names.brief(column) + "\"";
    if (isLost()) {
      return Optional.of(
          start
              + " stays text: none of the "
              + missed
              + " files that it names is there: "
              + examples()
              + "; if they should go in, pass --media-root with the folder that the names begin"
              + " in");
    }
    if (hopeless || named.isEmpty()) {
      return Optional.empty();
    }
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
    return Optional.of(
        start
            + " stays text: "
            + missed
            + " of its "
            + (found() + missed)
            + (addresses
                ? " cells name no file, some of them addresses: "
                : " cells name no file: ")
            + examples()
            + "; add the files or pass --media-root");
  }

  private String examples() {
    return String.join(", ", missing) + (missed > missing.size() ? ", …" : "");
  }
}
