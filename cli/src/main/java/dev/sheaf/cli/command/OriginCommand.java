package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Activity;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Provenance;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says where samples come from and what became of them. */
final class OriginCommand extends Command {
  private static final int DIGITS = 12;

  @Override
  void define(Options options) {
    options
        .example("sheaf origin pets.sheaf 17", "Say where sample 17 comes from")
        .example("sheaf origin pets.sheaf key:cats/a.jpg --json", "As JSON, by key")
        .synopsis("[DATASET] SAMPLE...")
        .about(
            "Says of each sample: the file it comes from and where in it, the digest of its bytes "
                + "there, the ingest that brought it in (command, parameters, tools, time, actor), "
                + "what changed its cells since, and what its derived cells were computed from.");
  }

  @Override
  int run() {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage("No sample is named", "Name one: sheaf origin " + target.shown() + " 0");
    }
    List<SampleName> names = target.rest().stream().map(SampleName::parse).toList();
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      long[] positions = positions(names, version, target);
      List<Provenance> found = opened.dataset().provenance(version, positions);
      if (json()) {
        print(found.stream().map(OriginCommand::json).toList());
        return 0;
      }
      for (int i = 0; i < found.size(); i++) {
        out().print(i == 0 ? "" : "\n");
        write(found.get(i));
      }
    }
    return 0;
  }

  private static long[] positions(List<SampleName> names, Version version, Target target) {
    List<Long> single = new Positions(version, target.shown()).check(names);
    List<Long> positions = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i) instanceof SampleName.Between range) {
        for (long at = range.first(version.size()); at < range.end(version.size()); at++) {
          positions.add(at);
        }
      } else {
        positions.add(single.get(i));
      }
    }
    return positions.stream().mapToLong(Long::longValue).toArray();
  }

  private static Map<String, Object> json(Provenance one) {
    List<Object> changes = new ArrayList<>();
    for (Provenance.Change change : one.changes()) {
      Map<String, Object> json = Commits.json(change.activity());
      json.put("columns", change.columns());
      changes.add(json);
    }
    List<Object> derived = new ArrayList<>();
    for (Provenance.Derived cell : one.derived()) {
      derived.add(
          Json.object(
              "column", cell.column(),
              "inputs", cell.inputs(),
              "code", cell.code(),
              "stale", cell.stale(),
              "commit", cell.computed().commit().id(),
              "recipe", cell.computed().recipe().isEmpty() ? null : cell.computed().recipe()));
    }
    return Json.object(
        "index", one.index(),
        "id", one.id().toString(),
        "key", one.key(),
        "origin", one.origin().map(Samples::json).orElse(null),
        "added", Commits.json(one.added()),
        "changes", changes,
        "derived", derived);
  }

  private void write(Provenance one) {
    String key = Text.cut(Text.visible(one.key()), Math.max(16, width() - 40));
    out()
        .line(
            style().strong("[" + one.index() + "] " + key) + "  " + style().dim("id:" + one.id()));
    line("from", one.origin().map(Samples::text).orElse("not recorded"));
    one.origin()
        .map(Origin::sha256)
        .filter(digest -> !digest.isEmpty())
        .ifPresent(digest -> line("sha256", digest));
    line("added", text(one.added()));
    details(one.added());
    for (Provenance.Change change : one.changes()) {
      line("changed", String.join(", ", change.columns()) + " by " + text(change.activity()));
      details(change.activity());
    }
    for (Provenance.Derived cell : one.derived()) {
      String inputs = cell.inputs().isEmpty() ? "" : " from " + String.join(", ", cell.inputs());
      String code = cell.code().substring(0, Math.min(DIGITS, cell.code().length()));
      String recipe = cell.computed().recipe();
      line(
          "derived",
          cell.column()
              + inputs
              + ", code "
              + code
              + (recipe.isEmpty() ? "" : ", recipe " + recipe)
              + (cell.stale() ? ", stale" : ""));
    }
  }

  private void details(Activity activity) {
    line("", activity.command());
    line("", activity.parameters());
    line("", activity.tools());
  }

  private static String text(Activity activity) {
    CommitInfo commit = activity.commit();
    return Commits.brief(commit)
        + " "
        + commit.time()
        + " "
        + commit.authorName()
        + " <"
        + commit.authorEmail()
        + "> "
        + activity.kind()
        + ": "
        + commit.subject();
  }

  private void line(String label, String text) {
    if (!text.isEmpty()) {
      out().line("  " + style().dim(Text.pad(label, 7)) + "  " + Text.visible(text));
    }
  }
}
