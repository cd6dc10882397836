package dev.sheaf.format.replay;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Checks directories as a crash may have left them: {@code THREADS SMALL LAST}. Each input line is
 * {@code NUMBER STEP PATH}, where the step is the last that was acknowledged; each output line is
 * {@code NUMBER OUTCOME}. What is as it must be is deleted, what is not stays.
 */
final class ReplayChecker {
  private final ReplayScript script;
  private final int last;

  private ReplayChecker(ReplayScript script, int last) {
    this.script = script;
    this.last = last;
  }

  public static void main(String[] arguments) throws IOException {
    // Most threads wait, for lock files to be stale.
    ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[0]));
    ReplayChecker checker =
        new ReplayChecker(
            new ReplayScript(Integer.parseInt(arguments[1])), Integer.parseInt(arguments[2]));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split(" ", 3);
      threads.execute(
          () -> {
            String outcome = checker.check(Integer.parseInt(parts[1]), Path.of(parts[2]));
            System.out.println(parts[0] + " " + outcome.replaceAll("\\s+", " "));
          });
    }
    threads.shutdown();
  }

  private String check(int acknowledged, Path path) {
    try {
      String outcome = outcome(acknowledged, path);
      if (Files.exists(path)) {
        delete(path);
      }
      return outcome;
    } catch (AssertionError e) {
      return "violation: " + e;
    } catch (Exception e) {
      return "violation: " + e + " " + List.of(e.getStackTrace());
    }
  }

  private String outcome(int acknowledged, Path path) throws IOException {
    int step = acknowledged == 0 ? opened(path) : found(acknowledged, path);
    if (step == 0) {
      return "not-there";
    }
    goOn(step, path);
    return step == acknowledged ? "acknowledged" : "committed";
  }

  /**
   * Returns 1 when the dataset is whole, 0 when it is not there: then it says so, and can be made
   * there.
   */
  private int opened(Path path) {
    try {
      return found(0, path);
    } catch (DatasetException e) {
      if (!(e instanceof NotFoundException)) {
        throw e;
      }
    }
    script.run(ReplayScript.CREATE, path);
    found(ReplayScript.CREATE, path);
    return 0;
  }

  /** Returns the step after which the dataset is: this one or the next. */
  private int found(int acknowledged, Path path) {
    try (Dataset dataset = Dataset.open(path)) {
      // Before the first commit this fails, as it should.
      Version head = dataset.head();
      List<String> differences = new ArrayList<>();
      for (int step = Math.max(1, acknowledged); step <= Math.min(last, acknowledged + 1); step++) {
        String difference = ReplayScript.difference(dataset, script.after(step));
        if (difference.isEmpty()) {
          fsck(dataset);
          return step;
        }
        differences.add("not after step " + step + ": " + difference);
      }
      throw new AssertionError(head.commit() + " " + differences);
    }
  }

  private static void fsck(Dataset dataset) {
    FsckReport report = dataset.fsck(true, Progress.NONE);
    if (!report.ok()) {
      throw new AssertionError("fsck: " + report.damaged());
    }
  }

  /** Does the step that the crash may have cut off, or one more commit after the last. */
  private void goOn(int step, Path path) {
    ReplayScript.State state;
    if (step < last) {
      script.run(step + 1, path);
      state = script.after(step + 1);
    } else {
      state = script.after(step);
    }
    String extra = "a key of its own";
    String branch = state.defaultBranch();
    try (Dataset dataset = Dataset.open(path)) {
      ReplayScript.append(dataset, branch, List.of(extra));
    }
    Map<String, List<ReplayScript.Item>> branches = new TreeMap<>(state.branches());
    List<ReplayScript.Item> items = new ArrayList<>(branches.get(branch));
    items.add(new ReplayScript.Item(extra, 0));
    branches.put(branch, items);
    try (Dataset dataset = Dataset.open(path)) {
      String difference =
          ReplayScript.difference(dataset, new ReplayScript.State(branch, branches));
      if (!difference.isEmpty()) {
        throw new AssertionError("after one more commit: " + difference);
      }
      fsck(dataset);
      log(dataset, branch);
    }
  }

  /** The branch's log goes on behind the crash, whatever became of its last line. */
  private static void log(Dataset dataset, String branch) {
    String now = dataset.at(branch).commit().id();
    if (!dataset.at(branch + "@{0}").commit().id().equals(now)) {
      throw new AssertionError("the log of " + branch + " does not end with its tip");
    }
    String previous = dataset.at(branch + "@{1}").commit().id();
    String parent = dataset.log(branch, 2).get(1).id();
    if (!previous.equals(parent)) {
      throw new AssertionError("the log of " + branch + " lacks a step");
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
