package dev.sheaf.format;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which linked payloads {@link Dataset#absorb} copies. Immutable. */
public final class AbsorbScope {
  /** All of a branch. */
  public static final AbsorbScope ALL = new AbsorbScope(null, List.of());

  private final Set<SampleId> samples;
  private final List<String> columns;

  private AbsorbScope(Set<SampleId> samples, List<String> columns) {
    this.samples = samples;
    this.columns = columns;
  }

  /** Returns the same, but of these samples alone; of none, where there are none. */
  public AbsorbScope samples(Collection<SampleId> only) {
    return new AbsorbScope(Set.copyOf(only), columns);
  }

  /** Returns the same, but of these columns alone. */
  public AbsorbScope columns(List<String> only) {
    return new AbsorbScope(samples, List.copyOf(only));
  }

  /** Returns the samples, or empty for all. */
  public Optional<Set<SampleId>> samples() {
    return Optional.ofNullable(samples);
  }

  /** Returns the columns; none stands for all. */
  public List<String> columns() {
    return columns;
  }
}
