package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.LinkTarget;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.StoredMedia;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The changed and deleted cells of a transaction, by segment; changed cells are written as sparse
 * layers, one for each set of columns that changed together.
 */
final class Edits {
  private final Map<SegmentKey, SegmentEdit> bySegment = new TreeMap<>();

  /** One changed cell with the canonical bytes of its new value, null for a null. */
  static final class CellEdit {
    private final int slot;
    private final String column;
    private final byte[] canonical;
    private final long bytes;

    CellEdit(int slot, String column, byte[] canonical, long bytes) {
      this.slot = slot;
      this.column = column;
      this.canonical = canonical;
      this.bytes = bytes;
    }

    int slot() {
      return slot;
    }

    String column() {
      return column;
    }

    /** Returns the canonical bytes of the new value, or null for a null. */
    byte[] canonical() {
      return canonical;
    }

    long bytes() {
      return bytes;
    }
  }

  /** The changes to one segment. */
  static final class SegmentEdit {
    final List<LayerBuilder.DraftLayer> layers = new ArrayList<>();
    final List<CellEdit> cells = new ArrayList<>();
    final RoaringBitmap deleted = new RoaringBitmap();
  }

  private Edits() {}

  Map<SegmentKey, SegmentEdit> bySegment() {
    return bySegment;
  }

  boolean isEmpty() {
    return bySegment.isEmpty();
  }

  /** Returns the bytes of pages that go into the version tree. */
  long leafBytes() {
    return bySegment.values().stream()
        .flatMap(edit -> edit.layers.stream())
        .filter(layer -> layer.leaf() != null)
        .mapToLong(layer -> layer.leaf().length)
        .sum();
  }

  private SegmentEdit segment(SegmentKey key) {
    return bySegment.computeIfAbsent(key, k -> new SegmentEdit());
  }

  /** Writes the sparse layers. */
  static Edits draft(
      LocalVersion base,
      LocalTransaction.PendingSchema schema,
      Map<SampleId, Map<String, Object>> updates,
      Set<SampleId> deletes,
      Sinks sinks) {
    Edits edits = new Edits();
    Map<SegmentKey, Map<List<String>, TreeMap<Integer, Map<String, Object>>>> grouped =
        new TreeMap<>();
    updates.forEach(
        (id, cells) -> {
          LocalSample sample = sample(base, id);
          SegmentKey key = sample.segment().reader().key();
          SegmentEdit edit = edits.segment(key);
          Map<String, Object> changed = changed(sample, cells, schema, edit);
          if (!changed.isEmpty()) {
            grouped
                .computeIfAbsent(key, k -> new LinkedHashMap<>())
                .computeIfAbsent(List.copyOf(changed.keySet()), k -> new TreeMap<>())
                .put(sample.slot(), changed);
          }
        });
    grouped.forEach(
        (key, bySet) ->
            bySet.entrySet().stream()
                .sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
                .forEach(
                    entry ->
                        edits
                            .segment(key)
                            .layers
                            .add(
                                layer(
                                    entry.getKey(), entry.getValue(), schema, sinks, base, key))));
    for (SampleId id : deletes) {
      LocalSample sample = sample(base, id);
      edits.segment(sample.segment().reader().key()).deleted.add(sample.slot());
    }
    edits.bySegment.values().removeIf(edit -> edit.cells.isEmpty() && edit.deleted.isEmpty());
    return edits;
  }

  private static LocalSample sample(LocalVersion base, SampleId id) {
    return (LocalSample) base.sample(base.indexOf(id).orElseThrow());
  }

