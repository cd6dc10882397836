package dev.sheaf.format.internal.sink;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** The folder that an export is written into; counts what is written. Belongs to one thread. */
public final class SinkFolder {
  private static final int BUFFER = 1 << 20;

  private final Path root;
  private final Set<Path> made = new HashSet<>();
  private long files;
  private long bytes;

  /** Creates the folder's writer; the folder is there and empty. */
  public SinkFolder(Path root) {
    this.root = root;
  }

  /** Returns the number of files begun. */
  public long files() {
    return files;
  }

  /** Returns the bytes written. */
  public long bytes() {
    return bytes;
  }

  /** Returns the name of a numbered file, or the plain name where there is only one. */
  static String shard(String stem, boolean sharded, int number, String extension) {
    return sharded ? String.format("%s-%06d.%s", stem, number, extension) : stem + "." + extension;
  }

  /** Returns the path of a new file, with its folders made. */
  Path path(String name) throws IOException {
    Path path = root.resolve(name);
    Path parent = path.getParent();
    if (!parent.equals(root) && !made.contains(parent)) {
      Files.createDirectories(parent);
      if (made.size() > 10_000) {
        made.clear();
      }
      made.add(parent);
    }
    return path;
  }

  /** Begins a file that must not be there, to be read back where formats keep lengths in front. */
  FileChannel open(String name) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path(name),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ);
    files++;
    return channel;
  }

  /** Returns the path of a file that the caller makes. */
  Path newFile(String name) throws IOException {
    files++;
    return path(name);
  }

  /** Makes a file that the caller made durable. */
  void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Counts what was written by the caller. */
  void count(long written) {
    bytes += written;
  }

  /** Begins a file that must not be there; it is synced when it is closed. */
  Output create(String name) throws IOException {
    return new Output(open(name));
  }

  /** Writes a whole small file, such as one payload; not synced by itself. */
  void write(String name, ByteBuffer content) throws IOException {
    try (FileChannel channel = open(name)) {
      while (content.hasRemaining()) {
        bytes += channel.write(content);
      }
    }
  }

  /** A file that is written front to back. */
  final class Output extends BufferedOutputStream {
    private final FileChannel channel;
    private long written;

    private Output(FileChannel channel) {
      super(Channels.newOutputStream(channel), BUFFER);
      this.channel = channel;
    }

    /** Returns the bytes taken so far. */
    long written() {
      return written;
    }

    @Override
    public synchronized void write(int b) throws IOException {
      super.write(b);
      written++;
      bytes++;
    }

    @Override
    public synchronized void write(byte[] array, int offset, int length) throws IOException {
      super.write(array, offset, length);
      written += length;
      bytes += length;
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (channel.isOpen()) {
          flush();
          channel.force(true);
        }
      }
    }
  }
}
