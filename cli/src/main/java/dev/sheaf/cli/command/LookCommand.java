package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.curation.LookPage;
import dev.sheaf.format.Version;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.SqlSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** Writes a page to look at samples and label them. */
final class LookCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf look pets.sheaf -o pets.html", "Write one offline page of samples")
        .example("sheaf look pets.sheaf --labels good,bad", "To be labelled by keyboard")
        .synopsis("[DATASET] [--where SQL] [-o FILE]")
        .about(
            "Writes one HTML page that needs nothing else: previews, captions, filters, labels by "
                + "keyboard, and an export of the edits as JSONL.")
        .value("SQL", "Only samples for which this is true", "--where")
        .value("FILE", "Write here (look.html)", "-o")
        .value("A,B", "The labels of the keys 1 to 9 (good,bad,unsure)", "--labels")
        .value("N", "So many samples at most (500)", "-n");
  }

  @Override
  int run() throws IOException {
    Target target = target();
    refuseMore(target, 0);
    String shown = options().has("-o") ? options().value("-o") : "look.html";
    Path file = surroundings().path(shown);
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      long limit = options().number("-n", 1, LookPage.DEFAULT_LIMIT);
      LookPage page = LookPage.of(version).title(target.shown()).limit((int) limit);
      if (options().has("--labels")) {
        page.labels(options().values("--labels"));
      }
      long total = version.size();
      if (options().has("--where")) {
        long[] indices = matching(opened, version, options().value("--where"));
        total = indices.length;
        page.samples(indices);
      }
      Files.writeString(file, page.write());
      long count = Math.min(limit, total);
      if (json()) {
        print(Json.object("file", shown, "samples", count, "of", total));
      } else {
        String of = count < total ? " of " + Amounts.count(total) : "";
        out()
            .line(
                "wrote "
                    + shown
                    + "  "
                    + Amounts.count(count)
                    + of
                    + " samples, "
                    + Amounts.bytes(Files.size(file)));
      }
    }
    return 0;
  }

  private static long[] matching(Opened opened, Version version, String where) {
    String sql = "SELECT _index FROM samples WHERE (" + where + "\n) ORDER BY _index";
    LongStream.Builder indices = LongStream.builder();
    try (QueryResult result = SqlSession.open(opened.dataset(), version).query(sql)) {
      while (result.nextBatch()) {
        for (int row = 0; row < result.size(); row++) {
          indices.add(((Number) result.value(0, row)).longValue());
        }
      }
    }
    return indices.build().toArray();
  }
}
