package dev.sheaf.format.internal.concat;

import dev.sheaf.format.Column;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SchemaLeaves;
import dev.sheaf.format.internal.engine.SchemaLeaves.Ranked;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.TreeEdit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The columns of the result: those of the target, to which the columns of one source after the
 * other are added. By name, else by identity.
 */
final class ColumnUnion {
  /** Types that may hold the values of two others, narrowest first. */
  private static final List<DType> WIDER =
      List.of(
          DType.UINT16,
          DType.INT16,
          DType.UINT32,
          DType.INT32,
          DType.UINT64,
          DType.INT64,
          DType.FLOAT32,
          DType.FLOAT64);

  private final VersionState target;
  private final String targetName;
  private final Map<String, Ranked> byName = new LinkedHashMap<>();
  private final List<ConcatReport.Change> changes = new ArrayList<>();
  private long rank;

  ColumnUnion(VersionState target, String targetName) {
    this.target = target;
    this.targetName = targetName;
    target.columns().values().forEach(ranked -> byName.put(ranked.column().name(), ranked));
    rank = target.columns().values().stream().mapToLong(Ranked::rank).max().orElse(-1);
  }

  /**
   * How the columns of a source go by in the result.
   *
   * @param pairs the columns of the source, each with the id of its column in the result
   * @param recomputed ids in the source of derived columns whose cells count as stale
   */
  record Mapping(Map<Column, String> pairs, Set<String> recomputed) {
    /** Returns the id in the result by the id in the source. */
    Map<String, String> ids() {
      Map<String, String> ids = new TreeMap<>();
      pairs.forEach((column, id) -> ids.put(column.id(), id));
      return ids;
    }
  }

  /**
   * Adds the columns of a source.
   *
   * @param run the first run that is taken from it, which names its new columns
   * @param first whether the result has no segment yet, so that ids can stay as they are
   * @param alone whether the result has no sample yet, so that defaults can stay as they are
   * @throws InvalidSchemaException if no type holds the values of a column of both
   */
  Mapping add(VersionState source, String name, long run, boolean first, boolean alone) {
    Map<Column, String> pairs = new LinkedHashMap<>();
    List<String> clashes = new ArrayList<>();
    List<Column> added = new ArrayList<>();
    for (Ranked theirs : sorted(source)) {
      Column column = theirs.column();
      Ranked ours = partner(theirs, source);
      if (ours == null) {
        added.add(column);
        String id = first ? column.id() : SchemaLeaves.id(run, column.name());
        for (int i = 2; idTaken(id); i++) {
          id = SchemaLeaves.id(run, column.name() + "#" + i);
        }
        pairs.put(column, id);
        put(fresh(column, id, name, alone));
      } else {
        pairs.put(column, ours.column().id());
        Optional<Type> type = wider(ours.column().type(), column.type());
        if (type.isEmpty()) {
          clashes.add(
              "\""
                  + ours.column().name()
                  + "\" is "
                  + ours.column().type()
                  + " in "
                  + targetName
                  + " and "
                  + column.type()
                  + " in "
                  + name);
        } else if (!type.get().equals(ours.column().type())) {
          widen(ours, type.get(), name);
        }
      }
    }
    if (!clashes.isEmpty()) {
      throw new InvalidSchemaException(
          "SHEAF-CAT-002",
          (clashes.size() == 1 ? "Column " : "Columns ") + String.join("; ", clashes),
          target.location(),
          "No type holds the values of both: rename one of the two first (sheaf rename-column)");
    }
    added.forEach(column -> derive(column, pairs, source));
    return new Mapping(pairs, recomputed(pairs, source));
  }

  private static List<Ranked> sorted(VersionState source) {
    return source.schema().columns().stream()
        .map(column -> source.columns().get(column.id()))
        .toList();
  }

  /** Returns the column of the result that a column of a source is, or null if it is new. */
  private Ranked partner(Ranked theirs, VersionState source) {
    Ranked named = byName.get(theirs.column().name());
    if (named != null) {
      return named;
    }
    for (Ranked ours : byName.values()) {
      boolean free = !source.schema().contains(ours.column().name());
      if (free && ids(ours).stream().anyMatch(ids(theirs)::contains)) {
        return ours;
      }
    }
    return null;
  }

