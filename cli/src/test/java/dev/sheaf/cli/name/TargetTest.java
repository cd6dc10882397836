package dev.sheaf.cli.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.cli.failure.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {
  @TempDir Path folder;

  @Test
  void takesTheDatasetFirst() {
    Target target = Target.first("get", List.of("a.sheaf@dev", "17", "-1"), folder);

    assertThat(target.path()).isEqualTo(folder.resolve("a.sheaf"));
    assertThat(target.name().rev()).isEqualTo("dev");
    assertThat(target.rest()).containsExactly("17", "-1");
  }

  @Test
  void takesTheDatasetLastForIngest() {
    Target target = Target.last("ingest", List.of("x", "y", "a.sheaf"), folder);

    assertThat(target.path()).isEqualTo(folder.resolve("a.sheaf"));
    assertThat(target.rest()).containsExactly("x", "y");
  }

  @Test
  void findsTheDatasetAroundTheFolder() {
    Path inside = folder.resolve("a.sheaf").resolve("chunks");

    assertThat(Target.first("get", List.of("17"), inside).path())
        .isEqualTo(folder.resolve("a.sheaf"));
    assertThat(Target.first("info", List.of("@dev"), inside).name().rev()).isEqualTo("dev");
    assertThat(Target.last("ingest", List.of("../x"), inside).rest()).containsExactly("../x");
  }

  @Test
  void aDotIsTheDatasetInItsFolder() {
    Path dataset = folder.resolve("a.sheaf");

    assertThat(Target.first("get", List.of(".", "17"), dataset).path()).isEqualTo(dataset);
    assertThat(Target.first("get", List.of("./", "17"), dataset).rest()).containsExactly("17");
    assertThat(Target.first("info", List.of(".@dev"), dataset).name().rev()).isEqualTo("dev");
    assertThat(Target.last("ingest", List.of("../x", "."), dataset).rest()).containsExactly("../x");
    assertThat(Target.last("ingest", List.of("."), dataset).rest()).containsExactly(".");
    assertThat(Target.first("get", List.of(".."), dataset).rest()).containsExactly("..");
    assertThatThrownBy(() -> Target.first("info", List.of("."), folder))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void noticesSwappedArguments() {
    assertHint(
        () -> Target.first("get", List.of("17", "a.sheaf"), folder),
        "Swap the arguments: sheaf get a.sheaf 17");
    assertHint(
        () -> Target.last("ingest", List.of("a.sheaf", "my images"), folder),
        "Swap the arguments: sheaf ingest 'my images' a.sheaf");
  }

  @Test
  void saysWhereTheDatasetBelongs() throws IOException {
    Files.createDirectories(folder.resolve("pets.sheaf"));

    assertHint(
        () -> Target.first("get", List.of("17"), folder), "Name it: sheaf get PATH.sheaf 17");
    assertHint(
        () -> Target.first("get", List.of("pets", "17"), folder),
        "A dataset's name ends in .sheaf: sheaf get pets.sheaf 17");
    assertHint(
        () -> Target.last("ingest", List.of("images", "new"), folder),
        "A dataset's name ends in .sheaf: sheaf ingest images new.sheaf");
    assertHint(
        () -> Target.last("ingest", List.of("images"), folder),
        "Name it: sheaf ingest images PATH.sheaf");
    assertHint(
        () -> Target.first("info", List.of(), folder),
        "Name it: sheaf info PATH.sheaf, or run inside the .sheaf folder");
  }

  private static void assertHint(Runnable action, String hint) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(UsageException.class, e -> assertThat(e.hint()).isEqualTo(hint));
  }
}
