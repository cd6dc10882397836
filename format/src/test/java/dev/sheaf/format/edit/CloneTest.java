package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clone holds every version, and nothing else. */
class CloneTest {
  @TempDir Path temp;

  private static void append(Dataset dataset, String branch, int seed) {
    try (Transaction change = dataset.begin(branch)) {
      byte[] payload = new Randomness(seed).bytes(9000);
      Media media = Media.of(MediaKind.FILE, payload, Map.of());
      change.append(Row.of().key("k" + seed).set("file", media).set("n", (long) seed));
      change.commit("Append " + seed);
    }
  }

  private static List<Path> chunks(Path dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Dataset source() {
    Dataset dataset = Dataset.create(temp.resolve("a.sheaf"));
    append(dataset, "main", 1);
    dataset.createTag("v1", "main");
    dataset.createBranch("dev", "main");
    dataset.createBranch("gone", "main");
    append(dataset, "dev", 2);
    append(dataset, "gone", 3);
    append(dataset, "main", 4);
    dataset.deleteBranch("gone");
    return dataset;
  }

  @Test
  void holdsEveryVersionAndNothingElse() throws IOException {
    Path target = temp.resolve("copies/b.sheaf");
    try (Dataset dataset = source()) {
      dataset.copyTo(target);
      assertThatThrownBy(() -> dataset.copyTo(target))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Something is there already");
      assertThatThrownBy(() -> dataset.copyTo(temp.resolve("b")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("does not end in \".sheaf\"");
      try (Dataset copy = Dataset.open(target)) {
        assertThat(copy.branches()).containsExactly("dev", "main");
        assertThat(copy.tags()).containsExactly("v1");
        assertThat(copy.defaultBranch()).isEqualTo("main");
        for (String rev : List.of("dev", "main", "v1")) {
          assertThat(copy.log(rev, 100)).isEqualTo(dataset.log(rev, 100));
          assertThat(copy.filesJson(copy.at(rev))).isEqualTo(dataset.filesJson(dataset.at(rev)));
        }
        assertThat(copy.at("dev").sample(1).media("file").toBytes())
            .isEqualTo(new Randomness(2).bytes(9000));
        assertThat(copy.fsck(true, Progress.NONE).damaged()).isEmpty();
        assertThat(chunks(target)).hasSizeLessThan(chunks(dataset.path()).size());

        append(copy, "main", 5);
        assertThat(copy.head().size()).isEqualTo(3);
        assertThat(dataset.head().size()).isEqualTo(2);
      }
    }
  }

  @Test
  void refusesToPassDamageOn() throws IOException {
    Path target = temp.resolve("b.sheaf");
    try (Dataset dataset = source()) {
      String used = dataset.chunks(dataset.at("dev")).get(0).id();
      Path chunk =
          chunks(dataset.path()).stream()
              .filter(file -> file.getFileName().toString().startsWith(used))
              .findFirst()
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(chunk);
      bytes[bytes.length / 2] ^= 1;
      Files.write(chunk, bytes);

      assertThatThrownBy(() -> dataset.copyTo(target))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("does not match its name");
      assertThatThrownBy(() -> Dataset.open(target)).isInstanceOf(NotFoundException.class);
    }
  }
}
