package dev.sheaf.curation;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.internal.recipe.RecipeParser;
import dev.sheaf.curation.internal.step.Operators;
import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of curation steps with their parameters. Immutable. Spec: {@code docs/recipes.md}.
 *
 * <pre>
 * recipe: clean
 * steps:
 *   - image_quality: {min_sharpness: 30}
 *   - dedupe_image
 *   - balance: {by: label, total: 1000}
 * </pre>
 */
public final class Recipe {
  private final RecipeParser.Parsed parsed;
  private final Path folder;
  private final String text;

  private Recipe(RecipeParser.Parsed parsed, Path folder, String text) {
    this.parsed = parsed;
    this.folder = folder;
    this.text = text;
  }

  /**
   * Reads a recipe.
   *
   * @throws InvalidInputException if it is missing or wrong, with the line and a suggestion
   */
  public static Recipe read(Path file) {
    try {
      Path absolute = file.toAbsolutePath();
      return parse(file.toString(), Files.readString(file), absolute.getParent());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          "SHEAF-RCP-002",
          "There is no such recipe",
          Location.of(file),
          "See docs/recipes.md for an example",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a recipe from text.
   *
   * @param name what to call it in messages
   * @param folder what paths in it are relative to
   */
  public static Recipe parse(String name, String text, Path folder) {
    return new Recipe(RecipeParser.parse(Yaml.parse(name, text), Operators.ALL), folder, text);
  }

  /** Returns the name, which the selection and the columns of a run bear. */
  public String name() {
    return parsed.name();
  }

  /** Returns the text as it was read. */
  public String text() {
    return text;
  }

  /** Returns the folder that paths are relative to. */
  public Path folder() {
    return folder;
  }

  /** Returns the ids of the steps, in order. */
  public List<String> steps() {
    return parsed.steps().stream().map(RecipeParser.Line::id).toList();
  }

  /** Returns the digest of everything that the recipe says, whatever its layout and comments. */
  public String digest() {
    StringBuilder canonical = new StringBuilder(parsed.name() + " " + parsed.seed());
    for (RecipeParser.Line line : parsed.steps()) {
      canonical.append('\n').append(line.id()).append(' ').append(line.type().op());
      canonical.append(' ').append(line.onError()).append(' ').append(line.settings().effective());
    }
    return InputDigest.ofText(canonical.toString());
  }

  /**
   * Returns this recipe with one parameter changed.
   *
   * @param change {@code step=value} for the step's main threshold, or {@code step.parameter=value}
   * @throws NotFoundException if there is no such step
   * @throws InvalidInputException if the parameter does not take the value
   */
  public Recipe with(String change) {
    int equals = change.indexOf('=');
    if (equals < 1) {
      throw new InvalidInputException(
          "SHEAF-RCP-006",
          "\"" + change + "\" is no change",
          Location.NONE,
          "Write STEP=VALUE or STEP.PARAMETER=VALUE, as in dedupe_text=0.7");
    }
    String left = change.substring(0, equals);
    int dot = left.indexOf('.');
    String id = dot < 0 ? left : left.substring(0, dot);
    List<RecipeParser.Line> lines = new ArrayList<>();
    boolean found = false;
    for (RecipeParser.Line line : parsed.steps()) {
      boolean wanted = line.id().equals(id);
      found |= wanted;
      String parameter = dot < 0 ? line.type().main() : left.substring(dot + 1);
      lines.add(wanted ? line.with(parameter, change.substring(equals + 1)) : line);
    }
    if (!found) {
      throw new NotFoundException(
          "SHEAF-NF-042",
          "The recipe \"" + name() + "\" has no step \"" + id + "\"",
          Location.NONE,
          Suggestion.of(id, steps(), "steps"));
    }
    return new Recipe(new RecipeParser.Parsed(parsed.name(), parsed.seed(), lines), folder, text);
  }

  RecipeParser.Parsed parsed() {
    return parsed;
  }
}
