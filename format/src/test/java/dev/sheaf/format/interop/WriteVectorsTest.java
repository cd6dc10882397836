package dev.sheaf.format.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other implementations read what {@link WriteVectors} writes; here, that it can be written. */
class WriteVectorsTest {
  @TempDir Path folder;

  @Test
  void writesCellsAndDamage() throws IOException {
    WriteVectors.Counts counts = WriteVectors.write(folder);

    assertThat(counts.cells()).isGreaterThan(100_000);
    assertThat(counts.hostile()).isGreaterThan(100);
    List<Path> cases;
    try (Stream<Path> found = Files.list(folder.resolve("hostile"))) {
      cases = found.sorted().toList();
    }
    assertThat(cases).hasSize(counts.hostile());
    int refused = 0;
    for (Path each : cases) {
      JsonNode expected = WriteVectors.MAPPER.readTree(each.resolve("expected.json").toFile());
      refused += expected.findValue("error") == null ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(70);
  }
}
