package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.CheckRunner;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedCommitTest {
  @TempDir Path folder;
  private Path path;
  private Dataset dataset;
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  /** Refuses samples whose n is below 0, and remembers what it saw. */
  public static final class NoNegatives implements CheckRunner {
    static final List<String> SEEN = new ArrayList<>();
    static Runnable meanwhile = () -> {};

    @Override
    public void run(Dataset dataset, Version version) {
      SEEN.add(version.commit().subject() + " of " + version.size());
      Runnable other = meanwhile;
      meanwhile = () -> {};
      other.run();
      version
          .scan()
          .forEach(
              batch -> {
                for (int row = 0; row < batch.size(); row++) {
                  if (batch.sample(row).int64("n") < 0) {
                    throw new CommitConflictException(
                        "TEST", batch.sample(row).key() + " is negative", Location.NONE, "");
                  }
                }
              });
    }
  }

  @BeforeEach
  void create() {
    NoNegatives.SEEN.clear();
    NoNegatives.meanwhile = () -> {};
    path = folder.resolve("a.sheaf");
    dataset = Dataset.create(path);
    append(dataset, "a", 1);
    try (Dataset unchecked = Dataset.open(path, CheckPolicy.SKIP);
        Transaction change = unchecked.begin()) {
      change.putDocument("checks/n.sql", "whatever".getBytes(StandardCharsets.UTF_8));
      change.commit("Check n");
    }
  }

  @AfterEach
  void close() {
    dataset.close();
    Thread.currentThread().setContextClassLoader(before);
  }

  private static Version append(Dataset to, String key, long n) {
    try (Transaction change = to.begin()) {
      change.append(Row.of().key(key).set("n", n));
      return change.commit("Add " + key);
    }
  }

  /** Puts the runner of this test on the class path. */
  private void withRunner() throws IOException {
    Path services = folder.resolve("path/META-INF/services");
    Files.createDirectories(services);
    Files.writeString(services.resolve(CheckRunner.class.getName()), NoNegatives.class.getName());
    Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[] {url()}, before));
  }

  private URL url() throws MalformedURLException {
    return folder.resolve("path").toUri().toURL();
  }

  @Test
  void refusesWhereNothingCanRunTheChecks() {
    String head = dataset.head().commit().id();
    assertThatThrownBy(() -> append(dataset, "b", 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The version has checks, and nothing here can run them at "
                + path
                + ". Put sheaf-query on the class path, or open the dataset with CheckPolicy.SKIP");
    assertThat(dataset.head().commit().id()).isEqualTo(head);

    try (Dataset unchecked = Dataset.open(path, CheckPolicy.SKIP)) {
      append(unchecked, "b", 2);
    }
    assertThat(dataset.head().size()).isEqualTo(2);
  }

  @Test
  void checksTheVersionToBeBeforeTheBranchMoves() throws IOException {
    withRunner();
    append(dataset, "b", 2);
    assertThat(dataset.head().size()).isEqualTo(2);
    String head = dataset.head().commit().id();

    assertThatThrownBy(() -> append(dataset, "c", -1)).hasMessageContaining("c is negative");

    assertThat(dataset.head().commit().id()).isEqualTo(head);
    assertThat(NoNegatives.SEEN).containsExactly("Add b of 2", "Add c of 3");
    dataset.gc(Duration.ZERO, false);
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
  }

  @Test
  void checksAgainWhatAnotherCommitChangedMeanwhile() throws IOException {
    withRunner();
    try (Dataset unchecked = Dataset.open(path, CheckPolicy.SKIP)) {
      NoNegatives.meanwhile = () -> append(unchecked, "late", 5);
      append(dataset, "b", 2);
      assertThat(NoNegatives.SEEN).containsExactly("Add b of 2", "Add b of 3");

      NoNegatives.meanwhile = () -> append(unchecked, "bad", -5);
      assertThatThrownBy(() -> append(dataset, "c", 3)).hasMessageContaining("bad is negative");
    }
    assertThat(dataset.head().commit().subject()).isEqualTo("Add bad");
  }

  @Test
  void checksMergesAndFastForwards() throws IOException {
    withRunner();
    dataset.createBranch("side", "main");
    try (Dataset unchecked = Dataset.open(path, CheckPolicy.SKIP);
        Transaction change = unchecked.begin("side")) {
      change.append(Row.of().key("bad").set("n", -1L));
      change.commit("Add bad");
    }
    assertThatThrownBy(() -> dataset.merge("main", "side").commit(""))
        .hasMessageContaining("bad is negative");
    append(dataset, "b", 2);
    String head = dataset.head().commit().id();
    assertThatThrownBy(() -> dataset.merge("main", "side").commit(""))
        .hasMessageContaining("bad is negative");
    assertThatThrownBy(() -> dataset.cherryPick("main", "side", 0).commit(""))
        .hasMessageContaining("bad is negative");
    assertThat(dataset.head().commit().id()).isEqualTo(head);

    try (Dataset unchecked = Dataset.open(path, CheckPolicy.SKIP)) {
      unchecked.merge("main", "side").commit("");
    }
    dataset.revert("main", "side", 0).commit("");
    assertThat(dataset.head().find("bad")).isEmpty();
  }

  @Test
  void looksAtNothingThatChangesNoVersion() throws IOException {
    withRunner();
    try (Transaction change = dataset.begin()) {
      change.update(dataset.head().sample(0).id(), Map.of("n", 1L));
      change.commit("The same");
    }
    dataset.compact("main");
    dataset.createTag("t", "main");
    dataset.reset("main", "main~1");
    assertThat(NoNegatives.SEEN).isEmpty();
  }
}
