package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.query.SqlSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A verb that edits: its edits wait for {@code sheaf commit}, or are committed at once. */
abstract class EditCommand extends Command {
  private static final int TOGETHER = 4096;
  private static final int MOST_SEARCHED = 10_000;

  private Target target;
  private Opened opened;
  private Version version;
  private Schema schema;

  /** Describes the options of the verb, beside those of every edit. */
  abstract void describe(Options options);

  /**
   * Returns the edits.
   *
   * @param rest the arguments after the dataset
   */
  abstract EditSet edits(List<String> rest) throws IOException;

  @Override
  final void define(Options options) {
    describe(options);
    options
        .value("TEXT", "Commit these edits at once, with this message", "-m", "--message")
        .value("ID", "With -m: a name for the commit; the same name again does nothing", "--txn")
        .committing();
  }

  /** Adds the option that names samples by a condition. */
  static void where(Options options) {
    options.value(
        "SQL", "The samples for which this holds, for example \"label = 'dog'\"", "--where");
  }

  @Override
  final int run() throws IOException {
    target = target();
    String message = options().value("-m");
    if (message == null && options().value("--txn") != null) {
      throw usage("--txn is given without -m", "It names a commit; staged edits have one name");
    }
    try (Opened one = Opened.of(target, surroundings(), checkPolicy())) {
      opened = one;
      if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
        throw noBranch(opened, target);
      }
      version = opened.version();
      StagedEdits staged = staged(opened);
      schema = message == null ? staged.schema() : version.schema();
      EditSet edits = edits(target.rest());
      if (message == null) {
        stage(staged, edits);
      } else {
        commit(edits, message);
      }
    }
    return 0;
  }

  /** Returns the staged edits that a command works on. */
  static StagedEdits staged(Opened opened) {
    return opened.dataset().staged(opened.workspace().name(), opened.branch());
  }

  private void stage(StagedEdits staged, EditSet edits) {
    staged.add(edits);
    if (json()) {
      Map<String, Object> result = Json.object("staged", true, "branch", staged.branch());
      result.put("base", staged.base().map(base -> base.commit().id()).orElse(null));
      result.put("transaction", staged.transactionId());
      result.putAll(counts(edits));
      print(result);
    } else if (!quiet()) {
      out().line("Staged " + summary(edits) + " for " + staged.branch());
      note("next: sheaf commit " + target.shown() + " -m MESSAGE (sheaf status shows what waits)");
    }
  }

  private void commit(EditSet edits, String message) {
    Version committed;
    String before;
    try (Transaction change = opened.dataset().begin(opened.branch(), version.commit().id())) {
      if (options().value("--txn") != null) {
        change.id(options().value("--txn"));
      }
      edits.applyTo(change);
      before = opened.dataset().at(opened.branch()).commit().id();
      committed = change.commit(message);
    }
    boolean changed = !isAt(before, committed.commit().id());
    if (json()) {
      Map<String, Object> result = Json.object("staged", false, "branch", opened.branch());
      result.put("commit", committed.commit().id());
      result.put("changed", changed);
      result.putAll(counts(edits));
      print(result);
    } else if (!quiet()) {
      String brief = Commits.brief(committed.commit());
      out()
          .line(
              changed
                  ? "[" + opened.branch() + " " + brief + "] " + summary(edits)
                  : "Nothing changed: " + opened.branch() + " is at " + brief);
      if (!staged(opened).isEmpty()) {
        note("other edits stay staged: sheaf status " + target.shown());
      }
    }
  }

  /** Tells whether a commit is another, or with --txn one that it follows. */
  private boolean isAt(String before, String commit) {
    int most = options().value("--txn") == null ? 1 : MOST_SEARCHED;
    return opened.dataset().log(before, most).stream().anyMatch(one -> one.id().equals(commit));
  }

  private static Map<String, Object> counts(EditSet edits) {
    return Json.object(
        "columns", edits.columns().size(),
        "samples", edits.cells().size(),
        "cells", cells(edits),
        "deleted", edits.deletes().size());
  }

  private static long cells(EditSet edits) {
    return edits.cells().values().stream().mapToLong(Map::size).sum();
  }

  private static String summary(EditSet edits) {
    List<String> parts = new ArrayList<>();
    if (!edits.columns().isEmpty()) {
      parts.add(Amounts.count(edits.columns().size(), "column change"));
    }
    if (!edits.cells().isEmpty()) {
      parts.add(
          Amounts.count(cells(edits), "cell")
              + " of "
              + Amounts.count(edits.cells().size(), "sample"));
    }
    if (!edits.deletes().isEmpty()) {
      parts.add("the deletion of " + Amounts.count(edits.deletes().size(), "sample"));
    }
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  /** Returns the target. */
  final Target dataset() {
    return target;
  }

  /** Returns the version that samples are named in. */
  final Version version() {
    return version;
  }

  /** Returns the name of the workspace and its dataset. */
  final Opened opened() {
    return opened;
  }

  /** Returns the columns, with those that are staged. */
  final Schema columns() {
    return schema;
  }

  /** Returns the samples that names and {@code --where} say, each once. */
  final Set<SampleId> samples(List<String> names) {
    return samples(this, target, opened, names);
  }

  /** Returns the samples that names and {@code --where} of a command say, each once. */
  static Set<SampleId> samples(Command command, Target target, Opened opened, List<String> names) {
    Version version = opened.version();
    Set<SampleId> samples = new LinkedHashSet<>();
    List<SampleName> parsed = names.stream().map(SampleName::parse).toList();
    List<Long> single = new Positions(version, target.shown()).check(parsed);
    List<Long> indices = new ArrayList<>();
    for (int i = 0; i < parsed.size(); i++) {
      if (parsed.get(i) instanceof SampleName.Between range) {
        for (long at = range.first(version.size()); at < range.end(version.size()); at++) {
          indices.add(at);
        }
      } else {
        indices.add(single.get(i));
      }
    }
    String where = command.options().value("--where");
    if (where != null) {
      // The condition stands on lines of its own, so that a comment in it ends with it.
      String sql = "SELECT _index FROM samples WHERE (\n" + where + "\n)";
      SqlSession session = SqlSession.open(opened.dataset(), version);
      for (long index : session.indices(sql, Map.of())) {
        indices.add(index);
      }
    }
    for (int at = 0; at < indices.size(); at += TOGETHER) {
      List<Long> block = indices.subList(at, Math.min(indices.size(), at + TOGETHER));
      long[] positions = block.stream().mapToLong(Long::longValue).toArray();
      for (Sample sample : version.select().take(positions)) {
        samples.add(sample.id());
      }
    }
    return samples;
  }

  /** Returns the words that are separated by commas. */
  static List<String> words(String text) {
    return text == null ? List.of() : Arrays.asList(text.split(",", -1));
  }
}
