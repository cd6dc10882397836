package dev.sheaf.cli.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  @TempDir Path dataset;

  @Test
  void remembersTheBranchForOneWorkspaceAlone() {
    Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "ada")).switchTo("dev", "main");

    assertThat(Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "ada")).branch()).contains("dev");
    assertThat(Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "eve")).branch()).isEmpty();
    assertThat(Workspace.of(dataset, Map.of()).branch()).isEmpty();
  }

  @Test
  void keepsWhatItDoesNotKnow() throws IOException {
    Path file = dataset.resolve("local/workspaces/ada.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"branch\": \"a\", \"later\": [1, {\"x\": null}]}");

    Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "ada")).switchTo("b", "a");

    assertThat(file).hasContent("{\"branch\":\"b\",\"later\":[1,{\"x\":null}],\"before\":\"a\"}\n");
  }

  @Test
  void readingNeverFails() throws IOException {
    Workspace workspace = Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "ada"));
    assertThat(workspace.branch()).isEmpty();

    Path file = dataset.resolve("local/workspaces/ada.json");
    Files.createDirectories(file.getParent());
    for (String broken : new String[] {"", "{", "[]", "{\"branch\":7}", "{\"branch\":\"\"}"}) {
      Files.writeString(file, broken);
      assertThat(workspace.branch()).isEmpty();
    }
  }

  @Test
  void anyNameIsAFileOfItsOwn() throws IOException {
    Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "../a/b")).switchTo("one", "main");
    Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "..%2Fa%2Fb")).switchTo("two", "main");

    assertThat(Workspace.of(dataset, Map.of("SHEAF_WORKSPACE", "../a/b")).branch()).contains("one");
    try (var files = Files.list(dataset.resolve("local/workspaces"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void isNamedAfterUserAndHost() {
    assertThat(Workspace.of(dataset, Map.of()).name())
        .startsWith(System.getProperty("user.name") + "@");
  }
}
