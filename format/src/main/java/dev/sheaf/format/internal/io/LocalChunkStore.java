package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PurgedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Chunks in a folder: {@code chunks/ab/abcd….arrow}; what has become of one that is gone says
 * {@code abcd….moved} beside it.
 */
public final class LocalChunkStore implements ChunkStore {
  private static final String MOVED = ".moved";

  private static final String NOT_KEPT = "SHEAF-CHK-009";

  /** More moves of one chunk than this are a circle. */
  private static final int MAX_MOVES = 4096;

  private final Path chunks;
  private final Path temp;
  private final Location dataset;
  private final ChunkFiles files;
  private final Map<String, MovedChunk> moves = new ConcurrentHashMap<>();
  private final Set<Path> unsynced = new LinkedHashSet<>();

  /**
   * Opens the store; touches nothing.
   *
   * @param chunks the folder of the chunks
   * @param temp a folder on the same file system for chunks being written
   */
  public LocalChunkStore(Path chunks, Path temp) {
    this.chunks = chunks;
    this.temp = temp;
    this.dataset = Location.of(chunks.toAbsolutePath().normalize().getParent());
    this.files = new ChunkFiles(chunks, dataset);
  }

  @Override
  public Optional<Path> path(String chunk) {
    return Optional.of(files.file(chunk));
  }

  private Path movedFile(String chunk) {
    return chunks.resolve(chunk.substring(0, 2)).resolve(chunk + MOVED);
  }

  @Override
  public ByteBuffer read(String chunk, long offset, int length) {
    if (!moves.containsKey(chunk)) {
      try {
        return files.read(chunk, offset, length);
      } catch (NoSuchFileException e) {
        return readMoved(chunk, offset, length);
      }
    }
    return readMoved(chunk, offset, length);
  }

