package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.CanonicalHash;
import dev.sheaf.format.internal.source.Cells;
import dev.sheaf.format.internal.source.Fingerprint;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.LoadedRow;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.PayloadReader;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.Subtitles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The row of a table, with the types that its cells are to have. */
final class TableRow implements PendingRow {
  private final RawRow raw;
  private final Map<String, Type> types;
  private final MediaNames.Resolver resolver;
  private final RowForm form;
  private Map<String, Object> cells;
  private String hash;

  TableRow(RawRow raw, Map<String, Type> types, MediaNames.Resolver resolver, RowForm form) {
    this.raw = raw;
    this.types = types;
    this.resolver = resolver;
    this.form = form;
  }

  @Override
  public Place place() {
    return raw.place();
  }

  @Override
  public long weight() {
    return raw.weight();
  }

  @Override
  public Optional<String> path() {
    return raw.path();
  }

  @Override
  public Optional<String> keyText(String column) {
    return Optional.ofNullable(Cells.keyText(cells().get(column)));
  }

  @Override
  public Fingerprint fingerprint(PayloadReader payloads) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (Map.Entry<String, PayloadRef> file : files().entrySet()) {
      Optional<String> known = payloads.known(file.getValue());
      if (known.isEmpty()) {
        return new Fingerprint(raw.isOneFile() ? "" : hash(), "");
      }
      hashes.put(file.getKey(), known.get());
    }
    return fingerprint(hashes);
  }

  private Fingerprint fingerprint(Map<String, String> hashes) {
    if (raw.isOneFile()) {
      String only = hashes.values().iterator().next();
      return new Fingerprint(only, only);
    }
    return new Fingerprint(hash(), CanonicalHash.withPayloads(hash(), hashes));
  }

  @Override
  public LoadedRow load(PayloadReader payloads) {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>();
    List<PayloadReader.Payload> read = new ArrayList<>();
    Map<String, PayloadRef> files = files();
    for (Map.Entry<String, Object> cell : cells().entrySet()) {
      String column = cell.getKey();
      Type type = types.get(column);
      if (type == null) {
        throw InputErrors.changed(place().location());
      }
      PayloadRef file = files.get(column);
      if (file == null) {
        values.put(column, value(column, cell.getValue(), type, payloads));
      } else if (file.use() == PayloadRef.Use.MEDIA) {
        PayloadReader.Payload payload = payloads.media(file, where(column, file.name()));
        hashes.put(column, payload.media().sha256());
        read.add(payload);
        values.put(column, payload.media());
      } else {
        PayloadReader.Text text = payloads.text(file, where(column, file.name()));
        hashes.put(column, text.sha256());
        values.put(
            column,
            file.use() == PayloadRef.Use.TEXT
                ? text.text()
                : Subtitles.parse(text.text(), where(column, file.name())));
      }
    }
    return new LoadedRow(values, fingerprint(hashes), read);
  }

  private Object value(String column, Object value, Type type, PayloadReader payloads) {
    Location where = place().location().with("column", Names.brief(column));
    if (type instanceof Type.Media media && value instanceof MediaBytes embedded) {
      return payloads.media(embedded, media.kind(), where);
    }
    try {
      return Cells.convert(value, type);
    } catch (Cells.MisfitException e) {
      throw InputErrors.badValue(column, e.getMessage(), place().location());
    }
  }

  /** Returns the payload files that cells name, by column. */
  private Map<String, PayloadRef> files() {
    Map<String, PayloadRef> files = new LinkedHashMap<>();
    cells()
        .forEach(
            (column, value) -> {
              if (value instanceof PayloadRef ref) {
                files.put(column, ref);
              } else if (types.get(column) instanceof Type.Media media
                  && !CanonicalHash.isNull(value)) {
                String name = pathOf(value);
                if (name != null) {
                  files.put(
                      column,
                      PayloadRef.whole(
                          resolver
                              .find(name)
                              .orElseThrow(
                                  () ->
                                      InputErrors.missingMedia(
                                          "the cell names no file", where(column, name))),
                          PayloadRef.Use.MEDIA,
                          media.kind()));
                }
              }
            });
    return files;
  }

  /** Returns the path in a media cell, or null if the payload itself is there. */
  private static String pathOf(Object value) {
    if (value instanceof MediaBytes embedded) {
      return embedded.bytes() == null ? embedded.path() : null;
    }
    return Cells.keyText(value);
  }

  private Location where(String column, String file) {
    Location row = place().location();
    // A sample that is a file is found by its path alone.
    return raw.isOneFile()
        ? row
        : row.with("column", Names.brief(column)).with("file", Names.brief(file));
  }

  private Map<String, Object> cells() {
    if (cells == null) {
      Map<String, Object> found = raw.cells();
      TypedObserver.split(found, types);
      hash = CanonicalHash.of(found); // of the row as it lies in the source: keys depend on it
      cells = MediaLists.split(form.apply(found), types);
    }
    return cells;
  }

  private String hash() {
    cells();
    return hash;
  }
}
