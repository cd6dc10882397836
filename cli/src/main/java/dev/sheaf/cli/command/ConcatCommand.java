package dev.sheaf.cli.command;

import dev.sheaf.cli.name.DatasetName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Adds the samples of other datasets. */
final class ConcatCommand extends Command {
  private static final String SUFFIX = ".sheaf";

  @Override
  void define(Options options) {
    options
        .example("sheaf concat cats.sheaf dogs.sheaf pets.sheaf", "Join two datasets in a third")
        .example("sheaf concat more.sheaf@v2:good pets.sheaf --dry-run", "Say what would come")
        .synopsis("SOURCE[@REV][:VIEW]... DATASET")
        .about(
            "Adds the samples of other datasets behind those of DATASET, which is made if it is"
                + " missing, in one commit. Samples keep their identities: one that is there"
                + " already is not added twice, so that the same sources again bring only what is"
                + " new. Columns are united by name, with wider types where needed. Chunks are"
                + " taken over as they are, and only those that are missing.")
        .value("TEXT", "The commit message", "-m", "--message")
        .value(
            "WHAT",
            "What becomes of a sample whose key another one has: refuse (all; the default), skip"
                + " (it is left out), prefix (its key becomes NAME/KEY, after its source)",
            "--on-conflict")
        .flag(
            "Copy and verify chunks; else they get a second name where one disk has both", "--copy")
        .flag("Write nothing, say what would come", "--dry-run")
        .committing();
  }

  @Override
  int run() {
    Target target = lastTarget();
    if (target.rest().isEmpty()) {
      throw usage("No source is named", "Name one: sheaf concat SOURCE.sheaf " + target.shown());
    }
    if (!target.name().view().isEmpty()) {
      throw usage("A view cannot be added to", "Leave :" + target.name().view() + " out");
    }
    String branch = branch(target);
    List<Opened> opened = new ArrayList<>();
    try {
      Concat concat =
          Concat.of()
              .into(target.path())
              .branch(branch)
              .command(commandLine())
              .checks(checkPolicy());
      concat.onConflict(onConflict());
      if (options().has("--message")) {
        concat.message(options().value("--message"));
      }
      if (options().has("--copy")) {
        concat.copying();
      }
      List<Path> paths = new ArrayList<>();
      for (String source : target.rest()) {
        Target named = source(source);
        opened.add(Opened.of(named, surroundings()));
        paths.add(named.path());
      }
      for (int i = 0; i < paths.size(); i++) {
        concat.add(opened.get(i).version(), name(paths.get(i), paths));
      }
      ConcatReport report;
      try (ProgressLine progress = progress()) {
        concat.progress(progress);
        report = options().has("--dry-run") ? concat.plan() : concat.run();
      }
      if (json()) {
        print(json(report, branch));
      } else if (!quiet()) {
        write(report, branch);
      }
    } finally {
      // The last that was opened first, as try would do it.
      Collections.reverse(opened);
      opened.forEach(Opened::close);
    }
    return 0;
  }

  private Target source(String text) {
    return DatasetName.parse(text)
        .map(name -> new Target(name, surroundings().path(name.path()), List.of()))
        .orElseThrow(
            () ->
                usage(
                    "\"" + text + "\" is no dataset",
                    "Sources are PATH.sheaf[@REV][:VIEW]; files are brought in by sheaf ingest"));
  }

  /** Returns the name of a dataset, with the folder that it is in where that tells two apart. */
  private static String name(Path path, List<Path> all) {
    String name = withoutSuffix(path);
    boolean twice =
        all.stream().anyMatch(other -> !other.equals(path) && withoutSuffix(other).equals(name));
    Path folder = path.toAbsolutePath().getParent();
    boolean hasName = folder != null && folder.getFileName() != null;
    return twice && hasName ? folder.getFileName() + "/" + name : name;
  }

  private static String withoutSuffix(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private Concat.OnConflict onConflict() {
    String text = options().has("--on-conflict") ? options().value("--on-conflict") : "refuse";
    for (Concat.OnConflict policy : Concat.OnConflict.values()) {
      if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
        return policy;
      }
    }
    throw usage("--on-conflict is \"" + text + "\"", "Give refuse, skip or prefix");
  }

