package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Guesses the types of a table that declares none; columns in the order of their first appearance.
 */
final class GuessingObserver implements TableSource.Observer {
  private final TableSource table;
  private final boolean plainText;
  private final Map<String, TypeGuess> guesses = new LinkedHashMap<>();
  private final Map<String, MediaNames> media = new LinkedHashMap<>();

  GuessingObserver(TableSource table, List<String> header, boolean plainText) {
    this.table = table;
    this.plainText = plainText;
    header.forEach(this::add);
  }

  private void add(String column) {
    guesses.put(column, new TypeGuess(plainText));
    media.put(column, table.mediaNames());
  }

  @Override
  public void see(Place place, Map<String, Object> cells) {
    cells.forEach(
        (column, value) -> {
          if (!guesses.containsKey(column)) {
            ColumnNames.check(column, guesses.size(), place.location());
            ColumnNames.checkCount(Math.max(cells.size(), guesses.size() + 1), place.location());
            add(column);
          }
          see(column, value, place);
        });
  }

  private void see(String column, Object value, Place place) {
    TypeGuess guess = guesses.get(column);
    if (value instanceof JsonNode node) {
      guess.add(node, place);
      if (node.isTextual()) {
        media.get(column).add(node.textValue(), place);
      }
    } else {
      guess.add((String) value, place);
      media.get(column).add((String) value, place);
    }
  }

  @Override
  public boolean isDone() {
    return false;
  }

  @Override
  public List<SourceColumn> columns(List<String> notes) {
    List<SourceColumn> columns = new ArrayList<>();
    SourceColumn.Birth birth = plainText ? SourceColumn.Birth.TEXT : SourceColumn.Birth.JSON;
    guesses.forEach(
        (name, guess) -> {
          SourceColumn column = new SourceColumn(name, guess.type(), birth, guess.isVacant());
          if (guess.isText()) {
            column = table.withMedia(column, media.get(name), notes);
          }
          Type type = column.type();
          guess
              .mixture()
              .filter(mixed -> type instanceof Type.Json || type instanceof Type.Utf8)
              .ifPresent(
                  mixed ->
                      notes.add(
                          "column \""
                              + Names.brief(name)
                              + "\" is "
                              + type
                              + ": it mixes "
                              + mixed));
          columns.add(column);
        });
    return columns;
  }
}
