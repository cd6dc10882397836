package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.name.DatasetName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Text;
import dev.sheaf.format.Bisection;
import dev.sheaf.format.Bisection.Verdict;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the version that brought something in. */
final class BisectCommand extends Command {
  private static final List<String> ACTIONS =
      List.of("start", "good", "bad", "skip", "run", "log", "reset");

  private Target target;
  private Opened opened;

  @Override
  void define(Options options) {
    options
        .example(
            "sheaf bisect start pets.sheaf main v1", "Begin: main is bad, and v1 was still good")
        .example("sheaf bisect run pets.sheaf ./check.sh {}", "Let a program judge each version")
        .synopsis("start|good|bad|skip|run|log|reset [DATASET] [REV...|COMMAND]")
        .about(
            "Finds the first bad version between good and bad ones, by looking at the one in the"
                + " middle again and again. Until reset, commands in this workspace work on the"
                + " version to be judged; nothing is copied. run judges by a program's exit code:"
                + " 0 is good, 125 cannot tell, 1 to 127 is bad, all others stop. {} among its"
                + " arguments, and $SHEAF_BISECT, is the version's name.")
        .value(
            "QUERY",
            "With run: a version is good when the query's only value is true, in place of COMMAND",
            "--sql");
  }

  /** What follows the dataset of {@code run} belongs to the program. */
  @Override
  List<String> arranged(List<String> given) {
    List<String> words = new ArrayList<>(given);
    int seen = 0;
    for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
      String word = words.get(i);
      if (word.equals("-C") || word.equals("--sql")) {
        i++;
      } else if (!word.startsWith("-")) {
        boolean named =
            DatasetName.parse(word).isPresent() || DatasetName.parseImplied(word).isPresent();
        if (seen == 0 && !word.equals("run")) {
          return words;
        }
        if (seen == 2 || (seen == 1 && !named)) {
          words.add(i, "--");
          return words;
        }
        seen++;
      }
    }
    return words;
  }

  @Override
  int run() throws IOException {
    List<String> arguments = options().arguments();
    if (arguments.isEmpty() || !ACTIONS.contains(arguments.get(0))) {
      throw usage(
          "Expected one of " + String.join(", ", ACTIONS),
          "Write for example: sheaf bisect start PATH.sheaf BAD GOOD");
    }
    target =
        Target.first("bisect", arguments.subList(1, arguments.size()), surroundings().directory());
    String action = arguments.get(0);
    if (options().has("--sql") && !action.equals("run")) {
      throw usage("--sql is given without run", "Write: sheaf bisect run DATASET --sql QUERY");
    }
    try (Opened one = Opened.of(target, surroundings())) {
      opened = one;
      return switch (action) {
        case "start" -> start();
        case "good" -> mark(Verdict.GOOD);
        case "bad" -> mark(Verdict.BAD);
        case "skip" -> mark(Verdict.SKIP);
        case "run" -> judge();
        case "log" -> log();
        default -> reset();
      };
    }
  }

  private int start() {
    Bisection search = Bisection.NONE;
    for (String rev : target.rest()) {
      boolean first = search.marks().isEmpty();
      search = search.with(first ? Verdict.BAD : Verdict.GOOD, commit(rev));
    }
    return go(search, List.of());
  }

  private int mark(Verdict verdict) {
    Bisection search = required();
    if (verdict == Verdict.BAD) {
      refuseMore(target, 1);
    }
    List<String> revs = target.rest().isEmpty() ? List.of("") : target.rest();
    for (String rev : revs) {
      search = search.with(verdict, commit(rev));
    }
    return go(search, List.of());
  }

  private String commit(String rev) {
    return opened.dataset().log(opened.absolute(rev), 1).get(0).id();
  }

  private CommitInfo info(String commit) {
    return opened.dataset().log(commit, 1).get(0);
  }

  private Optional<Bisection> kept() {
    return opened.dataset().bisection(opened.workspace().id());
  }

  private Bisection required() {
    return kept()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "SHEAF-NF-028",
                    "No bisection is in progress",
                    Location.of(target.path()),
                    "Begin one with: sheaf bisect start " + target.shown() + " BAD GOOD"));
  }

  /** Keeps what is known, moves on to the version to look at and says so. */
  private int go(Bisection search, List<BisectRun.Judgement> judged) {
    Bisection.Step step = step(search);
    if (json()) {
      print(json(search, step, judged));
    } else if (!quiet()) {
      say(search, step);
    }
    return step instanceof Bisection.Undecided ? Failure.NOT_FOUND : Failure.DONE;
  }

  private Bisection.Step step(Bisection search) {
    Bisection.Step step = search.next(opened.dataset());
    opened.dataset().keepBisection(opened.workspace().id(), search);
    if (step instanceof Bisection.Test test) {
      opened.workspace().detach(test.commit());
    }
    return step;
  }

  private int judge() throws IOException {
    String sql = options().value("--sql");
    List<String> command = target.rest();
    if (command.isEmpty() == (sql == null)) {
      throw usage(
          sql == null ? "No command is given" : "A command and --sql are given",
          "Write: sheaf bisect run " + target.shown() + " COMMAND [ARGUMENT...], or --sql QUERY");
    }
    Bisection search = required();
    Bisection.Step step = step(search);
    if (step instanceof Bisection.Waiting) {
      throw usage("A good and a bad version must be known first", missing(search));
    }
    BisectRun run = new BisectRun(opened, target, surroundings(), command, sql);
    List<BisectRun.Judgement> judged = new ArrayList<>();
    while (step instanceof Bisection.Test test) {
      if (!json() && !quiet()) {
        say(search, step);
        out().flush();
      }
      String good = search.marked(Verdict.GOOD).iterator().next();
      BisectRun.Judgement judgement = run.judge(test.commit(), good);
      judged.add(judgement);
      note(word(judgement.verdict()) + ": " + judgement.commit());
      search = search.with(judgement.verdict(), judgement.commit());
      step = step(search);
    }
    return go(search, judged);
  }

  private static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private String missing(Bisection search) {
    String what = search.bad().isEmpty() ? "bad" : "good";
    return "Name a " + what + " one: sheaf bisect " + what + " " + target.shown() + " REV";
  }

  private void say(Bisection search, Bisection.Step step) {
    if (step instanceof Bisection.Waiting) {
      out().line("Bisecting: a good and a bad version must be known");
      note("next: " + missing(search));
    } else if (step instanceof Bisection.Test test) {
      out()
          .line(
              test.base()
                  ? "Bisecting: a merge base must be tested"
                  : "Bisecting: "
                      + Amounts.count(test.remaining(), "version")
                      + " left to test after this (roughly "
                      + Amounts.count(test.steps(), "step")
                      + ")");
      out().line("[" + test.commit() + "] " + Text.visible(info(test.commit()).subject()));
    } else if (step instanceof Bisection.Found found) {
      out().line(found.commit() + " is the first bad commit");
      Commits.write(out(), style(), info(found.commit()), "");
      note("next: sheaf show " + target.shown() + " " + found.commit());
      note("back to the branch: sheaf bisect reset " + target.shown());
    } else if (step instanceof Bisection.Undecided undecided) {
      out().line("Only skipped versions are left; the first bad commit is one of:");
      undecided.commits().forEach(commit -> out().line(commit));
    }
  }

  private static Map<String, Object> json(
      Bisection search, Bisection.Step step, List<BisectRun.Judgement> judged) {
    Map<String, Object> json = Json.object("status", "waiting");
    json.put("bad", search.bad().isEmpty() ? null : search.bad());
    json.put("good", List.copyOf(search.marked(Verdict.GOOD)));
    json.put("skipped", List.copyOf(search.marked(Verdict.SKIP)));
    if (step instanceof Bisection.Test test) {
      json.put("status", "testing");
      json.put("commit", test.commit());
      json.put("remaining", test.remaining());
      json.put("steps", test.steps());
      json.put("merge_base", test.base());
    } else if (step instanceof Bisection.Found found) {
      json.put("status", "found");
      json.put("commit", found.commit());
    } else if (step instanceof Bisection.Undecided undecided) {
      json.put("status", "undecided");
      json.put("candidates", undecided.commits());
    }
    List<Object> runs = new ArrayList<>();
    for (BisectRun.Judgement one : judged) {
      runs.add(
          Json.object(
              "commit", one.commit(),
              "verdict", word(one.verdict()),
              "code", one.code() < 0 ? null : one.code()));
    }
    json.put("runs", runs);
    return json;
  }

  private int log() {
    refuseMore(target, 0);
    Bisection search = required();
    if (json()) {
      List<Object> marks = new ArrayList<>();
      for (Bisection.Mark mark : search.marks()) {
        marks.add(
            Json.object(
                "verdict", word(mark.verdict()),
                "commit", mark.commit(),
                "subject", info(mark.commit()).subject()));
      }
      print(marks);
      return Failure.DONE;
    }
    out().line("sheaf bisect start " + target.shown());
    for (Bisection.Mark mark : search.marks()) {
      String subject = Text.visible(info(mark.commit()).subject());
      out().line("# " + word(mark.verdict()) + ": [" + mark.commit() + "] " + subject);
      out()
          .line(
              "sheaf bisect " + word(mark.verdict()) + " " + target.shown() + " " + mark.commit());
    }
    return Failure.DONE;
  }

  private int reset() {
    refuseMore(target, 0);
    boolean any = kept().isPresent() || opened.workspace().detached().isPresent();
    opened.workspace().attach();
    opened.dataset().forgetBisection(opened.workspace().id());
    if (json()) {
      print(Json.object("reset", any, "branch", opened.current()));
    } else if (!quiet()) {
      out().line(any ? "Back on branch " + opened.current() : "Not bisecting");
    }
    return Failure.DONE;
  }
}
