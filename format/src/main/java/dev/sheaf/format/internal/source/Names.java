package dev.sheaf.format.internal.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** File names: their true bytes, and how they are shown. */
public final class Names {
  /** The order of the UTF-8 bytes, which is that of the code points. */
  public static final Comparator<String> UTF8_ORDER = Names::compare;

  private Names() {}

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above all others.
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? x - y : high ? 1 : -1;
      }
    }
    return a.length() - b.length();
  }

  /**
   * Returns the UTF-8 name of {@code path} relative to {@code root} with {@code /}, or empty if its
   * bytes are not UTF-8.
   *
   * <p>{@link Path#toString} decodes by the locale of the process and loses what does not fit; the
   * URI of a path keeps the bytes of the file system.
   */
  public static Optional<String> relative(Path root, Path path) {
    if (root.getFileSystem().getSeparator().equals("/")) {
      String plain = path.toString();
      if (path.startsWith(root) && plain.chars().allMatch(c -> c > 0 && c < 128)) {
        return Optional.of(root.relativize(path).toString());
      }
      byte[] outer = bytes(root);
      byte[] whole = bytes(path);
      int from = Math.min(outer.length, whole.length);
      while (from < whole.length && whole[from] == '/') {
        from++;
      }
      return StrictUtf8.decodeIfValid(Arrays.copyOfRange(whole, from, whole.length));
    }
    return Optional.of(root.relativize(path).toString().replace('\\', '/'));
  }

  /** Returns the last part of a path, by its bytes. */
  public static Optional<String> last(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.getParent() == null
        ? Optional.of("")
        : relative(absolute.getParent(), absolute);
  }

  /** Returns the extension in lower case, without the dot. */
  public static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Returns text for a message: control characters and line ends are escaped. */
  public static String show(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        shown.append("\\n");
      } else if (c == '\r') {
        shown.append("\\r");
      } else if (c == '\t') {
        shown.append("\\t");
      } else if (Character.isISOControl(c)) {
        shown.append(String.format("\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /** Returns at most 60 characters of a value for a message. */
  public static String brief(String text) {
    String shown = show(text.length() > 80 ? text.substring(0, 80) : text);
    return text.length() > 60 ? shown.substring(0, Math.min(59, shown.length())) + "…" : shown;
  }

  private static byte[] bytes(Path path) {
    String uri = path.toAbsolutePath().normalize().toUri().getRawPath();
    byte[] ascii = uri.getBytes(StandardCharsets.US_ASCII);
    byte[] decoded = new byte[ascii.length];
    int length = 0;
    for (int i = 0; i < ascii.length; i++) {
      if (ascii[i] == '%') {
        decoded[length++] = (byte) Integer.parseInt(uri.substring(i + 1, i + 3), 16);
        i += 2;
      } else {
        decoded[length++] = ascii[i];
      }
    }
    while (length > 1 && decoded[length - 1] == '/') {
      length--;
    }
    return Arrays.copyOf(decoded, length);
  }
}
