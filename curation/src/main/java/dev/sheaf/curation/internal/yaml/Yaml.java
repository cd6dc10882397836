package dev.sheaf.curation.internal.yaml;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of a YAML 1.2 document that knows its line, so that every message can name it. Immutable.
 * Anchors and aliases are allowed; tags of one's own are not given meaning.
 */
public final class Yaml {
  private static final int MOST_BYTES = 16 << 20;

  private final String file;
  private final Node node;

  private Yaml(String file, Node node) {
    this.file = file;
    this.node = node;
  }

  /**
   * Reads a document.
   *
   * @param file what to call it in messages
   * @throws InvalidInputException if it is no YAML, with the line
   */
  public static Yaml parse(String file, String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setCodePointLimit(MOST_BYTES)
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(50)
            .build();
    try {
      Node root = new Compose(settings).composeString(text).orElse(null);
      if (root == null) {
        throw error(file, 1, "The file is empty", "See docs/recipes.md for an example");
      }
      return new Yaml(file, root);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw error(file, line, "Not valid YAML: " + e.getProblem(), "Check indentation and quotes");
    } catch (YamlEngineException e) {
      throw error(file, 1, "Not valid YAML: " + e.getMessage(), "Check indentation and quotes");
    }
  }

  private static InvalidInputException error(String file, int line, String headline, String hint) {
    return new InvalidInputException(
        "SHEAF-RCP-001", headline, Location.of(file).with("line", line), hint);
  }

  /** Returns an error at this value. */
  public InvalidInputException error(String headline, String hint) {
    return error(file, line(), headline, hint);
  }

  /** Returns the line, from 1. */
  public int line() {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** Returns the name of the file. */
  public String file() {
    return file;
  }

  /** Tells whether this is a mapping. */
  public boolean isMap() {
    return node instanceof MappingNode;
  }

  /** Tells whether this is a sequence. */
  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Tells whether this is null, written out or left empty. */
  public boolean isNull() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  /** Returns the entries of a mapping in order; of null none. */
  public Map<String, Yaml> map() {
    Map<String, Yaml> entries = new LinkedHashMap<>();
    if (isNull()) {
      return entries;
    }
    if (!(node instanceof MappingNode mapping)) {
      throw error("Expected a mapping of names to values, got " + kind(), "Write name: value");
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Yaml key = new Yaml(file, tuple.getKeyNode());
      if (entries.put(key.text(), new Yaml(file, tuple.getValueNode())) != null) {
        throw key.error("\"" + key.text() + "\" is given twice", "Remove one");
      }
    }
    return entries;
  }

  /** Returns the items of a sequence in order; of null none. */
  public List<Yaml> list() {
    if (isNull()) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      throw error("Expected a list, got " + kind(), "Write [a, b] or one \"- item\" a line");
    }
    List<Yaml> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(new Yaml(file, item));
    }
    return items;
  }

  /** Returns the texts of a sequence, or of a single scalar as a sequence of one. */
  public List<String> texts() {
    return node instanceof ScalarNode && !isNull()
        ? List.of(text())
        : list().stream().map(Yaml::text).toList();
  }

  /** Returns a scalar as it is written. */
  public String text() {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw error("Expected a single value, got " + kind(), "Write one value");
  }

  /** Returns a number. */
  public double number() {
    try {
      return Double.parseDouble(text().replace("_", ""));
    } catch (NumberFormatException e) {
      throw error("Expected a number, got \"" + text() + "\"", "Write a number such as 0.5");
    }
  }

  /** Returns a whole number. */
  public long integer() {
    try {
      return Long.parseLong(text().replace("_", ""));
    } catch (NumberFormatException e) {
      throw error("Expected a whole number, got \"" + text() + "\"", "Write a number such as 100");
    }
  }

  /** Returns a truth value. */
  public boolean truth() {
    if (text().equals("true") || text().equals("false")) {
      return text().equals("true");
    }
    throw error("Expected true or false, got \"" + text() + "\"", "Write true or false");
  }

  /** Returns an entry of a mapping. */
  public Optional<Yaml> get(String name) {
    return Optional.ofNullable(map().get(name));
  }

  /** Refuses entries of a mapping that are not known. */
  public void allow(Collection<String> known, String what) {
    map()
        .forEach(
            (name, value) -> {
              if (!known.contains(name)) {
                throw value.error(
                    "Unknown " + what + " \"" + name + "\"",
                    Suggestion.of(name, List.copyOf(known), what + "s"));
              }
            });
  }

  private String kind() {
    if (isMap()) {
      return "a mapping";
    }
    return isList() ? "a list" : "\"" + ((ScalarNode) node).getValue() + "\"";
  }
}
