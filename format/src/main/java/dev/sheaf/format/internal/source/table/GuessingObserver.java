package dev.sheaf.format.internal.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.ColumnNames;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.MediaFiles;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.Subtitles;
import dev.sheaf.format.internal.source.TypeGuess;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Guesses the types of a table that declares none; columns in the order of their first appearance.
 */
public final class GuessingObserver implements TableSource.Observer {
  private final TableSource table;
  private final boolean plainText;
  private final Map<String, Guess> guesses = new LinkedHashMap<>();

  public GuessingObserver(TableSource table, List<String> header, boolean plainText) {
    this.table = table;
    this.plainText = plainText;
    header.forEach(this::add);
  }

  private Guess add(String column) {
    Guess guess = new Guess(table, plainText);
    guesses.put(column, guess);
    return guess;
  }

  @Override
  public void see(Place place, Map<String, Object> cells) {
    cells.forEach(
        (column, value) -> {
          Guess guess = guesses.get(column);
          if (guess == null) {
            ColumnNames.check(column, guesses.size(), place.location());
            ColumnNames.checkCount(Math.max(cells.size(), guesses.size() + 1), place.location());
            guess = add(column);
          }
          guess.see(value, place);
        });
  }

  @Override
  public boolean isDone() {
    return false;
  }

  @Override
  public List<SourceColumn> columns(List<String> notes) {
    List<SourceColumn> columns = new ArrayList<>();
    guesses.forEach((name, guess) -> guess.addTo(columns, name, notes));
    return columns;
  }

  /** What the cells of one column show. */
  private static final class Guess {
    private final TableSource table;
    private final boolean plainText;
    private final TypeGuess values;
    private final MediaNames names;
    private final MediaLists lists;
    private final Set<MediaKind> payloads = EnumSet.noneOf(MediaKind.class);
    private boolean texts;
    private boolean subtitles;
    private boolean binary;
    private Type.Tensor tensor;
    private Place tensorPlace;

    Guess(TableSource table, boolean plainText) {
      this.table = table;
      this.plainText = plainText;
      this.values = new TypeGuess(plainText);
      this.names = table.mediaNames();
      this.lists = new MediaLists(table);
    }

    void see(Object value, Place place) {
      if (value instanceof JsonNode node) {
        values.add(node, place);
        if (node.isTextual()) {
          names.add(node.textValue(), place);
        } else if (node.isArray()) {
          lists.add(node, place);
        }
      } else if (value instanceof PayloadRef ref) {
        switch (ref.use()) {
          case MEDIA -> payloads.add(ref.kind());
          case TEXT -> texts = true;
          case SUBTITLES -> subtitles = true;
        }
      } else if (value instanceof MediaBytes media) {
        String path = String.valueOf(media.path());
        payloads.add(MediaFiles.kindOf(media.bytes(), path).orElse(MediaKind.FILE));
      } else if (value instanceof Tensor found) {
        see(found, place);
      } else if (value instanceof byte[]) {
        binary = true;
      } else if (value instanceof Number || value instanceof Boolean) {
        values.add((JsonNode) Json.MAPPER.valueToTree(value), place);
      } else if (value instanceof List<?>) {
        subtitles = true; // the only list that comes parsed
      } else {
        values.add((String) value, place);
        names.add((String) value, place);
      }
    }

    private void see(Tensor found, Place place) {
      Type.Tensor type = new Type.Tensor(found.dtype(), found.shape());
      if (tensor == null) {
        tensor = type;
        tensorPlace = place;
      } else if (!tensor.equals(type)) {
        tensor = union(tensor, type, place);
      }
    }

    private Type.Tensor union(Type.Tensor a, Type.Tensor b, Place place) {
      if (a.dtype() != b.dtype() || a.shape().rank() != b.shape().rank()) {
        throw InputErrors.of(
            43,
            "The arrays of one column differ: "
                + a
                + " at "
                + tensorPlace.location()
                + ", here "
                + b,
            place.location(),
            "Write arrays of one dtype and rank");
      }
      long[] dims = new long[a.shape().rank()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = a.shape().dim(i) == b.shape().dim(i) ? a.shape().dim(i) : Shape.ANY;
      }
      return new Type.Tensor(a.dtype(), Shape.of(dims));
    }

    /** Returns the type of cells that are no JSON and no plain text, or empty if there are none. */
    private Optional<Type> typed(String column) {
      List<Type> types = new ArrayList<>();
      if (!payloads.isEmpty()) {
        types.add(Type.media(payloads.size() == 1 ? payloads.iterator().next() : MediaKind.FILE));
      }
      if (texts) {
        types.add(Type.UTF8);
      }
      if (subtitles) {
        types.add(Subtitles.TYPE);
      }
      if (binary) {
        types.add(Type.BINARY);
      }
      if (tensor != null) {
        types.add(tensor);
      }
      boolean mixed = types.size() > 1 || types.size() == 1 && !values.isVacant() && !texts;
      if (mixed) {
        throw InputErrors.of(
            43,
            "Column \"" + Names.brief(column) + "\" mixes " + types + " with other values",
            table.file().location(),
            "Give the files different names, or ingest them into datasets of their own");
      }
      return types.isEmpty() ? Optional.empty() : Optional.of(types.get(0));
    }

    void addTo(List<SourceColumn> columns, String name, List<String> notes) {
      Optional<Type> typed = typed(name);
      if (typed.isPresent()) {
        columns.add(new SourceColumn(name, typed.get(), SourceColumn.Birth.TYPED, false));
        return;
      }
      SourceColumn.Birth birth = plainText ? SourceColumn.Birth.TEXT : SourceColumn.Birth.JSON;
      SourceColumn column = new SourceColumn(name, values.type(), birth, values.isVacant());
      if (values.isText()) {
        column = table.withMedia(column, names, notes);
      }
      Type type = column.type();
      values
          .mixture()
          .filter(mixed -> type instanceof Type.Json || type instanceof Type.Utf8)
          .ifPresent(
              mixed ->
                  notes.add(
                      "column \"" + Names.brief(name) + "\" is " + type + ": it mixes " + mixed));
      columns.add(column);
      if (type instanceof Type.ListOf list && list.element() instanceof Type.Utf8) {
        columns.addAll(lists.columns(name, birth, notes));
      }
    }
  }
}
