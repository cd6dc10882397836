package dev.sheaf.format;

import java.util.Objects;
import java.util.Optional;

/**
 * Which commits of a history are of interest: those that changed a column, a sample, or a cell. Of
 * a merge that took one side as it was, only that side is followed, as Git does for paths.
 *
 * @param column the name of the column in the version that the history ends with, or empty for all
 * @param sample the sample, or empty for all
 */
public record LogFilter(Optional<String> column, Optional<SampleId> sample) {
  /** Lets every commit pass. */
  public static final LogFilter ALL = new LogFilter(Optional.empty(), Optional.empty());

  /** Requires both. */
  public LogFilter {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(sample, "sample");
  }

  /** Returns this filter for one column. */
  public LogFilter ofColumn(String name) {
    return new LogFilter(Optional.of(name), sample);
  }

  /** Returns this filter for one sample. */
  public LogFilter ofSample(SampleId id) {
    return new LogFilter(column, Optional.of(id));
  }
}
