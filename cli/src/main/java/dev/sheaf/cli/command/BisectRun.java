package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Bisection.Verdict;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.SqlSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Judges versions by a program or a query. The program finds the workspace of this command on the
 * version already, and gets the version's name besides; its output goes to the notes.
 */
final class BisectRun {
  private static final int CANNOT_TELL = 125;
  private static final int NOT_STARTED = 126;
  private static final int MOST = 127;

  private final Opened opened;
  private final Path path;
  private final Surroundings surroundings;
  private final List<String> command;
  private final String sql;
  private boolean trusted;

  /**
   * What was found out.
   *
   * @param code the program's exit code, or -1 where a query judged
   */
  record Judgement(String commit, Verdict verdict, int code) {}

  BisectRun(
      Opened opened, Target target, Surroundings surroundings, List<String> command, String sql) {
    this.opened = opened;
    this.path = target.path();
    this.surroundings = surroundings;
    this.command = command;
    this.sql = sql;
  }

  /**
   * Judges a version.
   *
   * @param good a version known to be good: a shell's "not found" is believed only if it does not
   *     say so of this one, too
   */
  Judgement judge(String commit, String good) throws IOException {
    if (sql != null) {
      return new Judgement(commit, holds(commit) ? Verdict.GOOD : Verdict.BAD, -1);
    }
    int code = code(commit);
    if (code > MOST) {
      throw stopped("The command failed with exit code " + code + " on version " + commit);
    }
    if (code == NOT_STARTED || code == MOST) {
      distrust(code, good, commit);
    }
    trusted = true;
    Verdict verdict = code == 0 ? Verdict.GOOD : code == CANNOT_TELL ? Verdict.SKIP : Verdict.BAD;
    return new Judgement(commit, verdict, code);
  }

  private void distrust(int code, String good, String commit) throws IOException {
    if (!trusted) {
      opened.workspace().detach(good);
      int onGood = code(good);
      opened.workspace().detach(commit);
      if (onGood == code) {
        throw stopped("The command gives exit code " + code + " on good version " + good + ", too");
      }
    }
  }

  private InvalidInputException stopped(String what) {
    return new InvalidInputException(
        "SHEAF-BIS-004",
        what,
        Location.of(path),
        "0 means good, 125 cannot tell, 1 to 127 bad; mend the command and run it again, what was"
            + " found out is kept");
  }

  private boolean holds(String commit) {
    SqlSession session = SqlSession.open(opened.dataset(), opened.dataset().at(commit));
    try (QueryResult result = session.query(sql, Map.of())) {
      Object value = null;
      int rows = 0;
      while (result.nextBatch()) {
        for (int row = 0; row < result.size(); row++, rows++) {
          value = result.value(0, row);
        }
      }
      if (rows == 1 && result.columns().size() == 1 && value instanceof Boolean holds) {
        return holds;
      }
    }
    throw new InvalidInputException(
        "SHEAF-BIS-005",
        "The query does not give one value that is true or false on version " + commit,
        Location.of(path),
        "For example: --sql \"SELECT count(*) = 0 FROM samples WHERE label IS NULL\"");
  }

  private int code(String commit) throws IOException {
    String name = path.toAbsolutePath() + "@" + commit;
    ProcessBuilder builder =
        new ProcessBuilder(command.stream().map(word -> word.replace("{}", name)).toList());
    builder.directory(surroundings.directory().toFile()).redirectErrorStream(true);
    Map<String, String> variables = builder.environment();
    variables.putAll(surroundings.variables());
    variables.put("SHEAF_BISECT", name);
    variables.put("SHEAF_BISECT_COMMIT", commit);
    variables.put("SHEAF_WORKSPACE", opened.workspace().name());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      try (BufferedReader said =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
          surroundings.err().line(line).flush();
        }
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped("Interrupted on version " + commit);
    } finally {
      process.destroy();
    }
  }
}
