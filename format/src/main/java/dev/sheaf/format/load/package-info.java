/** Loads the samples of a version for training: shuffled, in batches, on any number of ranks. */
package dev.sheaf.format.load;
