package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Merge;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A merge that is kept: {@code local/merges/NAME.json} with the versions and the decisions. What is
 * in conflict is not stored, since it follows from these.
 */
public final class MergeFile {
  private static final String FOLDER = "merges";
  private static final String SUFFIX = ".json";

  private final Path file;

  /**
   * Names a merge; nothing is read or written yet.
   *
   * @throws InvalidInputException if the name is no name
   */
  public MergeFile(LocalDataset dataset, String name) {
    if (!name.matches("[A-Za-z0-9@._%-]{1,200}") || name.startsWith(".")) {
      throw new InvalidInputException(
          "SHEAF-MRG-005",
          "Bad name of a merge \"" + name + "\"",
          Location.NONE,
          "Use letters, digits and @ . _ % -");
    }
    this.file = dataset.local().resolve(FOLDER).resolve(name + SUFFIX);
  }

  /**
   * What is kept.
   *
   * @param rev the version that is brought in, as it was named
   * @param theirs its commit
   * @param preferred the side that wins what is not decided, or null
   */
  public record State(
      Merge.Kind kind,
      String branch,
      String rev,
      String theirs,
      int parent,
      Merge.Side preferred,
      Merge.Strictness strictness,
      boolean noFastForward,
      Map<String, Merge.Resolution> resolutions) {}

  /** Returns the commits that the kept merges of all workspaces bring in. */
  static Set<String> commits(LocalDataset dataset) {
    Path folder = dataset.local().resolve(FOLDER);
    Set<String> commits = new HashSet<>();
    if (!Files.isDirectory(folder)) {
      return commits;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path one : files.map(Path::getFileName).toList()) {
        String name = one.toString();
        if (name.endsWith(SUFFIX)) {
          String workspace = name.substring(0, name.length() - SUFFIX.length());
          new MergeFile(dataset, workspace).read().ifPresent(kept -> commits.add(kept.theirs()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
    return commits;
  }

  /** Keeps a state durably in the place of the one before. */
  public void write(State state) {
    ObjectNode node = Json.object();
    node.put("kind", state.kind().name());
    node.put("branch", state.branch());
    node.put("rev", state.rev());
    node.put("theirs", state.theirs());
    node.put("parent", state.parent());
    node.put("preferred", state.preferred() == null ? "" : state.preferred().name());
    node.put("strictness", state.strictness().name());
    node.put("no_fast_forward", state.noFastForward() ? 1 : 0);
    ObjectNode resolutions = node.putObject("resolutions");
    state
        .resolutions()
        .forEach(
            (id, resolution) ->
                resolutions
                    .putObject(id)
                    .put("choice", resolution.choice())
                    .put("json", resolution.json()));
    try {
      DurableFiles.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "merge", ".tmp");
      try {
        Files.write(fresh, Json.bytes(node));
        DurableFiles.move(fresh, file);
      } finally {
        Files.deleteIfExists(fresh);
      }
      DurableFiles.syncDirectory(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Returns what is kept, if anything is. */
  public Optional<State> read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    String path = file.toString();
    ObjectNode node = Json.parse(bytes, path);
    Map<String, Merge.Resolution> resolutions = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : Json.object(node, "resolutions", path).properties()) {
      if (!(entry.getValue() instanceof ObjectNode one)) {
        throw Json.bad(path, "bad decision " + entry.getKey(), null);
      }
      resolutions.put(
          entry.getKey(),
          new Merge.Resolution(Json.text(one, "choice", path), Json.text(one, "json", path)));
    }
    String preferred = Json.text(node, "preferred", path);
    return Optional.of(
        new State(
            Merge.Kind.valueOf(Json.text(node, "kind", path)),
            Json.text(node, "branch", path),
            Json.text(node, "rev", path),
            Json.text(node, "theirs", path),
            (int) Json.number(node, "parent", 0, Integer.MAX_VALUE, path),
            preferred.isEmpty() ? null : Merge.Side.valueOf(preferred),
            Merge.Strictness.valueOf(Json.text(node, "strictness", path)),
            Json.number(node, "no_fast_forward", 0, 1, path) == 1,
            resolutions));
  }

  /** Forgets the merge, if there is one. */
  public void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }
}
