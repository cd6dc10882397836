package dev.sheaf.format.hostile;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Reads a dataset through its mappings in two threads while a third cuts its chunks short and puts
 * them back: {@code DATASET SEED ROUNDS}. Ends with 0 if each read gave the right answer or a
 * DatasetException, and if each kind of value was refused at least once.
 */
final class ShrinkDriver {
  private static final int READS_A_ROUND = 300;
  private static final int WINDOW = 12;

  private final Version version;
  private final long[] expected;
  private final Map<String, AtomicLong> refusedBy = new TreeMap<>();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong right = new AtomicLong();
  private volatile double focus;
  private volatile boolean done;
  private volatile Throwable failure;

  /** Kinds of value: in a page, in a tensor chunk, in a blob chunk. */
  private enum Part {
    NUMBER,
    TEXT,
    VECTOR,
    EMBEDDING,
    IMAGE,
    MATRIX
  }

  private ShrinkDriver(Version version) {
    this.version = version;
    this.expected = new long[(int) version.size() * Part.values().length];
    for (Part part : Part.values()) {
      refusedBy.put(part.name(), new AtomicLong());
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    Randomness random = new Randomness(Long.parseLong(arguments[1]));
    try (Dataset dataset = Dataset.open(path)) {
      System.out.println(
          new ShrinkDriver(dataset.head()).run(path, random, Integer.parseInt(arguments[2])));
    }
  }

  private String run(Path path, Randomness random, int rounds) throws Exception {
    Scratch scratch = new Scratch();
    // Twice: what is read once is verified, what is read again comes from mapped memory.
    for (int pass = 0; pass < 2; pass++) {
      for (int row = 0; row < version.size(); row++) {
        for (Part part : Part.values()) {
          if (part != Part.MATRIX || pass == 1) {
            expected[row * Part.values().length + part.ordinal()] = read(part, row, scratch);
          }
        }
      }
    }
    List<Thread> readers = new ArrayList<>();
    for (long seed : new long[] {random.bits(), random.bits()}) {
      Thread reader = new Thread(() -> readAll(new Randomness(seed)));
      reader.start();
      readers.add(reader);
    }
    try {
      cutAndRestore(path, random, rounds);
    } finally {
      done = true;
      for (Thread reader : readers) {
        reader.join();
      }
    }
    if (failure != null) {
      throw new IllegalStateException("a read failed", failure);
    }
    refusedBy.forEach(
        (part, count) -> {
          if (count.get() == 0) {
            throw new IllegalStateException("no cut was noticed in: " + part);
          }
        });
    return String.format(
        "files that shrink while mapped: %d cuts, %d reads right, refused %s, none else",
        rounds, right.get(), refusedBy);
  }

  private void cutAndRestore(Path path, Randomness random, int rounds) throws IOException {
    List<Path> chunks;
    try (Stream<Path> files = Files.walk(path.resolve("chunks"))) {
      chunks = files.filter(file -> file.toString().endsWith(".arrow")).sorted().toList();
    }
    for (int round = 0; round < rounds && failure == null; round++) {
      Path chunk = chunks.get(round % chunks.size());
      Path copy = path.resolveSibling("copy");
      Files.copy(chunk, copy, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(chunk, StandardOpenOption.WRITE);
          FileChannel whole = FileChannel.open(copy, StandardOpenOption.READ)) {
        long size = whole.size();
        long length = (long) (random.below(1 << 20) / (double) (1 << 20) * size);
        focus = length / (double) size;
        channel.truncate(length);
        await(READS_A_ROUND);
        for (long at = length; at < size; ) {
          at += whole.transferTo(at, size - at, channel.position(at));
        }
        await(READS_A_ROUND / 4);
      }
    }
  }

  /** Waits until the readers have read so many values. */
  private void await(int count) {
    long until = reads.get() + count;
    while (reads.get() < until && failure == null) {
      Thread.onSpinWait();
      Thread.yield();
    }
  }

  private void readAll(Randomness random) {
    Scratch scratch = new Scratch();
    int size = (int) version.size();
    while (!done && failure == null) {
      int near = (int) (focus * size) + random.between(-WINDOW, WINDOW);
      int row = random.chance(50) ? random.below(size) : Math.floorMod(near, size);
      for (Part part : Part.values()) {
        try {
          long value = read(part, row, scratch);
          if (value != expected[row * Part.values().length + part.ordinal()]) {
            throw new IllegalStateException("wrong " + part + " of sample " + row);
          }
          right.incrementAndGet();
        } catch (DatasetException e) {
          refusedBy.get(part.name()).incrementAndGet();
        } catch (Throwable e) {
          failure = e;
        }
        reads.incrementAndGet();
      }
    }
  }

  /** The reader's own memory. */
  private static final class Scratch {
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
  }

  private long read(Part part, int row, Scratch scratch) {
    scratch.bytes.clear();
    Sample sample = version.sample(row);
    return switch (part) {
      case NUMBER -> sample.int64("id") * 31 + Double.hashCode(sample.float64("score"));
      case TEXT -> sample.text("caption").hashCode();
      case VECTOR -> tensor(sample.tensor("vector"), scratch.bytes);
      case EMBEDDING -> tensor(sample.tensor("embedding"), scratch.bytes);
      case IMAGE -> {
        sample.media("image").copyTo(scratch.bytes);
        yield Arrays.hashCode(sample.media("image").toBytes()) * 31L
            + scratch.bytes.flip().hashCode();
      }
      case MATRIX -> {
        long sum = 0;
        for (Batch batch : version.scan().range(row, Math.min(row + 2, version.size()))) {
          for (int i = 0; i < batch.size(); i++) {
            sum = sum * 31 + tensor((Tensor) batch.sample(i).value("embedding"), scratch.bytes);
          }
        }
        yield sum;
      }
    };
  }

  private static long tensor(Tensor tensor, ByteBuffer bytes) {
    float[] floats = tensor.toFloats();
    bytes.clear();
    tensor.copyTo(bytes);
    bytes.flip();
    Tensor copy = Tensor.of(tensor.dtype(), tensor.shape(), bytes);
    if (!tensor.equals(copy) || !copy.equals(tensor) || tensor.hashCode() != copy.hashCode()) {
      throw new IllegalStateException("two reads of one tensor differ");
    }
    return Arrays.hashCode(floats) * 31L + bytes.hashCode();
  }
}
