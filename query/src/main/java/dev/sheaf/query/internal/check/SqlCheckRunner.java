package dev.sheaf.query.internal.check;

import dev.sheaf.format.CheckRunner;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Version;
import dev.sheaf.query.Checks;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Refuses versions of which a check in SQL returns rows, or cannot be run. */
public final class SqlCheckRunner implements CheckRunner {
  private static final int MOST_COUNTED = 1000;
  private static final int SHOWN = 3;
  private static final int LONGEST = 60;

  /** Creates the runner; called by {@link java.util.ServiceLoader}. */
  public SqlCheckRunner() {}

  @Override
  public void run(Dataset dataset, Version version) {
    List<Checks.Outcome> refusing =
        Checks.of(dataset).run(version, MOST_COUNTED).stream()
            .filter(outcome -> !outcome.passed())
            .toList();
    if (refusing.isEmpty()) {
      return;
    }
    boolean broken = refusing.stream().anyMatch(outcome -> outcome.failure().isPresent());
    List<String> lines = new ArrayList<>();
    refusing.forEach(outcome -> describe(outcome, lines));
    String name = refusing.get(0).check().name();
    throw new InvalidInputException(
        broken ? "SHEAF-CMT-011" : "SHEAF-CMT-010",
        String.join("\n", lines),
        Location.of(dataset.path()).with("check", Checks.path(name)),
        broken
            ? "Nothing is changed. Correct the check or remove it (`sheaf check add`, `sheaf check rm`),"
                + " or commit with --no-verify"
            : "Nothing is changed. Correct what it names and commit again, or commit with --no-verify");
  }

  private static void describe(Checks.Outcome outcome, List<String> lines) {
    String check = "Check \"" + outcome.check().name() + "\" ";
    if (outcome.failure().isPresent()) {
      DatasetException failure = outcome.failure().get();
      lines.add(check + "cannot be run: " + failure.headline());
      lines.addAll(failure.hint().isEmpty() ? List.of() : List.of("  " + failure.hint()));
      return;
    }
    int count = outcome.rows().size();
    String rows = count == 1 && !outcome.more() ? " row" : " rows";
    lines.add(check + "refuses: it returns " + (outcome.more() ? "more than " : "") + count + rows);
    for (List<Object> row : outcome.rows().subList(0, Math.min(SHOWN, count))) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        cells.add(outcome.columns().get(i).name() + "=" + shown(row.get(i)));
      }
      lines.add("  " + String.join("  ", cells));
    }
    if (count > SHOWN) {
      lines.add("  …");
    }
  }

  private static String shown(Object value) {
    String text;
    if (value instanceof ByteBuffer bytes) {
      text = bytes.remaining() + " bytes";
    } else if (value instanceof Media media) {
      text = media.kind().id() + " of " + media.byteLength() + " bytes";
    } else {
      text = String.valueOf(value);
    }
    return text.codePointCount(0, text.length()) > LONGEST
        ? text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…"
        : text;
  }
}
