package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusedDatasetTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void create() {
    path = folder.resolve("d.sheaf");
    Dataset.create(path).close();
  }

  private void isKept() {
    assertThat(UnusedDataset.removeIfUnused(path)).isFalse();
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(true, dev.sheaf.format.Progress.NONE).ok()).isTrue();
    }
  }

  @Test
  void removesWhatNothingWasWrittenTo() throws IOException {
    Files.createDirectories(path.resolve("local/staging/one"));
    Files.createDirectories(path.resolve("local/cache"));
    Files.writeString(path.resolve("local/cache/CURRENT"), "x");
    assertThat(UnusedDataset.removeIfUnused(path)).isTrue();
    assertThat(path).doesNotExist();
    assertThat(UnusedDataset.removeIfUnused(path)).isFalse();
  }

  @Test
  void keepsADatasetWithACommit() {
    try (Dataset dataset = Dataset.open(path);
        Transaction change = dataset.begin()) {
      change.append(Row.of().key("k").set("a", 1));
      change.commit("first");
    }
    isKept();
  }

  @Test
  void keepsADatasetWithABranchOrATag() {
    try (Dataset dataset = Dataset.open(path)) {
      dataset.createBranch("dev", "main");
    }
    isKept();
    try (Dataset dataset = Dataset.open(path)) {
      dataset.deleteBranch("dev");
      dataset.createTag("v1", "main");
    }
    isKept();
  }

  @Test
  void keepsChunksAndWhatIsStaged() throws IOException {
    Path chunk = path.resolve("chunks/ab/left.arrow");
    Files.createDirectories(chunk.getParent());
    Files.writeString(chunk, "x");
    isKept();
    Files.delete(chunk);
    Path journal = path.resolve("local/staging/one/a.journal");
    Files.createDirectories(journal.getParent());
    Files.writeString(journal, "x");
    isKept();
    Files.delete(journal);
    Files.createDirectories(path.resolve("local/staging/two"));
    isKept();
  }

  @Test
  void leavesAnyOtherFolderAlone() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other.sheaf"));
    assertThat(UnusedDataset.removeIfUnused(other)).isFalse();
    assertThat(other).isDirectory();
  }
}
