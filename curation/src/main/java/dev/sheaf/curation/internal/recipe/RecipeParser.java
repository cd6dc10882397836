package dev.sheaf.curation.internal.recipe;

import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads recipes. */
public final class RecipeParser {
  private static final List<String> TOP = List.of("recipe", "about", "seed", "steps");

  private RecipeParser() {}

  /**
   * A recipe as it is written.
   *
   * @param name the name: of the selection and of the columns that a run makes
   * @param seed the seed of everything random
   * @param steps the steps in order
   */
  public record Parsed(String name, long seed, List<Line> steps) {
    /** Copies the steps. */
    public Parsed {
      steps = List.copyOf(steps);
    }
  }

  /**
   * One step as it is written.
   *
   * @param id the id, unique in the recipe
   * @param type what it does
   * @param settings its checked parameters
   * @param onError what becomes of samples that it cannot judge: keep, drop or stop
   * @param at where it stands
   * @param given the parameters as written
   */
  public record Line(
      String id,
      StepType type,
      Settings settings,
      String onError,
      Yaml at,
      Map<String, Yaml> given) {
    /** Returns this step with one parameter changed. */
    public Line with(String parameter, String value) {
      Map<String, Yaml> changed = new LinkedHashMap<>(given);
      changed.put(parameter, Yaml.parse(id + "=" + value, value));
      return of(at, type, id, changed);
    }

    private static Line of(Yaml at, StepType type, String id, Map<String, Yaml> given) {
      Settings settings = Settings.of(at, type, given);
      String onError = given.containsKey("on_error") ? given.get("on_error").text() : "keep";
      if (!List.of("keep", "drop", "stop").contains(onError)) {
        throw given
            .get("on_error")
            .error("on_error is \"" + onError + "\"", "Write keep, drop or stop");
      }
      return new Line(id, type, settings, onError, at, given);
    }
  }

  /**
   * Reads a recipe.
   *
   * @param types the kinds of steps there are
   */
  public static Parsed parse(Yaml root, List<StepType> types) {
    root.allow(TOP, "entry");
    Yaml name =
        root.get("recipe")
            .orElseThrow(() -> root.error("The name is missing", "Begin with recipe: NAME"));
    if (!name.text().matches("[a-z][a-z0-9_]{0,62}")) {
      throw name.error(
          "\"" + name.text() + "\" cannot name a recipe",
          "Use small letters, digits and underscores, beginning with a letter");
    }
    Yaml steps =
        root.get("steps")
            .orElseThrow(() -> root.error("No steps are given", "Add steps: with one a line"));
    List<Line> lines = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Yaml step : steps.list()) {
      lines.add(line(step, types, ids));
    }
    if (lines.isEmpty()) {
      throw steps.error("No steps are given", "Add steps: with one a line");
    }
    return new Parsed(name.text(), root.get("seed").map(Yaml::integer).orElse(42L), lines);
  }

  private static Line line(Yaml step, List<StepType> types, Set<String> ids) {
    String op;
    Map<String, Yaml> given = new LinkedHashMap<>();
    Yaml at = step;
    if (step.isMap()) {
      if (step.map().size() != 1) {
        throw step.error(
            "A step is one operation, got " + String.join(", ", step.map().keySet()),
            "Write - op: {parameter: value}, with parameters indented below op");
      }
      Map.Entry<String, Yaml> only = step.map().entrySet().iterator().next();
      op = only.getKey();
      StepType type = type(op, step, types);
      Yaml value = only.getValue();
      if (value.isMap()) {
        given.putAll(value.map());
      } else if (!value.isNull()) {
        if (type.main().isEmpty()) {
          throw value.error(op + " takes parameters by name", "Write " + op + ": {name: value}");
        }
        given.put(type.main(), value);
      }
    } else {
      op = step.text();
    }
    StepType type = type(op, step, types);
    String id = given.containsKey("id") ? given.get("id").text() : freeId(op, ids);
    if (!id.matches("[a-z][a-z0-9_]{0,62}") || !ids.add(id)) {
      throw given
          .getOrDefault("id", at)
          .error(
              "\"" + id + "\" cannot name this step",
              "Ids are unique, of small letters, digits and underscores");
    }
    return Line.of(at, type, id, given);
  }

  private static String freeId(String op, Set<String> ids) {
    String id = op;
    for (int i = 2; ids.contains(id); i++) {
      id = op + "_" + i;
    }
    return id;
  }

  private static StepType type(String op, Yaml at, List<StepType> types) {
    return types.stream()
        .filter(type -> type.op().equals(op))
        .findFirst()
        .orElseThrow(
            () ->
                at.error(
                    "Unknown operation \"" + op + "\"",
                    Suggestion.of(op, types.stream().map(StepType::op).toList(), "operations")));
  }
}
