package dev.sheaf.format.internal.io;

import java.io.IOException;

/**
 * Syncs a long file while it is written, so that little is left to sync at its end and the disk is
 * busy meanwhile. For one thread at a time; the syncing thread lives as long as one sync.
 */
final class BackgroundSync implements AutoCloseable {
  /** After so many bytes the file is synced again, if the sync before is over. */
  static final long EVERY_BYTES = 32 << 20;

  /** Makes what was written to a file so far durable, while another thread may write on. */
  interface File {
    void sync() throws IOException;
  }

  private final File file;
  private Thread running;
  private volatile IOException failure;
  private long synced;

  BackgroundSync(File file) {
    this.file = file;
  }

  /**
   * Takes note of what was written.
   *
   * @param position the length of the file now
   * @throws IOException if a sync failed
   */
  void written(long position) throws IOException {
    if (position - synced < EVERY_BYTES || running != null && running.isAlive()) {
      return;
    }
    check();
    synced = position;
    running = new Thread(this::sync, "sheaf-sync");
    running.setDaemon(true);
    running.start();
  }

  private void sync() {
    try {
      file.sync();
    } catch (IOException e) {
      failure = e;
    }
  }

  /**
   * Waits for the sync that runs.
   *
   * @throws IOException if one failed: the system may tell it only once
   */
  void await() throws IOException {
    close();
    check();
  }

  private void check() throws IOException {
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /** Waits for the sync that runs, also where this thread is interrupted. */
  @Override
  public void close() {
    boolean interrupted = false;
    while (running != null && running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
