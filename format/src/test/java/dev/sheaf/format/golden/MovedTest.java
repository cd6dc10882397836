package dev.sheaf.format.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.FsckReport;
import dev.sheaf.format.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden dataset of moved chunks shows what it showed when it was written. */
class MovedTest {
  @TempDir Path temp;

  private static final Golden GOLDEN = new Golden(Golden.root().resolveSibling("moved"));

  @Test
  void showsWhatIsThereAndWhatWasPurged() throws IOException {
    Path path = GOLDEN.copyTo(temp);
    String expected = Files.readString(GOLDEN.folder().resolve(Golden.EXPECTED));
    assertThat(expected).contains("{\"purged\":[\"SHEAF-PUR-001\",\"consent withdrawn\"]}");
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(GenerateMoved.expected(dataset)).isEqualTo(expected);
      FsckReport report = dataset.fsck(true, Progress.NONE);
      assertThat(report.damaged()).isEmpty();
      assertThat(report.purged()).isPositive();
    }
  }

  @Test
  void theGeneratorStillMakesTheSameChunks() throws IOException {
    GenerateMoved.main(new String[] {temp.resolve("fresh").toString()});
    Golden fresh = new Golden(temp.resolve("fresh"));
    assertThat(names(fresh)).isEqualTo(names(GOLDEN));
    assertThat(Files.readString(fresh.folder().resolve(Golden.EXPECTED)))
        .isEqualTo(Files.readString(GOLDEN.folder().resolve(Golden.EXPECTED)));
  }

  private static String names(Golden golden) throws IOException {
    Path chunks = golden.dataset().resolve("chunks");
    try (Stream<Path> files = Files.walk(chunks)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList()
          .toString();
    }
  }
}
