package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.io.IOException;

/** A plan that begins a new file where the present one is full. */
abstract class ShardedSink extends RowSink {
  final SinkOptions options;
  private SinkFolder folder;
  private int shard;
  private long rows;

  ShardedSink(Version version, SinkOptions options) {
    super(version);
    this.options = options;
  }

  /** Returns the folder; not before {@link #begin}. */
  final SinkFolder folder() {
    return folder;
  }

  /**
   * Begins a file.
   *
   * @param number its number, from 0 on
   */
  abstract void open(int number) throws IOException;

  /** Returns about how long the file is by now, in bytes. */
  abstract long written();

  /** Writes one sample into the file. */
  abstract void append(Sample sample) throws IOException;

  @Override
  void begin(SinkFolder into) throws IOException {
    folder = into;
    next();
  }

  @Override
  final void add(Sample sample) throws IOException {
    if (options.isFull(rows, written(), 0)) {
      end();
      next();
    }
    append(sample);
    rows++;
  }

  private void next() throws IOException {
    open(shard++);
    rows = 0;
  }
}
