package dev.sheaf.curation.internal.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.List;

/**
 * What differs between two texts, word by word: a longest common subsequence of their words, spaces
 * and punctuation marks, as ICU finds them in any language. Thread-safe.
 */
public final class WordDiff {
  /**
   * Beyond this many steps of comparison, what lies between two ends that are equal is one piece.
   */
  private static final long MOST_STEPS = 4_000_000;

  private static final BreakIterator WORDS = BreakIterator.getWordInstance(ULocale.ROOT);

  private WordDiff() {}

  /** In which of the texts a piece is. */
  public enum Kind {
    /** In both. */
    SAME,
    /** In the text before alone. */
    REMOVED,
    /** In the text after alone. */
    ADDED
  }

  /** A piece of the texts; neighbours are of different kinds. */
  public record Piece(Kind kind, String text) {}

  /**
   * Returns the pieces in order: those that are not added make up {@code before}, those that are
   * not removed {@code after}.
   */
  public static List<Piece> of(String before, String after) {
    List<String> from = tokens(before);
    List<String> to = tokens(after);
    int least = Math.min(from.size(), to.size());
    int head = 0;
    while (head < least && from.get(head).equals(to.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && from.get(from.size() - 1 - tail).equals(to.get(to.size() - 1 - tail))) {
      tail++;
    }
    Pieces pieces = new Pieces();
    pieces.same(from.subList(0, head));
    compare(from.subList(head, from.size() - tail), to.subList(head, to.size() - tail), pieces);
    pieces.same(from.subList(from.size() - tail, from.size()));
    return pieces.done();
  }

  private static List<String> tokens(String text) {
    BreakIterator iterator = (BreakIterator) WORDS.clone();
    iterator.setText(text);
    List<String> tokens = new ArrayList<>();
    int start = iterator.first();
    for (int end = iterator.next(); end != BreakIterator.DONE; end = iterator.next()) {
      tokens.add(text.substring(start, end));
      start = end;
    }
    return tokens;
  }

  private static void compare(List<String> from, List<String> to, Pieces pieces) {
    if ((long) from.size() * to.size() > MOST_STEPS) {
      from.forEach(pieces::removed);
      to.forEach(pieces::added);
      return;
    }
    // common[i][j]: the length of the longest common subsequence of what follows i and j
    int[][] common = new int[from.size() + 1][to.size() + 1];
    for (int i = from.size() - 1; i >= 0; i--) {
      for (int j = to.size() - 1; j >= 0; j--) {
        common[i][j] =
            from.get(i).equals(to.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < from.size() || j < to.size()) {
      if (i < from.size() && j < to.size() && from.get(i).equals(to.get(j))) {
        pieces.same(from.subList(i, i + 1));
        i++;
        j++;
      } else if (j == to.size() || (i < from.size() && common[i + 1][j] >= common[i][j + 1])) {
        pieces.removed(from.get(i++));
      } else {
        pieces.added(to.get(j++));
      }
    }
  }

  /** Joins words to pieces. */
  private static final class Pieces {
    private final List<Piece> pieces = new ArrayList<>();
    private final StringBuilder removed = new StringBuilder();
    private final StringBuilder added = new StringBuilder();
    private final StringBuilder blank = new StringBuilder();

    void removed(String text) {
      fill();
      removed.append(text);
    }

    void added(String text) {
      fill();
      added.append(text);
    }

    void same(List<String> words) {
      String text = String.join("", words);
      boolean changing = removed.length() > 0 || added.length() > 0;
      if (changing && text.isBlank()) {
        blank.append(text);
      } else if (!text.isEmpty()) {
        flush();
        put(Kind.SAME, text);
      }
    }

    /** A space between two changed words is a part of one change of both. */
    private void fill() {
      removed.append(blank);
      added.append(blank);
      blank.setLength(0);
    }

    private void flush() {
      put(Kind.REMOVED, removed.toString());
      put(Kind.ADDED, added.toString());
      put(Kind.SAME, blank.toString());
      removed.setLength(0);
      added.setLength(0);
      blank.setLength(0);
    }

    private void put(Kind kind, String text) {
      int last = pieces.size() - 1;
      if (text.isEmpty()) {
        return;
      }
      if (last >= 0 && pieces.get(last).kind() == kind) {
        pieces.set(last, new Piece(kind, pieces.get(last).text() + text));
      } else {
        pieces.add(new Piece(kind, text));
      }
    }

    List<Piece> done() {
      flush();
      return pieces;
    }
  }
}
