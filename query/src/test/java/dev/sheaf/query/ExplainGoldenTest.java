package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The plans of {@code testdata/query/explain.txt}: who runs what, what is pushed where. {@code
 * -Dtests.update=true} writes them anew.
 */
class ExplainGoldenTest {
  private static final Path FILE =
      Path.of(System.getProperty("sheaf.root", ".."), "testdata", "query", "explain.txt");
  private static final String QUERY = "> ";

  @TempDir Path temp;

  @Test
  void plansAreThoseOfTheFile() throws IOException {
    String before = Files.readString(FILE);
    List<String> after = new ArrayList<>();
    try (Dataset dataset = Pets.create(temp.resolve("pets.sheaf"))) {
      SqlSession session = SqlSession.open(dataset);
      for (String line : before.lines().toList()) {
        if (line.startsWith("#")) {
          after.add(line);
        } else if (line.startsWith(QUERY)) {
          after.add("");
          after.add(line);
          String plan = session.explain(line.substring(QUERY.length()), Map.of());
          after.addAll(plan.lines().toList());
        }
      }
    }
    String plans = String.join("\n", after) + "\n";
    if (Boolean.getBoolean("tests.update")) {
      Files.writeString(FILE, plans);
    }
    assertThat(plans).isEqualTo(Files.readString(FILE));
  }
}