  private static List<String> ids(Ranked ranked) {
    List<String> ids = new ArrayList<>(ranked.aliases());
    ids.add(ranked.column().id());
    return ids;
  }

  private boolean idTaken(String id) {
    return byName.values().stream().anyMatch(ranked -> ids(ranked).contains(id));
  }

  private Ranked fresh(Column column, String id, String source, boolean alone) {
    boolean keepsDefault = alone || column.defaultJson().equals("null");
    changes.add(
        new ConcatReport.Change(
            column.name(),
            column.type(),
            source,
            keepsDefault ? "added" : "added, without its default " + column.defaultJson()));
    return new Ranked(
        new Column(
            id,
            column.name(),
            column.type(),
            keepsDefault ? column.defaultJson() : "null",
            column.derivation()),
        ++rank);
  }

  private void widen(Ranked ours, Type type, String source) {
    Column column = ours.column();
    changes.add(
        new ConcatReport.Change(column.name(), type, source, "widened from " + column.type()));
    put(
        ours.with(
            new Column(
                column.id(), column.name(), type, column.defaultJson(), column.derivation())));
  }

  private void put(Ranked ranked) {
    byName.put(ranked.column().name(), ranked);
  }

  /** Returns the narrowest type that holds the values of both. */
  static Optional<Type> wider(Type a, Type b) {
    if (a.equals(b) || Defaults.isWider(b, a)) {
      return Optional.of(a);
    }
    if (Defaults.isWider(a, b)) {
      return Optional.of(b);
    }
    return WIDER.stream()
        .map(Type::scalar)
        .filter(type -> Defaults.isWider(a, type) && Defaults.isWider(b, type))
        .findFirst();
  }

  /** Names the inputs of a new derived column by the ids that they have in the result. */
  private void derive(Column column, Map<Column, String> pairs, VersionState source) {
    if (column.derived().isEmpty()) {
      return;
    }
    Ranked ours = byName.get(column.name());
    put(
        ours.with(
            new Column(
                ours.column().id(),
                column.name(),
                ours.column().type(),
                ours.column().defaultJson(),
                mapped(column.derivation(), pairs, source))));
  }

  private static Column.Derivation mapped(
      Column.Derivation derivation, Map<Column, String> pairs, VersionState source) {
    return new Column.Derivation(
        derivation.inputs().stream()
            .map(
                id -> {
                  Ranked input = source.columns().get(id);
                  return input == null ? id : pairs.get(input.column());
                })
            .toList(),
        derivation.code());
  }

  /** Returns the columns that the target computes in another way: their cells say nothing of it. */
  private Set<String> recomputed(Map<Column, String> pairs, VersionState source) {
    Set<String> ids = new TreeSet<>();
    pairs.forEach(
        (column, id) -> {
          Optional<Column.Derivation> ours = column(id).derived();
          Optional<Column.Derivation> theirs =
              column.derived().map(derivation -> mapped(derivation, pairs, source));
          if (ours.isPresent() && theirs.isPresent() && !ours.equals(theirs)) {
            ids.add(column.id());
          }
        });
    return ids;
  }

  /** Returns a column of the result. */
  Column column(String id) {
    return byName.values().stream()
        .map(Ranked::column)
        .filter(column -> column.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Tells whether a column of the result has an id. */
  boolean hasId(String id) {
    return byName.values().stream().anyMatch(ranked -> ranked.column().id().equals(id));
  }

  List<ConcatReport.Change> changes() {
    return changes;
  }

  /** Writes the leaves that differ from those of the target. */
  void write(TreeEdit edit) {
    for (Ranked ranked : byName.values()) {
      String id = ranked.column().id();
      byte[] bytes = SchemaLeaves.toBytes(ranked);
      Ranked before = target.columns().get(id);
      if (before == null || !Arrays.equals(SchemaLeaves.toBytes(before), bytes)) {
        edit.put(SchemaLeaves.path(id), bytes);
      }
    }
  }
}
