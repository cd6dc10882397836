package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The limit with a cold page cache, where a mapped file reads far ahead: one positional read of the
 * same bytes from the same places.
 */
final class PreadStore extends MemcpyStore {
  private final FileChannel channel;

  private PreadStore(Path path) throws IOException {
    super(path);
    channel = FileChannel.open(path);
  }

  static PreadStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path memcpy = Format.MEMCPY.folder(shape);
    MemcpyStore.open(memcpy, shape).close();
    return new PreadStore(memcpy.resolve(NAME));
  }

  private void read(long from, int length, Target target) throws IOException {
    target.buffer.limit(length).position(0);
    while (target.buffer.hasRemaining()) {
      if (channel.read(target.buffer, from + target.buffer.position()) < 0) {
        throw new IOException("the file ends within a sample");
      }
    }
    target.buffer.clear();
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    int start = starts[(int) index];
    read(start, starts[(int) index + 1] - start, target);
    Records.all(target);
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    read(starts[(int) index], Records.TEXT_BYTES, target);
    Records.text(target);
  }

  @Override
  public void readImage(long index, Target target) throws IOException {
    // Where the image begins is taken to be known: it is the last part.
    int end = starts[(int) index + 1];
    Target header = new Target();
    BenchData.fill(BenchData.Shape.WIDE, index, header);
    target.imageAt = 0;
    target.imageLength = header.imageLength;
    read(end - header.imageLength, header.imageLength, target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
