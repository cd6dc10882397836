package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Media;
import dev.sheaf.format.internal.blob.BlobSink;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.blob.TextSink;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.layer.StoredMedia;
import dev.sheaf.format.internal.layer.WideValues;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Where a transaction writes: payload chunks, text chunks, and chunks of pages and tensors. */
public final class Sinks implements WideValues, AutoCloseable {
  private static final long CHUNK_BYTES = 512L << 20;

  private final ChunkStore store;
  private final Path local;
  private final BlobSink blobs;
  private final TextSink texts;
  private Staging staging;
  private boolean chunks;

  /** Creates the sinks of one writer. */
  public Sinks(LocalDataset dataset) {
    this(dataset.store(), dataset.local());
  }

  /**
   * Creates sinks into a store.
   *
   * @param local where journals of interrupted transactions lie
   */
  Sinks(ChunkStore store, Path local) {
    this.store = store;
    this.local = local;
    this.blobs = new BlobSink(this::newBlobChunk, CHUNK_BYTES, this::journal);
    this.texts = new TextSink(this::newChunk, CHUNK_BYTES);
  }

  private ChunkWriter newBlobChunk() {
    ChunkWriter writer = newChunk();
    return staging == null ? writer : staging.follow(writer);
  }

  /** Makes a chunk for pages or tensors. */
  public ChunkWriter newChunk() {
    chunks = true;
    return store.create();
  }

  /** Tells whether any chunk was made. */
  public boolean hasChunks() {
    return chunks;
  }

  void stage(String name) {
    staging = Staging.open(local.resolve("staging"), name, store);
  }

  Optional<Media> recall(String stamp) {
    return staging == null ? Optional.empty() : staging.recall(stamp);
  }

  void stamp(Media media, String stamp) {
    if (staging != null) {
      staging.stamp(media, stamp);
    }
  }

  @Override
  public Place bytes(ByteBuffer value) {
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return blobs.put(copy, Checksums.hex(Checksums.sha256(copy)));
  }

  @Override
  public Place text(ByteBuffer utf8) {
    return texts.put(utf8);
  }

  @Override
  public Place media(Media media) {
    if (media instanceof StoredMedia stored && stored.isIn(store)) {
      Optional<Place> place = stored.place();
      if (place.isPresent()) {
        requireThere(place.get());
        return place.get();
      }
    }
    if (media instanceof HeapMedia heap && heap.link().isPresent()) {
      return Place.of(heap.link().get(), heap.payload());
    }
    byte[] payload = media instanceof HeapMedia heap ? heap.payload() : media.toBytes();
    Place place = blobs.put(payload, media.sha256());
    if (staging != null) {
      staging.placed(media, place);
    }
    return place;
  }

  /** What no version needed may be gone from a chunk that was written anew. */
  private void requireThere(Place place) {
    boolean isMoved =
        place.link().isEmpty()
            && place.length() > 0
            && store.resolved(place.chunk().id()).isPresent();
    if (isMoved) {
      store.read(place.chunk().id(), place.offset(), 1);
    }
  }

  private Runnable journal() {
    return staging == null ? () -> {} : staging.flush();
  }

  @Override
  public void flush() {
    blobs.flush();
    texts.flush();
    if (staging != null) {
      blobs.afterwards(staging.flush());
    }
  }

  /** Seals every chunk and makes the names durable. */
  public void finish() {
    flush();
    blobs.finish();
    texts.finish();
    store.syncNames();
  }

  /** Forgets what was kept for a repetition. */
  void committed() {
    if (staging != null) {
      staging.delete();
    }
  }

  @Override
  public void close() {
    texts.close();
    if (staging == null) {
      blobs.close();
    } else {
      blobs.leave();
      staging.close();
    }
  }
}
