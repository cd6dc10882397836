package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.io.Checksums;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names of files made of keys: what file systems and archives mind is percent-encoded, as in
 * addresses, so that a key can be had back.
 */
final class FileNames {
  /** The longest name of a file, in bytes, that every file system takes, less what is added. */
  private static final int LONGEST = 200;

  private static final String FORBIDDEN = "%<>:\"|?*\\";

  /** What files of a container, or of an image's codec, are called, where it is not by its name. */
  private static final Map<String, String> CONTAINERS =
      Map.of(
          "jpeg",
          "jpg",
          "tiff",
          "tif",
          "heif",
          "heic",
          "matroska",
          "mkv",
          "mpegts",
          "ts",
          "mpeg",
          "mpg",
          "asf",
          "wmv",
          "aiff",
          "aif");

  /** What a file is called whose container is not known, by the codec in it. */
  private static final Map<String, String> CODECS =
      Map.of(
          "h264",
          "mp4",
          "hevc",
          "mp4",
          "av1",
          "mp4",
          "vp8",
          "webm",
          "vp9",
          "webm",
          "opus",
          "ogg",
          "vorbis",
          "ogg",
          "aac",
          "m4a",
          "pcm_s16le",
          "wav");

  private static final Map<String, Set<String>> ALSO =
      Map.of(
          "jpg", Set.of("jpg", "jpeg", "jpe", "jfif"),
          "tif", Set.of("tif", "tiff"),
          "bmp", Set.of("bmp", "dib"),
          "mp4", Set.of("mp4", "m4v", "mov"),
          "mkv", Set.of("mkv", "webm", "mka"),
          "aif", Set.of("aif", "aiff"),
          "ogg", Set.of("ogg", "oga", "opus"));

  private FileNames() {}

  /** Returns the extension, without dot, of a payload: of its container, else of its codec. */
  static String extension(Media media) {
    String extension =
        media.facts().get("container") instanceof String container
            ? CONTAINERS.getOrDefault(container, container)
            : CODECS.getOrDefault(
                media.codec(), CONTAINERS.getOrDefault(media.codec(), media.codec()));
    extension = extension.toLowerCase(Locale.ROOT);
    if (!extension.isEmpty() && extension.chars().allMatch(c -> c < 128 && isPlain((char) c))) {
      return extension;
    }
    return media.kind() == MediaKind.FILE ? "bin" : media.kind().id();
  }

  /** Returns a key as a relative path with {@code /}, ending in the extension of its payload. */
  static String path(String key, String extension) {
    StringBuilder path = new StringBuilder();
    for (String part : key.split("/", -1)) {
      path.append(path.length() == 0 ? "" : "/").append(shortened(escape(part, false)));
    }
    return withExtension(path.toString(), extension);
  }

  /** Returns the last part of a key as the name of a file. */
  static String last(String key, String extension) {
    String last = key.substring(key.lastIndexOf('/') + 1);
    return withExtension(shortened(escape(last, false)), extension);
  }

  private static String withExtension(String name, String extension) {
    int dot = name.lastIndexOf('.');
    String present =
        dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    boolean fits = ALSO.getOrDefault(extension, Set.of(extension)).contains(present);
    return fits ? name : name + "." + extension;
  }

  /** Returns a name that tells a second file of one name apart. */
  static String numbered(String path, int attempt) {
    int dot = path.lastIndexOf('.');
    return path.substring(0, dot) + "%" + attempt + path.substring(dot);
  }

  /** Returns a path without folders. */
  static String flat(String path) {
    return path.replace("/", "%2F");
  }

  /** Returns a key as it stands in an archive whose readers cut names at the first dot. */
  static String member(String key) {
    return escape(key, true);
  }

  /** Tells whether a text can be the name of a folder just as it is. */
  static boolean isFolder(String text) {
    return text.length() <= LONGEST && escape(text, false).equals(text);
  }

  private static String escape(String part, boolean whole) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < part.length(); ) {
      int point = part.codePointAt(i);
      i += Character.charCount(point);
      boolean edge = point == '.' && (name.length() == 0 || i == part.length());
      boolean bad =
          Character.isISOControl(point)
              || FORBIDDEN.indexOf(point) >= 0
              || edge
              || (point == ' ' && i == part.length())
              || (whole && (point == '.' || point == '/'));
      if (bad) {
        for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
          name.append(String.format("%%%02X", b & 0xff));
        }
      } else {
        name.appendCodePoint(point);
      }
    }
    return name.length() == 0 ? "%" : name.toString();
  }

  /** Cuts a name that is too long for a file system; a digest keeps two of them apart. */
  private static String shortened(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LONGEST) {
      return name;
    }
    String digest = Checksums.hex(Checksums.sha256(bytes)).substring(0, 16);
    int end = LONGEST / 4;
    return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end)
        + "%"
        + digest;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  }
}