  /** Returns the branch to commit to. */
  private String branch(Target target) {
    if (!Files.isDirectory(target.path())) {
      if (!target.name().rev().isEmpty()) {
        throw usage(
            "There is no " + target.shown() + " yet, so no branch of it",
            "Leave @" + target.name().rev() + " out");
      }
      return "main";
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      if (opened.branch().isEmpty()) {
        throw noBranch(opened, target);
      }
      return opened.branch();
    }
  }

  private static Object json(ConcatReport report, String branch) {
    List<Object> sources = new ArrayList<>();
    for (ConcatReport.Source one : report.sources()) {
      sources.add(
          Json.object(
              "name", one.name(),
              "commit", one.commit().id(),
              "added", one.added(),
              "present", one.present(),
              "differing", one.differing(),
              "gone", one.gone(),
              "skipped", one.skipped(),
              "renamed", one.renamed(),
              "purged", one.purged(),
              "documents", one.documents()));
    }
    List<Object> columns = new ArrayList<>();
    for (ConcatReport.Change one : report.columns()) {
      columns.add(
          Json.object(
              "name", one.name(),
              "type", one.type().toString(),
              "source", one.source(),
              "what", one.what()));
    }
    return Json.object(
        "dry_run", report.dryRun(),
        "branch", branch,
        "commit", report.commit().map(CommitInfo::id).orElse(null),
        "committed", report.committed(),
        "rows", report.rows(),
        "sources", sources,
        "columns", columns,
        "chunks", report.chunks(),
        "chunk_bytes", report.chunkBytes(),
        "linked_chunks", report.linkedChunks());
  }

  private void write(ConcatReport report, String branch) {
    long added = report.sources().stream().mapToLong(ConcatReport.Source::added).sum();
    String what =
        Amounts.count(added, "sample")
            + ", "
            + Amounts.count(report.chunks(), "chunk")
            + " ("
            + Amounts.bytes(report.chunkBytes())
            + ")";
    if (added == 0) {
      out().line("Nothing to add");
    } else if (report.dryRun()) {
      out().line("Would add " + what + " to " + branch);
    } else {
      String commit = report.commit().map(Commits::brief).orElseThrow();
      out().line("[" + branch + " " + commit + "] Added " + what);
    }
    report.sources().forEach(one -> write(one, report.dryRun()));
    for (ConcatReport.Change one : report.columns()) {
      out()
          .line(
              "  column "
                  + Text.visible(one.name())
                  + " "
                  + one.type()
                  + ": "
                  + one.what()
                  + " ("
                  + Text.visible(one.source())
                  + ")");
    }
    for (ConcatReport.Source one : report.sources()) {
      if (!one.documents().isEmpty()) {
        note(
            "not taken from "
                + Text.visible(one.name() + ": " + String.join(", ", one.documents())));
      }
    }
  }

  private void write(ConcatReport.Source one, boolean dryRun) {
    List<String> parts = new ArrayList<>();
    parts.add(Amounts.count(one.added()) + (dryRun ? " to add" : " added"));
    if (one.present() > 0) {
      String differing =
          one.differing() == 0 ? "" : " (" + Amounts.count(one.differing()) + " with other cells)";
      parts.add(Amounts.count(one.present()) + " there already" + differing);
    }
    if (one.gone() > 0) {
      parts.add(Amounts.count(one.gone()) + " deleted there, left out");
    }
    if (one.skipped() > 0) {
      parts.add(Amounts.count(one.skipped()) + " with a key that is taken, left out");
    }
    if (one.renamed() > 0) {
      parts.add(Amounts.count(one.renamed()) + " under " + one.name() + "/KEY");
    }
    if (one.purged() > 0) {
      parts.add(Amounts.count(one.purged()) + " purged, left out");
    }
    out().line("  " + Text.visible(one.name() + ": " + String.join(", ", parts)));
  }
}
