package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Activity;
import dev.sheaf.format.Column;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Provenance;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the commits that brought a sample in and that changed its cells. A commit whose record of
 * the segment equals that of a parent is passed over by comparing two ids, and remembered, so that
 * many samples of a segment cost one walk. Not safe for use by several threads.
 */
final class SampleHistory {
  private final LocalDataset dataset;
  private final Map<At, String> known = new HashMap<>();

  SampleHistory(LocalDataset dataset) {
    this.dataset = dataset;
  }

  private record At(SegmentKey segment, String commit) {}

  /** What a commit did to the cells of a sample, seen from one of its parents. */
  private record Step(TreeSnapshot parent, List<String> columns) {}

  Provenance of(LocalVersion version, LocalSample sample) {
    SegmentKey segment = sample.segment().reader().key();
    String path = SegmentRecord.path(segment) + "/" + SegmentRecord.RECORD;
    List<Provenance.Change> changes = new ArrayList<>();
    TreeSnapshot at = version.state().tree();
    if (at.objectId(path).isEmpty()) {
      throw new NotFoundException(
          "SHEAF-NF-009",
          "No sample " + sample.id() + " in version " + at.commitId().substring(0, 12),
          Location.of(dataset.path()),
          "It may be deleted, or belong to another branch");
    }
    while (true) {
      at = dataset.git().snapshot(changed(segment, path, at.commitId()));
      Step step = step(at, segment, path, sample.slot());
      if (step == null) {
        break;
      }
      if (!step.columns().isEmpty()) {
        changes.add(new Provenance.Change(Activity.of(at.info()), step.columns()));
      }
      at = step.parent();
    }
    Activity added =
        dataset.git().isBoundary(at.commitId())
            ? Activity.boundary(at.info())
            : Activity.of(at.info());
    Provenance bare =
        new Provenance(
            sample.index(),
            sample.id(),
            sample.key(),
            sample.origin().orElse(null),
            added,
            changes,
            List.of());
    return new Provenance(
        bare.index(),
        bare.id(),
        bare.key(),
        bare.source(),
        added,
        changes,
        derived(version, sample, bare));
  }

  /**
   * Returns the newest commit, from one on, whose record of the segment is none of its parents'.
   */
  private String changed(SegmentKey segment, String path, String from) {
    List<At> passed = new ArrayList<>();
    String commit = from;
    while (true) {
      At place = new At(segment, commit);
      String found = known.get(place);
      String next = found == null ? same(path, commit) : null;
      if (next == null) {
        String result = found == null ? commit : found;
        passed.forEach(one -> known.put(one, result));
        known.put(place, result);
        return result;
      }
      passed.add(place);
      commit = next;
    }
  }

  /** Returns a parent with the same record, or null if there is none. */
  private String same(String path, String commit) {
    TreeSnapshot tree = dataset.git().snapshot(commit);
    var record = tree.objectId(path);
    for (String parent : tree.info().parents()) {
      if (dataset.git().snapshot(parent).objectId(path).equals(record)) {
        return parent;
      }
    }
    return null;
  }

  /** Returns what a commit changed, seen from the parent nearest to it; null if it is the first. */
  private Step step(TreeSnapshot at, SegmentKey segment, String path, int slot) {
    Step nearest = null;
    for (String id : at.info().parents()) {
      TreeSnapshot parent = dataset.git().snapshot(id);
      if (parent.objectId(path).isPresent()) {
        List<String> columns = differing(dataset.state(at), dataset.state(parent), segment, slot);
        if (nearest == null || columns.size() < nearest.columns().size()) {
          nearest = new Step(parent, columns);
        }
      }
    }
    return nearest;
  }

  private static List<String> differing(
      VersionState now, VersionState then, SegmentKey segment, int slot) {
    List<String> columns = new ArrayList<>();
    for (Column column : now.schema()) {
      if (!column.name().startsWith("_") && differs(now, then, segment, slot, column)) {
        columns.add(column.name());
      }
    }
    return columns;
  }

  private static boolean differs(
      VersionState now, VersionState then, SegmentKey segment, int slot, Column column) {
    CellReader after = now.segment(segment).cell(now.schema().indexOf(column.name()), slot);
    SchemaLeaves.Ranked before = then.columns().get(column.id());
    int position = before == null ? -1 : then.schema().indexOf(before.column().name());
    CellReader old = position < 0 ? null : then.segment(segment).cell(position, slot);
    if (after == null || (old != null && old.layer().name().equals(after.layer().name()))) {
      return after == null && old != null;
    }
    byte[] fresh = canonical(after, slot, column.name());
    return !Arrays.equals(fresh, old == null ? null : canonical(old, slot, column.name()));
  }

  /** Returns what tells a cell from another, or null for null; of payloads their digest. */
  private static byte[] canonical(CellReader cell, int slot, String name) {
    Object value = cell.value(cell.layer().rowOf(slot));
    return value == null ? null : CellHash.canonical(cell.column().type(), value, name);
  }

  private static List<Provenance.Derived> derived(
      LocalVersion version, LocalSample sample, Provenance history) {
    List<Provenance.Derived> derived = new ArrayList<>();
    for (Column column : version.schema()) {
      if (column.derived().isPresent() && !sample.isNull(column.name())) {
        List<String> inputs = new ArrayList<>();
        for (String id : column.derivation().inputs()) {
          SchemaLeaves.Ranked input = version.state().columns().get(id);
          inputs.add(input == null ? id : input.column().name());
        }
        derived.add(
            new Provenance.Derived(
                column.name(),
                inputs,
                column.derivation().code(),
                sample.isStale(column.name()),
                history.last(column.name())));
      }
    }
    return derived;
  }
}
