package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SchemaLeaves;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One column as base, ours, theirs and the result have it.
 *
 * @param result the column in the result, or null if it is dropped
 * @param base the base's, or null
 * @param ours ours, or null
 * @param theirs theirs, or null
 * @param note what happened to the column itself, or the empty string
 */
record MergedColumn(
    SchemaLeaves.Ranked result, Column base, Column ours, Column theirs, String note) {
  /** Returns the column whose type values are compared in. */
  Column typed() {
    return result != null ? result.column() : ours != null ? ours : theirs != null ? theirs : base;
  }

  String id() {
    return typed().id();
  }

  String name() {
    return typed().name();
  }

  boolean isDerived() {
    return typed().derived().isPresent();
  }

  /** Tells whether it is one of Sheaf's own columns. */
  boolean isSystem() {
    return typed().name().startsWith("_");
  }

  /** Returns what one side shows in a slot, as a value of {@link #typed}'s type. */
  Object value(Column side, SegmentCells cells, int slot) {
    if (side == null || cells == null) {
      return null;
    }
    Object value = cells.value(side, slot, Defaults.value(side));
    Type to = typed().type();
    boolean wider = Defaults.isWider(side.type(), to);
    return wider ? Defaults.widen(value, side.type(), to) : value;
  }

  /** Tells whether the column goes by one id in base, ours and theirs, as far as they have it. */
  boolean hasOneId() {
    return Stream.of(base, ours, theirs)
        .filter(Objects::nonNull)
        .allMatch(column -> column.id().equals(id()));
  }

  boolean same(Object a, Object b) {
    return SegmentCells.same(typed(), a, b);
  }
}
