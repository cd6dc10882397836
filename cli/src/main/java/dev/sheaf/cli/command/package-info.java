/**
 * The verbs of the {@code sheaf} command, one class each, and how a command line reaches them.
 *
 * <p>Entry point: {@link dev.sheaf.cli.command.Sheaf#run}, which runs one command line in the given
 * surroundings and returns its exit code; it never exits the process, so tests and the demo use it
 * as it is. A command object serves one command line on one thread.
 */
package dev.sheaf.cli.command;
