package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sheaf diff --html}. */
class ReviewTest {
  @TempDir Path folder;

  @Test
  void writesAPageAndSaysWhatIsOnIt() throws IOException {
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"));
        Transaction change = made.begin()) {
      for (int i = 0; i < 5; i++) {
        change.append(Row.of().key("k" + i).set("caption", "a cat on a sofa"));
      }
      change.commit("Five");
    }
    CommandLineRun ada = new CommandLineRun(folder, "ada@lab7");
    ada.ok("set", "a.sheaf", ":", "caption=a dog on a sofa", "-m", "Dogs");
    assertThat(ada.ok("diff", "a.sheaf", "~1", "--html", "review.html", "--most", "2"))
        .contains("5 samples modified, 5 cells modified\nwrote review.html  2 samples shown, ");
    assertThat(Files.readString(folder.resolve("review.html")))
        .contains("<title>a.sheaf</title>", "<bdi>~1</bdi> <code>", "<bdi>main</bdi> <code>")
        .contains("a <del>cat</del><ins>dog</ins> on a sofa")
        .contains("The first 2 of 5 changed samples are shown.");

    JsonNode json = ada.json("diff", "a.sheaf", "~1", "main", "--html", "review.html");
    assertThat(json.get("shown").asInt()).isEqualTo(5);
    assertThat(json.get("summary").get("modified").asInt()).isEqualTo(5);
    assertThat(json.get("bytes").asLong()).isEqualTo(Files.size(folder.resolve("review.html")));
    assertThat(ada.run("diff", "a.sheaf", "~1", "--html", "review.html", "--most", "x"))
        .isEqualTo(2);
    assertThat(ada.err()).contains("--most is \"x\"");
    assertThat(ada.run("diff", "a.sheaf", "~1", "--html", "no/such.html")).isEqualTo(4);
  }
}
