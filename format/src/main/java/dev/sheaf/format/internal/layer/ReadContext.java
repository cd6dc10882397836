package dev.sheaf.format.internal.layer;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.blob.TextSink;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.PageParser;

/**
 * What all readers of a dataset share.
 *
 * @param store the chunks
 * @param heapPages the cache of pages that are not mapped
 * @param budget the memory for pages that are kept as they were read
 * @param dataset the dataset, for messages
 */
public record ReadContext(
    ChunkStore store, HeapPages heapPages, PageBudget budget, Location dataset) {
  static final PageParser TEXT_PARSER = new PageParser(TextSink.layout());
  static final ArrayReader.Variable TEXT = (ArrayReader.Variable) TEXT_PARSER.readers()[0];
}
