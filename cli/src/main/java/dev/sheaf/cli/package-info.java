/**
 * The {@code sheaf} command: the only module that prints, exits, or knows picocli.
 *
 * <p>{@link dev.sheaf.cli.Main} runs {@link dev.sheaf.cli.command.Sheaf} in this process's
 * surroundings. Commands, options, JSON and exit codes are described in {@code docs/cli.md}.
 */
package dev.sheaf.cli;
