package dev.sheaf.format.internal.source.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.GuessingObserver;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shards that an {@code index.json} of mosaicml-streaming lists, in its order. */
public final class MdsSource extends TableSource {
  private List<MdsShard> shards;

  public MdsSource(SourceFile index, SourceOptions options) {
    super(index, options);
  }

  /** Tells whether a file is such an index, by its name and its members. */
  public static boolean isIndex(Path path) throws IOException {
    Path name = path.getFileName();
    if (name == null || !name.toString().equals("index.json") || Files.size(path) == 0) {
      return false;
    }
    try {
      return Json.MAPPER.readTree(Files.readAllBytes(path)).path("shards").isArray();
    } catch (JsonProcessingException e) {
      return false; // whoever reads it as a table says what is wrong
    }
  }

  private List<MdsShard> shards() throws IOException {
    if (shards == null) {
      List<MdsShard> found = new ArrayList<>();
      Path folder = file().path().toAbsolutePath().getParent();
      try {
        for (JsonNode about :
            Json.MAPPER.readTree(Files.readAllBytes(file().path())).path("shards")) {
          found.add(new MdsShard(about, folder, file().location()));
        }
      } catch (JsonProcessingException e) {
        throw InputErrors.badJson(Json.reason(e), file().location());
      }
      if (found.isEmpty()) {
        throw InputErrors.nothing(file().location(), ": the index lists no shard");
      }
      shards = found;
    }
    return shards;
  }

  private Map<String, MdsEncoding> columns(MdsShard shard) {
    Map<String, MdsEncoding> columns = new LinkedHashMap<>();
    for (int i = 0; i < shard.names().size(); i++) {
      columns.put(shard.names().get(i), shard.encodings().get(i));
    }
    return columns;
  }

  @Override
  public boolean namesMedia() {
    return false;
  }

  @Override
  public long declaredRows() throws IOException {
    return shards().stream().mapToLong(MdsShard::samples).sum();
  }

  @Override
  public Observer observer() {
    Map<String, MdsEncoding> encodings;
    try {
      encodings = columns(shards().get(0));
      for (MdsShard shard : shards()) {
        if (!columns(shard).equals(encodings)) {
          throw MdsShard.malformed(
              "the columns of " + shard.basename() + " differ", file().location());
        }
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
    GuessingObserver guesses = new GuessingObserver(this, List.of(), false);
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {
        Map<String, Object> open = new LinkedHashMap<>(cells);
        open.keySet().removeIf(name -> encodings.get(name).type().isPresent());
        guesses.see(place, open);
      }

      @Override
      public boolean isDone() {
        return encodings.values().stream().allMatch(encoding -> encoding.type().isPresent());
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        Map<String, SourceColumn> guessed = new LinkedHashMap<>();
        guesses.columns(notes).forEach(column -> guessed.put(column.name(), column));
        List<SourceColumn> columns = new ArrayList<>();
        encodings.forEach(
            (name, encoding) -> {
              Optional<Type> type = encoding.type();
              if (type.isPresent()) {
                columns.add(new SourceColumn(name, type.get(), SourceColumn.Birth.TYPED, false));
              } else if (guessed.containsKey(name)) {
                columns.add(guessed.remove(name));
              }
            });
        columns.addAll(
            guessed.values().stream().filter(one -> !encodings.containsKey(one.name())).toList());
        return columns;
      }
    };
  }

  @Override
  public RawCursor rows() throws IOException {
    return new Cursor(shards());
  }

  private final class Cursor implements RawCursor {
    private final List<MdsShard> shards;
    private int shard = -1;
    private int next;
    private ByteBuffer data;
    private SourceFile place;

    Cursor(List<MdsShard> shards) {
      this.shards = shards;
    }

    @Override
    public RawRow next() throws IOException {
      while (data == null || next == shards.get(shard).samples()) {
        if (++shard == shards.size()) {
          return null;
        }
        next = 0;
        data = null;
        Optional<RawRow> problem = open(shards.get(shard));
        if (problem.isPresent()) {
          return problem.get();
        }
      }
      return row(shards.get(shard), next++);
    }

    /** Reads a shard; one that cannot be is one malformed row, and the next is tried. */
    private Optional<RawRow> open(MdsShard about) {
      String name = file().name();
      place =
          new SourceFile(
              about.path(), name.substring(0, name.lastIndexOf('/') + 1) + about.basename());
      try {
        data = about.read(place.location());
        return Optional.empty();
      } catch (DatasetException e) {
        return Optional.of(new RawRow.Malformed(Place.whole(place), e));
      } catch (IOException e) {
        return Optional.of(
            new RawRow.Malformed(Place.whole(place), InputErrors.unreadable(e, place.location())));
      }
    }

    private RawRow row(MdsShard about, int index) {
      Place where = new Place(place, Origin.Unit.OFFSET, MdsShard.offset(data, index), 0);
      try {
        ByteBuffer sample = about.sample(data, index, where.location());
        long weight = 256 + 2L * sample.remaining();
        List<byte[]> values = about.values(sample, where.location());
        // The values end where the sample does.
        long offset = where.position() + sample.limit();
        for (byte[] value : values) {
          offset -= value.length;
        }
        offset -= sample.remaining();
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
          String column = about.names().get(i);
          Location cell = where.location().with("column", Names.brief(column));
          Object value = about.encodings().get(i).decode(values.get(i), cell);
          if (value instanceof MediaBytes media && !about.isCompressed()) {
            value = media.at(about.path(), offset);
          }
          offset += values.get(i).length;
          cells.put(column, value);
        }
        return new RawRow.Ready(where, weight, cells);
      } catch (DatasetException e) {
        return new RawRow.Malformed(where, e);
      }
    }

    @Override
    public void close() {}
  }
}
