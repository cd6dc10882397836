/** Blocks of rows on their way through a tensor program: where they lie, how they are read. */
package dev.sheaf.query.internal.tensor.block;
