/**
 * What things are called on the command line: datasets ({@code PATH.sheaf[@REV][:VIEW]}), samples
 * ({@code 17}, {@code -1}, {@code 10:20}, {@code id:…}, {@code key:…}), and the workspace whose
 * branch a command works on.
 *
 * <p>Entry points: {@link dev.sheaf.cli.name.Target} and {@link dev.sheaf.cli.name.SampleName}.
 * Immutable.
 */
package dev.sheaf.cli.name;
