package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.git.BlobVisitor;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Collects the names of chunks from the leaves of versions. */
final class ChunkReferences implements BlobVisitor {
  private final Set<String> chunks = new HashSet<>();
  private final Set<String> roots = new TreeSet<>();

  /** Returns the chunks that are referred to. */
  Set<String> chunks() {
    return Collections.unmodifiableSet(chunks);
  }

  /** Returns the roots of the links that are referred to. */
  Set<String> roots() {
    return Collections.unmodifiableSet(roots);
  }

  @Override
  public boolean isWanted(String path) {
    return path.startsWith("segments/") && path.endsWith(".json") && !path.endsWith(".stats.json");
  }

  @Override
  public void blob(String path, byte[] content) {
    if (path.endsWith("/" + SegmentRecord.RECORD)) {
      SegmentRecord record = SegmentRecord.parse(content, path);
      add(record.blobs().keySet());
      if (record.keys() != null && !record.keys().chunk().isEmpty()) {
        chunks.add(record.keys().chunk());
      }
    } else {
      LayerRecord record = LayerRecord.parse(content, path);
      record.chunk().ifPresent(chunks::add);
      add(record.blobs());
      record.tensors().values().forEach(tensor -> chunks.add(tensor.chunk()));
    }
  }

  private void add(Collection<String> names) {
    for (String name : names) {
      if (LinkName.isLink(name)) {
        roots.add(LinkName.root(name));
      } else {
        chunks.add(name);
      }
    }
  }
}
