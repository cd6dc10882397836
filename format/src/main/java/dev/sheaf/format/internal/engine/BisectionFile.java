package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Bisection;
import dev.sheaf.format.internal.layer.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A bisection that is kept: {@code local/bisections/NAME.json} with all marks, in order. */
final class BisectionFile {
  private static final String FOLDER = "bisections";

  private final KeptFile file;

  BisectionFile(LocalDataset dataset, String name) {
    this.file = new KeptFile(dataset, FOLDER, name, "SHEAF-BIS-003", "a bisection");
  }

  /** Returns the commits that the bisections of all workspaces name. */
  static Set<String> commits(LocalDataset dataset) {
    Set<String> commits = new HashSet<>();
    for (String workspace : KeptFile.names(dataset, FOLDER)) {
      new BisectionFile(dataset, workspace)
          .read()
          .ifPresent(kept -> kept.marks().forEach(mark -> commits.add(mark.commit())));
    }
    return commits;
  }

  void write(Bisection bisection) {
    ObjectNode node = Json.object();
    ArrayNode marks = node.putArray("marks");
    for (Bisection.Mark mark : bisection.marks()) {
      marks.addObject().put("verdict", word(mark.verdict())).put("commit", mark.commit());
    }
    file.write(node);
  }

  Optional<Bisection> read() {
    return file.read().map(this::parse);
  }

  private Bisection parse(ObjectNode node) {
    String path = file.path();
    List<Bisection.Mark> marks = new ArrayList<>();
    for (JsonNode one : Json.array(node, "marks", path)) {
      if (!(one instanceof ObjectNode mark)) {
        throw Json.bad(path, "bad mark", null);
      }
      String commit = Json.text(mark, "commit", path);
      if (!commit.matches("[0-9a-f]{40}")) {
        throw Json.bad(path, "bad commit \"" + commit + "\"", null);
      }
      marks.add(new Bisection.Mark(verdict(Json.text(mark, "verdict", path), path), commit));
    }
    return new Bisection(marks);
  }

  private static String word(Bisection.Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private static Bisection.Verdict verdict(String word, String path) {
    for (Bisection.Verdict verdict : Bisection.Verdict.values()) {
      if (word(verdict).equals(word)) {
        return verdict;
      }
    }
    throw Json.bad(path, "unknown verdict \"" + word + "\"", null);
  }

  void delete() {
    file.delete();
  }
}
