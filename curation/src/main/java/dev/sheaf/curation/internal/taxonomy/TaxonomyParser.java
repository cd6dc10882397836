package dev.sheaf.curation.internal.taxonomy;

import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and validates {@code taxonomy.yaml}. One use. */
final class TaxonomyParser {
  private static final List<String> TOP =
      List.of("taxonomy", "version", "facets", "implies", "excludes");
  private static final List<String> FACET = List.of("about", "exclusive", "tags");
  private static final List<String> TAG = List.of("about", "aliases", "children");

  private final Map<String, Tag> tags = new LinkedHashMap<>();
  private final Map<String, Set<String>> implied = new HashMap<>();
  private final Map<String, Set<String>> excluded = new HashMap<>();
  private final List<String> facets = new ArrayList<>();

  Taxonomy parse(Yaml root) {
    root.allow(TOP, "entry");
    Yaml name =
        root.get("taxonomy")
            .orElseThrow(() -> root.error("The name is missing", "Begin with taxonomy: NAME"));
    long version = root.get("version").map(Yaml::integer).orElse(1L);
    Yaml facetMap =
        root.get("facets")
            .orElseThrow(() -> root.error("No facets are given", "Add facets: with tags in each"));
    facetMap.map().forEach(this::facet);
    root.get("implies").ifPresent(all -> all.map().forEach(this::implication));
    root.get("excludes").ifPresent(all -> all.list().forEach(this::exclusion));
    Map<String, Set<String>> closure = closure(root);
    checkConsistent(root, closure);
    return new Taxonomy(name.text(), version, facets, tags, closure, excluded);
  }

  private void facet(String facet, Yaml value) {
    value.allow(FACET, "entry");
    facets.add(facet);
    List<String> top = new ArrayList<>();
    value
        .get("tags")
        .ifPresent(
            children -> {
              addAll(facet, "", children);
              top.addAll(children.isList() ? children.texts() : children.map().keySet());
            });
    if (value.get("exclusive").map(Yaml::truth).orElse(false)) {
      for (String one : top) {
        for (String other : top) {
          if (!one.equals(other)) {
            excluded.computeIfAbsent(one, k -> new LinkedHashSet<>()).add(other);
          }
        }
      }
    }
  }

  /** Tags are a list of names, or a mapping of names to their entries. */
  private void addAll(String facet, String parent, Yaml children) {
    if (children.isList()) {
      children.list().forEach(child -> add(facet, parent, child.text(), child, Map.of()));
      return;
    }
    children
        .map()
        .forEach(
            (name, value) -> {
              value.allow(TAG, "entry");
              Map<String, List<String>> aliases = new LinkedHashMap<>();
              value
                  .get("aliases")
                  .ifPresent(
                      all ->
                          all.map()
                              .forEach((language, words) -> aliases.put(language, words.texts())));
              add(facet, parent, name, value, aliases);
              value.get("children").ifPresent(inner -> addAll(facet, name, inner));
            });
  }

  private void add(
      String facet, String parent, String name, Yaml at, Map<String, List<String>> aliases) {
    Tag before = tags.put(name, new Tag(name, facet, parent, aliases, at.line()));
    if (before != null) {
      throw at.error(
          "Tag \"" + name + "\" is declared twice, first on line " + before.line(),
          "Names are unique in a taxonomy; give one another name");
    }
  }

  private void implication(String tag, Yaml value) {
    require(tag, value);
    for (String other : value.texts()) {
      require(other, value);
      implied.computeIfAbsent(tag, k -> new LinkedHashSet<>()).add(other);
    }
  }

  private void exclusion(Yaml pair) {
    List<String> names = pair.texts();
    if (names.size() < 2) {
      throw pair.error("An exclusion needs two tags or more", "Write [day, night]");
    }
    for (String name : names) {
      require(name, pair);
    }
    for (String one : names) {
      for (String other : names) {
        if (!one.equals(other)) {
          excluded.computeIfAbsent(one, k -> new LinkedHashSet<>()).add(other);
        }
      }
    }
  }

  private void require(String tag, Yaml at) {
    if (!tags.containsKey(tag)) {
      throw at.error(
          "Unknown tag \"" + tag + "\"", Suggestion.of(tag, List.copyOf(tags.keySet()), "tags"));
    }
  }

  /** Returns for every tag all that hold with it: tags above it, and what those imply. */
  private Map<String, Set<String>> closure(Yaml root) {
    Map<String, Set<String>> closure = new LinkedHashMap<>();
    for (Tag tag : tags.values()) {
      Set<String> all = new LinkedHashSet<>();
      List<String> open = new ArrayList<>(List.of(tag.name()));
      while (!open.isEmpty()) {
        String name = open.remove(open.size() - 1);
        List<String> next = new ArrayList<>(implied.getOrDefault(name, Set.of()));
        if (!tags.get(name).parent().isEmpty()) {
          next.add(tags.get(name).parent());
        }
        for (String other : next) {
          if (other.equals(tag.name())) {
            throw root.error(
                "Tag \"" + tag.name() + "\" implies itself, through \"" + name + "\"",
                "Remove one of the implications, or make the two aliases of one tag");
          }
          if (all.add(other)) {
            open.add(other);
          }
        }
      }
      closure.put(tag.name(), all);
    }
    return closure;
  }

  private void checkConsistent(Yaml root, Map<String, Set<String>> closure) {
    closure.forEach(
        (tag, implications) -> {
          List<String> together = new ArrayList<>(implications);
          together.add(tag);
          for (String one : together) {
            for (String other : together) {
              if (excluded.getOrDefault(one, Set.of()).contains(other)) {
                throw root.error(
                    "Tag \""
                        + tag
                        + "\" can never hold: \""
                        + one
                        + "\" and \""
                        + other
                        + "\" come with it and exclude each other",
                    "Remove the exclusion or the implication");
              }
            }
          }
        });
    Map<String, String> owners = new HashMap<>();
    for (Tag tag : tags.values()) {
      tag.aliases()
          .forEach(
              (language, words) ->
                  words.forEach(
                      word -> {
                        String key = language + ":" + Keywords.form(word);
                        String owner = owners.putIfAbsent(key, tag.name());
                        if (owner != null && !owner.equals(tag.name())) {
                          throw root.error(
                              "Alias \""
                                  + word
                                  + "\" ("
                                  + language
                                  + ") means both \""
                                  + owner
                                  + "\" and \""
                                  + tag.name()
                                  + "\" (line "
                                  + tag.line()
                                  + ")",
                              "An alias means one tag; make it more specific");
                        }
                      }));
    }
  }
}
