package dev.sheaf.format.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The limit: each sample is one run of bytes in one mapped file, whose place is known; a read is
 * one copy.
 */
class MemcpyStore implements Store {
  /** The file in its folder. */
  static final String NAME = "records";

  private final MappedByteBuffer file;
  final int[] starts;

  MemcpyStore(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    file.order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(offsets(path))) {
      LongBuffer longs =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).asLongBuffer();
      starts = new int[longs.remaining()];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = Math.toIntExact(longs.get(i));
      }
    }
  }

  private static Path offsets(Path path) {
    return path.resolveSibling(path.getFileName() + ".offsets");
  }

  static MemcpyStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve(NAME);
    if (!Files.exists(path)) {
      write(path, shape);
    }
    return new MemcpyStore(path);
  }

  private static void write(Path path, BenchData.Shape shape) throws IOException {
    Path part = path.resolveSibling("records.part");
    Target sample = new Target();
    try (DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 20));
        DataOutputStream places =
            new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(offsets(path)), 1 << 20))) {
      long at = 0;
      for (long i = 0; i < shape.samples(); i++) {
        BenchData.fill(shape, i, sample);
        byte[] record = Records.encode(sample);
        out.write(record);
        places.writeLong(at);
        at += record.length;
      }
      places.writeLong(at);
      out.write("end".getBytes(US_ASCII));
    }
    Files.move(part, path);
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    int start = starts[(int) index];
    file.get(start, target.bytes, 0, starts[(int) index + 1] - start);
    Records.all(target);
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    int start = starts[(int) index];
    file.get(start, target.bytes, 0, Records.textLength(file, start));
    Records.text(target);
  }

  @Override
  public void readImage(long index, Target target) throws IOException {
    int start = starts[(int) index];
    target.imageAt = 0;
    target.imageLength = file.getInt(start + 8);
    file.get(start + Records.textLength(file, start), target.bytes, 0, target.imageLength);
  }

  @Override
  public long take(long[] indices, Target target) throws IOException {
    long bytes = 0;
    for (long index : indices) {
      readAll(index, target);
      bytes += target.length();
    }
    return bytes;
  }

  @Override
  public long scan(Target target) throws IOException {
    long bytes = 0;
    for (int index = 0; index < starts.length - 1; index++) {
      readAll(index, target);
      bytes += target.length();
    }
    return bytes;
  }

  @Override
  public long view(long index, boolean all) {
    int start = starts[(int) index];
    long seen = file.get(start + Records.HEADER) + file.get(start + Records.TEXT_BYTES);
    return all ? seen + file.getLong(start + 12) + file.get(starts[(int) index + 1] - 1) : seen;
  }

  @Override
  public void close() throws IOException {}
}
