package dev.sheaf.format.internal.git;

import static dev.sheaf.format.internal.git.Repositories.bytes;
import static dev.sheaf.format.internal.git.Repositories.put;
import static dev.sheaf.format.internal.git.Repositories.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitStoreTest {
  @TempDir Path temp;
  private Path gitDir;
  private GitStore store;

  @BeforeEach
  void create() {
    gitDir = temp.resolve("pets.sheaf").resolve("git");
    store = GitStore.create(gitDir, "main");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void commitsAndReopens() {
    CommitInfo made =
        store.commit(
            "main",
            CommitRequest.of(
                    "Add pets\n\nTwo of them.",
                    head -> new TreeEdit().put("a/b/c.json", bytes("{}")))
                .withAuthor("Ada <x>", "ada@example.org")
                .withTime(Instant.parse("2026-11-01T10:00:00Z"))
                .withTrailers(Map.of("Sheaf-Transaction", "17")));

    try (GitStore again = GitStore.open(gitDir)) {
      TreeSnapshot snapshot = again.resolve("");
      assertThat(text(snapshot, "a/b/c.json")).isEqualTo("{}");
      assertThat(snapshot.info()).isEqualTo(made).isEqualTo(again.commitInfo(made.id()));
      assertThat(made.authorName()).isEqualTo("Ada  x");
      assertThat(made.authorEmail()).isEqualTo("ada@example.org");
      assertThat(made.time()).isEqualTo(Instant.parse("2026-11-01T10:00:00Z"));
      assertThat(made.message()).isEqualTo("Add pets\n\nTwo of them.\n\nSheaf-Transaction: 17\n");
      assertThat(made.trailers()).containsExactly(Map.entry("Sheaf-Transaction", "17"));
      assertThat(made.parents()).isEmpty();
      assertThat(again.fsck()).isEmpty();
    }
  }

  @Test
  void listsInGitsOrder() {
    put(store, "main", Map.of("a.x", "1", "a/y", "2", "a0", "3", "b", "4"));
    TreeSnapshot head = store.resolve("main");
    assertThat(head.list(""))
        .extracting(TreeSnapshot.Entry::name)
        .containsExactly("a.x", "a", "a0", "b");
    assertThat(head.list(""))
        .extracting(TreeSnapshot.Entry::isTree)
        .containsExactly(false, true, false, false);
    assertThat(head.list("a")).extracting(TreeSnapshot.Entry::name).containsExactly("y");
    assertThat(head.list("none")).isEmpty();
    assertThat(head.list("b")).isEmpty();
    assertThat(head.objectId("a")).contains(head.list("").get(1).objectId());
    assertThat(head.find("a")).isEmpty();
    assertThat(head.find("a/y/z")).isEmpty();
    assertThatThrownBy(() -> head.read("a/none"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("Version has no file \"a/none\"")
        .extracting("code")
        .isEqualTo("SHEAF-NF-003");
  }

  @Test
  void editsThatChangeNothingReturnTheHead() {
    CommitInfo first = put(store, "main", "a", "1");
    assertThat(put(store, "main", "a", "1")).isEqualTo(first);
    CommitRequest empty = CommitRequest.of("empty", head -> new TreeEdit().remove("none/at/all"));
    assertThat(store.commit("main", empty)).isEqualTo(first);
    CommitInfo second = store.commit("main", empty.allowingEmpty());
    assertThat(second.parents()).containsExactly(first.id());
    assertThat(second.tree()).isEqualTo(first.tree());
  }

  @Test
  void sameEditsGiveTheSameTreeWhateverTheOrder() {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      paths.add("d" + i % 7 + "/e" + i % 5 + "/f" + i);
    }
    List<String> trees = new ArrayList<>();
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(paths, new Random(seed));
      TreeEdit edit = new TreeEdit();
      paths.forEach(path -> edit.put(path, bytes(path)));
      try (GitStore other = GitStore.create(temp.resolve("other" + seed), "main")) {
        trees.add(other.commit("main", CommitRequest.of("all", head -> edit)).tree());
      }
    }
    // In many commits of one path each the tree comes out the same.
    for (String path : paths.subList(0, 60)) {
      put(store, "main", path, path);
    }
    paths.subList(60, 200).forEach(path -> assertThat(store.resolve("").find(path)).isEmpty());
    TreeEdit rest = new TreeEdit();
    paths.subList(60, 200).forEach(path -> rest.put(path, bytes(path)));
    trees.add(store.commit("main", CommitRequest.of("rest", head -> rest)).tree());
    assertThat(trees).containsOnly(trees.get(0));
  }

  @Test
  void editsOverwriteRemoveAndReplace() {
    put(store, "main", Map.of("a/b", "1", "a/c", "2", "d", "3"));
    CommitRequest request =
        CommitRequest.of(
            "mixed",
            head ->
                new TreeEdit()
                    .remove("a")
                    .put("a/new", bytes("4"))
                    .put("d/e/f", bytes("5"))
                    .remove("g/h")
                    .putObject("copy", head.objectId("a/c").orElseThrow())
                    .putTree("old", head.objectId("a").orElseThrow()));
    store.commit("main", request);
    TreeSnapshot head = store.resolve("");
    assertThat(head.list(""))
        .extracting(TreeSnapshot.Entry::name)
        .containsExactly("a", "copy", "d", "old");
    assertThat(head.list("a")).extracting(TreeSnapshot.Entry::name).containsExactly("new");
    assertThat(text(head, "d/e/f")).isEqualTo("5");
    assertThat(text(head, "copy")).isEqualTo("2");
    assertThat(text(head, "old/b")).isEqualTo("1");
    store.commit(
        "main",
        CommitRequest.of("gone", present -> new TreeEdit().remove("d/e/f").remove("d/none")));
    assertThat(store.resolve("").objectId("d")).isEmpty();
    CommitRequest all =
        CommitRequest.of(
            "all", now -> new TreeEdit().remove("a").remove("copy").remove("old").remove("d"));
    store.commit("main", all);
    assertThat(store.resolve("").list("")).isEmpty();
    assertThat(store.fsck()).isEmpty();
  }

  @Test
  void randomEditsAgreeWithAMap() {
    Random random = new Random(7);
    Map<String, String> oracle = new LinkedHashMap<>();
    for (int round = 0; round < 40; round++) {
      TreeEdit edit = new TreeEdit();
      for (int i = 0; i < 12; i++) {
        String path = path(random);
        if (random.nextInt(3) == 0) {
          edit.remove(path);
          oracle.keySet().removeIf(key -> key.equals(path) || key.startsWith(path + "/"));
        } else {
          String content = "v" + random.nextInt(20);
          edit.put(path, bytes(content));
          oracle.keySet().removeIf(key -> key.startsWith(path + "/") || path.startsWith(key + "/"));
          oracle.put(path, content);
        }
      }
      store.commit("main", CommitRequest.of("round " + round, head -> edit));
      Map<String, String> read = new LinkedHashMap<>();
      walk(store.resolve(""), "", read);
      assertThat(read).as("round " + round).containsExactlyInAnyOrderEntriesOf(oracle);
    }
    assertThat(store.fsck()).isEmpty();
  }

  private static String path(Random random) {
    int depth = 1 + random.nextInt(3);
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      path.append(i == 0 ? "" : "/").append((char) ('a' + random.nextInt(4)));
    }
    return path.toString();
  }

  private static void walk(TreeSnapshot snapshot, String directory, Map<String, String> into) {
    for (TreeSnapshot.Entry entry : snapshot.list(directory)) {
      String path = directory.isEmpty() ? entry.name() : directory + "/" + entry.name();
      if (entry.isTree()) {
        walk(snapshot, path, into);
      } else {
        into.put(path, text(snapshot, path));
      }
    }
  }

  @Test
  void rejectsPathsThatGitDoesNotAllow() {
    for (String path :
        List.of("", "/a", "a/", "a//b", "../a", "a/./b", ".git/config", "a/.GIT", "a\0b", "a\\b")) {
      assertThatThrownBy(() -> new TreeEdit().put(path, new byte[0]))
          .as(path)
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> new TreeEdit().put("a/".repeat(100) + "b", new byte[0]))
        .isInstanceOf(InvalidInputException.class);
    String absent = "0123456789".repeat(4);
    CommitRequest request = CommitRequest.of("x", head -> new TreeEdit().putObject("a", absent));
    assertThatThrownBy(() -> store.commit("main", request))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Object is not in the store");
  }

  @Test
  void editingOnePathOfManyLoadsOnlyTheTouchedDirectories() {
    TreeEdit edit = new TreeEdit();
    for (int i = 0; i < 5_000; i++) {
      edit.put("segments/" + i % 50 + "/" + i, bytes("content " + i));
    }
    store.commit("main", CommitRequest.of("many", head -> edit));
    try (GitStore cold = GitStore.open(gitDir)) {
      long before = cold.resolve("").loads();
      cold.commit(
          "main",
          CommitRequest.of("one", head -> new TreeEdit().put("segments/17/17", bytes("new"))));
      // The root, segments/, segments/17/ and the commit that was made.
      assertThat(cold.resolve("").loads() - before).isLessThanOrEqualTo(4);
      assertThat(text(cold.resolve(""), "segments/17/17")).isEqualTo("new");
      assertThat(text(cold.resolve(""), "segments/18/18")).isEqualTo("content 18");
    }
    // In one directory of 5,000 names: that directory and the root.
    TreeEdit flat = new TreeEdit();
    for (int i = 0; i < 5_000; i++) {
      flat.put("flat/" + i, bytes("content " + i));
    }
    store.commit("main", CommitRequest.of("flat", head -> flat));
    try (GitStore cold = GitStore.open(gitDir)) {
      long before = cold.resolve("").loads();
      assertThat(text(cold.resolve(""), "flat/4711")).isEqualTo("content 4711");
      assertThat(cold.resolve("").loads() - before).isEqualTo(3);
    }
  }

  @Test
  void refusesAnotherHeadThanTheExpectedOne() {
    CommitInfo first = put(store, "main", "a", "1");
    put(store, "main", "a", "2");
    CommitRequest late = CommitRequest.of("late", head -> new TreeEdit().put("a", bytes("3")));
    assertThatThrownBy(() -> store.commit("main", late.withExpectedHead(first.id())))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageStartingWith("Branch \"main\" has moved: expected " + first.id())
        .extracting("code")
        .isEqualTo("SHEAF-CMT-001");
    assertThat(text(store.resolve(""), "a")).isEqualTo("2");
  }

  @Test
  void aBuilderThatFailsLeavesTheBranch() {
    CommitInfo first = put(store, "main", "a", "1");
    CommitRequest failing =
        CommitRequest.of(
            "failing",
            head -> {
              throw new IllegalStateException("no");
            });
    assertThatThrownBy(() -> store.commit("main", failing)).hasMessage("no");
    CommitRequest nested = CommitRequest.of("nested", head -> edit(put(store, "main", "b", "1")));
    assertThatThrownBy(() -> store.commit("main", nested))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.resolve("").commitId()).isEqualTo(first.id());
    put(store, "main", "a", "2");
  }

  private static TreeEdit edit(CommitInfo ignored) {
    return new TreeEdit();
  }

  @Test
  void mergesHaveSeveralParents() {
    CommitInfo base = put(store, "main", "a", "1");
    store.createBranch("side", "main");
    CommitInfo side = put(store, "side", "b", "2");
    CommitInfo main = put(store, "main", "a", "3");
    CommitRequest merge = CommitRequest.of("merge", head -> new TreeEdit().put("b", bytes("2")));
    CommitInfo merged = store.commit("main", merge.withMergedParents(List.of(side.id())));
    assertThat(merged.parents()).containsExactly(main.id(), side.id());
    assertThat(store.resolve("main^2").commitId()).isEqualTo(side.id());
    List<String> ids = store.log("main", 10).stream().map(CommitInfo::id).toList();
    assertThat(ids)
        .hasSize(4)
        .startsWith(merged.id())
        .endsWith(base.id())
        .contains(side.id(), main.id());
    assertThat(store.log("main", 2)).hasSize(2);
  }

  @Test
  void branchesAndTags() {
    CommitInfo first = put(store, "main", "a", "1");
    store.createBranch("team/ada", "main");
    store.createTag("v1", "main");
    put(store, "main", "a", "2");
    assertThat(store.branches()).extracting(GitStore.Ref::name).containsExactly("main", "team/ada");
    assertThat(store.tags()).containsExactly(new GitStore.Ref("v1", first.id()));
    assertThatThrownBy(() -> store.createBranch("team/ada", "main"))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageStartingWith("The branch \"team/ada\" exists already");
    assertThatThrownBy(() -> store.createBranch("team", "main"))
        .isInstanceOf(CommitConflictException.class);
    assertThatThrownBy(() -> store.deleteBranch("main")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> store.deleteBranch("mian"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Did you mean \"main\"?");
    for (String name :
        List.of(
            "",
            "a b",
            "-x",
            "a..b",
            "a.lock",
            "HEAD",
            "@",
            "a@{b",
            "refs/heads/x",
            ".a",
            "a/",
            "../x")) {
      assertThatThrownBy(() -> store.createBranch(name, "main"))
          .as(name)
          .isInstanceOf(InvalidInputException.class);
    }
    store.setDefaultBranch("team/ada");
    assertThat(store.defaultBranch()).isEqualTo("team/ada");
    assertThat(store.resolve("").commitId()).isEqualTo(first.id());
    store.deleteBranch("main");
    assertThat(store.branches()).extracting(GitStore.Ref::name).containsExactly("team/ada");
    store.deleteTag("v1");
    assertThat(store.tags()).isEmpty();
    assertThatThrownBy(() -> put(store, "main", "a", "4")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void derivedRefsAreCreatedAsNeeded() {
    put(store, "main", "a", "1");
    put(store, "refs/sheaf/derived", "x", "1");
    put(store, "refs/sheaf/derived", "y", "2");
    assertThat(store.resolve("refs/sheaf/derived").list("")).hasSize(2);
    assertThat(store.branches()).hasSize(1);
    assertThatThrownBy(() -> put(store, "typo", "a", "1")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void refusesToCreateTwiceAndToOpenNothing() throws IOException {
    assertThatThrownBy(() -> GitStore.create(gitDir, "main"))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> GitStore.open(temp.resolve("none")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> store.resolve(""))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("Dataset has no version yet");
    Files.writeString(
        gitDir.resolve("config"),
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n");
    assertThatThrownBy(() -> GitStore.open(gitDir)).isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void openingAndReadingWriteNothing() throws IOException {
    put(store, "main", "a", "1");
    store.close();
    List<String> before = state();
    try (GitStore again = GitStore.open(gitDir)) {
      text(again.resolve("main@{0}"), "a");
      again.log("", 5);
      again.branches();
      again.fsck();
    }
    assertThat(state()).isEqualTo(before);
  }

  private List<String> state() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      List<String> state = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        state.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
      }
      return state;
    }
  }

  @Test
  void opensAReadOnlyFolder() throws IOException {
    put(store, "main", "a", "1");
    List<Path> all;
    try (Stream<Path> files = Files.walk(gitDir)) {
      all = files.toList();
    }
    all.forEach(file -> file.toFile().setReadOnly());
    try {
      if (Files.isWritable(gitDir)) {
        System.out.println("skipped: this user may write read-only folders");
        return;
      }
      try (GitStore again = GitStore.open(gitDir)) {
        assertThat(text(again.resolve("main"), "a")).isEqualTo("1");
      }
      assertThatThrownBy(() -> put(store, "main", "a", "2"))
          .isInstanceOf(java.io.UncheckedIOException.class);
    } finally {
      all.forEach(file -> file.toFile().setWritable(true));
    }
  }

  @Test
  void oddCharactersInMessagesAndNamesAreHarmless() {
    for (int i = 0; i < 3; i++) {
      String text = "odd \u2028 \u0085 \t " + i;
      CommitRequest odd = CommitRequest.of(text, head -> new TreeEdit().put("a", bytes(text)));
      store.commit("main", odd.withAuthor("A\u2028\n\tB", "a\nb@<x>"));
    }
    assertThat(store.resolve("main@{1}").info().message()).isEqualTo("odd \u2028 \u0085 \t 1\n");
    assertThat(store.resolve("").info().authorName()).isEqualTo("A\u2028  B");
    assertThatThrownBy(() -> CommitRequest.of("nul \0", head -> new TreeEdit()))
        .isInstanceOf(InvalidInputException.class);
    CommitRequest request = CommitRequest.of("x", head -> new TreeEdit());
    assertThatThrownBy(() -> request.withTrailers(Map.of("Name", "two\nlines")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> request.withTime(Instant.EPOCH.minusSeconds(1)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aClosedStoreSaysSo() {
    put(store, "main", "a", "1");
    GitStore other = GitStore.open(gitDir);
    other.close();
    assertThatThrownBy(() -> other.resolve("")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void printsTheTimeOfACommit() {
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TreeEdit edit = new TreeEdit();
      for (int j = 0; j < 20; j++) {
        edit.put("segments/" + j + "/" + i, bytes("blob " + i + " " + j));
      }
      long start = System.nanoTime();
      store.commit("main", CommitRequest.of("commit " + i, head -> edit));
      micros.add((System.nanoTime() - start) / 1_000);
    }
    List<Long> warm = new ArrayList<>(micros.subList(30, 60));
    Collections.sort(warm);
    System.out.println(
        "commit of 20 small blobs: first "
            + micros.get(0)
            + " us, warm median "
            + warm.get(15)
            + " us");
  }
}
