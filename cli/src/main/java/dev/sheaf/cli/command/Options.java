package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.cli.name.SampleName;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options and arguments of one verb: first described, then read. The model of picocli is built
 * in code, since reading it from annotations costs every command a tenth of a second.
 */
final class Options {
  private static final int HELP_WIDTH = 100;
  private static final String DATASET =
      "DATASET is PATH.sheaf[@REV][:VIEW]; inside a .sheaf folder, or with -C, it may be left out.";

  private final String verb;
  private final CommandSpec spec = CommandSpec.create();
  private final List<String> examples = new ArrayList<>();
  private ParseResult result;
  private List<String> arguments = List.of();

  Options(String verb) {
    this.verb = verb;
    spec.name("sheaf " + verb);
    spec.usageMessage().width(HELP_WIDTH).sortOptions(false).footer("", DATASET);
    spec.parser()
        .expandAtFiles(false)
        .unmatchedOptionsArePositionalParams(true)
        .overwrittenOptionsAllowed(true);
  }

  /** Adds an example; a help text opens with two. */
  Options example(String command, String what) {
    examples.add(command);
    examples.add(what);
    return this;
  }

  /** Sets what stands after the verb, without the options. */
  Options synopsis(String text) {
    String space = text.isEmpty() ? "" : " ";
    spec.usageMessage().customSynopsis("sheaf " + verb + space + text + " [OPTIONS]");
    return this;
  }

  /** Sets what the verb does. */
  Options about(String text) {
    spec.usageMessage().description("", text.replace("%", "%%"), "");
    return this;
  }

  /** Adds an option without a value. */
  Options flag(String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names).type(boolean.class).arity("0").description(description).build());
    return this;
  }

  /** Adds the option of a verb that commits; see {@link Command#checkPolicy}. */
  Options committing() {
    return flag("Commit even where a check of the dataset refuses", "--no-verify");
  }

  /** Adds the option of a verb that reads many samples; see {@link Command#read}. */
  Options scanning() {
    return flag("Leave out samples of which something was purged", "--skip-purged");
  }

  /** Adds an option with a value; the label stands for the value. */
  Options value(String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(String.class)
            .arity("1")
            .paramLabel(label)
            .description(description)
            .build());
    return this;
  }

  /** Adds an option with a value that may be given several times. */
  Options repeated(String label, String description, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1")
            .paramLabel(label)
            .description(description)
            .build());
    return this;
  }

  /**
   * Reads a command line.
   *
   * @throws UsageException if it does not fit
   */
  void read(List<String> words) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("0..*")
            .hidden(true)
            .build());
    try {
      result = new CommandLine(spec).parseArgs(words.toArray(new String[0]));
    } catch (CommandLine.ParameterException e) {
      String synopsis = spec.usageMessage().customSynopsis()[0];
      String headline = e.getMessage().replaceAll("\\.?\\s*$", "");
      throw usage(headline, "Usage: " + synopsis + " (see sheaf " + verb + " -h)");
    }
    if (result.hasMatchedPositional(0)) {
      arguments = List.copyOf(result.matchedPositional(0).originalStringValues());
    }
    int end = words.indexOf("--");
    for (String word : arguments) {
      boolean literal = end >= 0 && words.lastIndexOf(word) > end;
      if (isOption(word) && !literal) {
        List<String> known = new ArrayList<>(spec.optionsMap().keySet());
        String near = Suggestion.of(word, known, "options");
        throw usage("Unknown option \"" + word + "\"", near + " (see sheaf " + verb + " -h)");
      }
    }
  }

  /** Positions such as {@code -1} pass for arguments. */
  private static boolean isOption(String word) {
    return word.startsWith("-") && word.length() > 1 && !SampleName.isPosition(word);
  }

  /** Returns the arguments that are no options, in order. */
  List<String> arguments() {
    return arguments;
  }

  /** Tells whether an option was given. */
  boolean has(String name) {
    return result.hasMatchedOption(name);
  }

  /** Returns the value of an option, or null if it was not given. */
  String value(String name) {
    return result.matchedOptionValue(name, null);
  }

  /** Returns all values of an option that may be given several times. */
  List<String> all(String name) {
    List<String> values = result.matchedOptionValue(name, List.of());
    return List.copyOf(values);
  }

  /** Returns the values of an option, separated by commas, or null if it was not given. */
  List<String> values(String name) {
    String value = value(name);
    return value == null ? null : Arrays.asList(value.split(",", -1));
  }

  /** Returns the value of an option that is a whole number from {@code least} up. */
  long number(String name, long least, long otherwise) {
    String value = value(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw badNumber(name, value, least);
    }
    throw badNumber(name, value, least);
  }

  private UsageException badNumber(String name, String value, long least) {
    return usage(name + " is \"" + value + "\"", "Give a whole number from " + least + " up");
  }

  private UsageException usage(String headline, String hint) {
    return new UsageException("SHEAF-CLI-002", headline, hint);
  }

  /** Returns the help text. */
  String help() {
    int widest = 0;
    for (int i = 0; i < examples.size(); i += 2) {
      widest = Math.max(widest, examples.get(i).length());
    }
    List<String> header = new ArrayList<>(List.of("Examples:"));
    for (int i = 0; i < examples.size(); i += 2) {
      String space = " ".repeat(widest + 3 - examples.get(i).length());
      header.add("  " + examples.get(i) + space + examples.get(i + 1));
    }
    header.add("");
    spec.usageMessage().header(header.toArray(new String[0]));
    String text = new CommandLine(spec).getUsageMessage(CommandLine.Help.Ansi.OFF);
    return text.stripTrailing();
  }
}
