/**
 * How results look: JSON, tables, amounts, cells, colour and progress.
 *
 * <p>Entry points are {@link dev.sheaf.cli.output.Surroundings}, which says where a command runs
 * and where its text goes, and {@link dev.sheaf.cli.output.Json}. Standard output carries the
 * result alone; progress and notes go to standard error. Nothing here knows a command. Values are
 * immutable; the writers are for one thread.
 */
package dev.sheaf.cli.output;
