package dev.sheaf.cli.command;

import dev.sheaf.cli.failure.Failure;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A folder to which payloads (media and binary cells) are written byte for byte as they came in. A
 * file is named after the last part of its sample's key. A file that is there already is kept if it
 * has the same bytes and never overwritten.
 */
final class PayloadFolder {
  private static final int LONGEST_NAME = 120;

  /**
   * Endings for payloads whose key has none, by container or codec; others are their own ending.
   */
  private static final Map<String, String> ENDINGS =
      Map.of("jpeg", "jpg", "tiff", "tif", "matroska", "mkv", "mpegts", "ts", "mpeg", "mpg");

  private final Path folder;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> written = new HashMap<>();

  /** Makes the folder where it is missing. */
  PayloadFolder(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** Writes the payloads of a sample and returns the files' paths by column. */
  Map<String, Path> save(Sample sample) throws IOException {
    List<String> columns = new ArrayList<>();
    Map<String, Object> payloads = new LinkedHashMap<>();
    for (Column column : sample.schema()) {
      Object cell = sample.value(column.name());
      if (cell instanceof Media || cell instanceof ByteBuffer) {
        columns.add(column.name());
        payloads.put(column.name(), cell);
      }
    }
    Map<String, Path> files = new LinkedHashMap<>();
    for (String column : columns) {
      String name = name(sample, payloads.get(column), columns.size() > 1 ? column : "");
      files.put(column, save(sample, column, payloads.get(column), name));
    }
    return files;
  }

  private Path save(Sample sample, String column, Object payload, String name) throws IOException {
    String cell = sample.id() + " " + column;
    if (written.containsKey(cell)) {
      return folder.resolve(written.get(cell));
    }
    Path fresh = folder.resolve(".sheaf-" + ProcessHandle.current().pid() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(fresh)) {
        write(payload, out);
      } catch (IOException e) {
        throw Failure.located(e, folder.resolve(name));
      }
      for (int attempt = 1; ; attempt++) {
        String candidate = numbered(name, attempt);
        Path file = folder.resolve(candidate);
        boolean free = taken.add(candidate.toLowerCase(Locale.ROOT));
        if (free && (!Files.exists(file) || sameBytes(fresh, file))) {
          Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
          written.put(cell, candidate);
          return file;
        }
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static boolean sameBytes(Path a, Path b) throws IOException {
    return Files.isRegularFile(b) && Files.mismatch(a, b) < 0;
  }

  private static void write(Object payload, OutputStream out) throws IOException {
    if (payload instanceof Media media) {
      media.writeTo(out);
    } else {
      WritableByteChannel channel = Channels.newChannel(out);
      ByteBuffer bytes = ((ByteBuffer) payload).duplicate();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static String numbered(String name, int attempt) {
    if (attempt == 1) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return stem + "-" + attempt + (dot > 0 ? name.substring(dot) : "");
  }

  private static String name(Sample sample, Object payload, String column) {
    String key = sample.key() == null ? "" : sample.key();
    String last = safe(key.substring(Math.max(key.lastIndexOf('/'), key.lastIndexOf('\\')) + 1));
    int dot = last.lastIndexOf('.');
    boolean ended = dot > 0 && last.length() - dot <= 6;
    String stem = ended ? last.substring(0, dot) : last;
    String ending = ended && column.isEmpty() ? last.substring(dot) : ending(payload);
    if (stem.isEmpty()) {
      stem = "sample-" + sample.index();
    }
    if (stem.length() > LONGEST_NAME) {
      stem = stem.substring(0, LONGEST_NAME);
    }
    return stem + (column.isEmpty() ? "" : "." + safe(column)) + ending;
  }

  private static String ending(Object payload) {
    if (payload instanceof Media media && !media.codec().isEmpty()) {
      String format = media.facts().getOrDefault("container", media.codec()).toString();
      return "." + safe(ENDINGS.getOrDefault(format, format));
    }
    return ".bin";
  }

  /** Keeps letters and digits of every language; nothing that a shell or file system may mind. */
  private static String safe(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              boolean plain = Character.isLetterOrDigit(point) || "._-+=,@".indexOf(point) >= 0;
              safe.appendCodePoint(plain ? point : '_');
            });
    String name = safe.toString();
    return name.startsWith(".") || name.startsWith("-") ? "_" + name.substring(1) : name;
  }
}
