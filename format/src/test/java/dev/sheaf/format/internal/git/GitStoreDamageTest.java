package dev.sheaf.format.internal.git;

import static dev.sheaf.format.internal.git.Repositories.copy;
import static dev.sheaf.format.internal.git.Repositories.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flips every byte and truncates at every length: a right answer or a {@link DatasetException}, and
 * nothing else.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GitStoreDamageTest {
  private static final long MAX_ALLOCATED = 32L << 20;

  @TempDir Path temp;
  private Path gitDir;
  private final Map<String, String> files = new TreeMap<>();
  private String commit;

  @BeforeEach
  void create() {
    gitDir = temp.resolve("pets.sheaf/git");
    files.put("a/b", "some text that is long enough to be compressed compressed compressed");
    files.put("a/c/d", "1");
    files.put("e", "");
    try (GitStore store = GitStore.create(gitDir, "main")) {
      commit = put(store, "main", files).id();
    }
  }

  private Path only(String suffix) throws IOException {
    try (Stream<Path> packs = Files.list(gitDir.resolve("objects/pack"))) {
      return packs.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }

  /** Damages a file in every way, calling {@code check} each time. */
  private static void sweep(Path file, Runnable check) throws IOException {
    boolean ignored = file.toFile().setWritable(true);
    byte[] good = Files.readAllBytes(file);
    for (int mask : new int[] {0x81, 0xFF}) {
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) mask;
        Files.write(file, bad);
        check.run();
      }
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      check.run();
    }
    Files.write(file, good);
    check.run();
  }

  private void readsRightOrFailsWell() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (String revision : new String[] {"", "main", commit, commit.substring(0, 8)}) {
      try (GitStore store = GitStore.open(gitDir)) {
        TreeSnapshot snapshot = store.resolve(revision);
        assertThat(snapshot.commitId()).isEqualTo(commit);
        files.forEach(
            (path, content) -> {
              try {
                assertThat(snapshot.read(path)).isEqualTo(content.getBytes(StandardCharsets.UTF_8));
              } catch (DatasetException e) {
                assertThat(e.location().parts()).isNotEmpty();
              }
            });
      } catch (DatasetException e) {
        assertThat(e.location().parts()).isNotEmpty();
      }
    }
    try (GitStore store = GitStore.open(gitDir)) {
      store.fsck();
      store.branches();
    } catch (DatasetException e) {
      assertThat(e.code()).startsWith("SHEAF-");
    }
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(allocated).isLessThan(MAX_ALLOCATED);
  }

  @Test
  void damagedPack() throws IOException {
    sweep(only(".pack"), this::readsRightOrFailsWell);
  }

  @Test
  void damagedIndex() throws IOException {
    sweep(only(".idx"), this::readsRightOrFailsWell);
  }

  @Test
  void damagedRefsAndConfig() throws IOException {
    for (String name : new String[] {"HEAD", "refs/heads/main", "config", "logs/refs/heads/main"}) {
      sweep(gitDir.resolve(name), this::readsRightOrFailsWell);
    }
  }

  @Test
  void damagedLooseObjectsAndPackedRefs() throws IOException {
    LooseCopy.unpack(gitDir);
    Files.delete(only(".idx"));
    Files.delete(only(".pack"));
    Files.writeString(
        gitDir.resolve("packed-refs"),
        "# pack-refs with: peeled fully-peeled sorted \n" + commit + " refs/heads/main\n");
    Files.delete(gitDir.resolve("refs/heads/main"));
    readsRightOrFailsWell();
    sweep(gitDir.resolve("packed-refs"), this::readsRightOrFailsWell);
    try (Stream<Path> all = Files.walk(gitDir.resolve("objects"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        sweep(file, this::readsRightOrFailsWell);
      }
    }
  }

  /** Committing meets JGit, so only a few places are damaged, each in a fresh copy. */
  @Test
  void committingToADamagedRepositoryFailsWellOrWorks() throws IOException {
    Path pack = gitDir.relativize(only(".pack"));
    Path index = gitDir.relativize(only(".idx"));
    int copies = 0;
    for (Path name :
        new Path[] {pack, index, Path.of("HEAD"), Path.of("refs/heads/main"), Path.of("config")}) {
      byte[] good = Files.readAllBytes(gitDir.resolve(name));
      for (int i = 0; i < good.length; i += Math.max(1, good.length / 25)) {
        Path damaged = temp.resolve("copy" + copies++).resolve("git");
        copy(gitDir, damaged);
        byte[] bad = good.clone();
        bad[i] ^= (byte) 0xFF;
        Files.write(damaged.resolve(name), bad);
        try (GitStore store = GitStore.open(damaged)) {
          put(store, "main", "new", "content");
          assertThat(store.resolve("main").read("new"))
              .isEqualTo("content".getBytes(StandardCharsets.UTF_8));
        } catch (DatasetException e) {
          assertThat(e.location().parts()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void theErrorNamesObjectPathAndCure() throws IOException {
    Path pack = only(".pack");
    boolean ignored = pack.toFile().setWritable(true);
    byte[] bytes = Files.readAllBytes(pack);
    String blob;
    long offset;
    try (GitStore store = GitStore.open(gitDir)) {
      blob = store.resolve("").objectId("a/b").orElseThrow();
      offset = offset(Oid.parse(blob));
    }
    bytes[(int) offset + 8] ^= 0x55;
    Files.write(pack, bytes);
    try (GitStore store = GitStore.open(gitDir)) {
      TreeSnapshot head = store.resolve("");
      assertThatThrownBy(() -> head.read("a/b"))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining(
              temp.resolve("pets.sheaf") + ", object=\"" + blob + "\", path=\"a/b\"")
          .hasMessageContaining("run `sheaf fsck " + temp.resolve("pets.sheaf") + "`")
          .extracting("code")
          .isEqualTo("SHEAF-GIT-001");
      // The rest stays readable.
      assertThat(head.read("a/c/d")).isEqualTo(new byte[] {'1'});
      assertThat(store.fsck()).extracting(GitStore.Problem::objectId).contains(blob);
      assertThat(store.fsck()).extracting(GitStore.Problem::path).contains("a/b");
    }
  }

  private long offset(Oid id) throws IOException {
    try {
      PackIndex index = PackIndex.open(only(".idx"));
      return index.offset(index.find(id));
    } catch (BadObject e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMissingPackIsDamage() throws IOException {
    Files.delete(only(".pack"));
    try (GitStore store = GitStore.open(gitDir)) {
      assertThatThrownBy(() -> store.resolve(""))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("missing");
      assertThat(store.fsck()).isNotEmpty();
    }
  }
}
