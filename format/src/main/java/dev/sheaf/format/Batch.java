package dev.sheaf.format;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Consecutive samples of a scan. Immutable; views stay valid as long as they are reachable. */
public interface Batch {
  /** Returns the index of the first sample. */
  long firstIndex();

  /** Returns the number of samples. */
  int size();

  /** Returns the columns. */
  Schema schema();

  /** Returns one sample of the batch. */
  Sample sample(int row);

  /**
   * Returns the cells of a fixed-width column as one contiguous, read-only, little-endian matrix
   * {@code [size, …]} without a copy, or empty where they do not lie so (nulls, edits, deletes,
   * another order, or a type of varying width).
   */
  Optional<ByteBuffer> matrix(String column);
}
