package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of sources. */
public enum SourceFormat {
  /** A folder as it comes: media with what lies beside them, and texts. */
  FOLDER("folder"),
  /** The pictures of a folder. */
  IMAGES("images"),
  /** The videos of a folder. */
  VIDEO("video"),
  /** The sound files of a folder. */
  AUDIO("audio"),
  /** Text files, one sample each. */
  TEXT("text"),
  /** Text files, one sample a line. */
  LINES("lines"),
  /** One JSON object per line. */
  JSONL("jsonl"),
  /** One JSON document. */
  JSON("json"),
  /** Comma-separated text with a header. */
  CSV("csv"),
  /** Tab-separated text with a header. */
  TSV("tsv"),
  /** Apache Parquet. */
  PARQUET("parquet"),
  /** Arrow IPC file or stream, Feather version 2. */
  ARROW("arrow"),
  /** A tar of samples. */
  WEBDATASET("webdataset"),
  /** A zip of a folder. */
  ZIP("zip"),
  /** One NumPy array. */
  NPY("npy"),
  /** NumPy arrays in a zip. */
  NPZ("npz"),
  /** Tensors of Hugging Face. */
  SAFETENSORS("safetensors"),
  /** Data sets of an HDF5 file. */
  HDF5("hdf5"),
  /** Shards of mosaicml-streaming, by their index. */
  MDS("mds"),
  /** COCO annotations. */
  COCO("coco");

  private final String id;

  SourceFormat(String id) {
    this.id = id;
  }

  /** Returns the name that {@code --format} takes. */
  public String id() {
    return id;
  }

  /** Returns the format with this name. */
  public static SourceFormat of(String id) {
    for (SourceFormat format : values()) {
      if (format.id.equals(id)) {
        return format;
      }
    }
    throw InputErrors.of(
        50, "Unknown format \"" + Names.brief(id) + "\"", Location.NONE, "Known: " + ids());
  }

  public static String ids() {
    return Arrays.stream(values()).map(SourceFormat::id).collect(Collectors.joining(", "));
  }

  /** Returns what the extension of a table file says. */
  public static Optional<SourceFormat> byName(String name) {
    return switch (Names.extension(name)) {
      case "jsonl", "ndjson", "jsonlines" -> Optional.of(JSONL);
      case "json" -> Optional.of(JSON);
      case "csv" -> Optional.of(CSV);
      case "tsv", "tab" -> Optional.of(TSV);
      case "parquet", "pq" -> Optional.of(PARQUET);
      case "arrow", "arrows", "feather", "ipc" -> Optional.of(ARROW);
      case "zip" -> Optional.of(ZIP);
      case "npy" -> Optional.of(NPY);
      case "npz" -> Optional.of(NPZ);
      case "safetensors" -> Optional.of(SAFETENSORS);
      case "h5", "hdf5", "he5" -> Optional.of(HDF5);
      case "tar", "tgz" -> Optional.of(WEBDATASET);
      case "gz", "zst" ->
          name.toLowerCase(Locale.ROOT).matches(".*\\.tar\\.(gz|zst)")
              ? Optional.of(WEBDATASET)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Tells whether files of this kind are tables, for which a line about rows makes sense. */
  public boolean isFiles() {
    return switch (this) {
      case FOLDER, IMAGES, VIDEO, AUDIO, TEXT -> true;
      default -> false;
    };
  }

  /** Returns the kind of payload that is meant, or empty for all. */
  public Optional<MediaKind> kind() {
    return switch (this) {
      case IMAGES -> Optional.of(MediaKind.IMAGE);
      case VIDEO -> Optional.of(MediaKind.VIDEO);
      case AUDIO -> Optional.of(MediaKind.AUDIO);
      default -> Optional.empty();
    };
  }

  /** Returns what the first bytes of a file say about tables with a magic number. */
  public static Optional<SourceFormat> byMagic(byte[] head) {
    if (startsWith(head, "PAR1")) {
      return Optional.of(PARQUET);
    }
    if (startsWith(head, "ARROW1")) {
      return Optional.of(ARROW);
    }
    if (startsWith(head, "\u0093NUMPY")) {
      return Optional.of(NPY);
    }
    if (startsWith(head, "\u0089HDF\r\n\u001a\n")) {
      return Optional.of(HDF5);
    }
    boolean tar =
        head.length >= 262 && new String(head, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    return tar ? Optional.of(WEBDATASET) : Optional.empty();
  }

  private static boolean startsWith(byte[] head, String ascii) {
    if (head.length < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if ((head[i] & 0xff) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
