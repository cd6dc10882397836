package dev.sheaf.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One text stream of a command, UTF-8, buffered. Unlike {@link java.io.PrintStream} it never
 * swallows trouble: a reader that has gone away or a full disk throws {@link BrokenException}. Not
 * safe for use by several threads.
 */
public final class Output {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream target;
  private final boolean matters;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int used;
  private boolean held;

  /** Creates the output over a stream, which it does not close. */
  public Output(OutputStream target) {
    this(target, true);
  }

  private Output(OutputStream target, boolean matters) {
    this.target = target;
    this.matters = matters;
  }

  /** Returns an output for notes: nothing fails because nobody takes them. */
  public static Output ofNotes(OutputStream target) {
    return new Output(target, false);
  }

  /** Writes text as it is. */
  public Output print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
    return this;
  }

  /** Writes text and a line feed, whatever the platform. */
  public Output line(String text) {
    return print(text).print("\n");
  }

  /**
   * Keeps what is written from now on back until it grows large, so that an error can replace it.
   */
  public void hold() {
    flush();
    held = true;
  }

  /** Drops what was kept back since {@link #hold}, if none of it has been written yet. */
  public void discard() {
    if (held) {
      used = 0;
      held = false;
    }
  }

  /** Hands everything on. */
  public void flush() {
    held = false;
    drain();
    try {
      target.flush();
    } catch (IOException e) {
      broken(e);
    }
  }

  private void broken(IOException e) {
    if (matters) {
      throw new BrokenException(e);
    }
  }

  private void write(byte[] bytes, int length) {
    if (length > buffer.length - used) {
      if (held && buffer.length < BUFFER_BYTES * 16) {
        buffer = java.util.Arrays.copyOf(buffer, BUFFER_BYTES * 16);
        write(bytes, length);
        return;
      }
      held = false;
      drain();
    }
    if (length > buffer.length) {
      send(bytes, length);
    } else {
      System.arraycopy(bytes, 0, buffer, used, length);
      used += length;
    }
  }

  private void drain() {
    int length = used;
    used = 0;
    send(buffer, length);
  }

  private void send(byte[] bytes, int length) {
    if (length == 0) {
      return;
    }
    try {
      target.write(bytes, 0, length);
    } catch (IOException e) {
      broken(e);
    }
  }

  /** The stream takes no more. */
  public static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenException(IOException cause) {
      super(cause.getMessage(), cause);
    }

    /** Tells whether the reader has gone away, as {@code head} does: no reason for a message. */
    public boolean isReaderGone() {
      String message = String.valueOf(getMessage());
      return message.contains("Broken pipe") || message.contains("pipe is being closed");
    }
  }
}
