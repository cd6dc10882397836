package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;

/**
 * A file of a dataset that is damaged in place, one byte at a time: bytes are flipped and put back,
 * then the end is cut off byte by byte until nothing is left, which needs no copy a case. What is
 * read after each damage is up to the subclass.
 */
abstract class DamagedFile implements AutoCloseable {
  final Path path;
  final byte[] bytes;
  final Randomness random;
  final Tally tally;

  /**
   * Reads the intact file.
   *
   * @param path a copy that may be written
   */
  DamagedFile(Path path, Randomness random, Tally tally) throws IOException {
    this.path = path;
    this.bytes = Files.readAllBytes(path);
    this.random = random;
    this.tally = tally;
  }

  /** Returns the places of the bytes that are flipped. */
  abstract NavigableSet<Integer> flips();

  /** Reads what a flipped byte can affect. */
  abstract void readFlipped(int place);

  /** Reads what a cut can affect. */
  abstract void readCut(int length);

  @Override
  public abstract void close();

  /** Tries all flips and all lengths, and leaves the file as it was. */
  final void damage() throws IOException {
    tally.files.increment();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (int place : flips()) {
        byte bits = (byte) (random.chance(50) ? 0xff : 1 << random.below(8));
        write(channel, place, (byte) (bytes[place] ^ bits));
        tried("flip of byte ", place, () -> readFlipped(place));
        write(channel, place, bytes[place]);
        tally.flips.increment();
      }
      for (int i = bytes.length - 1; i >= 0; i--) {
        int length = i;
        channel.truncate(length);
        tried("cut to ", length, () -> readCut(length));
        tally.cuts.increment();
      }
      channel.write(ByteBuffer.wrap(bytes), 0);
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
  }

  private static void write(FileChannel channel, int place, byte value) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {value}), place);
  }

  private void tried(String what, int place, Runnable read) {
    long before = Cases.allocatedBytes();
    try {
      read.run();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + place + ": " + e, e);
    }
    long allocated = Cases.allocatedBytes() - before;
    tally.mostBytes.accumulate(allocated);
    assertThat(allocated).as("bytes allocated after " + what + place).isLessThan(Tally.LIMIT_BYTES);
  }
}
