package dev.sheaf.format.internal.concat;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Progress;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings chunks from the stores of sources into that of the target, as far as they are missing
 * there: as a second name of the same file where the file system can, else as a verified copy.
 */
final class ChunkTransfer {
  private static final int COPY_BYTES = 1 << 20;

  private final LocalChunkStore target;
  private final Location location;
  private final TreeMap<String, ChunkStore> missing = new TreeMap<>();
  private final TreeMap<String, ChunkStore> there = new TreeMap<>();
  private final TreeMap<String, MovedChunk> moves = new TreeMap<>();
  private long bytes;
  private long linked;

  ChunkTransfer(LocalChunkStore target, Location location) {
    this.target = target;
    this.location = location;
  }

  /** Wants chunks of a source, and what is left of those that were moved there. */
  void add(Set<String> chunks, ChunkStore source) {
    Set<String> seen = new TreeSet<>(chunks);
    Deque<String> todo = new ArrayDeque<>(seen);
    while (!todo.isEmpty()) {
      String chunk = todo.remove();
      if (missing.containsKey(chunk)) {
        continue;
      }
      if (target.size(chunk) >= 0) {
        there.put(chunk, source);
        continue;
      }
      if (target.isPurged(chunk)) {
        // What is left of it is there; what was purged must not come back.
        continue;
      }
      Optional<MovedChunk> moved = source.size(chunk) < 0 ? source.moved(chunk) : Optional.empty();
      if (moved.isPresent()) {
        moves.put(chunk, moved.get());
        moved.get().successor().filter(seen::add).ifPresent(todo::add);
      } else {
        missing.put(chunk, source);
        bytes += Math.max(0, source.size(chunk));
      }
    }
  }

  /** Returns how many chunks are missing. */
  long count() {
    return missing.size();
  }

  /** Returns how many bytes they have. */
  long bytes() {
    return bytes;
  }

  /** Returns how many got a second name. */
  long linked() {
    return linked;
  }

  /**
   * Brings them; repeated after an interruption, what is there already is not copied again.
   *
   * @param copying whether each is copied even where a second name would do
   */
  void run(boolean copying, Progress progress) {
    // What is there may be garbage on its way out: it is wanted now.
    there.forEach(
        (chunk, source) -> {
          if (!target.renew(chunk)) {
            bring(chunk, source, copying);
          }
        });
    long done = 0;
    for (String chunk : missing.keySet()) {
      ChunkStore source = missing.get(chunk);
      long size = Math.max(0, source.size(chunk));
      if (!target.renew(chunk)) {
        bring(chunk, source, copying);
      }
      done += size;
      progress.at("copying", done, bytes);
    }
    target.syncNames();
    moves.forEach(target::move);
  }

  private void bring(String chunk, ChunkStore source, boolean copying) {
    Optional<Path> file = copying ? Optional.empty() : source.path(chunk);
    if (file.isPresent() && target.link(chunk, file.get())) {
      linked++;
    } else {
      copy(chunk, source);
    }
  }

  /** Copies a chunk; its name is computed anew, so damage is not passed on. */
  private void copy(String chunk, ChunkStore source) {
    long size = source.size(chunk);
    if (size < 0) {
      // Throws, and says that it is missing.
      source.read(chunk, 0, 1);
    }
    try (ChunkWriter writer = target.create()) {
      for (long at = 0; at < size; at += COPY_BYTES) {
        writer.write(source.read(chunk, at, (int) Math.min(COPY_BYTES, size - at)));
      }
      if (!writer.seal().equals(chunk)) {
        throw new CorruptDataException(
            "SHEAF-CHK-003",
            "Chunk of a source does not match its name",
            location.with("chunk", chunk),
            "Run `sheaf fsck --deep` on the source; nothing is committed");
      }
    }
  }
}
