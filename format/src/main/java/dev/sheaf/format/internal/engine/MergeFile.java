package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Merge;
import dev.sheaf.format.internal.layer.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A merge that is kept: {@code local/merges/NAME.json} with the versions and the decisions. What is
 * in conflict is not stored, since it follows from these.
 */
public final class MergeFile {
  private static final String FOLDER = "merges";

  private final KeptFile file;

  /**
   * Names a merge; nothing is read or written yet.
   *
   * @throws InvalidInputException if the name is no name
   */
  public MergeFile(LocalDataset dataset, String name) {
    this.file = new KeptFile(dataset, FOLDER, name, "SHEAF-MRG-005", "a merge");
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
    Set<String> commits = new HashSet<>();
    for (String workspace : KeptFile.names(dataset, FOLDER)) {
      new MergeFile(dataset, workspace).read().ifPresent(kept -> commits.add(kept.theirs()));
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
    file.write(node);
  }

  /** Returns what is kept, if anything is. */
  public Optional<State> read() {
    return file.read().map(this::parse);
  }

  private State parse(ObjectNode node) {
    String path = file.path();
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
    return new State(
        Merge.Kind.valueOf(Json.text(node, "kind", path)),
        Json.text(node, "branch", path),
        Json.text(node, "rev", path),
        Json.text(node, "theirs", path),
        (int) Json.number(node, "parent", 0, Integer.MAX_VALUE, path),
        preferred.isEmpty() ? null : Merge.Side.valueOf(preferred),
        Merge.Strictness.valueOf(Json.text(node, "strictness", path)),
        Json.number(node, "no_fast_forward", 0, 1, path) == 1,
        resolutions);
  }

  /** Forgets the merge, if there is one. */
  public void delete() {
    file.delete();
  }
}
