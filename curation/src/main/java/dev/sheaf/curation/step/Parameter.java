package dev.sheaf.curation.step;

import java.util.List;
import java.util.Objects;

/**
 * One parameter of a step.
 *
 * @param name the name in a recipe
 * @param kind what it takes
 * @param defaultValue what holds when it is not given, as it would be written; the empty string for
 *     none
 * @param required whether it must be given
 * @param least the least number allowed
 * @param most the greatest number allowed
 * @param choices the texts allowed, or none for any
 * @param about what it does
 */
public record Parameter(
    String name,
    Kind kind,
    String defaultValue,
    boolean required,
    double least,
    double most,
    List<String> choices,
    String about) {
  /** What a parameter takes. */
  public enum Kind {
    /** A number. */
    NUMBER,
    /** A whole number. */
    INTEGER,
    /** A text. */
    TEXT,
    /** A text or a list of texts. */
    TEXTS,
    /** True or false. */
    TRUTH,
    /** A structure of its own. */
    NESTED
  }

  /** Checks the parts. */
  public Parameter {
    Objects.requireNonNull(name, "name");
    choices = List.copyOf(choices);
  }

  /** Returns a number within a range. */
  public static Parameter number(
      String name, double value, double least, double most, String about) {
    String written = value == Math.rint(value) ? Long.toString((long) value) : "" + value;
    return new Parameter(name, Kind.NUMBER, written, false, least, most, List.of(), about);
  }

  /** Returns a whole number within a range. */
  public static Parameter integer(String name, long value, long least, long most, String about) {
    return new Parameter(
        name, Kind.INTEGER, "" + value, false, (double) least, (double) most, List.of(), about);
  }

  /** Returns a text; with choices, one of them. The default may be empty. */
  public static Parameter text(String name, String value, String about, String... choices) {
    return new Parameter(name, Kind.TEXT, value, false, 0, 0, List.of(choices), about);
  }

  /** Returns a text or list of texts, none by default. */
  public static Parameter texts(String name, String about, String... choices) {
    return new Parameter(name, Kind.TEXTS, "", false, 0, 0, List.of(choices), about);
  }

  /** Returns true or false. */
  public static Parameter truth(String name, boolean value, String about) {
    return new Parameter(name, Kind.TRUTH, "" + value, false, 0, 0, List.of(), about);
  }

  /** Returns a parameter with a structure of its own. */
  public static Parameter nested(String name, String about) {
    return new Parameter(name, Kind.NESTED, "", false, 0, 0, List.of(), about);
  }

  /** Returns this parameter as one that must be given. */
  public Parameter asRequired() {
    return new Parameter(name, kind, defaultValue, true, least, most, choices, about);
  }
}
