package dev.sheaf.cli.output;

/** Numbers for people: sizes, counts, durations. */
public final class Amounts {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Amounts() {}

  /** Returns a length in bytes, as {@code 812 B} or {@code 98.2 KiB}. */
  public static String bytes(long count) {
    if (count < 1024) {
      return count + " B";
    }
    double amount = count;
    int unit = -1;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return tenths(amount) + " " + UNITS[unit];
  }

  /** Returns a number with a comma for every thousand. */
  public static String count(long count) {
    String digits = Long.toString(count);
    StringBuilder text = new StringBuilder(digits);
    int first = digits.startsWith("-") ? 1 : 0;
    for (int at = digits.length() - 3; at > first; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** Returns {@code 1 sample} or {@code 3 samples}. */
  public static String count(long count, String what) {
    return count(count) + " " + what + (count == 1 ? "" : "s");
  }

  /**
   * Returns a duration, as {@code 0.8 s}, {@code 42 s}, {@code 3 min 20 s} or {@code 2 h 5 min}.
   */
  public static String seconds(double seconds) {
    if (seconds < 9.95) {
      return tenths(seconds) + " s";
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** By hand: the first {@code String.format} of a process loads locales for 50 ms. */
  static String tenths(double amount) {
    long tenths = Math.round(amount * 10);
    return tenths / 10 + "." + tenths % 10;
  }
}
