package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The files of chunks in a folder, {@code ab/abcd….arrow}: held open, read by position, mapped.
 *
 * <p>At most {@link #MAX_MAPPINGS} chunks are mapped in a process, and at most {@link #MAX_OPEN}
 * files are held open; a file closed under a reader's hands is opened again. Safe for use by
 * several threads.
 */
final class ChunkFiles implements AutoCloseable {
  static final int MAX_MAPPINGS = 16_384;
  static final int MAX_OPEN = 256;
  static final String SUFFIX = ".arrow";
  private static final AtomicInteger MAPPINGS = new AtomicInteger();

  private final Path folder;
  private final Location dataset;
  private final Map<String, Optional<ByteBuffer>> mapped = new ConcurrentHashMap<>();
  private final Map<String, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  /** Looks at no file yet. */
  ChunkFiles(Path folder, Location dataset) {
    this.folder = folder;
    this.dataset = dataset;
  }

  /** Returns the file of a chunk, whether it is there or not. */
  Path file(String chunk) {
    return folder.resolve(chunk.substring(0, 2)).resolve(chunk + SUFFIX);
  }

  /** Returns the length of a chunk in bytes, or -1 if it is not there. */
  long size(String chunk) {
    try {
      return Files.size(file(chunk));
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + file(chunk) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a range.
   *
   * @throws CorruptDataException if the file is too short
   */
  ByteBuffer read(String chunk, long offset, int length) throws NoSuchFileException {
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
        forgetClosed(chunk);
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file(chunk) + ": " + e.getMessage(), e);
      }
    }
  }

  /** A range is allocated only once the file is known to hold it. */
  private int checkedLength(String chunk, long offset, int length) throws NoSuchFileException {
    // A range that ends beyond all numbers is no I/O error of the system.
    if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
      throw truncated(chunk, offset, length, size(chunk));
    }
    if (length > 1 << 20) {
      long size = size(chunk);
      if (size < 0) {
        throw new NoSuchFileException(file(chunk).toString());
      }
      if (offset > size - length) {
        throw truncated(chunk, offset, length, size);
      }
    }
    return length;
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

  private void forgetClosed(String chunk) {
    synchronized (open) {
      FileChannel channel = open.get(chunk);
      if (channel != null && !channel.isOpen()) {
        open.remove(chunk);
      }
    }
  }

  /**
   * Maps a chunk, or returns empty if it cannot be.
   *
   * @param absent what to do if its file is not there
   */
  Optional<ByteBuffer> map(String chunk, Supplier<Optional<ByteBuffer>> absent) {
    Optional<ByteBuffer> known = mapped.get(chunk);
    return known != null ? known : mapped.computeIfAbsent(chunk, name -> mapNow(name, absent));
  }

  private Optional<ByteBuffer> mapNow(String chunk, Supplier<Optional<ByteBuffer>> absent) {
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
      return absent.get();
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

  /** Closes the file of a chunk and no longer maps it. */
  void forget(String chunk) throws IOException {
    synchronized (open) {
      FileChannel channel = open.remove(chunk);
      if (channel != null) {
        channel.close();
      }
    }
    Optional<ByteBuffer> mapping = mapped.remove(chunk);
    if (mapping != null && mapping.isPresent()) {
      MAPPINGS.decrementAndGet();
    }
  }

  private CorruptDataException truncated(String chunk, long offset, long length, long size) {
    return new CorruptDataException(
        "SHEAF-CHK-002",
        "Chunk file is too short: expected bytes ["
            + Long.toUnsignedString(offset)
            + ", "
            + Long.toUnsignedString(offset + length)
            + "), length="
            + size,
        dataset.with("chunk", chunk),
        "The file is truncated or its description is damaged; run `sheaf fsck`");
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
}
