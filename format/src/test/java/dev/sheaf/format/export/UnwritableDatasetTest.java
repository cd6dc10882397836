package dev.sheaf.format.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A dataset that cannot be written to is exported. Permissions do not stop every user who tests, so
 * what is in the way are files where folders would be, and the other way round.
 */
class UnwritableDatasetTest {
  @TempDir Path folder;

  private Path many() {
    Path path = folder.resolve("many.sheaf");
    ManyTypes.write(path, TestFiles.PETS, true).close();
    return path;
  }

  /** Everything below a folder: times of files, -1 for folders. */
  private static Map<String, Long> listing(Path root) throws IOException {
    Map<String, Long> listing = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        long time = Files.isDirectory(path) ? -1 : Files.getLastModifiedTime(path).toMillis();
        listing.put(root.relativize(path).toString(), time);
      }
    }
    return listing;
  }

  private ExportReport export(Path path, boolean isRecorded) {
    try (Dataset dataset = Dataset.open(path)) {
      Export export =
          Export.of(dataset.head())
              .to(ExportFormat.JSONL, folder.resolve("out"))
              .columns("caption", "score");
      return isRecorded ? export.run() : export.unrecorded().run();
    }
  }

  @Test
  void anUnrecordedExportWritesNothingIntoTheDataset() throws IOException {
    Path path = many();
    Map<String, Long> before = listing(path);
    ExportReport report = export(path, false);
    assertThat(report.notes()).isEmpty();
    assertThat(report.files()).isPositive();
    assertThat(listing(path)).isEqualTo(before);
  }

  /** The commit lock, the folder of the ref, the ref. */
  @ParameterizedTest
  @CsvSource({
    "git/sheaf.lock/taken",
    "git/refs/sheaf",
    "git/refs/sheaf/exports/taken",
  })
  void anExportThatCannotBeRecordedSaysSo(String inTheWay) throws IOException {
    Path path = many();
    Files.delete(path.resolve("git/sheaf.lock"));
    Path obstacle = path.resolve(inTheWay);
    Files.createDirectories(obstacle.getParent());
    Files.writeString(obstacle, "d".repeat(40) + "\n");
    ExportReport report = export(path, true);
    assertThat(report.notes())
        .singleElement()
        .asString()
        .startsWith("the dataset does not remember this export, it cannot be written to: ")
        .contains(path.toString())
        .doesNotContain("null");
    assertThat(report.rows()).isPositive();
    assertThat(folder.resolve("out").resolve(ExportFolder.MARKER)).exists();
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.exports()).isEmpty();
    }
  }
}
