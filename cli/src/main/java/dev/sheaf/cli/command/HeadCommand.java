package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shows the first samples. */
final class HeadCommand extends Command {
  private static final int WIDEST_CELL = 40;
  private static final int TOGETHER = 128;

  @Override
  void define(Options options) {
    options
        .example("sheaf head pets.sheaf", "Show the first ten samples")
        .example("sheaf head pets.sheaf -n 3 --columns label", "Three, one column only")
        .synopsis("[DATASET] [-n N]")
        .about("Shows the first samples, one line each.")
        .value("N", "So many samples (10)", "-n")
        .value("A,B", "These columns only", "--columns")
        .flag("With --json: long tensors and bytes whole, never cut", "--full")
        .scanning();
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    long most = options().number("-n", 0, 10);
    try (Opened opened = Opened.of(target, surroundings())) {
      Version projection = Samples.select(read(opened), options().values("--columns"));
      long count = Math.min(most, projection.size());
      if (json()) {
        writeJson(projection, count);
      } else if (projection.size() == 0) {
        note("no samples yet; next: sheaf ingest SOURCE " + target.shown());
      } else {
        writeTable(projection, count);
      }
    }
    return 0;
  }

  private void writeJson(Version projection, long count) {
    boolean any = false;
    boolean full = options().has("--full");
    for (long at = 0; at < count; at += TOGETHER) {
      for (Sample sample : projection.take(block(at, count))) {
        out().print(any ? ",\n" : "[\n").print(Json.write(Samples.json(sample, full, Map.of())));
        any = true;
      }
    }
    out().print(any ? "\n]\n" : "[]\n");
  }

  private void writeTable(Version projection, long count) {
    List<String> header = new ArrayList<>(List.of(">index", "key"));
    for (Column column : projection.schema()) {
      header.add(column.name());
    }
    Table table = new Table(header);
    for (long at = 0; at < count; at += TOGETHER) {
      for (Sample sample : projection.take(block(at, count))) {
        List<String> row = new ArrayList<>();
        row.add(Long.toString(sample.index()));
        row.add(Text.cut(Text.visible(sample.key()), WIDEST_CELL));
        for (Column column : projection.schema()) {
          row.add(Text.cut(Cells.brief(sample.value(column.name()), WIDEST_CELL), WIDEST_CELL));
        }
        table.row(row);
      }
    }
    table.writeTo(out(), style(), width());
    if (count < projection.size()) {
      note("… " + Amounts.count(projection.size() - count) + " more; -n N shows more");
    }
  }

  private static long[] block(long from, long count) {
    long[] positions = new long[(int) Math.min(TOGETHER, count - from)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = from + i;
    }
    return positions;
  }
}
