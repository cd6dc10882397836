package dev.sheaf.format.golden;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.PurgedException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import dev.sheaf.format.purge.People;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes the golden dataset of moved chunks into a new folder: {@code FOLDER}. Samples were purged
 * from it three times, so that chunks moved more than once. Times differ from run to run.
 */
public final class GenerateMoved {
  static final int PEOPLE = 34;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private GenerateMoved() {}

  /** Writes the dataset and what its versions show. */
  public static void main(String[] arguments) throws IOException {
    System.setProperty("user.name", "sheaf");
    Path folder = Path.of(arguments[0]);
    Path path = People.write(folder.resolve(Golden.DATASET), PEOPLE, true);
    purge(path, "consent withdrawn", 3, 7);
    purge(path, "twice: \u00fc \u4e2d", 12);
    purge(path, "the last", 0, 33);
    try (Dataset dataset = Dataset.open(path)) {
      Files.writeString(folder.resolve(Golden.EXPECTED), expected(dataset));
    }
    remove(path.resolve("local"));
    Files.deleteIfExists(path.resolve("git").resolve("sheaf.lock"));
  }

  private static void purge(Path path, String reason, int... people) {
    try (Dataset dataset = Dataset.open(path)) {
      Set<SampleId> samples = new java.util.TreeSet<>();
      for (int person : people) {
        samples.add(dataset.at("v1").sample(person).id());
      }
      dataset.purge(new PurgeRequest(samples, reason, PurgeRequest.Shared.REFUSE), Progress.NONE);
    }
  }

  /** Returns what the tag and the branches show, a line a sample. */
  static String expected(Dataset dataset) throws IOException {
    StringBuilder text = new StringBuilder("{\"versions\": [");
    String separator = "";
    for (String rev : List.of("v1", "main", "side")) {
      Version version = dataset.at(rev);
      text.append(separator).append("\n{\"rev\": \"").append(rev).append("\", \"samples\": [");
      String between = "";
      for (long i = 0; i < version.size(); i++) {
        text.append(between).append("\n  ").append(MAPPER.writeValueAsString(sample(version, i)));
        between = ",";
      }
      text.append("]}");
      separator = ",";
    }
    return text.append("]}\n").toString();
  }

  private static ObjectNode sample(Version version, long index) {
    Sample sample = version.sample(index);
    ObjectNode node = MAPPER.createObjectNode();
    node.put("index", index).put("id", sample.id().toString());
    ObjectNode cells = node.putObject("cells");
    for (Column column : version.schema().columns()) {
      try {
        cells.set(column.name(), CellJson.of(column.type(), sample.value(column.name())));
      } catch (PurgedException e) {
        ArrayNode purged = cells.putObject(column.name()).putArray("purged");
        purged.add(e.code()).add(e.headline().replaceFirst("^.*?Z: ", ""));
      }
    }
    return node;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
