package dev.sheaf.format.ingest;

import dev.sheaf.format.Column;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.TypeUnion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings the columns of several sources and of the dataset together: one type for each name. */
final class Reconciler {
  private final Map<String, Type> types = new LinkedHashMap<>();
  private final List<Column> added = new ArrayList<>();
  private final Map<String, Type> widened = new LinkedHashMap<>();

  private record Use(SampleSource source, SourceColumn column) {}

  Reconciler(List<SampleSource> sources, Schema dataset) {
    Map<String, List<Use>> uses = new LinkedHashMap<>();
    for (SampleSource source : sources) {
      for (SourceColumn column : source.columns()) {
        uses.computeIfAbsent(column.name(), name -> new ArrayList<>()).add(new Use(source, column));
      }
    }
    uses.forEach((name, list) -> settle(name, list, dataset));
  }

  private void settle(String name, List<Use> uses, Schema dataset) {
    boolean known = dataset.contains(name);
    Type union = known ? null : union(name, uses);
    if (!known) {
      types.put(name, union);
      added.add(Column.of(name, union));
      return;
    }
    Type present = dataset.column(name).type();
    Type type = present;
    for (Use use : uses) {
      if (!use.column().vacant() && !TypeUnion.fits(use.column(), type)) {
        type =
            TypeUnion.wider(type, use.column().type())
                .orElseThrow(() -> misfit(name, present, use));
      }
    }
    types.put(name, type);
    if (!type.equals(present)) {
      widened.put(name, type);
    }
  }

  private static Type union(String name, List<Use> uses) {
    Use first = uses.get(0);
    SourceColumn merged = first.column();
    for (Use use : uses.subList(1, uses.size())) {
      SourceColumn before = merged;
      merged =
          TypeUnion.of(merged, use.column())
              .orElseThrow(
                  () ->
                      InputErrors.of(
                          43,
                          "Column \""
                              + name
                              + "\" is "
                              + use.column().type()
                              + " here and "
                              + before.type()
                              + " in the sources before",
                          use.source().file().location(),
                          "Rename one of the columns, or ingest the sources into datasets of their"
                              + " own"));
    }
    return merged.type();
  }

  private static InvalidInputException misfit(String name, Type present, Use use) {
    return InputErrors.of(
        43,
        "Column \""
            + name
            + "\" is "
            + present
            + " in the dataset and "
            + use.column().type()
            + " here",
        use.source().file().location(),
        "Convert or rename the column in the source");
  }

  /** Returns the types for the columns of one source. */
  Map<String, Type> typesOf(SampleSource source) {
    Map<String, Type> chosen = new LinkedHashMap<>();
    source.columns().forEach(column -> chosen.put(column.name(), types.get(column.name())));
    return chosen;
  }

  /** Returns the columns that the dataset does not have yet. */
  List<Column> added() {
    return added;
  }

  /** Returns the columns of the dataset that become wider. */
  Map<String, Type> widened() {
    return widened;
  }

  /** Returns the columns of the sources with the types that they get. */
  Schema schema() {
    List<Column> columns = new ArrayList<>();
    types.forEach((name, type) -> columns.add(Column.of(name, type)));
    return Schema.of(columns);
  }

  /** Throws if no source has the column. */
  void requireColumn(String name) {
    if (!types.containsKey(name)) {
      throw InputErrors.of(
          45,
          "There is no column \"" + name + "\" to take keys from",
          Location.NONE,
          dev.sheaf.format.Suggestion.of(name, List.copyOf(types.keySet()), "columns"));
    }
  }
}
