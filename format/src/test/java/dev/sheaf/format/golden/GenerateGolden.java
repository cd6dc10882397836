package dev.sheaf.format.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.storage.pack.PackConfig;

/**
 * Writes the golden datasets into new folders: {@code FOLDER [NAME...]}. What is there already
 * stays as it is.
 */
final class GenerateGolden {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private GenerateGolden() {}

  public static void main(String[] arguments) throws IOException {
    // The commits name their author.
    System.setProperty("user.name", "sheaf");
    Path folder = Path.of(arguments[0]);
    for (Map.Entry<String, Consumer<GoldenBook>> golden : GoldenDatasets.all().entrySet()) {
      Path target = folder.resolve(golden.getKey());
      if (Files.exists(target)) {
        System.out.println("left as it is: " + target);
      } else {
        write(target, golden.getValue());
        System.out.println("written: " + target);
      }
    }
  }

  /** Writes one dataset, what it must show, and nothing of this machine's. */
  static void write(Path folder, Consumer<GoldenBook> golden) throws IOException {
    Files.createDirectories(folder);
    Path path = folder.resolve(Golden.DATASET);
    ObjectNode expected;
    Map<String, Integer> tags;
    try (Dataset dataset = Dataset.create(path);
        GoldenBook book = new GoldenBook(dataset)) {
      golden.accept(book);
      expected = book.expected();
      tags = book.tags();
    }
    if (!tags.isEmpty()) {
      packByGit(path.resolve("git"), tags);
    }
    Files.writeString(folder.resolve(Golden.EXPECTED), text(expected));
    deleteRecursively(path.resolve("local"));
    Files.deleteIfExists(path.resolve("git").resolve("sheaf.lock"));
  }

  /** Packs everything with deltas and the refs into one file; the last tag comes after that. */
  private static void packByGit(Path git, Map<String, Integer> tags) throws IOException {
    PersonIdent tagger =
        new PersonIdent(
            "sheaf", "sheaf@localhost", Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC);
    FileRepositoryBuilder builder = new FileRepositoryBuilder().setGitDir(git.toFile()).setBare();
    try (FileRepository repository = new FileRepository(builder.setup());
        Git commands = Git.wrap(repository);
        RevWalk walk = new RevWalk(repository)) {
      int left = tags.size();
      for (Map.Entry<String, Integer> tag : tags.entrySet()) {
        if (--left == 0) {
          GC collector = new GC(repository);
          collector.setExpire(Instant.now());
          collector.setPackExpireAgeMillis(0);
          PackConfig config = new PackConfig(repository);
          config.setBuildBitmaps(false);
          config.setReuseObjects(false);
          collector.setPackConfig(config);
          collector.repack();
          commands.packRefs().setAll(true).call();
        }
        RevCommit commit = walk.parseCommit(repository.resolve("main~" + tag.getValue()));
        commands
            .tag()
            .setName(tag.getKey())
            .setObjectId(commit)
            .setMessage("Annotated")
            .setTagger(tagger)
            .setAnnotated(true)
            .call();
      }
    } catch (GitAPIException e) {
      throw new IOException(e);
    }
  }

  /** One line a sample, for diffs. */
  private static String text(ObjectNode expected) throws IOException {
    StringBuilder text = new StringBuilder("{\"tags\": ");
    text.append(expected.get("tags")).append(",\n\"versions\": [");
    String separator = "";
    for (JsonNode version : expected.get("versions")) {
      text.append(separator).append("\n{\"rev\": ").append(version.get("rev"));
      text.append(",\n \"tree\": ").append(version.get("tree"));
      text.append(",\n \"columns\": ").append(version.get("columns"));
      text.append(",\n \"size\": ").append(version.get("size"));
      text.append(",\n \"keys\": ").append(version.get("keys"));
      text.append(",\n \"samples\": [");
      String between = "";
      for (JsonNode sample : version.get("samples")) {
        text.append(between).append("\n  ").append(MAPPER.writeValueAsString(sample));
        between = ",";
      }
      text.append("]}");
      separator = ",";
    }
    return text.append("]}\n").toString();
  }

  private static void deleteRecursively(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
