package dev.sheaf.format.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import dev.sheaf.format.golden.CellJson;
import dev.sheaf.format.internal.git.GitStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes datasets for another implementation to read, and beside each what this library reads from
 * it.
 *
 * <pre>
 *   interop/dataset.sheaf         every type, placement and edit; see {@link InteropDataset}
 *   interop/NUMBER-COMMIT.jsonl   a version: a line with what it is, then one a sample
 *   interop/revisions.json        what names of versions mean, and the log
 *   hostile/NAME/…                damaged datasets; see {@link HostileVectors}
 * </pre>
 */
public final class WriteVectors {
  static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final ObjectMapper MAPPER = new ObjectMapper();

  private WriteVectors() {}

  /** Writes the vectors into a folder. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  /** Writes the vectors into a folder; returns how many cells and hostile cases they have. */
  static Counts write(Path folder) throws IOException {
    Path interop = Files.createDirectories(folder.resolve("interop"));
    Path path = interop.resolve("dataset.sheaf");
    long cells = 0;
    try (Dataset dataset = InteropDataset.write(path)) {
      List<CommitInfo> commits = new ArrayList<>(dataset.log("main", 1_000));
      java.util.Collections.reverse(commits);
      for (int i = 0; i < commits.size(); i++) {
        String id = commits.get(i).id();
        boolean isLast = i == commits.size() - 1;
        Path file = interop.resolve(String.format("%02d-%s.jsonl", i, id));
        cells += version(dataset.at(id), isLast ? 1 : 5, file);
      }
    }
    revisions(path, interop.resolve("revisions.json"));
    return new Counts(cells, HostileVectors.write(folder.resolve("hostile")));
  }

  /**
   * What was written.
   *
   * @param cells the number of cells of the intact dataset
   * @param hostile the number of damaged datasets
   */
  record Counts(long cells, int hostile) {}

  /** Writes the first samples, the last ones and every so many-th between. */
  private static long version(Version version, int step, Path file) throws IOException {
    long cells = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      ObjectNode head = NODES.objectNode();
      head.put("commit", version.commit().id());
      head.put("tree", version.commit().tree());
      head.put("size", version.size());
      head.set("columns", columns(version));
      line(out, head);
      for (long i = 0; i < version.size(); i++) {
        boolean isShown = i < 60 || i >= version.size() - 60 || i % step == 0;
        if (isShown) {
          line(out, sample(version.sample(i)));
          cells += version.schema().size();
        }
      }
    }
    return cells;
  }

  static ArrayNode columns(Version version) {
    ArrayNode columns = NODES.arrayNode();
    for (Column column : version.schema()) {
      columns.addObject().put("name", column.name()).put("type", column.type().toString());
    }
    return columns;
  }

  private static ObjectNode sample(Sample sample) {
    ObjectNode node = NODES.objectNode();
    node.put("index", sample.index());
    node.put("id", sample.id().toString());
    ArrayNode cells = node.putArray("cells");
    for (Column column : sample.schema()) {
      cells.add(CellJson.of(column.type(), sample.value(column.name())));
    }
    return node;
  }

  private static void revisions(Path path, Path file) throws IOException {
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      git.createBranch("trial", "main~3");
      git.createBranch("some/where", "main~1");
      git.createTag("v1", "main~4");
      git.createTag("trial-tag", "main~5");
    }
    ObjectNode node = NODES.objectNode();
    ArrayNode revisions = node.putArray("revisions");
    try (Dataset dataset = Dataset.open(path)) {
      List<CommitInfo> log = dataset.log("main", 1_000);
      ArrayNode commits = node.putArray("log");
      for (CommitInfo commit : log) {
        commits.addObject().put("id", commit.id()).put("subject", commit.subject());
      }
      String head = log.get(0).id();
      List<String> names = new ArrayList<>(List.of("", "HEAD", "@", "main", "heads/main"));
      names.addAll(List.of("refs/heads/main", "tags/v1", "v1", "v1~1", "v1^{}", "v1^{commit}"));
      names.addAll(
          List.of("trial", "some/where", "trial-tag", "main~", "main~2", "main^", "main^^"));
      names.addAll(List.of("main^0", "main~1^1~1", "main^1", "@~2", "HEAD~3", "main@{0}"));
      names.addAll(List.of("main@{1}", "@{1}", "@{2}", "main@{4}~1", "HEAD@{1}", "@{now}"));
      names.addAll(List.of("@{2100-01-01}", "main@{2100-01-01T10:00+02:00}", "@{0.days.ago}"));
      names.addAll(List.of("@{2100-01-01 10:00:00.5}", "@{2100-01-01T10:00Z}", "@{1970-01-01}"));
      names.addAll(List.of("@{3.years.ago}", "@{nonsense}", "main@{99}", "main~99", "main^2"));
      names.addAll(List.of("nothing", "main~x", "main^{tree}", "mian", "@{", "@{1}@{2}", "abcd"));
      names.addAll(List.of(head, head.substring(0, 10), head.substring(0, 10) + "~1", "ABC"));
      names.addAll(List.of(head.toUpperCase(java.util.Locale.ROOT), "0".repeat(40), "../config"));
      for (String name : names) {
        ObjectNode entry = revisions.addObject().put("rev", name);
        try {
          entry.put("commit", dataset.at(name).commit().id());
        } catch (DatasetException e) {
          entry.set("error", HostileVectors.error(e));
        }
      }
    }
    MAPPER.writeValue(file.toFile(), node);
  }

  private static void line(BufferedWriter out, ObjectNode node) throws IOException {
    out.write(node.toString());
    out.write('\n');
  }
}
