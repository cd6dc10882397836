package dev.sheaf.query.internal.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Rewrites Sheaf's SQL into Calcite's grammar:
 *
 * <ul>
 *   <li>{@code samples FOR VERSION AS OF 'v1'} into {@code "@v1".samples}, a table of another
 *       schema;
 *   <li>{@code x[0:64, :, 0]} into {@code x[SHEAF_SLICE('0:64, :, 0')]}, an ordinary subscript;
 *   <li>{@code :name} into {@code ?};
 *   <li>{@code any(x)}, {@code all(x)}, {@code normalize(x)} and columns whose names are reserved
 *       words into quoted names.
 * </ul>
 *
 * <p>Nothing moves to another place, so a position in the result has one in the original.
 */
public final class Dialect {
  /** The function that stands for a slice between brackets. */
  public static final String SLICE = "SHEAF_SLICE";

  private static final Set<String> FUNCTIONS = Set.of("ANY", "ALL", "NORMALIZE");
  private static final Set<String> BEFORE_QUANTIFIER =
      Set.of("=", "<>", "<", ">", "<=", ">=", "!=");
  private static final Set<String> BEFORE_ALL = Set.of("UNION", "EXCEPT", "INTERSECT", "MINUS");

  /** Reserved words that are likely names of columns and that no clause begins with. */
  private static final Set<String> LIKELY_NAMES =
      Set.of(
          "CLASSIFIER",
          "CLASS",
          "CONDITION",
          "DATE",
          "DAY",
          "DESCRIBE",
          "HOUR",
          "LANGUAGE",
          "METHOD",
          "MINUTE",
          "MONTH",
          "PERCENT",
          "PERIOD",
          "POSITION",
          "PRECISION",
          "RANK",
          "REFERENCES",
          "RESULT",
          "ROW",
          "SCOPE",
          "SECOND",
          "START",
          "SYMMETRIC",
          "TIME",
          "TIMESTAMP",
          "TRANSLATION",
          "USER",
          "VALUE",
          "YEAR",
          "LENGTH",
          "FILTER");

  private final String sql;
  private final Set<String> columns;
  private final List<Token> tokens;
  private final StringBuilder out = new StringBuilder();
  private final List<int[]> pieces = new ArrayList<>();
  private final List<String> parameters = new ArrayList<>();
  private final Set<String> revisions = new TreeSet<>();
  private int copied;
  private Explain explain = Explain.NO;

  /** What is asked of the plan. */
  public enum Explain {
    /** The query is run for its result. */
    NO,
    /** The plan is shown. */
    PLAN,
    /** The query is run and the plan shown. */
    ANALYZE
  }

  private Dialect(String sql, Set<String> columns) {
    this.sql = sql;
    this.columns = columns;
    this.tokens = Token.read(sql);
  }

  /**
   * Rewrites a query.
   *
   * @param columns the names of columns in upper case
   */
  public static Dialect rewrite(String sql, Set<String> columns) {
    Dialect dialect = new Dialect(sql, columns);
    dialect.run();
    return dialect;
  }

  /** Returns the query in Calcite's grammar. */
  public String text() {
    return out.toString();
  }

  /** Returns the original text. */
  public String original() {
    return sql;
  }

  /** Returns the names of the parameters in order, the empty string for a question mark. */
  public List<String> parameters() {
    return parameters;
  }

  /** Returns the revisions that are named. */
  public Set<String> revisions() {
    return revisions;
  }

  /** Returns the schema that holds the table of a revision. */
  public static String schemaOf(String revision) {
    return "@" + revision;
  }

  /**
   * Returns whether the query begins with EXPLAIN or EXPLAIN ANALYZE, which its text leaves out.
   */
  public Explain explain() {
    return explain;
  }

  private int explainTokens() {
    if (tokens.isEmpty() || !tokens.get(0).is("EXPLAIN")) {
      return 0;
    }
    boolean analyze = tokens.size() > 1 && tokens.get(1).is("ANALYZE");
    explain = analyze ? Explain.ANALYZE : Explain.PLAN;
    int count = analyze ? 2 : 1;
    if (tokens.size() > count + 1
        && tokens.get(count).is("PLAN")
        && tokens.get(count + 1).is("FOR")) {
      count += 2;
    }
    replace(0, tokens.get(count - 1).end(), "");
    return count;
  }

