package dev.sheaf.format.internal.source.folder;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The splits of a data set that its top folders name, by the words that Hugging Face's folder
 * builders know.
 */
final class Splits {
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("train", "train"),
          Map.entry("training", "train"),
          Map.entry("validation", "validation"),
          Map.entry("valid", "validation"),
          Map.entry("val", "validation"),
          Map.entry("dev", "validation"),
          Map.entry("test", "test"),
          Map.entry("testing", "test"),
          Map.entry("eval", "test"),
          Map.entry("evaluation", "test"));

  private Splits() {}

  /** Returns the split that the top folder of a file names, or empty. */
  static Optional<String> of(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Optional.ofNullable(WORDS.get(name.substring(0, slash).toLowerCase(Locale.ROOT)));
  }

  /** Returns the name within the split. */
  static String within(String name) {
    return of(name).isPresent() ? name.substring(name.indexOf('/') + 1) : name;
  }

  /** Tells whether every file lies in the folder of a split. */
  static boolean divide(List<String> names) {
    return !names.isEmpty() && names.stream().allMatch(name -> of(name).isPresent());
  }
}
