package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** One verb: the options that all have, and how its command line is read. */
abstract class Command {
  private String verb;
  private Options options;
  private Surroundings surroundings;
  private Path dataset;
  private List<String> words = List.of();

  /** Describes the options of this verb, beside those that all have. */
  abstract void define(Options target);

  /** Does the work and returns the exit code. */
  abstract int run() throws IOException;

  /** Returns the words with {@code --} in front of those that are no options of this verb. */
  List<String> arranged(List<String> given) {
    return given;
  }

  /** Reads the command line into this object and runs it. */
  final int execute(String name, List<String> given, Surroundings where) {
    verb = name;
    words = List.copyOf(arranged(given));
    surroundings = where;
    options = new Options(name);
    define(options);
    options
        .flag("Write the result as JSON, the stable interface", "--json")
        .flag("Say nothing but the result", "-q", "--quiet")
        .value("DIR", "Work in this folder", "-C")
        .flag("Use no colour", "--no-color")
        .flag("Show the stack trace of an error", "--debug")
        .flag("Explain the verb", "-h", "--help");
    int end = words.indexOf("--");
    List<String> own = end < 0 ? words : words.subList(0, end);
    if (own.contains("-h") || own.contains("--help")) {
      out().line(options.help());
      return Failure.DONE;
    }
    options.read(words);
    try {
      enterDirectory();
      if (json()) {
        out().hold();
      }
      return run();
    } catch (UncheckedIOException e) {
      throw new UncheckedIOException(located(e.getCause()));
    } catch (IOException e) {
      throw new UncheckedIOException(located(e));
    }
  }

  /** A write that fails on a full disk does not say where; the dataset is the best guess. */
  private IOException located(IOException e) {
    return dataset == null ? e : Failure.located(e, dataset);
  }

  private void enterDirectory() throws IOException {
    String directory = options.value("-C");
    if (directory != null) {
      surroundings = surroundings.in(surroundings.path(directory));
      if (!Files.isDirectory(surroundings.directory())) {
        throw new NoSuchFileException(surroundings.directory().toString());
      }
    }
  }

  /** Returns an error about the use of this verb. */
  final UsageException usage(String headline, String hint) {
    return new UsageException("SHEAF-CLI-002", headline, hint);
  }

  /** Tells whether no branch is meant because the workspace looks at a version of a bisection. */
  static boolean isDetached(Opened opened, Target target) {
    return target.name().rev().isEmpty() && opened.workspace().detached().isPresent();
  }

  /** Returns the error that a verb which changes a branch has when none is named. */
  final UsageException noBranch(Opened opened, Target target) {
    return isDetached(opened, target)
        ? usage(
            "This workspace looks at version " + opened.rev() + ", on no branch",
            "Name a branch: PATH.sheaf@BRANCH; or end the search: sheaf bisect reset "
                + target.shown())
        : usage("\"" + target.name() + "\" is no branch", "Name a branch: PATH.sheaf@BRANCH");
  }

  /** Refuses arguments beyond the first {@code most} of a target. */
  final void refuseMore(Target target, int most) {
    if (target.rest().size() > most) {
      throw usage(
          "Unexpected argument \"" + target.rest().get(most) + "\"", "See sheaf " + verb + " -h");
    }
  }

  /** Returns the target of a verb whose dataset comes first. */
  final Target target() {
    return remembered(Target.first(verb, options.arguments(), surroundings.directory()));
  }

  /** Returns the target of a verb whose dataset comes last. */
  final Target lastTarget() {
    return remembered(Target.last(verb, options.arguments(), surroundings.directory()));
  }

  private Target remembered(Target target) {
    dataset = target.path();
    return target;
  }

  /** Returns the command line as it would be typed again, for the record. */
  final String commandLine() {
    return Target.commandLine(verb, words);
  }

  /** Returns the options and arguments. */
  final Options options() {
    return options;
  }

  /** Returns the verb. */
  final String verb() {
    return verb;
  }

  /** Returns where the command runs. */
  final Surroundings surroundings() {
    return surroundings;
  }

  /** Returns the stream of the result. */
  final Output out() {
    return surroundings.out();
  }

  /** Tells whether the result is wanted as JSON. */
  final boolean json() {
    return options.has("--json");
  }

  /** Returns whether the checks of the dataset hold for what this command commits. */
  final CheckPolicy checkPolicy() {
    return options.has("--no-verify") ? CheckPolicy.SKIP : CheckPolicy.ENFORCE;
  }

  /** Returns the version that a verb reads, without purged samples if that is asked for. */
  final Version read(Opened opened) {
    Version version = opened.version();
    return options.has("--skip-purged") ? version.withoutPurged() : version;
  }

  /** Tells whether notes are unwanted. */
  final boolean quiet() {
    return options.has("-q");
  }

  /** Returns the options that commands run on behalf of this one should have too. */
  final boolean plain() {
    return options.has("--no-color");
  }

  /** Returns the style of the result. */
  final Style style() {
    return Style.of(surroundings.outTerminal() && !plain(), surroundings);
  }

  /** Returns how wide a line of the result may be; unlimited unless a person reads it. */
  final int width() {
    return surroundings.width();
  }

  /** Writes a result as JSON. */
  final void print(Object value) {
    out().line(Json.write(value));
  }

  /** Writes a note for people, unless they asked for quiet. */
  final void note(String text) {
    if (!quiet()) {
      if (!json()) {
        out().flush();
      }
      surroundings.err().line(text).flush();
    }
  }

  /** Returns a fresh progress line; close it before the result is written. */
  final ProgressLine progress() {
    return new ProgressLine(surroundings, quiet(), System::nanoTime);
  }
}