  private ByteBuffer readMoved(String chunk, long offset, int length) {
    if (length == 0) {
      return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    PageBytes read = readMovedPage(chunk, offset, length, 0);
    if (!read.purged().isEmpty()) {
      throw MovedChunk.damaged("range: a page is no value", location(chunk), null);
    }
    return read.bytes();
  }

  @Override
  public PageBytes readPage(String chunk, long offset, int length, int crc32c) {
    if (!moves.containsKey(chunk)) {
      try {
        return new PageBytes(files.read(chunk, offset, length), crc32c, PurgedRows.NONE);
      } catch (NoSuchFileException e) {
        return readMovedPage(chunk, offset, length, crc32c);
      }
    }
    return readMovedPage(chunk, offset, length, crc32c);
  }

  private PageBytes readMovedPage(String chunk, long offset, int length, int crc32c) {
    for (int attempt = 0; ; attempt++) {
      Place place = locate(chunk, offset, length, crc32c);
      try {
        ByteBuffer bytes = files.read(place.chunk(), place.offset(), place.length());
        return new PageBytes(bytes, place.crc32c(), place.purged());
      } catch (NoSuchFileException e) {
        // Its successor has moved on, too.
        moves.remove(chunk);
        if (attempt == MAX_MOVES) {
          throw missing(place.chunk());
        }
      }
    }
  }

  /** Tells whether bytes are not there because no version needed them. */
  public static boolean isNotKept(DatasetException error) {
    return error.code().equals(NOT_KEPT);
  }

  /**
   * Where bytes of a chunk lie today.
   *
   * @param chunk the chunk that is there
   * @param crc32c of a page its CRC-32C
   * @param purged of a page the rows that are gone from it
   */
  public record Place(String chunk, long offset, int length, int crc32c, PurgedRows purged) {}

  /**
   * Finds bytes of a chunk, which may be gone.
   *
   * @param crc32c of a page the CRC-32C that its record states, else any number
   * @throws PurgedException if something in the range was purged
   * @throws NotFoundException if neither the chunk nor a successor is there
   */
  public Place locate(String chunk, long offset, int length, int crc32c) {
    Optional<MovedChunk> resolved = resolved(chunk);
    if (resolved.isEmpty()) {
      return new Place(chunk, offset, length, crc32c, PurgedRows.NONE);
    }
    MovedChunk moved = resolved.get();
    Location location = location(chunk);
    Optional<MovedChunk.Range> found = moved.find(offset, length);
    if (found.isEmpty()) {
      if (size(chunk) >= 0) {
        // It has come back.
        moves.remove(chunk);
        return new Place(chunk, offset, length, crc32c, PurgedRows.NONE);
      }
      throw new CorruptDataException(
          NOT_KEPT,
          "Bytes [" + offset + ", " + (offset + length) + ") were neither kept nor purged",
          location,
          "No version needed them when garbage was collected; get the chunk from another copy of"
              + " the dataset if this one does");
    }
    if (found.get() instanceof MovedChunk.Gone gone) {
      throw gone.purge().exception(location);
    }
    String successor = moved.successor().orElseThrow();
    if (found.get() instanceof MovedChunk.Kept kept) {
      long target = kept.target() + (offset - kept.offset());
      return new Place(successor, target, length, crc32c, PurgedRows.NONE);
    }
    MovedChunk.Rewritten page = (MovedChunk.Rewritten) found.get();
    if (page.offset() != offset || page.length() != length) {
      throw MovedChunk.damaged("page: it has other bounds", location, null);
    }
    PurgedRows purged = PurgedRows.of(page.rows(), location);
    return new Place(successor, page.target(), page.targetLength(), page.crc32c(), purged);
  }

  @Override
  public Optional<MovedChunk> resolved(String chunk) {
    MovedChunk known = moves.get(chunk);
    if (known == null && size(chunk) >= 0) {
      return Optional.empty();
    }
    if (known == null) {
      known = moved(chunk).orElseThrow(() -> missing(chunk));
    }
    for (int i = 0; ; i++) {
      String successor = known.successor().orElse("");
      if (successor.isEmpty() || size(successor) >= 0) {
        moves.put(chunk, known);
        return Optional.of(known);
      }
      if (i == MAX_MOVES) {
        throw MovedChunk.damaged("successor: it leads in a circle", location(chunk), null);
      }
      known = known.then(moved(successor).orElseThrow(() -> missing(successor)));
    }
  }

  /**
   * The same, but empty if the bytes are gone: purged, or not kept because no version shows them.
   */
  public Optional<Place> find(String chunk, long offset, int length, int crc32c) {
    try {
      return Optional.of(locate(chunk, offset, length, crc32c));
    } catch (PurgedException e) {
      return Optional.empty();
    } catch (CorruptDataException e) {
      if (isNotKept(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Returns the chunk that has what is left of a chunk, itself or a successor; empty if nothing is
   * left, or if neither it nor a word of its whereabouts is there.
   */
  public Optional<String> remaining(String chunk) {
    if (size(chunk) < 0 && moved(chunk).isEmpty()) {
      return Optional.empty();
    }
    return resolved(chunk).map(MovedChunk::successor).orElseGet(() -> Optional.of(chunk));
  }

  /**
   * Says that a chunk is wanted: whoever collects garbage spares it for the grace period.
   *
   * @return whether it is there
   */
  public boolean renew(String chunk) {
    Path file = files.file(chunk);
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Files.exists(file);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot touch " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Gives a chunk of another store a second name here, without a look at its bytes.
   *
   * @param file the file of the chunk there, which nobody writes to
   * @return whether that was possible; else it is to be copied
   */
  public boolean link(String chunk, Path file) {
    Path name = files.file(chunk);
    try {
      DurableFiles.createDirectories(name.getParent());
      if (isPurged(chunk)) {
        throw purgedBefore(chunk);
      }
      Files.createLink(name, file.toRealPath());
    } catch (FileAlreadyExistsException e) {
      return renew(chunk);
    } catch (UnsupportedOperationException | IOException e) {
      // Another file system, or one without links; or a file of somebody else.
      return false;
    }
    try {
      Files.setLastModifiedTime(name, FileTime.from(Instant.now()));
      comeBack(chunk);
    } catch (IOException e) {
      // Its age is somebody else's: a collection of garbage could take it away at once.
      unlink(name);
      return false;
    }
    synchronized (unsynced) {
      unsynced.add(name.getParent());
      unsynced.add(chunks);
    }
    return true;
  }

  private static void unlink(Path name) {
    try {
      Files.deleteIfExists(name);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + name + ": " + e.getMessage(), e);
    }
  }

  private Location location(String chunk) {
    return dataset.with("chunk", chunk);
  }

  @Override
  public Optional<MovedChunk> moved(String chunk) {
    Path file = movedFile(chunk);
    try {
      if (Files.size(file) > MovedChunk.MAX_FILE_BYTES) {
        throw MovedChunk.damaged("length", location(chunk), null);
      }
      return Optional.of(MovedChunk.parse(Files.readAllBytes(file), location(chunk)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Removes a chunk and says for good where what was kept of it lies. Its successor must be durable
   * already. A reader that has the chunk open reads on in it.
   */
  public void move(String chunk, MovedChunk moved) {
    Path file = movedFile(chunk);
    Path fresh = temp.resolve(UUID.randomUUID() + MOVED);
    try {
      DurableFiles.createDirectories(temp);
      DurableFiles.createDirectories(file.getParent());
      DurableFiles.write(fresh, moved.toBytes());
      DurableFiles.move(fresh, file);
      DurableFiles.syncDirectory(file.getParent());
      removeMoved(chunk);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Removes all chunks that are still there although something was purged from them: their mover
   * was killed. One that moved to save room may have come back, and stays.
   */
  public void finishMoves() {
    if (!Files.isDirectory(chunks)) {
      return;
    }
    try (Stream<Path> files = Files.walk(chunks, 2)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String name = file.getFileName().toString();
        String chunk =
            name.endsWith(MOVED) ? name.substring(0, name.length() - MOVED.length()) : "";
        // Only what is whole counts.
        if (chunk.matches("[0-9a-f]{64}")
            && size(chunk) >= 0
            && moved(chunk).filter(MovedChunk::hasPurged).isPresent()) {
          removeMoved(chunk);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + chunks, e);
    }
  }

  private void removeMoved(String chunk) {
    try {
      files.forget(chunk);
      Files.deleteIfExists(files.file(chunk));
      DurableFiles.syncDirectory(files.file(chunk).getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot remove " + files.file(chunk) + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<ByteBuffer> map(String chunk) {
    return files.map(
        chunk,
        () -> {
          // Ranges of its successor lie elsewhere, so it is no mapping of this chunk.
          if (moved(chunk).isPresent()) {
            return Optional.empty();
          }
          throw missing(chunk);
        });
  }

  @Override
  public long size(String chunk) {
    return files.size(chunk);
  }

  /** Tells whether something was purged from a chunk, now or from what became of it. */
  public boolean isPurged(String chunk) {
    return Files.exists(movedFile(chunk))
        && (size(chunk) >= 0 ? moved(chunk) : resolved(chunk))
            .filter(MovedChunk::hasPurged)
            .isPresent();
  }

  /** Forgets that a chunk has moved, which is here again: where it is there, it counts. */
  private void comeBack(String chunk) throws IOException {
    if (Files.deleteIfExists(movedFile(chunk))) {
      moves.remove(chunk);
    }
  }

  /** A chunk that is back would show in old versions what was purged from them. */
  private InvalidInputException purgedBefore(String chunk) {
    return new InvalidInputException(
        "SHEAF-PUR-007",
        "Exactly these bytes were purged from the dataset before",
        location(chunk),
        "If they may be here again, commit them together with other samples");
  }

  private NotFoundException missing(String chunk) {
    return new NotFoundException(
        "SHEAF-NF-005",
        "Chunk file is missing",
        dataset.with("chunk", chunk),
        "Copy it back from another copy of the dataset; `sheaf fsck` lists all that is missing");
  }

  @Override
  public ChunkWriter create() {
    return new Writer();
  }

  @Override
  public void close() {
    files.close();
  }

  /** A chunk being written under a temporary name. */
  private final class Writer implements ChunkWriter {
    private final Path file = temp.resolve(UUID.randomUUID() + ChunkFiles.SUFFIX);
    private final MessageDigest digest = Checksums.sha256();
    private FileChannel out;
    private BackgroundSync sync;
    private long position;
    private boolean done;

    @Override
    public void write(ByteBuffer bytes) {
      try {
        if (out == null) {
          DurableFiles.createDirectories(temp);
          out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          FileChannel opened = out;
          sync = new BackgroundSync(() -> opened.force(false));
        }
        digest.update(bytes.duplicate());
        position += bytes.remaining();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        sync.written(position);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
      }
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(file);
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public String seal() {
      if (out == null) {
        throw new IllegalStateException("nothing was written");
      }
      String id = Checksums.hex(digest.digest());
      Path target = files.file(id);
      try {
        sync.await();
        out.force(true);
        out.close();
        done = true;
        DurableFiles.createDirectories(target.getParent());
        if (isPurged(id)) {
          Files.delete(file);
          throw purgedBefore(id);
        }
        if (isThere(target)) {
          Files.delete(file);
        } else {
          DurableFiles.move(file, target);
        }
        comeBack(id);
        synchronized (unsynced) {
          unsynced.add(target.getParent());
          unsynced.add(chunks);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write " + target + ": " + e.getMessage(), e);
      }
      return id;
    }

    /**
     * A chunk that is there already may be garbage on its way out. Its time says that it is wanted
     * again, which whoever collects garbage looks at last.
     */
    private boolean isThere(Path target) throws IOException {
      try {
        if (Files.size(target) != position) {
          return false;
        }
        Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
        return Files.exists(target);
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    @Override
    public void leave() {
      end(false);
    }

    @Override
    public void close() {
      end(true);
    }

    private void end(boolean remove) {
      if (out != null && !done) {
        done = true;
        try {
          sync.close();
          out.close();
          if (remove) {
            Files.deleteIfExists(file);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(
              "Cannot " + (remove ? "remove " : "close ") + file + ": " + e.getMessage(), e);
        }
      }
    }
  }

  @Override
  public void syncNames() {
    synchronized (unsynced) {
      try {
        for (Path directory : unsynced) {
          DurableFiles.syncDirectory(directory);
        }
        unsynced.clear();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot sync the folder of the chunks: " + e.getMessage(), e);
      }
    }
  }
}
