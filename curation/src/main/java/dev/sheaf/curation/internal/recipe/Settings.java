package dev.sheaf.curation.internal.recipe;

import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.format.Column;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The checked parameters of one step. Immutable. */
public final class Settings {
  private static final List<String> EVERYWHERE = List.of("id", "on_error");

  private final Yaml at;
  private final StepType type;
  private final Map<String, Yaml> given;

  private Settings(Yaml at, StepType type, Map<String, Yaml> given) {
    this.at = at;
    this.type = type;
    this.given = given;
  }

  /**
   * Checks names, kinds and ranges.
   *
   * @param at the step's entry in the recipe, for messages
   * @param given the parameters, {@code id} and {@code on_error} included
   */
  static Settings of(Yaml at, StepType type, Map<String, Yaml> given) {
    List<String> known = new ArrayList<>(type.parameterNames());
    known.addAll(EVERYWHERE);
    given.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            throw value.error(
                type.op() + " has no parameter \"" + name + "\"",
                Suggestion.of(name, known, "parameters"));
          }
        });
    Settings settings = new Settings(at, type, new LinkedHashMap<>(given));
    for (Parameter parameter : type.parameters()) {
      settings.check(parameter);
    }
    return settings;
  }

  private void check(Parameter parameter) {
    Yaml value = given.get(parameter.name());
    if (value == null) {
      if (parameter.required()) {
        throw at.error(
            type.op() + " needs \"" + parameter.name() + "\": " + parameter.about(),
            "Add " + parameter.name() + ": …");
      }
      return;
    }
    switch (parameter.kind()) {
      case NUMBER, INTEGER -> {
        double number =
            parameter.kind() == Parameter.Kind.INTEGER ? (double) value.integer() : value.number();
        if (!(number >= parameter.least() && number <= parameter.most())) {
          throw value.error(
              parameter.name()
                  + " is "
                  + value.text()
                  + ", expected "
                  + shown(parameter.least())
                  + " to "
                  + shown(parameter.most()),
              "Default: " + parameter.defaultValue());
        }
      }
      case TEXT -> checkChoice(parameter, value, value.text());
      case TEXTS -> {
        for (String text : value.texts()) {
          checkChoice(parameter, value, text);
        }
      }
      case TRUTH -> value.truth();
      case NESTED -> {
        // its step checks it
      }
    }
  }

  private static String shown(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static void checkChoice(Parameter parameter, Yaml value, String text) {
    if (!parameter.choices().isEmpty() && !parameter.choices().contains(text)) {
      throw value.error(
          parameter.name() + " is \"" + text + "\"",
          Suggestion.of(text, parameter.choices(), "choices"));
    }
  }

  private Parameter parameter(String name) {
    return type.parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(type.op() + " declares no " + name));
  }

  /** Tells whether a parameter was given. */
  public boolean has(String name) {
    return given.containsKey(name);
  }

  /** Returns a number. */
  public double number(String name) {
    Yaml value = given.get(name);
    return value == null ? Double.parseDouble(parameter(name).defaultValue()) : value.number();
  }

  /** Returns a whole number. */
  public long integer(String name) {
    Yaml value = given.get(name);
    return value == null ? Long.parseLong(parameter(name).defaultValue()) : value.integer();
  }

  /** Returns a text, the empty string if it is not given and has no default. */
  public String text(String name) {
    Yaml value = given.get(name);
    return value == null ? parameter(name).defaultValue() : value.text();
  }

  /** Returns texts, none if they are not given. */
  public List<String> texts(String name) {
    Yaml value = given.get(name);
    return value == null ? List.of() : value.texts();
  }

  /** Returns a truth value. */
  public boolean truth(String name) {
    Yaml value = given.get(name);
    return value == null ? Boolean.parseBoolean(parameter(name).defaultValue()) : value.truth();
  }

  /** Returns a structure. */
  public Optional<Yaml> nested(String name) {
    return Optional.ofNullable(given.get(name));
  }

  /** Returns an error at a parameter, or at the step if the parameter is not given. */
  public InvalidInputException error(String name, String headline, String hint) {
    return given.getOrDefault(name, at).error(headline, hint);
  }

  /**
   * Returns the column that a parameter names or, when it is not given, the only column that fits.
   *
   * @param what what fits, in words
   */
  public String column(
      String name, Setting setting, String what, java.util.function.Predicate<Type> fits) {
    if (has(name)) {
      return existing(name, text(name), setting, what, fits);
    }
    List<String> fitting = new ArrayList<>();
    for (Column column : setting.schema()) {
      if (!column.name().startsWith("_")
          && column.derived().isEmpty()
          && fits.test(column.type())) {
        fitting.add(column.name());
      }
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw error(
        name,
        fitting.isEmpty()
            ? type.op() + " needs " + what + ", there is none"
            : type.op() + " needs to know which column: " + String.join(", ", fitting),
        "Add " + name + ": COLUMN");
  }

  /** Returns the columns that a parameter names; each must fit. */
  public List<String> columns(
      String name, Setting setting, String what, java.util.function.Predicate<Type> fits) {
    return texts(name).stream().map(c -> existing(name, c, setting, what, fits)).toList();
  }

  private String existing(
      String name,
      String column,
      Setting setting,
      String what,
      java.util.function.Predicate<Type> fits) {
    List<String> names = setting.schema().columns().stream().map(Column::name).toList();
    if (!names.contains(column)) {
      throw error(
          name, "Unknown column \"" + column + "\"", Suggestion.of(column, names, "columns"));
    }
    Type found = setting.schema().column(column).type();
    if (!fits.test(found)) {
      throw error(
          name,
          "Column \"" + column + "\" is " + found + ", " + type.op() + " needs " + what,
          "Name another column");
    }
    return column;
  }

  /** Tells whether a type is text. */
  public static boolean isText(Type type) {
    return type.equals(Type.UTF8) || type.equals(Type.JSON);
  }

  /** Tells whether a type is an encoded picture. */
  public static boolean isImage(Type type) {
    return type.equals(Type.media(MediaKind.IMAGE));
  }

  /** Returns all parameters with the values that hold, by name, as text. */
  public Map<String, String> effective() {
    Map<String, String> all = new TreeMap<>();
    for (Parameter parameter : type.parameters()) {
      Yaml value = given.get(parameter.name());
      all.put(parameter.name(), value == null ? parameter.defaultValue() : canonical(value));
    }
    return all;
  }

  private static String canonical(Yaml value) {
    if (value.isMap()) {
      Map<String, String> entries = new TreeMap<>();
      value.map().forEach((name, inner) -> entries.put(name, canonical(inner)));
      return entries.toString();
    }
    return value.isList()
        ? value.list().stream().map(Settings::canonical).toList().toString()
        : value.text();
  }

  /** Returns where the step stands in its recipe. */
  public Location location() {
    return Location.of(at.file()).with("line", at.line());
  }
}
