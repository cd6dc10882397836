package dev.sheaf.format.internal.git;

import static dev.sheaf.format.internal.git.Repositories.bytes;
import static dev.sheaf.format.internal.git.Repositories.put;
import static dev.sheaf.format.internal.git.Repositories.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentCommitTest {
  @TempDir Path temp;
  private Path gitDir;

  @BeforeEach
  void create() {
    gitDir = temp.resolve("git");
    try (GitStore store = GitStore.create(gitDir, "main")) {
      put(store, "main", "count", "0");
    }
  }

  /** Adds one to a counter and writes a file of its own, in each commit. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) {
      try (GitStore store = GitStore.open(Path.of(arguments[0]))) {
        commit(store, arguments[1], Integer.parseInt(arguments[2]));
      }
    }

    static void commit(GitStore store, String name, int commits) {
      for (int i = 0; i < commits; i++) {
        String path = name + "/" + i;
        store.commit(
            "main",
            CommitRequest.of(
                path,
                head ->
                    new TreeEdit()
                        .put(
                            "count",
                            bytes(String.valueOf(Integer.parseInt(text(head, "count")) + 1)))
                        .put(path, bytes(path))));
      }
    }
  }

  private void assertAllThere(int commits) {
    try (GitStore store = GitStore.open(gitDir)) {
      assertThat(text(store.resolve(""), "count")).isEqualTo(String.valueOf(commits));
      assertThat(store.log("", 10_000)).hasSize(commits + 1);
      int files = store.resolve("").list("one").size() + store.resolve("").list("two").size();
      assertThat(files).isEqualTo(commits);
      assertThat(store.fsck()).isEmpty();
    }
  }

  @Test
  void twoThreadsLoseNothing() throws Exception {
    try (GitStore first = GitStore.open(gitDir);
        GitStore second = GitStore.open(gitDir)) {
      inParallel(
          List.of(
              () -> {
                Committer.commit(first, "one", 100);
                return null;
              },
              () -> {
                Committer.commit(second, "two", 100);
                return null;
              }));
    }
    assertAllThere(200);
  }

  @Test
  void twoProcessesLoseNothing() throws Exception {
    List<Callable<Object>> processes = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      List<String> command = Repositories.java(Committer.class, gitDir.toString(), name, "50");
      processes.add(() -> Repositories.run(temp, command));
    }
    inParallel(processes);
    assertAllThere(100);
  }

  private static void inParallel(List<Callable<Object>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Object> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aReaderReadsThroughConsolidations() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (GitStore writer = GitStore.open(gitDir)) {
      Committer.commit(writer, "one", 10);
      Future<Integer> reads =
          thread.submit(
              () -> {
                int rounds = 0;
                // Almost no cache, so that everything is read from the packs again and again.
                try (GitStore reader = GitStore.open(gitDir, 1, java.time.Clock.systemUTC())) {
                  TreeSnapshot old = reader.resolve("main");
                  while (!done.get()) {
                    for (int i = 0; i < 10; i++) {
                      assertThat(text(old, "one/" + i)).isEqualTo("one/" + i);
                      assertThat(text(reader.resolve("main"), "one/" + i)).isEqualTo("one/" + i);
                    }
                    rounds++;
                  }
                }
                return rounds;
              });
      Committer.commit(writer, "two", 190);
      done.set(true);
      assertThat(reads.get()).isPositive();
    } finally {
      done.set(true);
      thread.shutdownNow();
    }
    try (Stream<Path> packs = Files.list(gitDir.resolve("objects/pack"))) {
      assertThat(packs.filter(file -> file.toString().endsWith(".pack")).count())
          .isLessThanOrEqualTo(PackConsolidation.MAX_PACKS);
    }
    assertAllThere(200);
  }

  @Test
  void anInterruptedReaderDisturbsNobody() throws Exception {
    try (GitStore store = GitStore.open(gitDir, 1, java.time.Clock.systemUTC())) {
      Thread.currentThread().interrupt();
      assertThat(text(store.resolve(""), "count")).isEqualTo("0");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(text(store.resolve(""), "count")).isEqualTo("0");
      List<Callable<Object>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean interrupting = i < 2;
        readers.add(
            () -> {
              for (int j = 0; j < 500; j++) {
                if (interrupting) {
                  Thread.currentThread().interrupt();
                }
                assertThat(text(store.resolve(""), "count")).isEqualTo("0");
                boolean ignored = Thread.interrupted();
              }
              return null;
            });
      }
      inParallel(readers);
    }
  }

  @Test
  void aStaleLockFileDoesNotBlockForEver() throws IOException {
    Files.createFile(gitDir.resolve("refs/heads/main.lock"));
    long start = System.nanoTime();
    try (GitStore store = GitStore.open(gitDir)) {
      put(store, "main", "a", "1");
      assertThat(text(store.resolve(""), "a")).isEqualTo("1");
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.SECONDS.toNanos(2));
      Files.createFile(gitDir.resolve("HEAD.lock"));
      store.createBranch("side", "main");
      store.setDefaultBranch("side");
    }
    assertThat(gitDir.resolve("refs/heads/main.lock")).doesNotExist();
    assertThat(gitDir.resolve("HEAD.lock")).doesNotExist();
  }

  @Test
  void leftoversOfAKilledWriterAreHarmless() throws IOException {
    Path packs = gitDir.resolve("objects/pack");
    Files.writeString(packs.resolve("tmp_pack_1"), "PACK");
    Files.writeString(packs.resolve("tmp_idx_1"), "");
    Files.writeString(packs.resolve("pack-" + "0".repeat(40) + ".pack"), "PACK");
    Files.writeString(gitDir.resolve("sheaf.lock"), "");
    try (GitStore store = GitStore.open(gitDir)) {
      put(store, "main", Map.of("a", "1"));
      assertThat(text(store.resolve(""), "a")).isEqualTo("1");
      assertThat(store.fsck()).isEmpty();
    }
  }
}
