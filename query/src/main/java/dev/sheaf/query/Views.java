package dev.sheaf.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Views: named queries over the samples of a version. The definition is committed with the version;
 * which samples there are is stored beside the versions, and read by index as fast as the dataset.
 * A view holds no cells of its own. Refreshing one runs its query anew over the whole version.
 *
 * <p>Safe for use by several threads. Who changes a view of a branch commits to the branch.
 */
public final class Views {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,99}");
  private static final String FOLDER = "views";
  private static final String SUFFIX = ".json";
  private static final int COUNTED_COMMITS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Dataset dataset;

  private Views(Dataset dataset) {
    this.dataset = dataset;
  }

  /** How the rows of a view stand to its version. */
  public enum State {
    /** They are what the query gives. */
    FRESH,
    /** They are of an older version. */
    STALE,
    /** There are none yet. */
    EMPTY
  }

  /**
   * A view of a version.
   *
   * @param name its name
   * @param sql its query
   * @param state how its rows stand to the version
   * @param rows how many samples it holds, or -1 where there are no rows yet
   * @param commit the commit that the rows are of, or the empty string
   * @param behind how many commits the version has made since; at most 1000 are counted
   */
  public record View(String name, String sql, State state, long rows, String commit, long behind) {}

  /** Returns the views of a dataset. */
  public static Views of(Dataset dataset) {
    return new Views(dataset);
  }

  /** Returns the path of the document that defines a view. */
  public static String path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "SHEAF-QRY-031",
          "Bad name of a view \"" + name + "\"",
          Location.NONE,
          "Use letters, digits, and _ . - after the first");
    }
    return FOLDER + "/" + name + SUFFIX;
  }

  /** Returns the content of the document that defines a view with this query. */
  public static byte[] definition(String sql) {
    ObjectNode definition = JSON.createObjectNode().put("rows", "ids").put("sql", sql);
    return (definition + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Defines a view and stores its rows.
   *
   * @param branch the branch that the definition is committed to
   * @param sql {@code SELECT … FROM samples}; see {@link SqlSession#indices}
   * @throws CommitConflictException if there is one of this name with another query
   */
  public View create(String branch, String name, String sql) {
    String path = path(name);
    try (Transaction change = dataset.begin(branch)) {
      Optional<byte[]> known = change.base().document(path);
      byte[] definition = definition(sql);
      if (known.isPresent() && !Arrays.equals(known.get(), definition)) {
        throw new CommitConflictException(
            "SHEAF-QRY-032",
            "There is a view \"" + name + "\" already: " + sql(known.get(), name),
            Location.of(dataset.path()),
            "Drop it first, or use another name");
      }
      // Fails before anything is committed where the query does not fit.
      SqlSession.open(dataset, change.base()).indices(sql, Map.of());
      change.putDocument(path, definition);
      change.commit("Define view " + name);
    }
    return refresh(branch, name);
  }

  /**
   * Runs the query of a view again, over all of a version, and stores the rows; does nothing where
   * they are fresh.
   *
   * @param rev a revision that defines the view
   */
  public View refresh(String rev, String name) {
    Version version = dataset.at(rev);
    View present = view(version, name);
    if (present.state() != State.FRESH) {
      long[] indices = SqlSession.open(dataset, version).indices(present.sql(), Map.of());
      dataset.storeView(version, name, version.pick(indices));
    }
    return view(version, name);
  }

  /** Returns the views that a revision defines, by name. */
  public List<View> list(String rev) {
    Version version = dataset.at(rev);
    List<View> views = new ArrayList<>();
    for (String path : version.documents(FOLDER)) {
      if (path.endsWith(SUFFIX)) {
        String name = path.substring(FOLDER.length() + 1, path.length() - SUFFIX.length());
        views.add(view(version, name));
      }
    }
    return views;
  }

  /**
   * Returns a view.
   *
   * @throws NotFoundException if the version defines no such view
   */
  public View view(Version version, String name) {
    byte[] definition =
        version
            .document(path(name))
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "SHEAF-NF-010",
                        "Unknown view \"" + name + "\"",
                        Location.of(dataset.path()),
                        "List them with `sheaf view list " + dataset.path() + "`"));
    String sql = sql(definition, name);
    Version rows;
    try {
      rows = dataset.view(version, name);
    } catch (NotFoundException e) {
      return new View(name, sql, State.EMPTY, -1, "", 0);
    }
    String commit = rows.commit().id();
    boolean fresh = rows.dataDigest().equals(version.dataDigest());
    long behind = fresh ? 0 : behind(version, commit);
    return new View(name, sql, fresh ? State.FRESH : State.STALE, rows.size(), commit, behind);
  }

  private long behind(Version version, String commit) {
    long count = 0;
    for (CommitInfo one : dataset.log(version.commit().id(), COUNTED_COMMITS)) {
      if (one.id().equals(commit)) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Removes the definition of a view from a branch. */
  public void drop(String branch, String name) {
    try (Transaction change = dataset.begin(branch)) {
      view(change.base(), name);
      change.removeDocument(path(name));
      change.commit("Drop view " + name);
    }
  }

  private String sql(byte[] definition, String name) {
    try {
      JsonNode sql = JSON.readTree(definition).path("sql");
      if (sql.isTextual()) {
        return sql.textValue();
      }
      throw damaged(name, null);
    } catch (IOException e) {
      throw damaged(name, e);
    }
  }

  private CorruptDataException damaged(String name, IOException cause) {
    return new CorruptDataException(
        "SHEAF-QRY-033",
        "Definition of view \"" + name + "\" has no \"sql\"",
        Location.of(dataset.path()),
        "Drop the view and make it again",
        cause);
  }
}
