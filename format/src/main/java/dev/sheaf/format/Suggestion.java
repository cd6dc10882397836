package dev.sheaf.format;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Advice for a name that is not known. */
public final class Suggestion {
  private static final int MOST = 20;

  private Suggestion() {}

  /**
   * Returns {@code Did you mean "label"? columns: id, label, image}, without the question when
   * nothing is near.
   *
   * @param wrong the unknown name
   * @param known the names there are
   * @param what what they are called together, for example {@code columns}
   */
  public static String of(String wrong, List<String> known, String what) {
    String near =
        known.stream()
            .min(Comparator.comparingInt(name -> distance(wrong, name)))
            .filter(name -> distance(wrong, name) <= Math.max(1, Math.min(3, wrong.length() / 2)))
            .map(name -> "Did you mean \"" + name + "\"? ")
            .orElse("");
    String more = known.size() > MOST ? ", … (" + known.size() + " in all)" : "";
    String list =
        known.isEmpty()
            ? "none"
            : String.join(", ", known.subList(0, Math.min(MOST, known.size())));
    return near + what + ": " + list + more;
  }

  /** Levenshtein distance without regard to case. */
  private static int distance(String first, String second) {
    String a = first.toLowerCase(Locale.ROOT);
    String b = second.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
        diagonal = row[j];
        row[j] = Math.min(cost, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
