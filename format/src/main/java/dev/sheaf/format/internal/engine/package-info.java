/**
 * What the public interfaces do: versions and transactions, from the leaves of a tree, layers and
 * chunks. Entry point: {@link dev.sheaf.format.internal.engine.LocalDataset}.
 */
package dev.sheaf.format.internal.engine;
