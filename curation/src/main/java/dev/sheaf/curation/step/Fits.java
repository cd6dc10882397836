package dev.sheaf.curation.step;

import java.util.function.Supplier;

/** Keeps what a step fitted on the data, so that later runs embed new samples in the same space. */
@FunctionalInterface
public interface Fits {
  /**
   * Returns the stored fit, or stores and returns a new one.
   *
   * @param digest names what the fit depends on beside the samples: the step and its parameters
   * @param fit computes it
   */
  byte[] get(String digest, Supplier<byte[]> fit);
}
