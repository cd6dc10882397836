package dev.sheaf.format.internal.git;

import static dev.sheaf.format.internal.git.Repositories.bytes;
import static dev.sheaf.format.internal.git.Repositories.put;
import static dev.sheaf.format.internal.git.Repositories.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.CommitInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain Git and JGit read what Sheaf writes, and the other way round. */
@Tag("interop")
class GitInteropTest {
  @TempDir Path temp;
  private Path gitDir;

  @BeforeEach
  void create() {
    gitDir = temp.resolve("git");
    try (GitStore store = GitStore.create(gitDir, "main")) {
      for (int i = 0; i < 60; i++) {
        String text = "line\n".repeat(i * 20) + i;
        store.commit(
            "main",
            CommitRequest.of("Commit " + i + "\n\nBody.", head -> edit(text))
                .withAuthor("Ada Lövelace", "ada@example.org")
                .withTime(Instant.ofEpochSecond(1_790_000_000L + text.length()))
                .withTrailers(Map.of("Sheaf-Run", "run")));
      }
      store.createBranch("side/a", "main~3");
      store.createTag("v1", "main~7");
    }
  }

  private static TreeEdit edit(String text) {
    return new TreeEdit()
        .put("grows", bytes(text))
        .put("dir.x", bytes("1"))
        .put("dir/y", bytes(text + text))
        .put("dir0", bytes("ümlaut"));
  }

  private boolean hasGit() {
    try {
      return new ProcessBuilder("git", "--version").redirectErrorStream(true).start().waitFor()
          == 0;
    } catch (IOException | InterruptedException e) {
      System.out.println("skipped: no git binary here");
      return false;
    }
  }

  private String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", gitDir.toString()));
    command.addAll(List.of(arguments));
    return Repositories.run(temp, command);
  }

  @Test
  void gitFindsNothingWrong() {
    if (hasGit()) {
      assertThat(git("fsck", "--strict", "--full", "--no-dangling").strip()).isEmpty();
      assertThat(
              git("log", "--format=%s|%an|%ae|%(trailers:key=Sheaf-Run,valueonly,separator=)", "-1")
                  .strip())
          .isEqualTo("Commit 59|Ada Lövelace|ada@example.org|run");
      assertThat(git("log", "--oneline", "main").lines()).hasSize(60);
      assertThat(git("reflog", "show", "main").lines()).hasSize(60);
      assertThat(git("ls-tree", "main").lines().map(line -> line.substring(0, 6)))
          .containsExactly("100644", "040000", "100644", "100644");
      assertThat(git("rev-parse", "main@{5}").strip())
          .isEqualTo(git("rev-parse", "main~5").strip());
    }
  }

  @Test
  void readsWhatGitRepacked() throws IOException {
    if (hasGit()) {
      try (GitStore open = GitStore.open(gitDir, 1, java.time.Clock.systemUTC())) {
        String before = text(open.resolve("main~30"), "grows");
        git("repack", "-a", "-d", "-f", "-q", "--depth=50", "--window=50");
        git("pack-refs", "--all");
        assertThat(git("verify-pack", "-v", onePack())).contains("chain length");
        assertThat(text(open.resolve("main~30"), "grows")).isEqualTo(before);
        checkAll(open);
        // A commit on top, consolidation of a pack with deltas included.
        for (int i = 0; i < 55; i++) {
          put(open, "main", "more/" + i, "more " + i);
        }
        assertThat(open.branches()).hasSize(2);
        open.deleteBranch("side/a");
        assertThat(open.branches()).hasSize(1);
        assertThat(open.fsck()).isEmpty();
      }
      assertThat(git("fsck", "--strict", "--full", "--no-dangling").strip()).isEmpty();
    }
  }

  private String onePack() throws IOException {
    try (Stream<Path> packs = Files.list(gitDir.resolve("objects/pack"))) {
      return packs
          .filter(file -> file.toString().endsWith(".pack"))
          .findFirst()
          .orElseThrow()
          .toString();
    }
  }

  private static void checkAll(GitStore store) {
    List<CommitInfo> log = store.log("main", 100);
    assertThat(log).hasSize(60);
    for (int i = 0; i < 60; i++) {
      String expected = "line\n".repeat((59 - i) * 20) + (59 - i);
      TreeSnapshot snapshot = store.snapshot(log.get(i).id());
      assertThat(text(snapshot, "grows")).isEqualTo(expected);
      assertThat(text(snapshot, "dir/y")).isEqualTo(expected + expected);
      assertThat(text(snapshot, "dir0")).isEqualTo("ümlaut");
    }
    assertThat(store.fsck()).isEmpty();
  }

  @Test
  void readsLooseObjectsAndAnnotatedTagsOfGit() throws IOException {
    if (hasGit()) {
      git(
          "-c",
          "user.name=G",
          "-c",
          "user.email=g@x",
          "tag",
          "-a",
          "-m",
          "annotated",
          "v2",
          "main~2");
      String tree = git("rev-parse", "main~1^{tree}").strip();
      String made =
          git(
                  "-c",
                  "user.name=G",
                  "-c",
                  "user.email=g@x",
                  "commit-tree",
                  "-p",
                  "main",
                  "-m",
                  "by git",
                  tree)
              .strip();
      git("update-ref", "refs/heads/main", made);
      try (GitStore store = GitStore.open(gitDir)) {
        assertThat(store.resolve("").info().message()).isEqualTo("by git\n");
        assertThat(store.resolve("").info().authorName()).isEqualTo("G");
        assertThat(store.resolve("v2").commitId())
            .isEqualTo(git("rev-parse", "v2^{commit}").strip());
        assertThat(store.tags()).extracting(GitStore.Ref::name).containsExactly("v1", "v2");
        put(store, "main", "after", "git");
        assertThat(store.fsck()).isEmpty();
      }
      assertThat(git("fsck", "--strict", "--full", "--no-dangling").strip()).isEmpty();
    }
  }

  @Test
  void jgitReadsWhatSheafWrites() throws IOException {
    HermeticSystemReader.install();
    FileRepositoryBuilder builder = new FileRepositoryBuilder();
    builder.setGitDir(gitDir.toFile()).setBare();
    try (FileRepository repository = new FileRepository(builder.setup());
        RevWalk walk = new RevWalk(repository)) {
      RevCommit head = walk.parseCommit(repository.resolve("main"));
      assertThat(head.getFullMessage()).isEqualTo("Commit 59\n\nBody.\n\nSheaf-Run: run\n");
      walk.markStart(head);
      int commits = 0;
      for (RevCommit commit : walk) {
        try (TreeWalk file = TreeWalk.forPath(repository, "dir0", commit.getTree())) {
          ObjectId blob = file.getObjectId(0);
          byte[] content = repository.open(blob, Constants.OBJ_BLOB).getBytes();
          assertThat(new String(content, StandardCharsets.UTF_8)).isEqualTo("ümlaut");
        }
        commits++;
      }
      assertThat(commits).isEqualTo(60);
      assertThat(repository.getRefDatabase().getReflogReader("refs/heads/main").getReverseEntries())
          .hasSize(60);
    }
  }
}