  /** Keeps the cells whose value differs from the present one. */
  private static Map<String, Object> changed(
      LocalSample sample,
      Map<String, Object> cells,
      LocalTransaction.PendingSchema schema,
      SegmentEdit edit) {
    Map<String, Object> changed = new TreeMap<>();
    cells.forEach(
        (name, value) -> {
          Column column = schema.find(name).orElseThrow();
          byte[] after = value == null ? null : CellHash.canonical(column.type(), value, name);
          byte[] before = canonical(sample, column, schema.base());
          boolean differs = !Arrays.equals(before, after) || column.derived().isPresent();
          if (differs || isMoved(present(sample, column, schema.base()), value)) {
            changed.put(name, value);
            long bytes = after == null ? 0 : Appends.length(value, after);
            edit.cells.add(new CellEdit(sample.slot(), name, after, bytes));
          }
        });
    return changed;
  }

  /** Tells whether a linked payload is the same, but is said to lie elsewhere now. */
  static boolean isMoved(Object present, Object value) {
    if (!(value instanceof HeapMedia media)
        || media.link().isEmpty()
        || !(present instanceof StoredMedia stored)) {
      return false;
    }
    LinkTarget target = media.link().get();
    return stored
        .place()
        .filter(place -> !place.link().isEmpty())
        .filter(place -> !place.link().equals(target.name()) || place.offset() != target.offset())
        .isPresent();
  }

  private static Object present(LocalSample sample, Column column, VersionState state) {
    return column.id().isEmpty()
        ? Defaults.value(column)
        : sample.cell(state.schema().indexOf(state.columns().get(column.id()).column().name()));
  }

  /** Returns the canonical bytes of the present cell, or null for a null. */
  static byte[] canonical(LocalSample sample, Column column, VersionState state) {
    Object value = present(sample, column, state);
    return value == null ? null : CellHash.canonical(column.type(), value, column.name());
  }

  private static LayerBuilder.DraftLayer layer(
      List<String> names,
      TreeMap<Integer, Map<String, Object>> rows,
      LocalTransaction.PendingSchema schema,
      Sinks sinks,
      LocalVersion base,
      SegmentKey key) {
    LayerBuilder builder = new LayerBuilder(sinks);
    List<Column> columns = names.stream().map(name -> schema.find(name).orElseThrow()).toList();
    for (Column column : columns) {
      builder.addColumn(column.name(), LayerColumn.CELLS, column.type());
      if (column.derived().isPresent()) {
        builder.addColumn(column.name(), LayerColumn.INPUTS, Type.scalar(DType.UINT64));
      }
    }
    List<Column> videos =
        columns.stream()
            .filter(
                column ->
                    rows.values().stream()
                        .anyMatch(cells -> FrameTables.of(cells.get(column.name())) != null))
            .toList();
    for (Column column : videos) {
      builder.addColumn(column.name(), LayerColumn.FRAMES, Type.BINARY);
    }
    RoaringBitmap slots = new RoaringBitmap();
    rows.forEach(
        (slot, cells) -> {
          slots.add((int) slot);
          LocalSample sample = new LocalSample(base, base.state().segment(key), slot, -1, true);
          List<Object> values = new ArrayList<>();
          for (Column column : columns) {
            Object value = cells.get(column.name());
            values.add(value);
            if (column.derived().isPresent()) {
              values.add(value == null ? null : inputs(column, cells, sample, schema));
            }
          }
          for (Column column : videos) {
            values.add(FrameTables.of(cells.get(column.name())));
          }
          builder.add(values);
        });
    return builder.finish(sinks::newChunk, slots);
  }

  private static Object inputs(
      Column column,
      Map<String, Object> cells,
      LocalSample sample,
      LocalTransaction.PendingSchema schema) {
    long digest =
        Staleness.digest(
            column.derivation(),
            schema::findById,
            input -> {
              if (cells.containsKey(input.name())) {
                return cells.get(input.name());
              }
              VersionState state = schema.base();
              return input.id().isEmpty()
                  ? Defaults.value(input)
                  : sample.cell(
                      state.schema().indexOf(state.columns().get(input.id()).column().name()));
            });
    return dev.sheaf.format.internal.ipc.PlainReader.unsigned(digest);
  }
}
