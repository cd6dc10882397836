package dev.sheaf.format;

import java.util.Map;
import java.util.Objects;

/**
 * What made a version: a commit, and what its trailers say of the work behind it. Actor and time
 * are those of the commit. None of it is in the tree, so that equal content has an equal tree
 * whoever made it.
 *
 * @param kind what was done: {@code ingest}, {@code concat}, {@code curate}, or {@code commit} for
 *     what left no record of its own, or {@code boundary} where the work is older than the history
 *     that is kept
 * @param commit the commit
 * @param command the command line, or the empty string if it was not given on one
 * @param parameters the parameters that were not left to their defaults, as a JSON object, or the
 *     empty string if unknown
 * @param tools names and versions of the programs, as {@code name/version} separated by blanks, or
 *     the empty string if unknown
 * @param recipe the name of the recipe of a curation, or the empty string
 */
public record Activity(
    String kind,
    CommitInfo commit,
    String command,
    String parameters,
    String tools,
    String recipe) {
  /** The trailer with the kind. */
  public static final String KIND = "Sheaf-Activity";

  /** The trailer with the command line. */
  public static final String COMMAND = "Sheaf-Command";

  /** The trailer with the parameters. */
  public static final String PARAMETERS = "Sheaf-Parameters";

  /** The trailer with the tools. */
  public static final String TOOLS = "Sheaf-Tools";

  private static final String RECIPE = "Recipe";

  /** Requires all. */
  public Activity {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(commit, "commit");
    Objects.requireNonNull(command, "command");
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(tools, "tools");
    Objects.requireNonNull(recipe, "recipe");
  }

  /**
   * Returns what is known of a sample that was there already in the commit where history begins:
   * the kind {@code boundary}, and nothing else.
   */
  public static Activity boundary(CommitInfo commit) {
    return new Activity("boundary", commit, "", "", "", "");
  }

  /** Returns what a commit says of the work behind it. */
  public static Activity of(CommitInfo commit) {
    Map<String, String> said = commit.trailers();
    String recipe = said.getOrDefault(RECIPE, "");
    return new Activity(
        said.getOrDefault(KIND, recipe.isEmpty() ? "commit" : "curate"),
        commit,
        said.getOrDefault(COMMAND, ""),
        said.getOrDefault(PARAMETERS, ""),
        said.getOrDefault(TOOLS, ""),
        recipe);
  }
}
