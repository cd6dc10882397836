package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.git.BlobVisitor;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Collects the names of chunks from the leaves of versions. */
final class ChunkReferences implements BlobVisitor {
  private final Set<String> chunks = new HashSet<>();

  /** Returns the chunks that are referred to. */
  Set<String> chunks() {
    return Collections.unmodifiableSet(chunks);
  }

  @Override
  public boolean isWanted(String path) {
    return path.startsWith("segments/") && path.endsWith(".json") && !path.endsWith(".stats.json");
  }

  @Override
  public void blob(String path, byte[] content) {
    if (path.endsWith("/" + SegmentRecord.RECORD)) {
      SegmentRecord record = SegmentRecord.parse(content, path);
      chunks.addAll(record.blobs().keySet());
      if (record.keys() != null && !record.keys().chunk().isEmpty()) {
        chunks.add(record.keys().chunk());
      }
    } else {
      LayerRecord record = LayerRecord.parse(content, path);
      record.chunk().ifPresent(chunks::add);
      chunks.addAll(record.blobs());
      record.tensors().values().forEach(tensor -> chunks.add(tensor.chunk()));
    }
  }
}
