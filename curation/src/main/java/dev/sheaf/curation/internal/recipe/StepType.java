package dev.sheaf.curation.internal.recipe;

import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Step;
import java.util.List;

/**
 * A kind of step.
 *
 * @param op its name in a recipe
 * @param about what it does
 * @param main the parameter that {@code op: VALUE} and {@code what-if op=VALUE} set, or the empty
 *     string
 * @param parameters all parameters but those that every step has
 * @param factory makes a step from its settings
 */
public record StepType(
    String op, String about, String main, List<Parameter> parameters, Factory factory) {
  /** Makes a step. */
  @FunctionalInterface
  public interface Factory {
    /** Makes the step, or refuses its settings with the line. */
    Step create(Settings settings, Setting setting);
  }

  /** Copies the parameters. */
  public StepType {
    parameters = List.copyOf(parameters);
  }

  /** Returns the names of all parameters, in order. */
  public List<String> parameterNames() {
    return parameters.stream().map(Parameter::name).toList();
  }
}
