package dev.sheaf.format;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a sample comes from and what became of it, as far as the history of its version reaches.
 *
 * @param index the position in the version
 * @param id the identity
 * @param key what the outside calls the sample
 * @param source where it came from, or null if that is not known
 * @param added what brought it in
 * @param changes what changed its cells since, newest first
 * @param derived its cells that were computed from others
 */
public record Provenance(
    long index,
    SampleId id,
    String key,
    Origin source,
    Activity added,
    List<Change> changes,
    List<Derived> derived) {
  /**
   * A change of cells.
   *
   * @param activity what made it
   * @param columns the columns, in the order of the version
   */
  public record Change(Activity activity, List<String> columns) {
    /** Copies the list. */
    public Change {
      Objects.requireNonNull(activity, "activity");
      columns = List.copyOf(columns);
    }
  }

  /**
   * A cell that was computed from others and is not null.
   *
   * @param column the column
   * @param inputs the names of the columns that it was computed from; of one that is gone its id
   * @param code what names the code and its parameters
   * @param stale whether an input has changed since
   * @param computed what computed it
   */
  public record Derived(
      String column, List<String> inputs, String code, boolean stale, Activity computed) {
    /** Copies the list. */
    public Derived {
      Objects.requireNonNull(column, "column");
      inputs = List.copyOf(inputs);
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(computed, "computed");
    }
  }

  /** Copies the lists. */
  public Provenance {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(added, "added");
    changes = List.copyOf(changes);
    derived = List.copyOf(derived);
  }

  /** Returns where the sample came from, or empty if that is not known. */
  public Optional<Origin> origin() {
    return Optional.ofNullable(source);
  }

  /** Returns what gave a cell its present value. */
  public Activity last(String column) {
    return changes.stream()
        .filter(change -> change.columns().contains(column))
        .map(Change::activity)
        .findFirst()
        .orElse(added);
  }
}
