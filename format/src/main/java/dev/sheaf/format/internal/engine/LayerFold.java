package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Type;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.roaringbitmap.RoaringBitmap;

/**
 * Folds sparse layers of a segment into one for each set of columns that a slot has cells of. Only
 * cells that are shown today are kept, so the new layers may lie on top of all others, whatever was
 * between the old ones. Layers with values outside their pages are left alone, so no payload moves.
 */
final class LayerFold {
  /** A commit folds all small layers of a segment that it edits when there are so many. */
  private static final int MOST_SMALL = 64;

  /** It folds those of the same columns and about the same size when there are so many. */
  private static final int MOST_ALIKE = 8;

  /** Smaller ones are not worth it. */
  private static final int LEAST_ALIKE = 4;

  /** Above this, in bytes of pages, a small layer is of the larger size. */
  private static final int TINY = 2 << 10;

  private final List<String> kept;
  private final List<String> folded;
  private final List<LayerBuilder.DraftLayer> drafts;
  private final List<List<String>> ids;

  private LayerFold(
      List<String> kept,
      List<String> folded,
      List<LayerBuilder.DraftLayer> drafts,
      List<List<String>> ids) {
    this.kept = kept;
    this.folded = folded;
    this.drafts = drafts;
    this.ids = ids;
  }

  /** A column of a layer as it is folded. */
  private record Field(String column, String aspect, Type type) implements Comparable<Field> {
    static Field of(LayerColumn column) {
      return new Field(column.column(), column.aspect(), column.type());
    }

    @Override
    public int compareTo(Field other) {
      int byColumn = column.compareTo(other.column);
      int byAspect = byColumn != 0 ? byColumn : aspect.compareTo(other.aspect);
      return byAspect != 0 ? byAspect : type.toString().compareTo(other.type.toString());
    }
  }

  /**
   * Tells whether a layer is sparse and holds all of its values in its pages. One with purged rows
   * stays, as it says of them that they were purged.
   */
  static boolean isFoldable(LayerReader layer) {
    LayerRecord record = layer.record();
    return !layer.isDense()
        && record.blobs().isEmpty()
        && record.tensors().isEmpty()
        && !layer.hasPurgedRows();
  }

  /** Tells whether a layer can be folded and lies in the version tree itself. */
  private static boolean isSmall(LayerReader layer) {
    return isFoldable(layer) && layer.record().chunk().isEmpty();
  }

  /** Layers that may be folded together. */
  private record Alike(Set<Field> fields, boolean tiny) {}

  /**
   * Returns the layers that a commit folds, if any are due, so that a segment lists few however
   * many edits it had: a cell is copied a few times on its way from tiny layers to larger ones.
   *
   * @param budget about how many bytes of pages may be folded
   */
  static List<LayerReader> due(SegmentReader segment, long budget) {
    List<LayerReader> small = segment.layers().stream().filter(LayerFold::isSmall).toList();
    if (small.size() >= MOST_SMALL) {
      return small;
    }
    Map<Alike, List<LayerReader>> groups = new LinkedHashMap<>();
    for (LayerReader layer : small) {
      Set<Field> fields =
          layer.record().columns().stream().map(Field::of).collect(Collectors.toSet());
      groups
          .computeIfAbsent(new Alike(fields, bytes(layer) <= TINY), key -> new ArrayList<>())
          .add(layer);
    }
    List<LayerReader> due = new ArrayList<>();
    long left = budget;
    for (List<LayerReader> group : groups.values()) {
      if (group.size() >= MOST_ALIKE) {
        List<LayerReader> smallest = smallest(group, left);
        left -= bytes(smallest);
        due.addAll(smallest);
      }
    }
    return due;
  }

  private static List<LayerReader> smallest(List<LayerReader> layers, long budget) {
    List<LayerReader> sorted = new ArrayList<>(layers);
    sorted.sort(Comparator.comparingLong(LayerFold::bytes));
    long total = 0;
    int count = 0;
    while (count < sorted.size() && total + bytes(sorted.get(count)) <= budget) {
      total += bytes(sorted.get(count++));
    }
    return count < LEAST_ALIKE ? List.of() : sorted.subList(0, count);
  }

  /** Returns how many bytes the pages of layers take. */
  static long bytes(List<LayerReader> layers) {
    return layers.stream().mapToLong(LayerFold::bytes).sum();
  }

  private static long bytes(LayerReader layer) {
    long bytes = 0;
    for (int page = 0; page < layer.record().pages(); page++) {
      bytes += layer.record().pageLength(page);
    }
    return bytes;
  }

