package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Style;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which branches and tags point at a commit. */
final class Refs {
  private final Map<String, List<String>> byCommit = new HashMap<>();
  private final String current;

  /** Reads the branches and tags of a dataset. */
  Refs(Dataset dataset, String current) {
    this.current = current;
    add(dataset, current, current);
    for (String branch : dataset.branches()) {
      if (!branch.equals(current)) {
        add(dataset, branch, branch);
      }
    }
    for (String tag : dataset.tags()) {
      add(dataset, "refs/tags/" + tag, "tag: " + tag);
    }
  }

  private void add(Dataset dataset, String rev, String name) {
    for (CommitInfo commit : dataset.log(rev, 1)) {
      byCommit.computeIfAbsent(commit.id(), id -> new ArrayList<>()).add(name);
    }
  }

  /** Returns the names at a commit. */
  List<String> at(CommitInfo commit) {
    return byCommit.getOrDefault(commit.id(), List.of());
  }

  /** Returns the names at a commit in brackets, or the empty string. */
  String text(CommitInfo commit, Style style) {
    List<String> names = new ArrayList<>(at(commit));
    if (names.isEmpty()) {
      return "";
    }
    if (names.get(0).equals(current)) {
      names.set(0, "HEAD -> " + current);
    }
    return " " + style.name("(") + style.good(String.join(", ", names)) + style.name(")");
  }
}
