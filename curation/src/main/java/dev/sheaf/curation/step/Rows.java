package dev.sheaf.curation.step;

import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import java.util.BitSet;
import java.util.List;

/**
 * The samples that reached a step, in the order of the version, with their features. Immutable.
 * {@code row} counts from 0 to {@link #size()} - 1; it is the sample's index only while nothing was
 * dropped.
 */
public interface Rows {
  /** Returns how many samples reached the step. */
  int size();

  /** Returns the index of a sample in {@link #version()}. */
  long index(int row);

  /** Returns the identity of a sample. */
  SampleId id(int row);

  /** Returns what {@link Step#features} gave for a sample. */
  Feature feature(int row);

  /** Returns some samples, read together. */
  List<Sample> samples(int from, int to);

  /** Returns the version, with the columns that earlier steps of the run made. */
  Version version();

  /** Returns the rows for which an SQL condition is true. */
  BitSet matching(String condition);

  /** Returns the store of fits. */
  Fits fits();
}