  private void run() {
    for (int i = explainTokens(); i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isSymbol("?")) {
        parameters.add("");
      } else if (token.isSymbol(":") && isName(i + 1) && touches(i)) {
        replace(token.start(), tokens.get(i + 1).end(), "?");
        parameters.add(tokens.get(i + 1).text());
        i++;
      } else if (token.isSymbol("[")) {
        i = subscript(i);
      } else if (token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.QUOTED) {
        i = word(i);
      }
    }
    copyTo(sql.length());
  }

  private boolean isName(int at) {
    return at < tokens.size() && tokens.get(at).kind() == Token.Kind.WORD;
  }

  private boolean touches(int at) {
    return tokens.get(at).end() == tokens.get(at + 1).start();
  }

  private int word(int at) {
    Token token = tokens.get(at);
    if (isVersionClause(at + 1)) {
      Token revision = tokens.get(at + 5);
      String name = revision.text().substring(1, revision.text().length() - 1).replace("''", "'");
      revisions.add(name);
      copyTo(token.start());
      insert(quoted(schemaOf(name)) + ".", token.start());
      copyTo(token.end());
      replace(token.end(), revision.end(), "");
      return at + 5;
    }
    if (token.kind() != Token.Kind.WORD) {
      return at;
    }
    boolean called = at + 1 < tokens.size() && tokens.get(at + 1).isSymbol("(");
    if (called && FUNCTIONS.contains(token.upper()) && isFunction(at)) {
      replace(token.start(), token.end(), quoted(token.text().toLowerCase(Locale.ROOT)));
    } else if (!called && isColumn(at)) {
      replace(token.start(), token.end(), quoted(token.text()));
    }
    return at;
  }

  private boolean isVersionClause(int at) {
    String[] words = {"FOR", "VERSION", "AS", "OF"};
    for (int i = 0; i < words.length; i++) {
      if (at + i >= tokens.size() || !tokens.get(at + i).is(words[i])) {
        return false;
      }
    }
    return at + 4 < tokens.size() && tokens.get(at + 4).kind() == Token.Kind.STRING;
  }

  /** Tells a function from the quantifier of a comparison and the ALL of a set operation. */
  private boolean isFunction(int at) {
    if (at + 2 < tokens.size()
        && (tokens.get(at + 2).is("SELECT") || tokens.get(at + 2).is("VALUES"))) {
      return false;
    }
    return at == 0
        || !BEFORE_QUANTIFIER.contains(tokens.get(at - 1).text())
            && !BEFORE_ALL.contains(tokens.get(at - 1).upper());
  }

  private boolean isColumn(int at) {
    Token token = tokens.get(at);
    if (!LIKELY_NAMES.contains(token.upper()) || !columns.contains(token.upper())) {
      return false;
    }
    boolean literal = at + 1 < tokens.size() && tokens.get(at + 1).kind() == Token.Kind.STRING;
    boolean unit = at > 0 && tokens.get(at - 1).kind() == Token.Kind.STRING;
    boolean type =
        at > 0
            && tokens.get(at - 1).is("AS")
            && at + 1 < tokens.size()
            && tokens.get(at + 1).isSymbol(")");
    return !literal && !unit && !type;
  }

  /** Rewrites what stands between brackets, and returns its last token. */
  private int subscript(int at) {
    if (at > 0
        && Set.of("ARRAY", "MAP", "MULTISET", "PERIOD").contains(tokens.get(at - 1).upper())) {
      return at;
    }
    int depth = 0;
    boolean slice = false;
    int close = at;
    for (int i = at + 1; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isSymbol("]") && depth == 0) {
        close = i;
        break;
      }
      depth += token.isSymbol("[") || token.isSymbol("(") ? 1 : 0;
      depth -= token.isSymbol("]") || token.isSymbol(")") ? 1 : 0;
      slice |=
          depth == 0
              && (token.isSymbol(":")
                  || token.isSymbol(",")
                  || token.isSymbol("...")
                  || token.is("None"));
    }
    if (!slice || close == at) {
      return at;
    }
    int from = tokens.get(at).end();
    int to = tokens.get(close).start();
    String content = sql.substring(from, to).strip().replace("'", "''");
    replace(from, to, SLICE + "('" + content + "')");
    return close;
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private void copyTo(int end) {
    if (end > copied) {
      pieces.add(new int[] {out.length(), copied, 1});
      out.append(sql, copied, end);
      copied = end;
    }
  }

  private void insert(String text, int at) {
    pieces.add(new int[] {out.length(), at, 0});
    out.append(text);
  }

  private void replace(int start, int end, String text) {
    copyTo(start);
    insert(text, start);
    copied = end;
  }

  /**
   * Returns where a place of {@link #text()} lies in the original.
   *
   * @param line from 1
   * @param column from 1
   */
  public int originalOffset(int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      int end = out.indexOf("\n", start);
      start = end < 0 ? start : end + 1;
    }
    int offset = Math.min(out.length(), start + column - 1);
    int[] found = {0, 0, 1};
    for (int[] piece : pieces) {
      if (piece[0] <= offset) {
        found = piece;
      }
    }
    return Math.min(sql.length(), found[1] + (found[2] == 1 ? offset - found[0] : 0));
  }
}
