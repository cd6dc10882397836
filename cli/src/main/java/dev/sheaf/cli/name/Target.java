package dev.sheaf.cli.name;

import dev.sheaf.cli.failure.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The dataset that a command line is about, and its other positional arguments.
 *
 * @param name the name as it was given
 * @param path the dataset's folder
 * @param rest the other arguments, in order
 */
public record Target(DatasetName name, Path path, List<String> rest) {
  /** Copies the list. */
  public Target {
    rest = List.copyOf(rest);
  }

  /**
   * Returns the target of a verb whose dataset comes first.
   *
   * @param verb the verb, for advice
   * @param arguments the positional arguments
   * @param directory the folder that relative paths start from and that may imply the dataset
   * @throws UsageException if no dataset is named and none implied, or it is named too late
   */
  public static Target first(String verb, List<String> arguments, Path directory) {
    if (!arguments.isEmpty()) {
      Optional<DatasetName> first = DatasetName.parse(arguments.get(0));
      List<String> rest = arguments.subList(1, arguments.size());
      if (first.isPresent()) {
        return new Target(first.get(), resolve(first.get(), directory), rest);
      }
      refuseSwapped(verb, arguments);
      Optional<DatasetName> tail =
          here(arguments.get(0), directory).or(() -> DatasetName.parseImplied(arguments.get(0)));
      if (tail.isPresent()) {
        return new Target(tail.get(), required(verb, arguments, directory), rest);
      }
    }
    return new Target(DatasetName.IMPLIED, required(verb, arguments, directory), arguments);
  }

  /** Returns the target of a verb whose dataset comes last; see {@link #first}. */
  public static Target last(String verb, List<String> arguments, Path directory) {
    int end = arguments.size() - 1;
    Optional<DatasetName> last = end < 0 ? Optional.empty() : DatasetName.parse(arguments.get(end));
    if (last.isPresent()) {
      return new Target(last.get(), resolve(last.get(), directory), arguments.subList(0, end));
    }
    Optional<DatasetName> here = end < 1 ? Optional.empty() : here(arguments.get(end), directory);
    if (here.isPresent()) {
      return new Target(here.get(), directory, arguments.subList(0, end));
    }
    for (int i = 0; i < end; i++) {
      if (DatasetName.parse(arguments.get(i)).isPresent()) {
        List<String> right = new ArrayList<>(arguments);
        right.add(right.remove(i));
        throw new UsageException(
            "SHEAF-CLI-003",
            "The dataset comes last after \"" + verb + "\", got it in place " + (i + 1),
            "Swap the arguments: " + commandLine(verb, right));
      }
    }
    return new Target(DatasetName.IMPLIED, required(verb, arguments, directory), arguments);
  }

  /**
   * Returns the dataset as it would be typed again: as it was given, or its path where it was
   * implied.
   */
  public String shown() {
    return quoted(name.path().isEmpty() ? path.toString() : name.path());
  }

  /** Returns the name that a dot is in the folder of a dataset, alone or before a revision. */
  private static Optional<DatasetName> here(String text, Path directory) {
    Path name = directory.getFileName();
    if (name == null || !name.toString().endsWith(".sheaf") || !text.startsWith(".")) {
      return Optional.empty();
    }
    String tail = text.substring(1);
    return tail.isEmpty() || tail.equals("/")
        ? Optional.of(DatasetName.IMPLIED)
        : DatasetName.parseImplied(tail);
  }

  private static void refuseSwapped(String verb, List<String> arguments) {
    for (int i = 1; i < arguments.size(); i++) {
      if (DatasetName.parse(arguments.get(i)).isPresent()) {
        List<String> right = new ArrayList<>(arguments);
        right.add(0, right.remove(i));
        throw new UsageException(
            "SHEAF-CLI-003",
            "The dataset comes first after \"" + verb + "\", got it in place " + (i + 1),
            "Swap the arguments: " + commandLine(verb, right));
      }
    }
  }

  private static Path resolve(DatasetName name, Path directory) {
    return directory.resolve(name.path()).normalize();
  }

  private static Path required(String verb, List<String> arguments, Path directory) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      Path name = folder.getFileName();
      if (name != null && name.toString().endsWith(".sheaf")) {
        return folder;
      }
    }
    throw new UsageException(
        "SHEAF-CLI-004", "No dataset is named", advice(verb, arguments, directory));
  }

  private static String advice(String verb, List<String> arguments, Path directory) {
    boolean last = verb.equals("ingest") || verb.equals("concat");
    if (!arguments.isEmpty()) {
      int at = last ? arguments.size() - 1 : 0;
      List<String> right = new ArrayList<>(arguments);
      String wrong = arguments.get(at).replaceFirst("/+$", "");
      if (Files.isDirectory(directory.resolve(wrong + ".sheaf")) || (last && at > 0)) {
        right.set(at, wrong + ".sheaf");
        return "A dataset's name ends in .sheaf: " + commandLine(verb, right);
      }
      right.add(last ? right.size() : 0, "PATH.sheaf");
      return "Name it: " + commandLine(verb, right);
    }
    return "Name it: sheaf "
        + verb
        + (last ? " SOURCE PATH.sheaf" : " PATH.sheaf")
        + ", or run inside the .sheaf folder";
  }

  /** Returns a command line as it would be typed. */
  public static String commandLine(String verb, List<String> arguments) {
    StringBuilder line = new StringBuilder("sheaf ").append(verb);
    for (String argument : arguments) {
      line.append(' ').append(quoted(argument));
    }
    return line.toString();
  }

  private static String quoted(String argument) {
    boolean plain = argument.matches("[\\p{L}\\p{N}_./:@%+=,{}~^-]+");
    return plain ? argument : "'" + argument.replace("'", "'\\''") + "'";
  }
}
