package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Bisection;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A bisection that is kept: {@code local/bisections/NAME.json} with all marks, in order. */
final class BisectionFile {
  private static final String FOLDER = "bisections";
  private static final String SUFFIX = ".json";

  private final Path file;

  BisectionFile(LocalDataset dataset, String name) {
    if (!name.matches("[A-Za-z0-9@._%-]{1,200}") || name.startsWith(".")) {
      throw new InvalidInputException(
          "SHEAF-BIS-003",
          "Bad name of a bisection \"" + name + "\"",
          Location.NONE,
          "Use letters, digits and @ . _ % -");
    }
    this.file = dataset.local().resolve(FOLDER).resolve(name + SUFFIX);
  }

  /** Returns the commits that the bisections of all workspaces name. */
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
          new BisectionFile(dataset, workspace)
              .read()
              .ifPresent(kept -> kept.marks().forEach(mark -> commits.add(mark.commit())));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
    return commits;
  }

  void write(Bisection bisection) {
    ObjectNode node = Json.object();
    ArrayNode marks = node.putArray("marks");
    for (Bisection.Mark mark : bisection.marks()) {
      marks.addObject().put("verdict", word(mark.verdict())).put("commit", mark.commit());
    }
    try {
      DurableFiles.createDirectories(file.getParent());
      Path fresh = Files.createTempFile(file.getParent(), "bisect", ".tmp");
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

  Optional<Bisection> read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    String path = file.toString();
    List<Bisection.Mark> marks = new ArrayList<>();
    for (JsonNode one : Json.array(Json.parse(bytes, path), "marks", path)) {
      if (!(one instanceof ObjectNode mark)) {
        throw Json.bad(path, "bad mark", null);
      }
      String commit = Json.text(mark, "commit", path);
      if (!commit.matches("[0-9a-f]{40}")) {
        throw Json.bad(path, "bad commit \"" + commit + "\"", null);
      }
      marks.add(new Bisection.Mark(verdict(Json.text(mark, "verdict", path), path), commit));
    }
    return Optional.of(new Bisection(marks));
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
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }
}
