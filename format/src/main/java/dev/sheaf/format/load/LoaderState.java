package dev.sheaf.format.load;

/**
 * Where a training run is in its data: all that is needed to go on, on any number of ranks.
 *
 * @param seed the seed of the order
 * @param epoch the epoch, from 0
 * @param position how many samples of the epoch all ranks together have been given
 */
public record LoaderState(long seed, long epoch, long position) {
  /** Refuses negative counts. */
  public LoaderState {
    if (epoch < 0 || position < 0) {
      throw new IllegalArgumentException("epoch=" + epoch + " position=" + position);
    }
  }
}
