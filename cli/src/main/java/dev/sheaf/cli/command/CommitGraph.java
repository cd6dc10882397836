package dev.sheaf.cli.command;

import dev.sheaf.format.CommitInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Draws history as lanes of characters, as {@code git log --graph} does: {@code *} for a commit,
 * {@code |} for a line that passes by, slashes where lines part and meet.
 */
final class CommitGraph {
  private final List<String> lanes = new ArrayList<>();

  /**
   * What stands in front of the lines of a commit.
   *
   * @param before lines of their own before it
   * @param first in front of its first line
   * @param rest in front of its other lines
   * @param after lines of their own after it
   */
  record Margin(List<String> before, String first, String rest, List<String> after) {}

  /** Returns commits so that none comes before one that follows it, newest first otherwise. */
  static List<CommitInfo> sorted(List<CommitInfo> commits) {
    Map<String, CommitInfo> byId = new HashMap<>();
    Map<String, Integer> children = new HashMap<>();
    Map<String, Integer> place = new HashMap<>();
    for (CommitInfo commit : commits) {
      place.put(commit.id(), place.size());
      byId.put(commit.id(), commit);
      commit.parents().forEach(parent -> children.merge(parent, 1, Integer::sum));
    }
    PriorityQueue<CommitInfo> ready =
        new PriorityQueue<>(Comparator.comparing((CommitInfo one) -> place.get(one.id())));
    commits.stream().filter(one -> !children.containsKey(one.id())).forEach(ready::add);
    List<CommitInfo> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      CommitInfo next = ready.remove();
      sorted.add(next);
      for (String parent : next.parents()) {
        if (children.merge(parent, -1, Integer::sum) == 0 && byId.containsKey(parent)) {
          ready.add(byId.get(parent));
        }
      }
    }
    return sorted;
  }

  /** Returns the margin of the next commit. */
  Margin next(CommitInfo commit) {
    int at = lanes.indexOf(commit.id());
    if (at < 0) {
      at = lanes.size();
      lanes.add(commit.id());
    }
    List<String> meeting = new ArrayList<>();
    // Lines that lead to the same commit meet just above it.
    for (int other = lanes.lastIndexOf(commit.id());
        other > at;
        other = lanes.lastIndexOf(commit.id())) {
      meeting.add(joining(other));
      lanes.remove(other);
      for (int lane = other - 1; lane > at; lane--) {
        StringBuilder crossing = new StringBuilder(bars(lanes.size(), -1, ' '));
        crossing.setCharAt(2 * lane - 1, '/');
        meeting.add(crossing.toString().stripTrailing());
      }
    }
    String first = bars(lanes.size(), at, '*');
    List<String> after = new ArrayList<>();
    List<String> parents = commit.parents();
    if (parents.isEmpty()) {
      lanes.remove(at);
    } else {
      lanes.set(at, parents.get(0));
      for (int i = 1; i < parents.size(); i++) {
        after.add(parting(at + i));
        lanes.add(at + i, parents.get(i));
      }
    }
    String rest = bars(lanes.size(), -1, ' ');
    return new Margin(meeting, first, rest, after);
  }

  /** Draws a line from the lane before {@code to} into a new lane there. */
  private String parting(int to) {
    StringBuilder line = new StringBuilder(bars(to, -1, ' ').stripTrailing());
    line.append('\\');
    for (int lane = to; lane < lanes.size(); lane++) {
      line.append(" \\");
    }
    return line.toString();
  }

  /** Draws a lane that goes to its left neighbour, and those right of it that move up. */
  private String joining(int lane) {
    StringBuilder line = new StringBuilder(bars(lane, -1, ' '));
    for (int one = lane; one < lanes.size(); one++) {
      line.setLength(line.length() - 1);
      line.append("/ ");
      line.append(one + 1 < lanes.size() ? " " : "");
    }
    return line.toString().stripTrailing();
  }

  private static String bars(int count, int special, char mark) {
    StringBuilder line = new StringBuilder();
    for (int lane = 0; lane < count; lane++) {
      line.append(lane == special ? mark : '|').append(' ');
    }
    return line.toString();
  }
}
