package dev.sheaf.query.internal.plan;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Suggestion;
import dev.sheaf.query.internal.parse.Dialect;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Turns Calcite's errors into ours: a fact, the place with a caret, what to do. Stateless. */
final class QueryErrors {
  private static final Pattern UNKNOWN_COLUMN =
      Pattern.compile("Column '(.+)' not found in any table.*");
  private static final Pattern UNKNOWN_TABLE = Pattern.compile("Object '(.+)' not found.*");
  private static final Pattern UNKNOWN_FUNCTION =
      Pattern.compile("No match found for function signature (\\w+)\\((.*)\\)");

  private QueryErrors() {}

  static QuerySyntaxException parse(SqlParseException e, Dialect dialect) {
    SqlParserPos pos = e.getPos();
    String first = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    String headline = first.replaceFirst(" at line \\d+, column \\d+.*", "");
    headline = headline.replace("Encountered \"<EOF>\"", "The query ends too early");
    headline = headline.replaceFirst("^Encountered \"(.*)\"$", "Unexpected \"$1\"");
    int line = pos == null ? 1 : pos.getLineNum();
    int column = pos == null ? 1 : pos.getColumnNum();
    int end = pos == null ? column : pos.getEndColumnNum();
    return at("SHEAF-QRY-001", headline, dialect, line, column, end, hint(headline), e);
  }

  private static String hint(String headline) {
    Matcher word = Pattern.compile("Unexpected \"([A-Za-z_]+).*").matcher(headline);
    return word.matches()
        ? "If \""
            + word.group(1)
            + "\" is meant as a name, put it in double quotes; see docs/sql.md for the grammar"
        : "See docs/sql.md for the grammar";
  }

  static QuerySyntaxException validation(
      CalciteContextException e, Dialect dialect, List<String> columns, List<String> functions) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof DatasetException own) {
      return at(own.code(), own.headline(), dialect, e, own.hint());
    }
    String message = String.valueOf(cause.getMessage());
    Matcher column = UNKNOWN_COLUMN.matcher(message);
    if (column.matches()) {
      String name = column.group(1);
      return at(
          "SHEAF-QRY-002",
          "Unknown column \"" + name + "\"",
          dialect,
          e,
          Suggestion.of(name, columns, "columns"));
    }
    Matcher table = UNKNOWN_TABLE.matcher(message);
    if (table.matches()) {
      return at(
          "SHEAF-QRY-003",
          "Unknown table \"" + table.group(1) + "\"",
          dialect,
          e,
          "The table is called samples; another version of it is samples FOR VERSION AS OF 'rev'");
    }
    Matcher function = UNKNOWN_FUNCTION.matcher(message);
    if (function.matches()) {
      String name = function.group(1).toLowerCase(java.util.Locale.ROOT);
      return at(
          "SHEAF-QRY-004",
          "No function " + name + "(" + function.group(2) + ")",
          dialect,
          e,
          Suggestion.of(name, functions, "functions"));
    }
    return at("SHEAF-QRY-005", message, dialect, e, "See docs/sql.md for types and functions");
  }

  private static QuerySyntaxException at(
      String code, String headline, Dialect dialect, CalciteContextException e, String hint) {
    int line = Math.max(1, e.getPosLine());
    int column = Math.max(1, e.getPosColumn());
    int end = e.getEndPosLine() == e.getPosLine() ? e.getEndPosColumn() : column;
    return at(code, headline, dialect, line, column, Math.max(column, end), hint, e);
  }

  private static QuerySyntaxException at(
      String code,
      String headline,
      Dialect dialect,
      int line,
      int column,
      int endColumn,
      String hint,
      Throwable cause) {
    String sql = dialect.original();
    int from = dialect.originalOffset(line, column);
    int to = Math.max(from, dialect.originalOffset(line, endColumn));
    return at(code, headline, sql, from, to, hint, cause);
  }

  /**
   * Returns an error at a place of the original text.
   *
   * @param to the last character that is meant
   */
  static QuerySyntaxException at(
      String code, String headline, String sql, int from, int to, String hint, Throwable cause) {
    int start = sql.lastIndexOf('\n', Math.max(0, from - 1)) + 1;
    int end = sql.indexOf('\n', from);
    String lineText = sql.substring(Math.min(start, from), end < 0 ? sql.length() : end);
    int line =
        (int) sql.substring(0, Math.min(start, from)).chars().filter(c -> c == '\n').count() + 1;
    int column = from - Math.min(start, from) + 1;
    int width = Math.max(1, Math.min(to, sql.length() - 1) - from + 1);
    width = Math.max(1, Math.min(width, lineText.length() - column + 1));
    String before = lineText.substring(0, Math.min(column - 1, lineText.length()));
    String caret = before.replaceAll("[^\t]", " ") + "^".repeat(width);
    Location location = Location.of("line " + line + ", column " + column);
    return new QuerySyntaxException(
        code, headline + "\n" + lineText + "\n" + caret, location, hint, cause);
  }
}
