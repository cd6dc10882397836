package dev.sheaf.format.internal.git;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates zlib streams of a stated length, whatever the bytes are. */
final class Inflate {
  /** Deflate cannot shrink by more than this factor, so a larger claim is a lie. */
  private static final long MAX_RATIO = 1032;

  private static final int SLACK = 1 << 10;

  /** What is allocated before the stream has shown that it yields more, in bytes. */
  private static final int FIRST_BYTES = 64 << 10;

  private Inflate() {}

  /** Supplies the next compressed bytes. */
  interface Source {
    /** Fills the buffer from its start and returns the number of bytes, 0 at the end. */
    int next(byte[] buffer) throws IOException, BadObject;
  }

  /**
   * Checks a length that a file claims.
   *
   * @param claimed the inflated length in bytes
   * @param available the compressed bytes there are at most
   */
  static int checkLength(long claimed, long available) throws BadObject {
    if (claimed < 0 || claimed > GitObject.MAX_BYTES) {
      throw new BadObject(
          "object is too large: expected at most "
              + GitObject.MAX_BYTES
              + " bytes, got "
              + claimed);
    }
    if (claimed > available * MAX_RATIO + SLACK) {
      throw new BadObject(
          "object length does not fit the file: length=" + claimed + " remaining=" + available);
    }
    return (int) claimed;
  }

  /**
   * Inflates exactly {@code length} bytes.
   *
   * @throws BadObject if the stream is damaged, or shorter or longer than that
   */
  static byte[] exactly(int length, Source source) throws IOException, BadObject {
    // The length is a claim: memory follows what the stream has yielded.
    byte[] out = new byte[Math.min(length, FIRST_BYTES)];
    byte[] in = new byte[Math.max(512, Math.min(length, 32 << 10))];
    Inflater inflater = new Inflater();
    try {
      byte[] overflow = new byte[1];
      int done = 0;
      while (!inflater.finished()) {
        if (done == out.length && done < length) {
          out = Arrays.copyOf(out, (int) Math.min(length, 4L * done));
        }
        int n =
            done < length
                ? inflater.inflate(out, done, out.length - done)
                : inflater.inflate(overflow);
        if (n > 0 && done == length) {
          throw new BadObject("object is longer than stated: expected " + length + " bytes");
        }
        done += n;
        if (n == 0 && inflater.needsDictionary()) {
          throw new BadObject("compressed data asks for a dictionary");
        }
        if (n == 0 && inflater.needsInput()) {
          int filled = source.next(in);
          if (filled <= 0) {
            throw new BadObject(
                "compressed data ends early: expected " + length + " bytes, got " + done);
          }
          inflater.setInput(in, 0, filled);
        }
      }
      if (done != length) {
        throw new BadObject(
            "object is shorter than stated: expected " + length + " bytes, got " + done);
      }
      return out;
    } catch (DataFormatException e) {
      throw new BadObject("compressed data is damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
  }
}
