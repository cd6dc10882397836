/**
 * What goes wrong, as people and programs see it: exit code, stable error code, fact, place,
 * advice.
 *
 * <p>Entry point: {@link dev.sheaf.cli.failure.Failure#of}. Immutable.
 */
package dev.sheaf.cli.failure;
