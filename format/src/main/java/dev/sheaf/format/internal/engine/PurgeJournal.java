package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.PurgeRequest;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.io.DurableFiles;
import dev.sheaf.format.internal.layer.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The purge that is being done, so that one that was killed can be finished. */
final class PurgeJournal {
  private static final String NAME = "purge.json";

  private final Path file;

  PurgeJournal(LocalDataset dataset) {
    this.file = dataset.local().resolve(NAME);
  }

  /** A purge and the moment that it says of itself. */
  record Entry(PurgeRequest request, Instant time) {}

  /** Returns the purge that was begun and not finished. */
  Optional<Entry> read() {
    try {
      ObjectNode node = Json.parse(Files.readAllBytes(file), file.toString());
      Set<SampleId> samples = new TreeSet<>();
      Json.texts(node, "samples", NAME).forEach(id -> samples.add(SampleId.parse(id)));
      PurgeRequest.Shared shared = PurgeRequest.Shared.valueOf(Json.text(node, "shared", NAME));
      Instant time =
          Instant.ofEpochSecond(Json.number(node, "time", 0, Integer.MAX_VALUE * 100L, NAME));
      return Optional.of(
          new Entry(new PurgeRequest(samples, Json.text(node, "reason", NAME), shared), time));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    } catch (IllegalArgumentException e) {
      throw Json.bad(file.toString(), "no journal of a purge", e);
    }
  }

  void write(Entry entry) {
    ObjectNode node = Json.object();
    ArrayNode samples = node.putArray("samples");
    entry.request().samples().forEach(id -> samples.add(id.toString()));
    node.put("reason", entry.request().reason());
    node.put("shared", entry.request().shared().name());
    node.put("time", entry.time().getEpochSecond());
    try {
      DurableFiles.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + file.getParent(), e);
    }
    DurableFiles.write(file, Json.bytes(node));
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
      DurableFiles.syncDirectory(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file, e);
    }
  }
}
