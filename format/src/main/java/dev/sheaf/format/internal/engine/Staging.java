package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The journal of an unfinished transaction, in {@code local/staging/}: which payload was written
 * where, so that a repetition after an interruption takes it from there and does not read its
 * source again. Every entry is verified against its SHA-256 when it is used. For one thread, but
 * for {@link #recall} and for what {@link #flush} returns.
 */
final class Staging implements AutoCloseable {
  private static final String JOURNAL = ".journal";
  private static final int MOST_STAMPS = 4096;

  private final Path folder;
  private final Path journal;
  private final ChunkStore store;
  private final Map<String, Entry> earlier = new LinkedHashMap<>();
  private final Map<Media, String> stamps = new IdentityHashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Path> earlierFiles = new ArrayList<>();
  private Path current;

  private record Entry(
      Path file,
      long offset,
      int length,
      MediaKind kind,
      String sha256,
      Map<String, Object> facts) {}

  private record Waiting(String stamp, Media media, Place place, Path file) {}

  private Staging(Path folder, ChunkStore store) {
    this.folder = folder;
    this.store = store;
    this.journal = folder.resolve(UUID.randomUUID() + JOURNAL);
  }

  /** Opens the journal of a name with what earlier attempts left. */
  static Staging open(Path parent, String name, ChunkStore store) {
    String hash = Checksums.hex(Checksums.sha256(name.getBytes(StandardCharsets.UTF_8)));
    Staging staging = new Staging(parent.resolve(hash.substring(0, 16)), store);
    try {
      DurableFiles.createDirectories(staging.folder);
      try (Stream<Path> files = Files.list(staging.folder)) {
        for (Path file : (Iterable<Path>) files.sorted()::iterator) {
          if (file.toString().endsWith(JOURNAL)) {
            staging.load(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use " + staging.folder + ": " + e.getMessage(), e);
    }
    return staging;
  }

  /** Takes the whole lines; a last one that was cut off is left. */
  private void load(Path file) throws IOException {
    earlierFiles.add(file);
    String text = Files.readString(file);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      if (line.isEmpty()) {
        continue;
      }
      try {
        ObjectNode node = Json.parse(line.getBytes(StandardCharsets.UTF_8), file.toString());
        Map<String, Object> facts = facts(node.get("facts"));
        Entry entry =
            new Entry(
                Path.of(node.get("file").textValue()),
                node.get("offset").longValue(),
                node.get("length").intValue(),
                MediaKind.of(node.get("kind").textValue()),
                node.get("sha256").textValue(),
                facts);
        earlier.put(node.get("stamp").textValue(), entry);
        earlierFiles.add(entry.file());
      } catch (CorruptDataException | NullPointerException e) {
        // A line that a crash left half written costs one more read of its source and nothing else.
        continue;
      }
    }
  }

  private static Map<String, Object> facts(JsonNode node) {
    Map<String, Object> facts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      facts.put(field.getKey(), fact(field.getValue()));
    }
    return facts;
  }

  private static Object fact(JsonNode value) {
    if (value.isObject()) {
      return facts(value);
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isTextual() ? value.textValue() : value.numberValue();
  }

  /** Follows a chunk that is being written. */
  ChunkWriter follow(ChunkWriter writer) {
    current = writer.file().orElse(null);
    return writer;
  }

  Optional<Media> recall(String stamp) {
    Entry entry = earlier.get(stamp);
    if (entry == null) {
      return Optional.empty();
    }
    try (RandomAccessFile file = new RandomAccessFile(entry.file().toFile(), "r")) {
      if (entry.offset() < 0
          || entry.length() < 0
          || entry.offset() > file.length() - entry.length()) {
        return Optional.empty();
      }
      byte[] payload = new byte[entry.length()];
      file.seek(entry.offset());
      file.readFully(payload);
      if (!Checksums.hex(Checksums.sha256(payload)).equals(entry.sha256())) {
        return Optional.empty();
      }
      return Optional.of(new HeapMedia(entry.kind(), payload, entry.facts(), entry.sha256()));
    } catch (IOException e) {
      // The leftover is gone or unreadable: the source is read again.
      return Optional.empty();
    }
  }

  void stamp(Media media, String stamp) {
    if (stamps.size() > MOST_STAMPS) {
      // Payloads short enough to lie in their page are never placed.
      stamps.clear();
    }
    stamps.put(media, stamp);
  }

  void placed(Media media, Place place) {
    String stamp = stamps.remove(media);
    if (stamp != null && current != null) {
      waiting.add(new Waiting(stamp, media, place, current));
    }
  }

  /**
   * Returns what writes the entries that wait, to be run on any one thread, in order, once all
   * payloads placed so far are in their files.
   */
  Runnable flush() {
    List<Waiting> entries = List.copyOf(waiting);
    waiting.clear();
    return () -> write(entries);
  }

  private void write(List<Waiting> entries) {
    if (entries.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (Waiting one : entries) {
      ObjectNode node = Json.object();
      node.put("stamp", one.stamp());
      node.put("file", sealedOrTemp(one).toString());
      node.put("offset", one.place().offset());
      node.put("length", one.place().length());
      node.put("kind", one.media().kind().id());
      node.put("sha256", one.media().sha256());
      ObjectNode facts = node.putObject("facts");
      one.media().facts().forEach((name, value) -> facts.putPOJO(name, value));
      lines.append(new String(Json.bytes(node), StandardCharsets.UTF_8));
    }
    try {
      Files.writeString(journal, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + journal + ": " + e.getMessage(), e);
    }
  }

  private Path sealedOrTemp(Waiting one) {
    return one.place().chunk().isSealed()
        ? store.path(one.place().chunk().id()).orElse(one.file())
        : one.file();
  }

  /** Removes what is no longer needed. */
  void delete() {
    try {
      for (Path file : earlierFiles) {
        boolean ours =
            file.startsWith(folder) || file.getParent() != null && file.getParent().endsWith("tmp");
        if (ours) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(journal);
      try (Stream<Path> rest = Files.list(folder)) {
        if (rest.findAny().isPresent()) {
          return;
        }
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot clean " + folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // What waits is not in its file; the journal holds all that is.
    waiting.clear();
  }
}
