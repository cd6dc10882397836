package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.Defaults;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides cells that both sides changed: by strictness, by type, by decision. */
final class CellDecider {
  private final Decisions decisions;
  private final MergeBase start;
  private final Map<SampleId, String> rows = new HashMap<>();
  private final Map<String, String> columns = new HashMap<>();

  CellDecider(Decisions decisions, MergeBase start) {
    this.decisions = decisions;
    this.start = start;
  }

  /** The value of a cell in the result, and how it came about. */
  record Outcome(Object value, CellCounts.From from) {}

  /** Notes that both sides changed a sample, under strictness. */
  void strictRow(SampleId sample, String key) {
    Merge.Conflict conflict =
        new Merge.Conflict(
            "row:" + sample,
            Merge.ConflictKind.ROW,
            sample,
            key,
            "",
            null,
            null,
            null,
            "both sides changed the sample");
    rows.put(sample, decisions.settle(conflict).map(Merge.Resolution::choice).orElse("both"));
  }

  /** Notes that both sides changed cells of a column, under strictness. */
  void strictColumn(MergedColumn column) {
    Merge.Conflict conflict =
        new Merge.Conflict(
            "cells:" + column.id(),
            Merge.ConflictKind.COLUMN,
            null,
            "",
            column.name(),
            null,
            null,
            null,
            "both sides changed cells of column \"" + column.name() + "\"");
    columns.put(
        column.id(), decisions.settle(conflict).map(Merge.Resolution::choice).orElse("both"));
  }

  boolean isStrict() {
    return !rows.isEmpty() || !columns.isEmpty();
  }

  private String strict(MergedColumn column, SampleId sample) {
    return rows.getOrDefault(sample, columns.getOrDefault(column.id(), "both"));
  }

  /**
   * Tells whether a change that one side alone made gives way, as its row or column was decided.
   */
  boolean dropsChange(MergedColumn column, SampleId sample, boolean byUs) {
    return strict(column, sample).equals(byUs ? "theirs" : "ours");
  }

  /** Tells whether the bases were in conflict about a cell, so that its base value says nothing. */
  boolean isDisputed(MergedColumn column, SampleId sample) {
    return column.base() != null && start.isCellDisputed(sample, column.base().id());
  }

  /**
   * Decides a cell.
   *
   * @param key gives what the outside calls the sample
   * @param base the value that both sides started from, or null
   */
  Outcome decide(
      MergedColumn column,
      SampleId sample,
      Supplier<String> key,
      Object base,
      Object ours,
      Object theirs) {
    if (column.same(ours, theirs)) {
      return new Outcome(ours, CellCounts.From.SAME);
    }
    String strict = strict(column, sample);
    if (!strict.equals("both")) {
      return new Outcome(strict.equals("theirs") ? theirs : ours, CellCounts.From.RESOLVED);
    }
    if (column.isDerived() || column.isSystem()) {
      return new Outcome(lesser(column, ours, theirs), CellCounts.From.MERGED);
    }
    String id = "cell:" + sample + ":" + column.id();
    Optional<Object> merged =
        isDisputed(column, sample)
            ? Optional.empty()
            : CellMerge.merge(column.typed().type(), base, ours, theirs);
    if (merged.isPresent()) {
      return new Outcome(merged.get(), CellCounts.From.MERGED);
    }
    Merge.Conflict conflict =
        new Merge.Conflict(
            id,
            Merge.ConflictKind.CELL,
            sample,
            key.get(),
            column.name(),
            base,
            ours,
            theirs,
            "both sides changed column \"" + column.name() + "\"");
    return decisions
        .settle(conflict)
        .map(
            choice ->
                new Outcome(value(choice, column, base, ours, theirs), CellCounts.From.RESOLVED))
        .orElseGet(() -> new Outcome(ours, CellCounts.From.CONFLICT));
  }

  private static Object value(
      Merge.Resolution resolution, MergedColumn column, Object base, Object ours, Object theirs) {
    return switch (resolution.choice()) {
      case "base" -> base;
      case "theirs" -> theirs;
      case "value" -> parse(column.typed(), resolution.json());
      default -> ours;
    };
  }

  /** Returns the value that JSON text means in a column. */
  static Object parse(Column column, String json) {
    return Defaults.value(new Column("", column.name(), column.type(), json, null));
  }

  /** Of two values the one with the lesser bytes, so that it does not matter which side is ours. */
  private static Object lesser(MergedColumn column, Object a, Object b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int order =
        Arrays.compareUnsigned(
            SegmentCells.canonical(column.typed(), a), SegmentCells.canonical(column.typed(), b));
    return order <= 0 ? a : b;
  }
}
