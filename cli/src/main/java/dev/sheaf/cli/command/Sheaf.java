package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.cli.name.DatasetName;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Style;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs one command line. */
public final class Sheaf {
  /** What a Git user's hands may type that is called otherwise here, or not needed. */
  private static final Map<String, String> GIT_VERBS =
      Map.ofEntries(
          Map.entry(
              "add", "Edits are staged as they are made: sheaf set, apply, delete, add-column"),
          Map.entry(
              "checkout",
              "sheaf switch BRANCH works on a branch, sheaf restore drops staged edits, and"
                  + " PATH.sheaf@REV names any version"),
          Map.entry("stash", "Staged edits stay with their branch: sheaf switch, and back"),
          Map.entry(
              "rebase", "sheaf commit rebases by itself; sheaf cherry-pick repeats single commits"),
          Map.entry("rm", "sheaf delete removes samples, sheaf drop-column columns"),
          Map.entry("mv", "sheaf rename-column gives a column another name"),
          Map.entry("fetch", "sheaf concat and sheaf clone bring data from another dataset"),
          Map.entry("pull", "sheaf concat and sheaf clone bring data from another dataset"),
          Map.entry("push", "sheaf concat and sheaf clone bring data to another dataset"));

  private static final List<String> EVERYWHERE =
      List.of("--json", "-q", "--quiet", "--debug", "--no-color", "-C");

  private final Surroundings surroundings;
  private final List<String> options = new ArrayList<>();
  private final List<String> words;

  private Sheaf(List<String> arguments, Surroundings surroundings) {
    this.surroundings = surroundings;
    this.words = new ArrayList<>(arguments);
  }

  /**
   * Runs a command line and returns its exit code.
   *
   * @param arguments what stands after {@code sheaf}
   * @param surroundings where it runs and where its output goes
   */
  public static int run(List<String> arguments, Surroundings surroundings) {
    try {
      int exitCode = new Sheaf(arguments, surroundings).run();
      surroundings.out().flush();
      surroundings.err().flush();
      return exitCode;
    } catch (Throwable thrown) {
      return report(thrown, arguments, surroundings);
    }
  }

  /** Returns the version of this program. */
  static String version() {
    String version = Sheaf.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private int run() {
    takeLeadingOptions();
    if (words.isEmpty()) {
      if (options.contains("--json")) {
        throw new UsageException("SHEAF-CLI-001", "No verb is given", known(""));
      }
      surroundings.err().print(Verbs.help());
      return Failure.USAGE;
    }
    String verb = words.remove(0);
    if (verb.equals("--version") || verb.equals("-V")) {
      return printVersion();
    }
    if (verb.equals("help") && !words.isEmpty() && !words.get(0).startsWith("-")) {
      verb = words.remove(0);
      words.clear();
      words.add("--help");
    } else if (verb.equals("--help") || verb.equals("-h") || verb.equals("help")) {
      surroundings.out().print(Verbs.help());
      return Failure.DONE;
    }
    Optional<Command> command = Verbs.create(verb);
    if (command.isEmpty()) {
      throw unknown(verb);
    }
    List<String> all = new ArrayList<>(options);
    all.addAll(words);
    return command.get().execute(verb, all, surroundings);
  }

  /** Moves the options that every verb has from before the verb to after it, as in Git. */
  private void takeLeadingOptions() {
    while (!words.isEmpty() && EVERYWHERE.contains(words.get(0))) {
      String option = words.remove(0);
      options.add(option);
      if (option.equals("-C") && !words.isEmpty()) {
        options.add(words.remove(0));
      }
    }
  }

  private int printVersion() {
    boolean json = options.contains("--json") || words.contains("--json");
    surroundings
        .out()
        .line(json ? Json.write(Json.object("version", version())) : "sheaf " + version());
    return Failure.DONE;
  }

  private UsageException unknown(String verb) {
    if (verb.startsWith("-")) {
      return new UsageException(
          "SHEAF-CLI-002", "Unknown option \"" + verb + "\"", "See sheaf --help");
    }
    if (DatasetName.parse(verb).isPresent()) {
      String next = words.isEmpty() ? "" : words.get(0);
      String right = Verbs.names().contains(next) ? next : "info";
      return new UsageException(
          "SHEAF-CLI-003",
          "The verb comes first, got the dataset \"" + verb + "\"",
          "Swap the arguments: sheaf " + right + " " + verb);
    }
    return new UsageException("SHEAF-CLI-001", "Unknown verb \"" + verb + "\"", known(verb));
  }

  private static String known(String verb) {
    String ours = GIT_VERBS.get(verb);
    if (ours != null) {
      return ours;
    }
    return Suggestion.of(verb, Verbs.names(), "verbs");
  }

  private static int report(Throwable thrown, List<String> arguments, Surroundings surroundings) {
    boolean readerGone = thrown instanceof Output.BrokenException e && e.isReaderGone();
    if (readerGone) {
      return Failure.DONE;
    }
    Failure failure = Failure.of(thrown);
    int end = arguments.indexOf("--");
    List<String> options = end < 0 ? arguments : arguments.subList(0, end);
    try {
      surroundings.out().discard();
      if (options.contains("--json") && !(thrown instanceof Output.BrokenException)) {
        surroundings.out().line(failure.toJson()).flush();
      }
      boolean colour = surroundings.errTerminal() && !options.contains("--no-color");
      failure.writeTo(
          surroundings.err(), Style.of(colour, surroundings), options.contains("--debug"));
      surroundings.err().flush();
    } catch (Output.BrokenException e) {
      // Nobody is left to tell; the exit code still says it.
      return failure.exitCode();
    }
    return failure.exitCode();
  }
}
