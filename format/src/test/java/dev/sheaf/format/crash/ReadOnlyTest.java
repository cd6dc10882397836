package dev.sheaf.format.crash;

import static org.assertj.core.api.Assertions.assertThat;

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
  @TempDir Path temp;

  @Test
  void aReadOnlyDatasetIsReadAndRefusesCommits() throws IOException {
    Path path = temp.resolve("locked.sheaf");
    ReadOnlyDriver.write(path);
    setWritable(path, false);
    try {
      if (Files.isWritable(path)) {
        System.out.println(
            "skipped: this user writes where nobody may; .ci/extra tests it on a read-only disk");
      }
      Assumptions.assumeFalse(Files.isWritable(path), "this user ignores permissions");
      ReadOnlyDriver.read(path);
    } finally {
      setWritable(path, true);
    }
    assertThat(path).exists();
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
