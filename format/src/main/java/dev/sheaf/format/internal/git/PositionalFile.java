package dev.sheaf.format.internal.git;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is read by position: opened at the first read, and again after a reader was
 * interrupted, which closes a channel for all. Safe for use by several threads.
 */
final class PositionalFile implements Closeable {
  private final Path path;
  private volatile FileChannel channel;
  private boolean closed;

  /** Names a file. Reads nothing. */
  PositionalFile(Path path) {
    this.path = path;
  }

  /** A file that was closed, since it is gone, while somebody still reads it. */
  static final class Closed extends NoSuchFileException {
    private static final long serialVersionUID = 1L;

    Closed(Path path) {
      super(path.toString());
    }
  }

  Path path() {
    return path;
  }

  /**
   * Reads bytes.
   *
   * @param into where they go, from 0 on
   * @throws NoSuchFileException if the file is gone, or was closed
   * @throws BadObject if the file ends before
   */
  void readFully(byte[] into, int length, long offset) throws IOException, BadObject {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
    boolean interrupted = Thread.interrupted();
    try {
      long at = offset;
      while (buffer.hasRemaining()) {
        try {
          int n = channel().read(buffer, at);
          if (n < 0) {
            throw new BadObject(path.getFileName() + " ends early: offset=" + at);
          }
          at += n;
        } catch (ClosedChannelException e) {
          // An interrupt of any reader closes the channel for all; reading goes on, the flag is
          // restored below.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns the length of the file in bytes. */
  long size() throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return channel().size();
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel present = channel;
    return present != null && present.isOpen() ? present : reopen();
  }

  private synchronized FileChannel reopen() throws IOException {
    if (closed) {
      throw new Closed(path);
    }
    if (channel == null || !channel.isOpen()) {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    }
    return channel;
  }

  /** Lets the file go; who reads afterwards is told that it is gone. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
    }
  }
}
