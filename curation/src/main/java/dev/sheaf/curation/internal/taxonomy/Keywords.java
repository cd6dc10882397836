package dev.sheaf.curation.internal.taxonomy;

import dev.sheaf.curation.internal.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ahocorasick.trie.Emit;
import org.ahocorasick.trie.Trie;

/**
 * Finds the words of a taxonomy in texts, all of them in one pass (Aho, Corasick 1975). Immutable
 * and thread-safe.
 *
 * <p>Texts and words are compared folded (width, case, spaces). In scripts that write spaces a word
 * must stand alone: "cat" is not in "category". In Chinese, Japanese and Thai it may stand
 * anywhere. Of words that overlap, a longer one hides those within it, so "hot dog" is no dog.
 */
public final class Keywords {
  private final Trie trie;
  private final Map<String, Set<String>> tagsByWord = new HashMap<>();

  /**
   * One word that was found.
   *
   * @param tag the tag it means
   * @param word the word, folded
   * @param start where it begins in the folded text
   */
  public record Match(String tag, String word, int start) {}

  /** Prepares the search for the words of a taxonomy. */
  public Keywords(Taxonomy taxonomy) {
    Trie.TrieBuilder builder = Trie.builder();
    taxonomy
        .words()
        .forEach(
            (tag, words) ->
                words.forEach(
                    word -> {
                      String form = form(word);
                      if (!form.isEmpty()) {
                        builder.addKeyword(form);
                        tagsByWord.computeIfAbsent(form, k -> new LinkedHashSet<>()).add(tag);
                      }
                    }));
    trie = builder.build();
  }

  static String form(String word) {
    return Words.folded(word);
  }

  /** Returns the matches in a text by place; of each tag the first only. */
  public List<Match> find(String text) {
    String folded = form(text);
    List<Emit> whole = new ArrayList<>();
    for (Emit emit : trie.parseText(folded)) {
      if (standsAlone(folded, emit.getStart(), emit.getEnd() + 1)) {
        whole.add(emit);
      }
    }
    Map<String, Match> first = new LinkedHashMap<>();
    for (Emit emit : whole) {
      if (whole.stream().noneMatch(other -> hides(other, emit))) {
        for (String tag : tagsByWord.get(emit.getKeyword())) {
          Match match = new Match(tag, emit.getKeyword(), emit.getStart());
          first.merge(tag, match, (a, b) -> a.start() <= b.start() ? a : b);
        }
      }
    }
    List<Match> matches = new ArrayList<>(first.values());
    matches.sort(
        (a, b) ->
            a.start() != b.start()
                ? Integer.compare(a.start(), b.start())
                : a.tag().compareTo(b.tag()));
    return List.copyOf(matches);
  }

  private static boolean hides(Emit longer, Emit shorter) {
    return longer.size() > shorter.size()
        && longer.getStart() <= shorter.getStart()
        && longer.getEnd() >= shorter.getEnd();
  }

  private static boolean standsAlone(String text, int start, int end) {
    return isBoundary(text, start) && isBoundary(text, end);
  }

  private static boolean isBoundary(String text, int at) {
    if (at == 0 || at == text.length()) {
      return true;
    }
    int before = text.codePointBefore(at);
    int after = text.codePointAt(at);
    return !joins(before) || !joins(after);
  }

  /** Tells whether a character belongs to a word that spaces set apart. */
  private static boolean joins(int c) {
    if (!Character.isLetterOrDigit(c)) {
      return false;
    }
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return switch (script) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> false;
      default -> true;
    };
  }
}
