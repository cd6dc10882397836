package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Cells;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Blame;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Sample;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says where cells come from. */
final class BlameCommand extends Command {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int WIDTH = 40;

  @Override
  void define(Options options) {
    options
        .example("sheaf blame pets.sheaf 17", "Which commit gave sample 17 each of its cells")
        .example("sheaf blame pets.sheaf key:cats/a.jpg label", "One cell alone")
        .synopsis("[DATASET] SAMPLE [COLUMN...]")
        .about(
            "Says for each cell of a sample which commit gave it its value, who made that commit"
                + " and when (UTC), and what it was: the file and place that was ingested, an edit,"
                + " a computation, or the default of an added column. After a merge it is the"
                + " commit of the side that brought the cell.");
  }

  @Override
  int run() {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage("No sample is named", "Name one: sheaf blame " + target.shown() + " 17");
    }
    SampleName name = SampleName.parse(target.rest().get(0));
    if (name instanceof SampleName.Between) {
      throw usage("A range is named", "Name one sample");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      long index = new Positions(opened.version(), target.shown()).check(List.of(name)).get(0);
      Sample sample = opened.version().sample(index);
      String[] columns = target.rest().subList(1, target.rest().size()).toArray(new String[0]);
      List<Blame> blames =
          opened.dataset().blame(opened.dataset().at(opened.rev()), sample.id(), columns);
      if (json()) {
        print(json(sample, blames));
      } else {
        write(sample, blames);
      }
    }
    return 0;
  }

  private static Map<String, Object> json(Sample sample, List<Blame> blames) {
    List<Object> cells = new ArrayList<>();
    for (Blame blame : blames) {
      CommitInfo commit = blame.commit();
      cells.add(
          Json.object(
              "column", blame.column(),
              "commit", commit.id(),
              "author", Json.object("name", commit.authorName(), "email", commit.authorEmail()),
              "time", commit.time().toString(),
              "subject", commit.subject(),
              "activity", blame.activity().name().toLowerCase(Locale.ROOT),
              "origin", blame.origin().map(Samples::json).orElse(null)));
    }
    return Json.object(
        "index", sample.index(),
        "id", sample.id().toString(),
        "key", sample.key(),
        "cells", cells);
  }

  private void write(Sample sample, List<Blame> blames) {
    int widest = blames.stream().mapToInt(one -> Text.width(one.column())).max().orElse(0);
    int authors =
        blames.stream().mapToInt(one -> Text.width(one.commit().authorName())).max().orElse(0);
    for (Blame blame : blames) {
      CommitInfo commit = blame.commit();
      String cell = Text.cut(Cells.brief(sample.value(blame.column()), WIDTH), WIDTH);
      String line =
          style().name(Commits.brief(commit))
              + " ("
              + Text.pad(Text.visible(commit.authorName()), authors)
              + " "
              + DAY.format(commit.time())
              + ") "
              + Text.pad(Text.visible(blame.column()), widest)
              + "  "
              + cell
              + "  "
              + style().dim(what(blame));
      out().line(line.stripTrailing());
    }
  }

  private static String what(Blame blame) {
    String origin =
        blame
            .origin()
            .map(BlameCommand::place)
            .orElseGet(() -> Text.visible(blame.commit().subject()));
    return blame.activity().name().toLowerCase(Locale.ROOT) + ": " + origin;
  }

  private static String place(Origin origin) {
    return Text.visible(origin.source())
        + switch (origin.unit()) {
          case WHOLE -> "";
          case OFFSET -> " at byte " + origin.position();
          case ROW -> " row " + origin.position();
        };
  }
}
