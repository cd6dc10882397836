package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chunks in a folder: {@code chunks/ab/abcd….arrow}.
 *
 * <p>At most {@link #MAX_MAPPINGS} chunks are mapped in a process, and at most {@link #MAX_OPEN}
 * files are held open; a file closed under a reader's hands is opened again.
 */
public final class LocalChunkStore implements ChunkStore {
  static final int MAX_MAPPINGS = 16_384;
  static final int MAX_OPEN = 256;
  private static final AtomicInteger MAPPINGS = new AtomicInteger();
  private static final String SUFFIX = ".arrow";

  private final Path chunks;
  private final Path temp;
  private final Location dataset;
  private final Map<String, Optional<ByteBuffer>> mapped = new ConcurrentHashMap<>();
  private final Map<String, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);
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
  }

  @Override
  public Optional<Path> path(String chunk) {
    return Optional.of(file(chunk));
  }

  private Path file(String chunk) {
    return chunks.resolve(chunk.substring(0, 2)).resolve(chunk + SUFFIX);
  }

  @Override
  public ByteBuffer read(String chunk, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocate(checkedLength(chunk, offset, length));
    for (int attempt = 0; ; attempt++) {
      try {
        FileChannel channel = channel(chunk);
        while (target.hasRemaining()) {
          if (channel.read(target, offset + target.position()) < 0) {
            throw truncated(chunk, offset, length, channel.size());
          }
        }
        return target.flip().order(ByteOrder.LITTLE_ENDIAN);
      } catch (ClosedByInterruptException e) {
        throw new UncheckedIOException("Interrupted while reading chunk " + chunk, e);
      } catch (ClosedChannelException e) {
        if (attempt > 100) {
          throw new UncheckedIOException("Cannot read chunk " + chunk, e);
        }
        forget(chunk);
      } catch (NoSuchFileException e) {
        throw missing(chunk);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file(chunk) + ": " + e.getMessage(), e);
      }
    }
  }

  /** A range is allocated only once the file is known to hold it. */
  private int checkedLength(String chunk, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw truncated(chunk, offset, length, size(chunk));
    }
    if (length > 1 << 20) {
      long size = size(chunk);
      if (size < 0) {
        throw missing(chunk);
      }
      if (offset > size - length) {
        throw truncated(chunk, offset, length, size);
      }
    }
    return length;
  }

  @Override
  public Optional<ByteBuffer> map(String chunk) {
    Optional<ByteBuffer> known = mapped.get(chunk);
    return known != null ? known : mapped.computeIfAbsent(chunk, this::mapNow);
  }

  private Optional<ByteBuffer> mapNow(String chunk) {
    if (MAPPINGS.incrementAndGet() > MAX_MAPPINGS) {
      MAPPINGS.decrementAndGet();
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file(chunk), StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE || !endsWell(channel, size)) {
        MAPPINGS.decrementAndGet();
        return Optional.empty();
      }
      return Optional.of(
          channel.map(FileChannel.MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN));
    } catch (NoSuchFileException e) {
      MAPPINGS.decrementAndGet();
      throw missing(chunk);
    } catch (IOException e) {
      MAPPINGS.decrementAndGet();
      throw new UncheckedIOException("Cannot map " + file(chunk) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Tells whether the last byte is not zero, as in every Arrow file: it is what shows later that a
   * mapped file was cut short.
   */
  private static boolean endsWell(FileChannel channel, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != 0;
  }

  @Override
  public long size(String chunk) {
    try {
      return Files.size(file(chunk));
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + file(chunk) + ": " + e.getMessage(), e);
    }
  }

  private FileChannel channel(String chunk) throws IOException {
    synchronized (open) {
      FileChannel channel = open.get(chunk);
      if (channel != null && channel.isOpen()) {
        return channel;
      }
      channel = FileChannel.open(file(chunk), StandardOpenOption.READ);
      open.put(chunk, channel);
      if (open.size() > MAX_OPEN) {
        Map.Entry<String, FileChannel> eldest = open.entrySet().iterator().next();
        open.remove(eldest.getKey());
        eldest.getValue().close();
      }
      return channel;
    }
  }

  private void forget(String chunk) {
    synchronized (open) {
      FileChannel channel = open.get(chunk);
      if (channel != null && !channel.isOpen()) {
        open.remove(chunk);
      }
    }
  }

  private NotFoundException missing(String chunk) {
    return new NotFoundException(
        "SHEAF-NF-005",
        "Chunk file is missing",
        dataset.with("chunk", chunk),
        "Copy it back from another copy of the dataset; `sheaf fsck` lists all that is missing");
  }

  private CorruptDataException truncated(String chunk, long offset, long length, long size) {
    return new CorruptDataException(
        "SHEAF-CHK-002",
        "Chunk file is too short: expected bytes ["
            + offset
            + ", "
            + (offset + length)
            + "), length="
            + size,
        dataset.with("chunk", chunk),
        "The file is truncated or its description is damaged; run `sheaf fsck`");
  }

  @Override
  public ChunkWriter create() {
    return new Writer();
  }

  @Override
  public void close() {
    synchronized (open) {
      for (FileChannel channel : open.values()) {
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      open.clear();
    }
    for (Optional<ByteBuffer> mapping : mapped.values()) {
      mapping.ifPresent(m -> MAPPINGS.decrementAndGet());
    }
    mapped.clear();
  }

  /** A chunk being written under a temporary name. */
  private final class Writer implements ChunkWriter {
    private final Path file = temp.resolve(UUID.randomUUID() + SUFFIX);
    private final MessageDigest digest = Checksums.sha256();
    private FileChannel out;
    private long position;
    private boolean done;

    @Override
    public void write(ByteBuffer bytes) {
      try {
        if (out == null) {
          DurableFiles.createDirectories(temp);
          out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
        digest.update(bytes.duplicate());
        position += bytes.remaining();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
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
      Path target = LocalChunkStore.this.file(id);
      try {
        out.force(true);
        out.close();
        done = true;
        DurableFiles.createDirectories(target.getParent());
        if (isThere(target)) {
          Files.delete(file);
        } else {
          DurableFiles.move(file, target);
        }
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
    public void close() {
      if (out != null && !done) {
        done = true;
        try {
          out.close();
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot remove " + file, e);
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
