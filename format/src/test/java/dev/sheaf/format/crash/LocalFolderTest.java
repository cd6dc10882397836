package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code local/} is this machine's own: nothing committed is lost with it, readers need no part.
 */
class LocalFolderTest {
  @TempDir Path temp;

  private void deleteLocal(Path path) throws IOException {
    KilledWriterTest.deleteRecursively(path.resolve("local"));
  }

  @Test
  void committedDataOutlivesTheLocalFolder() throws IOException {
    Path path = temp.resolve("lost.sheaf");
    CommitScript script = new CommitScript(5, "w");
    try (Dataset dataset = Dataset.create(path)) {
      for (int i = 0; i < 6; i++) {
        script.commit(dataset);
        deleteLocal(path);
        script.check(dataset.head());
      }
    }
    try (Dataset dataset = Dataset.open(path)) {
      script.check(dataset.head());
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
    assertThat(path.resolve("local")).doesNotExist();
  }

  @Test
  void readingMakesNoFile() throws IOException {
    Path path = temp.resolve("read.sheaf");
    CommitScript script = new CommitScript(6, "w");
    try (Dataset dataset = Dataset.create(path)) {
      script.commit(dataset);
    }
    deleteLocal(path);
    String before = listing(path);
    try (Dataset dataset = Dataset.open(path)) {
      script.check(dataset.head());
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
    assertThat(listing(path)).isEqualTo(before);
  }

  @Test
  void aTransactionWhoseFilesAreTakenAwayFailsAndTheNextOneWorks() throws IOException {
    Path path = temp.resolve("taken.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        // More than a batch of payloads, so that a file is being written.
        for (int i = 0; i < 200; i++) {
          change.append(Row.of().key("k" + i).set("bytes", new byte[50_000 + i]));
        }
        awaitChunk(path.resolve("local").resolve("tmp"));
        deleteLocal(path);
        assertThatThrownBy(() -> change.commit("lost"))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining(path.toString());
      }
      assertThat(dataset.head().size()).isZero();
      CommitScript script = new CommitScript(8, "w");
      script.commit(dataset);
      script.check(dataset.head());
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  /** Payloads are written beside the caller; a file that is begun later is not taken away. */
  private static void awaitChunk(Path folder) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < deadline) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          if (files.findAny().isPresent()) {
            return;
          }
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no chunk was begun in " + folder);
  }

  private static String listing(Path path) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        text.append(file)
            .append(' ')
            .append(Files.isDirectory(file) ? 0 : Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file))
            .append('\n');
      }
    }
    return text.toString();
  }
}
