package dev.sheaf.query;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks: queries that are kept with a version as {@code checks/NAME.sql}, and whose rows are what
 * must not be. A commit or merge after which a check would return rows, or could not be run, is
 * refused before the branch moves, whatever program makes it.
 *
 * <pre>{@code
 * Checks checks = Checks.of(pets);
 * checks.put("main", "labels", "SELECT _key FROM samples WHERE label IS NULL");
 * }</pre>
 *
 * <p>{@code samples} is the version that would be committed; {@code FOR VERSION AS OF 'main'} is
 * the branch as it is before. Checks travel with the versions: a branch has its own, and a merge
 * has those of both sides.
 *
 * <p>Safe for use by several threads. Who changes a check of a branch commits to the branch.
 *
 * @see dev.sheaf.format.CheckPolicy#SKIP
 */
public final class Checks {
  private static final String FOLDER = "checks";
  private static final String SUFFIX = ".sql";
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,99}");

  private final Dataset dataset;

  private Checks(Dataset dataset) {
    this.dataset = dataset;
  }

  /**
   * A check of a version.
   *
   * @param name its name
   * @param sql a query whose rows are what must not be
   */
  public record Check(String name, String sql) {
    /** Requires both. */
    public Check {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sql, "sql");
    }
  }

  /**
   * What a check said of a version.
   *
   * @param check the check
   * @param columns the columns of its rows; none if it could not be run
   * @param rows the first of its rows, with the values of {@link QueryResult#value}
   * @param more whether it returned more rows than these
   * @param failure why it could not be run, if it could not
   */
  public record Outcome(
      Check check,
      List<ResultColumn> columns,
      List<List<Object>> rows,
      boolean more,
      Optional<DatasetException> failure) {
    /** Copies the lists. */
    public Outcome {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    /** Tells whether the check lets the version pass. */
    public boolean passed() {
      return rows.isEmpty() && failure.isEmpty();
    }
  }

  /** Returns the checks of a dataset. */
  public static Checks of(Dataset dataset) {
    return new Checks(dataset);
  }

  /** Returns the path of the document that holds a check. */
  public static String path(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInputException(
          "SHEAF-QRY-034",
          "Bad name of a check \"" + name + "\"",
          Location.NONE,
          "Use letters, digits, and _ . - after the first");
    }
    return FOLDER + "/" + name + SUFFIX;
  }

  /** Returns the checks of a version, by name. */
  public List<Check> list(Version version) {
    List<Check> checks = new ArrayList<>();
    for (String path : version.documents(FOLDER)) {
      if (path.endsWith(SUFFIX)) {
        String name = path.substring(FOLDER.length() + 1, path.length() - SUFFIX.length());
        byte[] sql = version.document(path).orElseThrow();
        checks.add(new Check(name, new String(sql, StandardCharsets.UTF_8)));
      }
    }
    return checks;
  }

  /**
   * Runs all checks of a version.
   *
   * @param most the most rows kept of each check
   * @throws CorruptDataException if bytes that a check reads are damaged
   */
  public List<Outcome> run(Version version, int most) {
    SqlSession session = SqlSession.open(dataset, version);
    return list(version).stream().map(check -> run(session, check, most)).toList();
  }

  private static Outcome run(SqlSession session, Check check, int most) {
    try (QueryResult result = session.query(check.sql())) {
      List<ResultColumn> columns = result.columns();
      List<List<Object>> rows = new ArrayList<>();
      boolean more = false;
      while (!more && result.nextBatch()) {
        for (int row = 0; row < result.size() && !more; row++) {
          more = rows.size() == most;
          if (!more) {
            List<Object> values = new ArrayList<>();
            for (int column = 0; column < columns.size(); column++) {
              values.add(result.value(column, row));
            }
            rows.add(values);
          }
        }
      }
      return new Outcome(check, columns, rows, more, Optional.empty());
    } catch (CorruptDataException e) {
      throw e; // no fault of the check
    } catch (DatasetException e) {
      return new Outcome(check, List.of(), List.of(), false, Optional.of(e));
    }
  }

  /**
   * Commits a check to a branch, in place of one of the same name. Refused like any other commit if
   * the check returns rows now.
   *
   * @param sql a query whose rows are what must not be
   * @return the new version
   * @throws dev.sheaf.format.QuerySyntaxException if the query does not fit the branch
   * @throws CommitConflictException if another writer changed the check first
   */
  public Version put(String branch, String name, String sql) {
    try (Transaction change = dataset.begin(branch)) {
      // Says what is wrong with the query itself, before it is a check that refuses.
      SqlSession.open(dataset, change.base()).query(sql).close();
      String text = sql.endsWith("\n") ? sql : sql + "\n";
      change.putDocument(path(name), text.getBytes(StandardCharsets.UTF_8));
      return change.commit("Check " + name);
    }
  }

  /**
   * Commits to a branch that there is no such check.
   *
   * @return the new version
   * @throws NotFoundException if there is none
   */
  public Version remove(String branch, String name) {
    try (Transaction change = dataset.begin(branch)) {
      List<String> names = list(change.base()).stream().map(Check::name).toList();
      if (!names.contains(name)) {
        throw new NotFoundException(
            "SHEAF-NF-025",
            "Unknown check \"" + name + "\"",
            Location.of(dataset.path()),
            Suggestion.of(name, names, "checks"));
      }
      change.removeDocument(path(name));
      return change.commit("Remove check " + name);
    }
  }
}
