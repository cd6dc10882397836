package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A dataset that may not be written is read as any other. */
@DisabledOnOs(OS.WINDOWS)
class ReadOnlyTest {
  /** Whom permissions do not bind gives that up; a command of Linux. */
  private static final List<String> AS_ANYBODY =
      List.of("/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search");

  @TempDir Path temp;

  @Test
  void aReadOnlyDatasetIsReadAndExportedAndRefusesCommits() throws IOException {
    Path path = temp.resolve("locked.sheaf");
    Path target = temp.resolve("exported");
    ReadOnlyDriver.write(path);
    setWritable(path, false);
    try {
      List<String> command = new ArrayList<>();
      if (Files.isWritable(path)) {
        Assumptions.assumeTrue(
            Files.isExecutable(Path.of(AS_ANYBODY.get(0))), "this user ignores permissions");
        command.addAll(AS_ANYBODY);
      }
      command.addAll(Processes.java(ReadOnlyDriver.class, "read", path.toString(), "" + target));
      assertThat(Processes.finish(Processes.start(command)))
          .contains("read-only: read ")
          .contains("the dataset does not remember this export, it cannot be written to");
    } finally {
      setWritable(path, true);
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.exports()).isEmpty();
      assertThat(Files.readAllLines(target.resolve("data.jsonl")))
          .hasSize(Math.toIntExact(dataset.head().size()));
    }
  }

  private static void setWritable(Path path, boolean isWritable) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(path)) {
      files.forEach(all::add);
    }
    for (Path file : all) {
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(isWritable ? "rwx------" : "r-x------"));
    }
  }
}
