package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.AbsorbScope;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of the linked files is read when payloads are copied in. */
class AbsorbCountTest {
  @TempDir Path temp;
  private CountingStore store;

  private LocalDataset open() {
    return LocalDataset.open(
        temp.resolve("d.sheaf"),
        inner -> {
          store = new CountingStore(inner);
          return store;
        });
  }

  /** Returns the links that were read since the last call, once for each read. */
  private List<String> read() {
    return store.drain().stream()
        .map(CountingStore.Range::chunk)
        .filter(LinkName::isLink)
        .map(LinkName::path)
        .toList();
  }

  @Test
  void whatAnInterruptedCopyReadIsNotReadAgain() throws IOException {
    Path source = temp.resolve("cats");
    Files.createDirectories(source);
    List<String> names =
        List.of("cat_01.jpg", "cat_02.jpg", "cat_03.jpg", "cat_04.jpg", "cat_05.jpg");
    for (String name : names) {
      Files.copy(TestFiles.PETS.resolve("cat").resolve(name), source.resolve(name));
    }
    Ingest.from(List.of(source)).into(temp.resolve("d.sheaf")).link().run();
    Path missing = source.resolve(names.get(3));
    byte[] bytes = Files.readAllBytes(missing);
    Files.delete(missing);
    try (LocalDataset dataset = open()) {
      assertThatThrownBy(() -> dataset.absorb("main", AbsorbScope.ALL, Progress.NONE))
          .isInstanceOf(NotFoundException.class);
      // Each once, and the one that is missing.
      assertThat(read()).containsExactlyElementsOf(names.subList(0, 4));
    }
    Files.write(missing, bytes);
    try (LocalDataset dataset = open()) {
      assertThat(dataset.absorb("main", AbsorbScope.ALL, Progress.NONE).payloads()).isEqualTo(5);
      assertThat(read()).containsExactlyElementsOf(names.subList(3, 5));
      assertThat(dataset.absorb("main", AbsorbScope.ALL, Progress.NONE).payloads()).isZero();
      assertThat(read()).isEmpty();
      assertThat(dataset.fsck(true, Progress.NONE).ok()).isTrue();
    }
  }
}
