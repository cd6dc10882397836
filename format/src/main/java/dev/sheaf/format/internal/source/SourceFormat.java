package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of sources. */
public enum SourceFormat {
  /** Pictures, one file each. */
  IMAGES("images"),
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
  ARROW("arrow");

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

  static String ids() {
    return Arrays.stream(values()).map(SourceFormat::id).collect(Collectors.joining(", "));
  }

  /** Returns what the extension of a table file says. */
  static Optional<SourceFormat> byName(String name) {
    return switch (Names.extension(name)) {
      case "jsonl", "ndjson", "jsonlines" -> Optional.of(JSONL);
      case "json" -> Optional.of(JSON);
      case "csv" -> Optional.of(CSV);
      case "tsv", "tab" -> Optional.of(TSV);
      case "parquet", "pq" -> Optional.of(PARQUET);
      case "arrow", "arrows", "feather", "ipc" -> Optional.of(ARROW);
      default -> Optional.empty();
    };
  }

  /** Returns what the first bytes of a file say about tables with a magic number. */
  static Optional<SourceFormat> byMagic(byte[] head) {
    if (startsWith(head, "PAR1")) {
      return Optional.of(PARQUET);
    }
    return startsWith(head, "ARROW1") ? Optional.of(ARROW) : Optional.empty();
  }

  private static boolean startsWith(byte[] head, String ascii) {
    if (head.length < ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (head[i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
