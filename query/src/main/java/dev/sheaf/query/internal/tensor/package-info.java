/**
 * How tensor programs compute: tiles of elements, the scalar kernels that specify every operation,
 * and the search for faster ones.
 *
 * <p>Knows nothing of programs; {@code dev.sheaf.query.tensor} builds on it.
 */
package dev.sheaf.query.internal.tensor;
