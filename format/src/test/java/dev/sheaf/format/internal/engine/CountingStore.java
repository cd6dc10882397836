package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records every range that is read through it. */
final class CountingStore implements ChunkStore {
  private final ChunkStore store;
  private final List<Range> ranges = new ArrayList<>();
  private int maps;

  /** A range of a chunk. */
  record Range(String chunk, long offset, int length) {}

  CountingStore(ChunkStore store) {
    this.store = store;
  }

  /** Returns the ranges read since the last call, in order. */
  synchronized List<Range> drain() {
    List<Range> drained = List.copyOf(ranges);
    ranges.clear();
    return drained;
  }

  /** Returns how often a chunk was asked for as a whole. */
  synchronized int maps() {
    return maps;
  }

  @Override
  public synchronized ByteBuffer read(String chunk, long offset, int length) {
    ranges.add(new Range(chunk, offset, length));
    return store.read(chunk, offset, length);
  }

  @Override
  public synchronized Optional<ByteBuffer> map(String chunk) {
    maps++;
    return store.map(chunk);
  }

  @Override
  public Optional<Path> path(String chunk) {
    return store.path(chunk);
  }

  @Override
  public long size(String chunk) {
    return store.size(chunk);
  }

  @Override
  public ChunkWriter create() {
    return store.create();
  }

  @Override
  public void syncNames() {
    store.syncNames();
  }

  @Override
  public void close() {
    store.close();
  }
}
