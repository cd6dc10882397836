package dev.sheaf.curation.internal.taxonomy;

import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A governed set of tags: facets, a hierarchy in each, aliases by language, implications and
 * exclusions. Immutable and thread-safe.
 */
public final class Taxonomy {
  private final String name;
  private final long version;
  private final List<String> facets;
  private final Map<String, Tag> tags;
  private final Map<String, Set<String>> implied;
  private final Map<String, Set<String>> excluded;

  Taxonomy(
      String name,
      long version,
      List<String> facets,
      Map<String, Tag> tags,
      Map<String, Set<String>> implied,
      Map<String, Set<String>> excluded) {
    this.name = name;
    this.version = version;
    this.facets = List.copyOf(facets);
    this.tags = tags;
    this.implied = implied;
    this.excluded = excluded;
  }

  /**
   * Reads a taxonomy.
   *
   * @throws InvalidInputException if the file is missing or not valid, with the line
   */
  public static Taxonomy read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          "SHEAF-RCP-002",
          "There is no such taxonomy",
          Location.of(file),
          "Paths in a recipe are relative to the recipe's folder",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a taxonomy from text; {@code file} is its name in messages. */
  public static Taxonomy parse(String file, String text) {
    return new TaxonomyParser().parse(Yaml.parse(file, text));
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns the version that its authors gave it. */
  public long version() {
    return version;
  }

  /** Returns the facets in the order of the file. */
  public List<String> facets() {
    return facets;
  }

  /** Returns all tags in the order of the file. */
  public List<String> tags() {
    return List.copyOf(tags.keySet());
  }

  /** Returns the tags of a facet in the order of the file. */
  public List<String> tagsOf(String facet) {
    return tags.values().stream().filter(t -> t.facet().equals(facet)).map(Tag::name).toList();
  }

  /** Tells whether there is such a tag. */
  public boolean contains(String tag) {
    return tags.containsKey(tag);
  }

  /** Returns the facet of a tag. */
  public String facet(String tag) {
    return tag(tag).facet();
  }

  /** Returns the number of tags above a tag in its facet. */
  public int depth(String tag) {
    String parent = tag(tag).parent();
    return parent.isEmpty() ? 0 : 1 + depth(parent);
  }

  /** Returns all tags that hold wherever this one does. */
  public Set<String> implied(String tag) {
    tag(tag);
    return Set.copyOf(implied.get(tag));
  }

  /** Tells whether two tags cannot hold for one sample and modality. */
  public boolean excludes(String one, String other) {
    return excluded.getOrDefault(one, Set.of()).contains(other);
  }

  /** Returns the words that mean each tag: its name and all aliases. */
  Map<String, Set<String>> words() {
    Map<String, Set<String>> words = new LinkedHashMap<>();
    for (Tag tag : tags.values()) {
      Set<String> all = new LinkedHashSet<>();
      all.add(tag.name().replace('_', ' '));
      tag.aliases().values().forEach(all::addAll);
      words.put(tag.name(), all);
    }
    return words;
  }

  private Tag tag(String wanted) {
    Tag tag = tags.get(wanted);
    if (tag == null) {
      throw new InvalidInputException(
          "SHEAF-RCP-003",
          "Unknown tag \"" + wanted + "\"",
          Location.of("taxonomy " + name),
          Suggestion.of(wanted, tags(), "tags"));
    }
    return tag;
  }

  /** Returns a text that changes whenever the meaning does. */
  public String canonical() {
    List<String> lines = new ArrayList<>();
    for (Tag tag : tags.values()) {
      lines.add(tag.name() + "|" + tag.facet() + "|" + tag.parent());
      lines.add(String.join(",", words().get(tag.name())));
      lines.add(implied.get(tag.name()) + "|" + excluded.getOrDefault(tag.name(), Set.of()));
    }
    return String.join("\n", lines);
  }
}
