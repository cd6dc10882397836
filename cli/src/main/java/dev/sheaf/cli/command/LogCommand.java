package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Output;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.LogFilter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lists the versions. */
final class LogCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf log pets.sheaf", "List the versions of the current branch")
        .example("sheaf log pets.sheaf@v1 --oneline -n 5", "The last five up to a tag")
        .synopsis("[DATASET]")
        .about("Lists the versions up to a branch, tag or commit, newest first.")
        .value("N", "At most so many", "-n")
        .flag("One line each", "--oneline")
        .flag("Draw how versions follow each other", "--graph")
        .value("NAME", "Only those that changed this column", "--column")
        .value("SAMPLE", "Only those that changed this sample: 17, id:…, key:…", "--sample");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    int most = (int) Math.min(Integer.MAX_VALUE, options().number("-n", 0, Integer.MAX_VALUE));
    boolean graph = options().has("--graph");
    boolean filtered = options().has("--column") || options().has("--sample");
    if (graph && filtered) {
      throw usage("--graph is given with a filter", "Leave out --graph, or --column and --sample");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      List<CommitInfo> commits = opened.dataset().log(opened.rev(), most, filter(opened, target));
      Refs refs = new Refs(opened.dataset(), opened.current());
      if (json()) {
        List<Object> list = new ArrayList<>();
        commits.forEach(commit -> list.add(Commits.json(commit, refs.at(commit))));
        print(list);
      } else if (graph) {
        draw(commits, refs);
      } else {
        list(commits, refs);
      }
      if (commits.stream().map(CommitInfo::id).anyMatch(opened.dataset().boundary()::contains)) {
        note("what is older was forgotten by sheaf expire");
      }
    }
    return 0;
  }

  private LogFilter filter(Opened opened, Target target) {
    LogFilter filter = LogFilter.ALL;
    if (options().value("--column") != null) {
      filter = filter.ofColumn(options().value("--column"));
    }
    if (options().value("--sample") != null) {
      SampleName name = SampleName.parse(options().value("--sample"));
      if (name instanceof SampleName.Between) {
        throw usage("--sample is a range", "Name one sample");
      }
      long index = new Positions(opened.version(), target.shown()).check(List.of(name)).get(0);
      filter = filter.ofSample(opened.version().select().sample(index).id());
    }
    return filter;
  }

  private void list(List<CommitInfo> commits, Refs refs) {
    boolean first = true;
    for (CommitInfo commit : commits) {
      if (!first && !options().has("--oneline")) {
        out().print("\n");
      }
      write(out(), commit, refs);
      first = false;
    }
  }

  private void write(Output to, CommitInfo commit, Refs refs) {
    if (options().has("--oneline")) {
      Commits.writeLine(to, style(), commit, refs.text(commit, style()));
    } else {
      Commits.write(to, style(), commit, refs.text(commit, style()));
    }
  }

  private void draw(List<CommitInfo> commits, Refs refs) {
    CommitGraph graph = new CommitGraph();
    List<CommitInfo> sorted = CommitGraph.sorted(commits);
    int left = sorted.size();
    for (CommitInfo commit : sorted) {
      CommitGraph.Margin margin = graph.next(commit);
      margin.before().forEach(line -> out().line(line));
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      Output block = new Output(text);
      write(block, commit, refs);
      block.flush();
      String front = margin.first();
      for (String line : text.toString(StandardCharsets.UTF_8).split("\n")) {
        out().line((front + line).stripTrailing());
        front = margin.rest();
      }
      margin.after().forEach(line -> out().line(line));
      left--;
      if (!options().has("--oneline") && left > 0) {
        out().line(margin.rest().stripTrailing());
      }
    }
  }
}