  /**
   * Writes the folded layers, or returns empty if there are fewer than two to fold.
   *
   * @param sinks where chunks go that do not fit the version tree; to be finished by the caller
   */
  static Optional<LayerFold> of(SegmentReader segment, Predicate<LayerReader> chosen, Sinks sinks) {
    List<LayerReader> layers = segment.layers();
    List<String> folded = layers.stream().filter(chosen).map(LayerReader::name).toList();
    if (folded.size() < 2) {
      return Optional.empty();
    }
    List<String> kept = new ArrayList<>(segment.record().layers());
    kept.removeAll(folded);
    Map<String, Set<Integer>> covered = new TreeMap<>();
    Set<String> whole = new HashSet<>();
    Map<Integer, TreeMap<Field, Object>> rows = new TreeMap<>();
    Map<Field, String> names = new TreeMap<>();
    for (int i = layers.size() - 1; i >= 0; i--) {
      cover(layers.get(i), chosen.test(layers.get(i)), covered, whole, rows, names);
    }
    return Optional.of(write(rows, names, kept, folded, sinks));
  }

  /** Takes the cells of a layer that no newer layer covers. */
  private static void cover(
      LayerReader layer,
      boolean chosen,
      Map<String, Set<Integer>> covered,
      Set<String> whole,
      Map<Integer, TreeMap<Field, Object>> rows,
      Map<Field, String> names) {
    List<LayerColumn> columns = layer.record().columns();
    for (int position = 0; position < columns.size(); position++) {
      LayerColumn column = columns.get(position);
      String cell = column.column() + "/" + column.aspect();
      if (whole.contains(cell)) {
        continue;
      }
      if (layer.isDense()) {
        whole.add(cell);
        continue;
      }
      Field field = Field.of(column);
      Set<Integer> newer = covered.computeIfAbsent(cell, key -> new HashSet<>());
      int row = 0;
      for (int slot : layer.record().slots().orElseThrow()) {
        if (newer.add(slot) && chosen) {
          names.putIfAbsent(field, column.name());
          rows.computeIfAbsent(slot, key -> new TreeMap<>())
              .put(field, layer.cells(position).value(row));
        }
        row++;
      }
    }
  }

  private static LayerFold write(
      Map<Integer, TreeMap<Field, Object>> rows,
      Map<Field, String> names,
      List<String> kept,
      List<String> folded,
      Sinks sinks) {
    Map<String, List<Integer>> groups = new TreeMap<>();
    rows.forEach(
        (slot, cells) ->
            groups.computeIfAbsent(cells.keySet().toString(), key -> new ArrayList<>()).add(slot));
    List<LayerBuilder.DraftLayer> drafts = new ArrayList<>();
    List<List<String>> ids = new ArrayList<>();
    for (List<Integer> slots : groups.values()) {
      List<Field> fields = new ArrayList<>(rows.get(slots.get(0)).keySet());
      LayerBuilder builder = new LayerBuilder(sinks);
      fields.forEach(field -> builder.addColumn(names.get(field), field.aspect(), field.type()));
      RoaringBitmap bitmap = new RoaringBitmap();
      for (int slot : slots) {
        bitmap.add(slot);
        builder.add(Arrays.asList(fields.stream().map(rows.get(slot)::get).toArray()));
      }
      drafts.add(builder.finish(sinks::newChunk, bitmap));
      ids.add(fields.stream().map(Field::column).toList());
    }
    return new LayerFold(kept, folded, drafts, ids);
  }

  /** Returns how many layers are folded. */
  int foldedCount() {
    return folded.size();
  }

  /** Returns how many layers come in their place. */
  int draftCount() {
    return drafts.size();
  }

  /** Puts the new layers in the place of the old ones and returns the names of all. */
  List<String> writeTo(TreeEdit edit, String folder) {
    List<String> layers = new ArrayList<>(kept);
    Set<String> written = new HashSet<>();
    for (int i = 0; i < drafts.size(); i++) {
      LayerRecord record = drafts.get(i).toRecord(ids.get(i));
      String name = CommitPlan.writeLayer(edit, folder, drafts.get(i), record);
      layers.add(name);
      written.add(name);
    }
    for (String name : folded) {
      // Folding a single layer's cells may give that very layer again.
      if (!written.contains(name)) {
        edit.remove(folder + "/" + name + ".json");
        edit.remove(folder + "/" + name + ".stats.json");
        edit.remove(folder + "/" + name + ".arrow");
      }
    }
    return layers;
  }
}
