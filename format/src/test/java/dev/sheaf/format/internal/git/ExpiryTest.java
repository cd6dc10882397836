package dev.sheaf.format.internal.git;

import static dev.sheaf.format.internal.git.Repositories.edit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final BlobVisitor NOTHING =
      new BlobVisitor() {
        @Override
        public boolean isWanted(String path) {
          return false;
        }

        @Override
        public void blob(String path, byte[] bytes) {}
      };

  @TempDir Path folder;
  private int day;

  private CommitInfo commit(GitStore store, String branch, List<String> merged) {
    day++;
    CommitRequest request =
        CommitRequest.of("Day " + day, head -> edit(Map.of(branch + "/" + day % 3, "Day " + day)))
            .withTime(START.plus(Duration.ofDays(day)));
    return store.commit(branch, merged.isEmpty() ? request : request.withMergedParents(merged));
  }

  private CommitInfo commit(GitStore store, String branch) {
    return commit(store, branch, List.of());
  }

  private static Instant day(int number) {
    return START.plus(Duration.ofDays(number));
  }

  private static void collect(GitStore store) {
    Instant later = Instant.now().plus(Duration.ofDays(1));
    store.collect(Set.of(), NOTHING, Instant.EPOCH, later, false, () -> {});
  }

  private static List<String> subjects(GitStore store, String rev) {
    return store.log(rev, 100).stream().map(CommitInfo::subject).toList();
  }

  @Test
  void cutsALineAndTagsStay() {
    try (GitStore store = GitStore.create(folder.resolve("git"), "main")) {
      for (int i = 0; i < 6; i++) {
        commit(store, "main");
      }
      store.createTag("v1", "main~4");
      String first = store.resolve("main~5").commitId();
      GitStore.Expired dry = store.expire(Set.of(), day(5), true);
      assertThat(store.log("main", 100)).hasSize(6);
      GitStore.Expired done = store.expire(Set.of(), day(5), false);
      assertThat(done).isEqualTo(dry);
      assertThat(done.forgotten()).isEqualTo(3);
      assertThat(done.kept()).isEqualTo(3);
      assertThat(done.boundary())
          .containsExactlyInAnyOrder(
              store.resolve("main~1").commitId(), store.resolve("v1").commitId());
      assertThat(done.held()).isEmpty();
      assertThat(subjects(store, "main")).containsExactly("Day 6", "Day 5");
      assertThat(subjects(store, "v1")).containsExactly("Day 2");
      // Day 6, day 5, and day 2, which the tag keeps.
      assertThat(store.reflog("refs/heads/main")).hasSize(3);
      collect(store);
      assertThat(store.fsck()).isEmpty();
      assertThatThrownBy(() -> store.snapshot(first)).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> store.resolve("main~2"))
          .hasMessageContaining("goes beyond the first commit")
          .hasMessageContaining("`sheaf expire` has forgotten what is older");
      assertThat(store.mergeBases(store.resolve("main").commitId(), store.resolve("v1").commitId()))
          .isEmpty();
      commit(store, "main");
      assertThat(store.expire(Set.of(), day(5), false).forgotten()).isZero();
      assertThat(store.expire(Set.of(), day(7), false).forgotten()).isEqualTo(2);
      collect(store);
      assertThat(store.fsck()).isEmpty();
      assertThat(subjects(store, "main")).containsExactly("Day 7");
    }
  }

  @Test
  void keepsWhatTwoBranchesStartedFrom() {
    try (GitStore store = GitStore.create(folder.resolve("git"), "main")) {
      commit(store, "main");
      CommitInfo base = commit(store, "main");
      store.createBranch("side", "main");
      for (int i = 0; i < 3; i++) {
        commit(store, "main");
        commit(store, "side");
      }
      GitStore.Expired done = store.expire(Set.of(), day(100), false);
      assertThat(done.held()).containsExactly(new GitStore.HeldBase("main", "side", base.id()));
      assertThat(done.boundary()).containsExactly(base.id());
      assertThat(store.boundary()).containsExactly(base.id());
      assertThat(store.isBoundary(base.id())).isTrue();
      assertThat(subjects(store, "main")).hasSize(4);
      store.deleteBranch("side");
      assertThat(store.expire(Set.of(), day(100), false).forgotten()).isGreaterThan(3);
      assertThat(subjects(store, "main")).hasSize(1);
    }
  }

  @Test
  void anotherStoreNoticesAndACloneHasTheBoundary() {
    Path git = folder.resolve("git");
    try (GitStore store = GitStore.create(git, "main");
        GitStore other = GitStore.open(git)) {
      for (int i = 0; i < 4; i++) {
        commit(store, "main");
      }
      assertThat(other.log("main", 100)).hasSize(4);
      store.expire(Set.of(), day(4), false);
      assertThat(other.log("main", 100)).hasSize(1);
      store.copyTo(folder.resolve("copy"), NOTHING);
      try (GitStore copy = GitStore.open(folder.resolve("copy"))) {
        assertThat(copy.log("main", 100)).hasSize(1);
        assertThat(copy.fsck()).isEmpty();
      }
    }
  }

  @Test
  void tellsADamagedFile() throws IOException {
    Path git = folder.resolve("git");
    try (GitStore store = GitStore.create(git, "main")) {
      commit(store, "main");
      Files.writeString(git.resolve("shallow"), "no id\n");
      assertThatThrownBy(() -> store.log("main", 1))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("Shallow has a damaged line: \"no id\"");
      assertThat(store.fsck()).isNotEmpty();
    }
  }

  @Test
  void gitReadsWhatIsLeft() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "no git");
    try (GitStore store = GitStore.create(folder.resolve("git"), "main")) {
      for (int i = 0; i < 6; i++) {
        commit(store, "main");
      }
      store.createTag("v1", "main~4");
      store.expire(Set.of(), day(5), false);
      collect(store);
    }
    List<String> git = List.of("git", "-c", "safe.directory=*", "-C", "git");
    assertThat(Repositories.run(folder, with(git, "log", "--format=%s", "main")))
        .isEqualTo("Day 6\nDay 5\n");
    assertThat(Repositories.run(folder, with(git, "log", "--format=%s", "v1")))
        .isEqualTo("Day 2\n");
    assertThat(Repositories.run(folder, with(git, "fsck", "--full", "--no-dangling")))
        .doesNotContain("missing")
        .doesNotContain("broken");
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  /**
   * Random histories, cut anywhere: tips are whole, and what branches have in common is the same.
   */
  @Test
  void keepsRandomHistoriesMergeable() {
    int[] number = {0};
    Randomness.repeat(6, random -> cutOne(random, folder.resolve("r" + number[0]++)));
  }

  private void cutOne(Randomness random, Path git) {
    day = 0;
    try (GitStore store = GitStore.create(git, "main")) {
      commit(store, "main");
      int steps = random.between(5, 40);
      for (int i = 0; i < steps; i++) {
        step(store, random);
      }
      for (int round = 0; round < 2; round++) {
        Map<String, Object> before = facts(store);
        Instant boundary = day(random.between(0, day + 2));
        Map<String, List<String>> young = young(store, boundary);
        store.expire(Set.of(), boundary, false);
        if (random.chance(80)) {
          collect(store);
        }
        assertThat(store.fsck()).isEmpty();
        assertThat(facts(store)).isEqualTo(before);
        young.forEach(
            (branch, ids) ->
                assertThat(store.log(branch, 1000)).extracting(CommitInfo::id).containsAll(ids));
        for (GitStore.Ref ref : store.branches()) {
          store.reflog("refs/heads/" + ref.name()).forEach(one -> store.commitInfo(one.after()));
        }
        step(store, random);
        step(store, random);
      }
    }
  }

  private void step(GitStore store, Randomness random) {
    List<String> branches = store.branches().stream().map(GitStore.Ref::name).toList();
    String branch = random.pick(branches);
    int what = random.below(10);
    if (what < 5) {
      commit(store, branch);
    } else if (what < 7 && branches.size() < 4) {
      store.createBranch("b" + day + "-" + store.tags().size() + random.below(1000000), branch);
    } else if (what < 9) {
      String other = store.resolve(random.pick(branches)).commitId();
      commit(store, branch, List.of(other));
    } else if (branches.size() > 2 && !branch.equals("main")) {
      store.createTag("t" + day + random.below(1000000), branch);
      store.deleteBranch(branch);
    }
  }

  private static Map<String, Object> facts(GitStore store) {
    Map<String, Object> facts = new TreeMap<>();
    store.tags().forEach(tag -> facts.put("tag " + tag.name(), store.resolve(tag.name()).treeId()));
    for (GitStore.Ref one : store.branches()) {
      facts.put(one.name(), store.resolve(one.name()).treeId());
      for (GitStore.Ref other : store.branches()) {
        facts.put(
            one.name() + " " + other.name(),
            bases(store, List.of(one.commitId()), other.commitId()));
      }
    }
    return facts;
  }

  /** Returns the merge bases of two commits and of these, as a merge asks for them. */
  private static List<Object> bases(GitStore store, List<String> one, String other) {
    List<String> bases = store.mergeBases(one, other);
    List<Object> all = new ArrayList<>(bases);
    for (int i = 1; i < bases.size(); i++) {
      all.add(bases(store, bases.subList(0, i), bases.get(i)));
    }
    return all;
  }

  private static Map<String, List<String>> young(GitStore store, Instant boundary) {
    Map<String, List<String>> young = new TreeMap<>();
    for (GitStore.Ref ref : store.branches()) {
      young.put(
          ref.name(),
          store.log(ref.name(), 1000).stream()
              .filter(commit -> !commit.time().isBefore(boundary))
              .map(CommitInfo::id)
              .toList());
    }
    return young;
  }
}
