package dev.sheaf.format.load;

import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The samples that one step gives to one rank, copied into Arrow memory. Close it when it is used
 * up; its vectors are not to be read afterwards. Not safe for use by several threads at once.
 */
public final class LoadedBatch implements AutoCloseable {
  private final long step;
  private final long[] indices;
  private final VectorSchemaRoot root;
  private final long bytes;
  private final LoaderState after;

  LoadedBatch(long step, long[] indices, VectorSchemaRoot root, long bytes, LoaderState after) {
    this.step = step;
    this.indices = indices;
    this.root = root;
    this.bytes = bytes;
    this.after = after;
  }

  /** Returns the number of the step within this pass, from 0. */
  public long step() {
    return step;
  }

  /** Returns the number of samples: the batch size, or fewer at the end of an epoch. */
  public int size() {
    return indices.length;
  }

  /** Returns the indices of the samples in the version, in the order of the rows. */
  public long[] indices() {
    return indices.clone();
  }

  /**
   * Returns the cells, a vector a column, as Arrow values: scalars, {@code utf8}, {@code binary}
   * (also the payload of media), lists, structs, and tensors of the canonical extension types.
   */
  public VectorSchemaRoot root() {
    return root;
  }

  /** Returns the bytes of the cells as they lie in memory. */
  public long bytes() {
    return bytes;
  }

  /** Returns the state to resume from once this batch has been used, on all ranks. */
  public LoaderState after() {
    return after;
  }

  @Override
  public void close() {
    root.close();
  }
}
