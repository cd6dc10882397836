package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the main job on the samples that come with Sheaf. */
final class DemoCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf demo", "Run the whole job in a fresh temporary folder")
        .example("sheaf demo --dir trial", "Run it in a folder of yours")
        .synopsis("[--dir DIR]")
        .about(
            "Runs the main job on the samples that come with Sheaf: ingest, read by "
                + "index, query, curate, load, version, check. Prints each command as you would type it, with "
                + "its result.")
        .value("DIR", "Where to work; must not hold the demo yet", "--dir");
  }

  @Override
  int run() throws IOException {
    String folder = options().value("--dir");
    if (!options().arguments().isEmpty()) {
      throw usage(
          "Unexpected argument \"" + options().arguments().get(0) + "\"", "See sheaf demo -h");
    }
    Path samples = DemoSteps.samples(surroundings());
    Path work =
        folder == null ? Files.createTempDirectory("sheaf-demo-") : surroundings().path(folder);
    if (Files.exists(work.resolve(DemoSteps.DATASET))) {
      throw usage(
          work.resolve(DemoSteps.DATASET) + " is there already",
          "Choose another folder, or remove it");
    }
    Files.createDirectories(work);
    List<DemoSteps.Step> steps = DemoSteps.of(samples);
    return json() ? runQuietly(work, steps) : runAloud(work, steps);
  }

  private int runAloud(Path work, List<DemoSteps.Step> steps) {
    Surroundings there = surroundings().in(work);
    out().line(style().dim("# In " + work)).flush();
    for (DemoSteps.Step step : steps) {
      out().line("").line(style().dim("# " + step.what()));
      out().line(style().strong("$ " + DemoSteps.typed(step.words()))).flush();
      List<String> words = new ArrayList<>(step.words());
      if (plain()) {
        words.add("--no-color");
      }
      int exitCode = Sheaf.run(words, there);
      if (exitCode != Failure.DONE) {
        note("the demo stopped here; its folder is " + work);
        return exitCode;
      }
    }
    out().line("").line(style().dim("# It is all there to play with; go on with"));
    DemoSteps.path(surroundings()).ifPresent(line -> out().line(style().strong(line)));
    out().line(style().strong("cd " + work));
    DemoSteps.next().forEach(line -> out().line(style().strong(line)));
    return Failure.DONE;
  }

  private int runQuietly(Path work, List<DemoSteps.Step> steps) {
    List<Object> done = new ArrayList<>();
    int exitCode = Failure.DONE;
    for (DemoSteps.Step step : steps) {
      if (exitCode == Failure.DONE) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Surroundings there =
            new Surroundings(
                new Output(out),
                surroundings().err(),
                false,
                surroundings().errTerminal(),
                surroundings().variables(),
                work);
        List<String> words = new ArrayList<>(step.words());
        words.add("-q");
        exitCode = Sheaf.run(words, there);
        done.add(
            Json.object(
                "command", DemoSteps.typed(step.words()),
                "code", exitCode,
                "out", out.toString(StandardCharsets.UTF_8)));
      }
    }
    print(
        Json.object(
            "ok", exitCode == Failure.DONE,
            "directory", work.toString(),
            "dataset", work.resolve(DemoSteps.DATASET).toString(),
            "steps", done,
            "next", DemoSteps.next()));
    return exitCode;
  }

  /** The steps of the demo. */
  private static final class DemoSteps {
    static final String DATASET = "pets.sheaf";
    private static final String TABLE = "captions.sheaf";
    private static final String COUNTS =
        "SELECT label, count(*) AS n, avg(image.width) AS width FROM samples GROUP BY label";

    /**
     * One step.
     *
     * @param what what it shows
     * @param words the command line after {@code sheaf}
     */
    record Step(String what, List<String> words) {}

    private DemoSteps() {}

    static List<Step> of(Path samples) {
      String pets = samples.toString();
      List<Step> steps = new ArrayList<>();
      add(steps, "Bring a folder of pictures in", "ingest", pets, DATASET, "-m", "First pets");
      add(steps, "How much is there?", "info", DATASET);
      add(steps, "Look at the first samples", "head", DATASET, "-n", "5");
      add(steps, "Read one by its index", "get", DATASET, "17");
      add(steps, "The same for programs", "get", DATASET, "-1", "--json");
      add(steps, "Payloads come out as they went in", "get", DATASET, "0:3", "--save", "out");
      add(steps, "The same folder again adds nothing", "ingest", pets, DATASET);
      Path table = samples.resolveSibling("tables").resolve("captions.jsonl");
      if (Files.exists(table)) {
        add(steps, "A table whose cells name pictures", "ingest", table.toString(), TABLE);
        add(steps, "Every cell of one row", "get", TABLE, "1");
      }
      String cats = "SELECT * FROM samples WHERE label = 'cat' ORDER BY image.bytes DESC";
      add(steps, "Ask in SQL", "sql", DATASET, COUNTS);
      add(steps, "Name a selection", "view", "create", DATASET, "cats", cats);
      add(steps, "It is read like a dataset", "head", DATASET + ":cats", "-n", "3");
      Path recipe = samples.resolveSibling("recipes").resolve("pets.yaml");
      if (Files.exists(recipe)) {
        String file = recipe.toString();
        add(
            steps,
            "Curate: dedupe and balance",
            "curate",
            DATASET,
            file,
            "--report",
            "report.html");
        add(steps, "Why was a sample kept or dropped?", "why", DATASET, "0");
        add(steps, "Train on what was selected", "load", DATASET + ":clean", "--batch", "4");
        add(steps, "A page to look at them", "look", DATASET + ":clean", "-o", "clean.html");
      }
      add(steps, "Try things on a branch of your own", "switch", DATASET, "-c", "trial");
      add(steps, "Others still open main", "branch", DATASET);
      add(steps, "Is everything whole?", "fsck", DATASET, "--deep");
      add(steps, "What happened so far", "log", DATASET);
      return steps;
    }

    private static void add(List<Step> steps, String what, String... words) {
      steps.add(new Step(what, List.of(words)));
    }

    /** Returns commands to go on with. */
    static List<String> next() {
      return List.of(
          "sheaf get " + DATASET + " -1",
          "sheaf show " + DATASET,
          "sheaf ingest YOUR_FOLDER mine.sheaf",
          "sheaf --help");
    }

    /** Returns a command line as a person would type it. */
    static String typed(List<String> words) {
      StringBuilder line = new StringBuilder("sheaf");
      for (String word : words) {
        boolean plain = word.matches("[\\p{L}\\p{N}_./:@%+=,-]+");
        line.append(' ').append(plain ? word : "\"" + word + "\"");
      }
      return line.toString();
    }

    /** Returns the samples that come with Sheaf: beside the launcher, else above this folder. */
    static Path samples(Surroundings surroundings) {
      String root = System.getProperty("sheaf.root", "");
      Path beside = Path.of(root, "testdata", "pets");
      if (!root.isEmpty() && Files.isDirectory(beside)) {
        return beside;
      }
      for (Path up = surroundings.directory(); up != null; up = up.getParent()) {
        Path pets = up.resolve("testdata").resolve("pets");
        if (Files.isDirectory(pets)) {
          return pets;
        }
      }
      throw new NotFoundException(
          "SHEAF-NF-024",
          "The samples that come with Sheaf are missing: testdata/pets",
          Location.of(root.isEmpty() ? surroundings.directory() : root),
          "Start the demo with the launcher ./sheaf or bin/sheaf of a complete copy");
    }

    /** Returns the line that makes {@code sheaf} a command, where it is none yet. */
    static Optional<String> path(Surroundings surroundings) {
      for (String folder : surroundings.variable("PATH").split(File.pathSeparator, -1)) {
        if (!folder.isEmpty() && Files.isExecutable(surroundings.path(folder).resolve("sheaf"))) {
          return Optional.empty();
        }
      }
      String launcher = System.getProperty("sheaf.command", "");
      Path folder = launcher.isEmpty() ? null : surroundings.path(launcher).getParent();
      return Optional.ofNullable(folder).map(place -> "export PATH=\"$PATH:" + place + "\"");
    }
  }
}
