package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.format.AbsorbReport;
import dev.sheaf.format.AbsorbScope;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import java.util.List;

/** Copies linked payloads in. */
final class AbsorbCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf absorb clips.sheaf", "Copy all linked payloads in")
        .example("sheaf absorb clips.sheaf --where \"label = 'cat'\"", "Those of some samples")
        .synopsis("[DATASET] [SAMPLE...]")
        .about(
            "Copies payloads that sheaf ingest --link left where they are into the dataset, in one"
                + " commit that changes no value: content, identities and differences stay. One that"
                + " has changed or is missing stops it. What an interrupted run copied is not read"
                + " again.")
        .value("A,B", "These columns only", "--columns")
        .committing();
    EditCommand.where(options);
  }

  @Override
  int run() {
    Target target = target();
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
        throw usage("\"" + target.name() + "\" is no branch", "Name a branch: PATH.sheaf@BRANCH");
      }
      AbsorbScope scope = AbsorbScope.ALL;
      List<String> columns = options().values("--columns");
      if (columns != null) {
        requireMedia(opened.version().schema(), columns);
        scope = scope.columns(columns);
      }
      if (!target.rest().isEmpty() || options().value("--where") != null) {
        scope = scope.samples(EditCommand.samples(this, target, opened, target.rest()));
      }
      AbsorbReport report;
      try (ProgressLine progress = progress()) {
        report = opened.dataset().absorb(opened.branch(), scope, progress);
      }
      write(report, opened);
    }
    return 0;
  }

  private void requireMedia(Schema schema, List<String> columns) {
    for (String name : columns) {
      Type type = schema.column(name).type();
      if (!(type instanceof Type.Media)) {
        throw usage(
            "Column \"" + name + "\" is " + type, "Only media are linked: name such columns");
      }
    }
  }

  private void write(AbsorbReport report, Opened opened) {
    if (json()) {
      print(
          Json.object(
              "branch", opened.branch(),
              "commit", report.commit().id(),
              "samples", report.samples(),
              "payloads", report.payloads(),
              "bytes", report.bytes()));
    } else if (!quiet()) {
      out()
          .line(
              report.payloads() == 0
                  ? "Nothing is linked"
                  : "["
                      + opened.branch()
                      + " "
                      + Commits.brief(report.commit())
                      + "] Copied "
                      + Amounts.count(report.payloads(), "payload")
                      + " of "
                      + Amounts.count(report.samples(), "sample")
                      + ", "
                      + Amounts.bytes(report.bytes()));
    }
  }
}
