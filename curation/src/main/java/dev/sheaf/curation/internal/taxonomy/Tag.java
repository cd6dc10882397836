package dev.sheaf.curation.internal.taxonomy;

import java.util.List;
import java.util.Map;

/**
 * One tag of a taxonomy.
 *
 * @param name the name, unique in the taxonomy
 * @param facet the facet it belongs to
 * @param parent the tag above it, or the empty string at the top of a facet
 * @param aliases words that mean it, by language
 * @param line where it is declared
 */
record Tag(String name, String facet, String parent, Map<String, List<String>> aliases, int line) {
  Tag {
    aliases = Map.copyOf(aliases);
  }
}
