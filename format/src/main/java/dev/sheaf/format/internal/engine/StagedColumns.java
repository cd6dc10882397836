package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.layer.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The columns of a version as staged edits change them, one after the other. A column that is added
 * has a provisional id, so that its cells stay with it through renames.
 */
final class StagedColumns {
  private static final String ADD = "add";
  private static final String DROP = "drop";
  private static final String RENAME = "rename";

  private final Schema base;
  private final Map<String, Column> byId = new LinkedHashMap<>();
  private final Map<String, Column> baseById = new LinkedHashMap<>();
  private final List<ObjectNode> edits = new ArrayList<>();
  private int additions;

  StagedColumns(Schema base) {
    this.base = base;
    base.forEach(column -> byId.put(column.id(), column));
    baseById.putAll(byId);
  }

  /** Returns the columns that are there now, by id. */
  Map<String, Column> byId() {
    return Collections.unmodifiableMap(byId);
  }

  /** Returns the ids of all columns that were ever here. */
  Set<String> ids() {
    Set<String> ids = new HashSet<>(byId.keySet());
    ids.addAll(baseById.keySet());
    edits.forEach(edit -> ids.add(edit.get("id").textValue()));
    return ids;
  }

  /** Returns the columns as they are now; those that are added come last, without an id. */
  Schema schema() {
    List<Column> columns = new ArrayList<>();
    byId.forEach((id, column) -> columns.add(isAdded(id) ? withId(column, "") : column));
    return Schema.of(columns);
  }

  private boolean isAdded(String id) {
    return !baseById.containsKey(id);
  }

  private static Column withId(Column column, String id) {
    return new Column(id, column.name(), column.type(), column.defaultJson(), column.derivation());
  }

