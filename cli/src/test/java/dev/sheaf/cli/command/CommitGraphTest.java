package dev.sheaf.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.CommitInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines of history as they are drawn. */
class CommitGraphTest {
  private static CommitInfo commit(String id, String... parents) {
    return new CommitInfo(id, "", List.of(parents), "", "", Instant.EPOCH, id, Map.of());
  }

  private static String draw(CommitInfo... commits) {
    CommitGraph graph = new CommitGraph();
    List<String> lines = new ArrayList<>();
    for (CommitInfo commit : CommitGraph.sorted(List.of(commits))) {
      CommitGraph.Margin margin = graph.next(commit);
      lines.addAll(margin.before());
      lines.add(margin.first() + commit.id());
      lines.addAll(margin.after());
    }
    return String.join("\n", lines);
  }

  @Test
  void oneLineIsStraight() {
    assertThat(draw(commit("c", "b"), commit("b", "a"), commit("a"))).isEqualTo("* c\n* b\n* a");
  }

  @Test
  void aMergePartsAndMeetsAgain() {
    assertThat(draw(commit("m", "b", "x"), commit("x", "a"), commit("b", "a"), commit("a")))
        .isEqualTo(
            """
            * m
            |\\
            | * x
            * | b
            |/
            * a\
            """);
  }

  @Test
  void aLineThatCrossesAnotherIsDrawnToItsEnd() {
    assertThat(
            draw(
                commit("m", "b", "x", "y"),
                commit("x", "z"),
                commit("y", "a"),
                commit("b", "a"),
                commit("a", "z"),
                commit("z")))
        .isEqualTo(
            """
            * m
            |\\
            | |\\
            | * | x
            | | * y
            * | | b
            | |/
            |/|
            * | a
            |/
            * z\
            """);
  }

  @Test
  void noCommitComesBeforeOneThatFollowsIt() {
    List<CommitInfo> sorted =
        CommitGraph.sorted(List.of(commit("a"), commit("b", "a"), commit("c", "b")));
    assertThat(sorted).extracting(CommitInfo::id).containsExactly("c", "b", "a");
  }
}
