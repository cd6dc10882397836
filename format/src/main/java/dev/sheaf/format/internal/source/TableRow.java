package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
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
  private Map<String, Object> cells;
  private String hash;

  TableRow(RawRow raw, Map<String, Type> types, MediaNames.Resolver resolver) {
    this.raw = raw;
    this.types = types;
    this.resolver = resolver;
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
    return Optional.empty();
  }

  @Override
  public Optional<String> keyText(String column) {
    return Optional.ofNullable(Cells.keyText(cells().get(column)));
  }

  @Override
  public Fingerprint fingerprint(PayloadReader payloads) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (Map.Entry<String, SourceFile> file : files().entrySet()) {
      Optional<String> known = payloads.known(file.getValue());
      if (known.isEmpty()) {
        return new Fingerprint(hash(), "");
      }
      hashes.put(file.getKey(), known.get());
    }
    return new Fingerprint(hash(), CanonicalHash.withPayloads(hash(), hashes));
  }

  @Override
  public LoadedRow load(PayloadReader payloads) {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>();
    List<PayloadReader.Payload> read = new ArrayList<>();
    Map<String, SourceFile> files = files();
    for (Map.Entry<String, Object> cell : cells().entrySet()) {
      String column = cell.getKey();
      Type type = types.get(column);
      if (type == null) {
        throw InputErrors.changed(place().location());
      }
      if (files.containsKey(column)) {
        SourceFile file = files.get(column);
        PayloadReader.Payload payload = payloads.image(file, where(column, file));
        hashes.put(column, payload.media().sha256());
        read.add(payload);
        values.put(column, payload.media());
      } else {
        values.put(column, value(column, cell.getValue(), type));
      }
    }
    return new LoadedRow(
        values, new Fingerprint(hash(), CanonicalHash.withPayloads(hash(), hashes)), read);
  }

  private Object value(String column, Object value, Type type) {
    Location where = place().location().with("column", Names.brief(column));
    if (type instanceof Type.Media && value instanceof MediaBytes embedded) {
      return PayloadReader.image(embedded.bytes(), where);
    }
    try {
      return Cells.convert(value, type);
    } catch (Cells.MisfitException e) {
      throw InputErrors.badValue(column, e.getMessage(), place().location());
    }
  }

  /** Returns the payload files that cells name, by column. */
  private Map<String, SourceFile> files() {
    Map<String, SourceFile> files = new LinkedHashMap<>();
    cells()
        .forEach(
            (column, value) -> {
              if (types.get(column) instanceof Type.Media && !CanonicalHash.isNull(value)) {
                String name = pathOf(value);
                if (name != null) {
                  files.put(
                      column,
                      resolver
                          .find(name)
                          .orElseThrow(
                              () ->
                                  InputErrors.missing(
                                      where(
                                          column,
                                          new SourceFile(java.nio.file.Path.of(""), name)))));
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

  private Location where(String column, SourceFile file) {
    return place()
        .location()
        .with("column", Names.brief(column))
        .with("file", Names.brief(file.name()));
  }

  private Map<String, Object> cells() {
    if (cells == null) {
      cells = raw.cells();
      TypedObserver.split(cells, types);
    }
    return cells;
  }

  private String hash() {
    if (hash == null) {
      hash = CanonicalHash.of(cells());
    }
    return hash;
  }
}