  /** Applies an edit and returns it as the journal has it. */
  ObjectNode apply(EditSet.ColumnEdit edit) {
    ObjectNode node = Json.object();
    if (edit instanceof EditSet.Added added) {
      Column column = added.column();
      SystemColumns.checkName(column.name());
      requireFree(column.name());
      if (column.derived().isPresent()) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-013",
            "A derived column cannot be staged",
            Location.NONE.with("column", column.name()),
            "Add it in a transaction");
      }
      // Throws where the default does not fit.
      Defaults.value(column);
      node.put("op", ADD).put("id", SchemaLeaves.id(additions++, column.name()));
      node.put("name", column.name()).put("type", column.type().toString());
      node.set("default", Json.value(column.defaultJson(), "default"));
    } else if (edit instanceof EditSet.Dropped dropped) {
      SystemColumns.checkName(dropped.name());
      require(dropped.name());
      node.put("op", DROP).put("id", idOf(dropped.name()));
    } else if (edit instanceof EditSet.Renamed renamed) {
      SystemColumns.checkName(renamed.from());
      SystemColumns.checkName(renamed.to());
      require(renamed.from());
      requireFree(renamed.to());
      node.put("op", RENAME).put("id", idOf(renamed.from())).put("name", renamed.to());
    }
    change(node, "columns");
    return node;
  }

  /** Applies edits of a journal. */
  void replay(ArrayNode nodes, String path) {
    for (JsonNode element : nodes) {
      if (!(element instanceof ObjectNode node)) {
        throw Json.bad(path, "bad list of column edits", null);
      }
      if (Json.text(node, "op", path).equals(ADD)) {
        additions++;
      }
      change(node, path);
    }
  }

  private void change(ObjectNode node, String path) {
    String id = Json.text(node, "id", path);
    String op = Json.text(node, "op", path);
    if (op.equals(ADD)) {
      String name = Json.text(node, "name", path);
      requireFree(name);
      Type type = Type.parse(Json.text(node, "type", path));
      byId.put(id, new Column(id, name, type, node.path("default").toString(), null));
    } else {
      Column column = byId.get(id);
      if (column == null) {
        throw Json.bad(path, "edit of column " + id + ", which is not there", null);
      }
      if (op.equals(DROP)) {
        byId.remove(id);
      } else if (op.equals(RENAME)) {
        String name = Json.text(node, "name", path);
        requireFree(name);
        byId.put(
            id, new Column(id, name, column.type(), column.defaultJson(), column.derivation()));
      } else {
        throw Json.bad(path, "unknown edit \"" + op + "\"", null);
      }
    }
    edits.add(node);
  }

  private void requireFree(String name) {
    for (Column column : byId.values()) {
      if (column.name().equals(name)) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-001",
            "Duplicate column name \"" + name + "\"",
            Location.NONE,
            "It exists with type " + column.type() + "; choose another name");
      }
    }
  }

  /**
   * Returns the column that has a name now.
   *
   * @throws NotFoundException if there is none
   */
  Column require(String name) {
    return byId.get(idOf(name));
  }

  /** Returns the id of the column that has a name now; see {@link #require}. */
  String idOf(String name) {
    for (Map.Entry<String, Column> entry : byId.entrySet()) {
      if (entry.getValue().name().equals(name)) {
        return entry.getKey();
      }
    }
    throw unknown(name);
  }

  private NotFoundException unknown(String name) {
    List<String> names =
        byId.values().stream().map(Column::name).filter(known -> !known.startsWith("_")).toList();
    return new NotFoundException(
        "SHEAF-NF-004",
        "Unknown column \"" + name + "\"",
        Location.NONE,
        Suggestion.of(name, names, "columns"));
  }

  /** Returns the id of the column that has a name now, or had it before it was dropped. */
  String restorableId(String name) {
    for (Column column : byId.values()) {
      if (column.name().equals(name)) {
        return column.id();
      }
    }
    if (base.contains(name)) {
      return base.column(name).id();
    }
    throw unknown(name);
  }

  /** Returns the edits of all columns but some. */
  ArrayNode editsWithout(Set<String> ids) {
    ArrayNode left = Json.object().arrayNode();
    for (ObjectNode edit : edits) {
      if (!ids.contains(edit.get("id").textValue())) {
        left.add(edit);
      }
    }
    if (left.size() < edits.size()) {
      try {
        new StagedColumns(base).replay(left, "columns");
      } catch (InvalidSchemaException e) {
        throw new InvalidInputException(
            "SHEAF-INP-061",
            "These edits cannot be dropped alone: " + e.headline(),
            Location.NONE,
            "Drop the edits of the other column too",
            e);
      }
    }
    return left;
  }

  /** Returns the columns that are added, as they are now, without ids. */
  List<Column> added() {
    List<Column> added = new ArrayList<>();
    byId.forEach(
        (id, column) -> {
          if (isAdded(id)) {
            added.add(withId(column, ""));
          }
        });
    return added;
  }

  /** Returns the names that dropped columns have in the base. */
  List<String> dropped() {
    List<String> dropped = new ArrayList<>();
    baseById.forEach(
        (id, column) -> {
          if (!byId.containsKey(id)) {
            dropped.add(column.name());
          }
        });
    return dropped;
  }

  /** Returns the new names of renamed columns by their names in the base. */
  Map<String, String> renamed() {
    Map<String, String> renamed = new LinkedHashMap<>();
    baseById.forEach(
        (id, column) -> {
          Column now = byId.get(id);
          if (now != null && !now.name().equals(column.name())) {
            renamed.put(column.name(), now.name());
          }
        });
    return renamed;
  }

  /**
   * Gives the edits to a transaction: those of columns that are there in their order, then the
   * additions under their last names. Additions take names only, so leaving them for later is
   * always possible.
   */
  void applyTo(Transaction transaction) {
    Map<String, String> names = new LinkedHashMap<>();
    baseById.forEach((id, column) -> names.put(id, column.name()));
    for (ObjectNode edit : edits) {
      String id = edit.get("id").textValue();
      if (isAdded(id)) {
        continue;
      }
      if (edit.get("op").textValue().equals(DROP)) {
        transaction.dropColumn(names.get(id));
      } else {
        transaction.renameColumn(names.get(id), edit.get("name").textValue());
        names.put(id, edit.get("name").textValue());
      }
    }
    added().forEach(transaction::addColumn);
  }
}
