package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.JsonReader;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;

/** Decides conflicts of the merge in progress. */
final class ResolveCommand extends Command {
  private static final String ALL = "all";

  @Override
  void define(Options options) {
    options
        .example("sheaf resolve pets.sheaf 3 label --theirs", "Take the other side's cell")
        .example("sheaf resolve pets.sheaf 3 label =tomcat", "Take a value of your own")
        .synopsis("[DATASET] SAMPLE [COLUMN] [=VALUE]")
        .about(
            "Decides conflicts of the merge in progress. SAMPLE is an index of the current branch, "
                + "id:ID, key:KEY or all; without COLUMN all conflicts of the sample are decided. "
                + "VALUE is JSON, or text as it is for a text column.")
        .flag("Take what the current branch has", "--ours")
        .flag("Take what the other version has", "--theirs")
        .flag("Take what both started from", "--base")
        .flag("Let both changes stand, where only --strict refuses them", "--both")
        .value("NAME", "Decide about a column, instead of a sample", "--column")
        .value("PATH", "Decide about a document, instead of a sample", "--document");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 3);
    List<String> words = new ArrayList<>(target.rest());
    String given = null;
    if (!words.isEmpty() && words.get(words.size() - 1).contains("=")) {
      String last = words.remove(words.size() - 1);
      int sign = last.indexOf('=');
      if (sign > 0) {
        words.add(last.substring(0, sign));
      }
      given = last.substring(sign + 1);
    }
    String choice = choice(given);
    try (Opened opened = Opened.of(target, surroundings())) {
      Merge merge = opened.merge(target);
      List<Merge.Conflict> chosen = chosen(opened, merge, words);
      for (Merge.Conflict conflict : chosen) {
        merge.resolve(conflict, resolution(choice, given, opened, merge, conflict));
      }
      merge.save(opened.workspace().id());
      int left = merge.report().conflicts().size();
      if (json()) {
        print(Json.object("resolved", chosen.size(), "conflicts", left));
      } else if (!quiet()) {
        out()
            .line(
                "Resolved "
                    + Amounts.count(chosen.size(), "conflict")
                    + ", "
                    + Amounts.count(left)
                    + " left");
        if (left == 0) {
          note("next: sheaf " + MergeText.verb(merge) + " " + target.shown() + " --continue");
        }
      }
    }
    return 0;
  }

  private String choice(String given) {
    List<String> choices = new ArrayList<>();
    for (String name : List.of("ours", "theirs", "base", "both")) {
      if (options().has("--" + name)) {
        choices.add(name);
      }
    }
    if (given != null) {
      choices.add("value");
    }
    if (choices.size() != 1) {
      throw usage(
          choices.isEmpty() ? "No decision is given" : "More than one decision is given",
          "Give one of --ours, --theirs, --base, --both or =VALUE");
    }
    return choices.get(0);
  }

  private Merge.Resolution resolution(
      String choice, String given, Opened opened, Merge merge, Merge.Conflict conflict) {
    if (!choice.equals("value")) {
      return new Merge.Resolution(choice, "");
    }
    Version ours = opened.dataset().at(merge.ours().id());
    Version theirs = opened.dataset().at(merge.theirs().id());
    Version version = ours.schema().contains(conflict.column()) ? ours : theirs;
    boolean isText =
        version.schema().contains(conflict.column())
            && version.schema().column(conflict.column()).type() instanceof Type.Utf8;
    boolean isJson =
        JsonReader.isJson(given) && (!isText || given.startsWith("\"") || given.equals("null"));
    return Merge.Resolution.value(isJson ? given : Json.write(given));
  }

  private List<Merge.Conflict> chosen(Opened opened, Merge merge, List<String> words) {
    Merge.Report report = merge.report();
    List<Merge.Conflict> known = new ArrayList<>(report.conflicts());
    boolean all = words.equals(List.of(ALL));
    if (!all) {
      // What was decided before may be decided anew.
      known.addAll(report.resolved());
    }
    String column = options().value("--column");
    String document = options().value("--document");
    List<Merge.Conflict> chosen = new ArrayList<>();
    if (column != null || document != null) {
      Merge.ConflictKind kind =
          column != null ? Merge.ConflictKind.COLUMN : Merge.ConflictKind.DOCUMENT;
      String name = column != null ? column : document;
      known.stream()
          .filter(conflict -> conflict.kind() == kind && conflict.column().equals(name))
          .forEach(chosen::add);
    } else if (words.isEmpty()) {
      throw usage("No sample is named", "Name one, or all; see sheaf conflicts");
    } else if (all) {
      chosen.addAll(known);
    } else {
      SampleName name = SampleName.parse(words.get(0));
      for (Merge.Conflict conflict : known) {
        boolean sameColumn = words.size() < 2 || conflict.column().equals(words.get(1));
        if (conflict.sample() != null && sameColumn && isMeant(opened, merge, name, conflict)) {
          chosen.add(conflict);
        }
      }
    }
    if (chosen.isEmpty()) {
      throw new NotFoundException(
          "SHEAF-NF-027",
          "No such conflict",
          Location.of(opened.dataset().path()),
          "List them with: sheaf conflicts");
    }
    return chosen;
  }

  private boolean isMeant(Opened opened, Merge merge, SampleName name, Merge.Conflict conflict) {
    if (name instanceof SampleName.Id id) {
      return id.id().equals(conflict.sample());
    }
    if (name instanceof SampleName.Key key) {
      return key.key().equals(conflict.key());
    }
    Version ours = opened.dataset().at(merge.ours().id());
    long index = ours.indexOf(conflict.sample()).orElse(-1);
    if (name instanceof SampleName.At at) {
      return index >= 0 && index == ours.sample(at.index()).index();
    }
    if (name instanceof SampleName.Between between) {
      return index >= between.first(ours.size()) && index < between.end(ours.size());
    }
    return false;
  }
}
