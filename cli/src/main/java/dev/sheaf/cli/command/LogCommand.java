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
import java.util.regex.Pattern;

/** Lists the versions. */
final class LogCommand extends Command {
  private static final Pattern SHORT = Pattern.compile("-[0-9]{1,9}");

  @Override
  void define(Options options) {
    options
        .example("sheaf log pets.sheaf", "List the versions of the current branch")
        .example("sheaf log pets.sheaf@v1 --oneline -n 5", "The last five up to a tag")
        .synopsis("[DATASET] [FROM..TO]")
        .about(
            "Lists the versions up to a branch, tag or commit, newest first; of FROM..TO those of"
                + " TO that FROM lacks. Where one of them is left out, the current version is"
                + " meant.")
        .value("N", "At most so many; -5 is short for -n 5", "-n")
        .flag("From all branches and tags on", "--all")
        .flag("One line each", "--oneline")
        .flag("Draw how versions follow each other", "--graph")
        .value("NAME", "Only those that changed this column", "--column")
        .value("SAMPLE", "Only those that changed this sample: 17, id:…, key:…", "--sample");
  }

  @Override
  int run() {
    Target target = target();
    List<String> ranges = new ArrayList<>(target.rest());
    int most = most(ranges);
    if (ranges.size() > 1) {
      throw usage("Unexpected argument \"" + ranges.get(1) + "\"", "See sheaf log -h");
    }
    String range = ranges.isEmpty() ? "" : ranges.get(0);
    if (!range.isEmpty() && (!range.contains("..") || range.contains("..."))) {
      throw usage(
          "\"" + range + "\" is no range of versions",
          "Write FROM..TO, or name one version with the dataset: PATH.sheaf@REV");
    }
    boolean graph = options().has("--graph");
    boolean filtered = options().has("--column") || options().has("--sample");
    if (graph && filtered) {
      throw usage("--graph is given with a filter", "Leave out --graph, or --column and --sample");
    }
    boolean several = !range.isEmpty() || options().has("--all");
    if (several && filtered) {
      throw usage(
          "--column or --sample is given with several versions", "Name one: PATH.sheaf@REV");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      List<CommitInfo> commits =
          several
              ? opened.dataset().log(starts(opened, range), without(opened, range), most)
              : opened.dataset().log(opened.rev(), most, filter(opened, target));
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

  /** Takes {@code -5} out of the arguments and returns how many versions are listed at most. */
  private int most(List<String> arguments) {
    long most = options().number("-n", 0, Integer.MAX_VALUE);
    for (String argument : List.copyOf(arguments)) {
      if (SHORT.matcher(argument).matches()) {
        most = Long.parseLong(argument.substring(1));
        arguments.remove(argument);
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, most);
  }

  private List<String> starts(Opened opened, String range) {
    List<String> starts = new ArrayList<>();
    if (options().has("--all")) {
      opened.dataset().branches().forEach(branch -> starts.add("refs/heads/" + branch));
      opened.dataset().tags().forEach(tag -> starts.add("refs/tags/" + tag));
    }
    if (!range.isEmpty()) {
      starts.add(opened.absolute(range.substring(range.indexOf("..") + 2)));
    }
    return starts;
  }

  private static List<String> without(Opened opened, String range) {
    return range.isEmpty()
        ? List.of()
        : List.of(opened.absolute(range.substring(0, range.indexOf(".."))));
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
