package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.lance.Dataset;

/** Writes Lance datasets with the default options. */
final class LanceFiles {
  private LanceFiles() {}

  /** Fills a batch. */
  interface Filler {
    /** Sets rows from the one numbered {@code first} on and returns how many; 0 at the end. */
    int fill(VectorSchemaRoot root, long first) throws IOException;
  }

  /** Writes a dataset. */
  static void write(Path path, Schema schema, Filler filler) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        Rows rows = new Rows(allocator, schema, filler);
        Dataset written =
            Dataset.write().allocator(allocator).reader(rows).uri(path.toString()).execute()) {
      if (written.countRows() != rows.next) {
        throw new IOException("Lance wrote " + written.countRows() + " rows of " + rows.next);
      }
    }
  }

  /** The rows as Arrow batches. */
  private static final class Rows extends ArrowReader {
    private final Schema schema;
    private final Filler filler;
    private long next;

    Rows(BufferAllocator allocator, Schema schema, Filler filler) {
      super(allocator);
      this.schema = schema;
      this.filler = filler;
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      root.clear();
      int rows = filler.fill(root, next);
      next += rows;
      root.setRowCount(rows);
      return rows > 0;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}

    @Override
    protected Schema readSchema() {
      return schema;
    }
  }
}
