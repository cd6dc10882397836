package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.name.Workspace;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Version;

/**
 * A dataset that a command works on.
 *
 * @param dataset the dataset, closed with this
 * @param workspace what the person works on in it
 * @param branch the branch named by the target, the current one where it names none, or the empty
 *     string where it names another version
 * @param rev the version named, in full
 * @param view the view named, or the empty string
 */
record Opened(Dataset dataset, Workspace workspace, String branch, String rev, String view)
    implements AutoCloseable {
  /**
   * Opens the dataset that a target names; its checks hold for what is committed.
   *
   * @throws dev.sheaf.format.NotFoundException if there is none, or it has no such view
   */
  static Opened of(Target target, Surroundings surroundings) {
    return of(target, surroundings, CheckPolicy.ENFORCE);
  }

  /** Opens the dataset that a target names; see {@link #of(Target, Surroundings)}. */
  static Opened of(Target target, Surroundings surroundings, CheckPolicy checks) {
    Dataset dataset = Dataset.open(target.path(), checks);
    try {
      Workspace workspace = Workspace.of(target.path(), surroundings.variables());
      String rev = absolute(target.name().rev(), base(dataset, workspace));
      String branch =
          rev.equals(current(dataset, workspace)) || dataset.branches().contains(rev) ? rev : "";
      Opened opened = new Opened(dataset, workspace, branch, rev, target.name().view());
      if (!opened.view.isEmpty()) {
        opened.version();
      }
      return opened;
    } catch (RuntimeException | Error e) {
      dataset.close();
      throw e;
    }
  }

  /** Returns the branch that the workspace is on, or the default branch. */
  static String current(Dataset dataset, Workspace workspace) {
    return workspace
        .branch()
        .filter(branch -> dataset.branches().contains(branch))
        .orElseGet(dataset::defaultBranch);
  }

  /** Returns what a revision starts from that names none: what the workspace is on. */
  private static String base(Dataset dataset, Workspace workspace) {
    return workspace.detached().orElseGet(() -> current(dataset, workspace));
  }

  /**
   * Returns a revision in full: one that is empty or begins with a suffix starts from what the
   * workspace is on.
   */
  String absolute(String given) {
    return absolute(given, base(dataset, workspace));
  }

  /** Returns the revision with the current branch in front where it begins with a suffix. */
  static String absolute(String rev, String current) {
    if (rev.isEmpty() || rev.equals("@")) {
      return current;
    }
    boolean suffix = rev.startsWith("@{") || rev.startsWith("~") || rev.startsWith("^");
    return suffix ? current + rev : rev;
  }

  /** Returns the branch that the workspace is on. */
  String current() {
    return current(dataset, workspace);
  }

  /** Returns the version named, or the rows of the view named. */
  Version version() {
    Version version = dataset.at(rev);
    return view.isEmpty() ? version : dataset.view(version, view);
  }

  /**
   * Returns the merge of the workspace that is not finished.
   *
   * @throws NotFoundException if there is none
   */
  Merge merge(Target target) {
    return dataset
        .savedMerge(workspace.id())
        .orElseThrow(
            () ->
                new NotFoundException(
                    "SHEAF-NF-026",
                    "No merge is in progress",
                    Location.of(target.path()),
                    "Begin one with: sheaf merge " + target.shown() + " REV"));
  }

  @Override
  public void close() {
    dataset.close();
  }
}
