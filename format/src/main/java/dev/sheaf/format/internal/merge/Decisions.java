package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Merge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The decisions of a merge, and the conflicts that were met, decided or not. */
final class Decisions {
  private final Map<String, Merge.Resolution> byConflict;
  private final Merge.Resolution preferred;
  private final List<Merge.Conflict> open = new ArrayList<>();
  private final List<Merge.Conflict> settled = new ArrayList<>();

  /**
   * Creates the record of one run.
   *
   * @param preferred how what is not decided is settled, or null for not at all
   */
  Decisions(Map<String, Merge.Resolution> byConflict, Merge.Resolution preferred) {
    this.byConflict = new LinkedHashMap<>(byConflict);
    this.preferred = preferred;
  }

  /** Notes a conflict and returns how it is settled, or empty if it is not. */
  Optional<Merge.Resolution> settle(Merge.Conflict conflict) {
    Optional<Merge.Resolution> resolution = find(conflict.id());
    (resolution.isPresent() ? settled : open).add(conflict);
    return resolution;
  }

  /** Notes a conflict that no decision settles. */
  void refuse(Merge.Conflict conflict) {
    open.add(conflict);
  }

  /** Returns how a conflict is settled, without noting it. */
  Optional<Merge.Resolution> find(String id) {
    Merge.Resolution decided = byConflict.get(id);
    return Optional.ofNullable(decided != null ? decided : preferred);
  }

  List<Merge.Conflict> open() {
    return open;
  }

  List<Merge.Conflict> settled() {
    return settled;
  }
}
