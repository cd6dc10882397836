package dev.sheaf.format;

/**
 * What a collection of garbage removed, or would remove.
 *
 * @param dryRun whether nothing was changed
 * @param chunks chunks that no version refers to
 * @param chunkBytes their bytes
 * @param objects Git objects that nothing leads to
 * @param objectBytes about how many bytes they take in packs
 * @param leftovers files that interrupted writers left
 * @param leftoverBytes their bytes
 * @param youngChunks unused chunks that stay because they are younger than the grace period
 * @param youngObjects unused Git objects that stay because they are younger
 * @param usedChunks chunks that are in use
 * @param rewrittenChunks chunks of payloads that were mostly dead and are written anew without what
 *     no version needs
 * @param rewrittenBytes how many bytes that freed
 */
public record GcReport(
    boolean dryRun,
    long chunks,
    long chunkBytes,
    long objects,
    long objectBytes,
    long leftovers,
    long leftoverBytes,
    long youngChunks,
    long youngObjects,
    long usedChunks,
    long rewrittenChunks,
    long rewrittenBytes) {
  /** Returns the bytes that were freed, or would be. */
  public long bytes() {
    return chunkBytes + objectBytes + leftoverBytes + rewrittenBytes;
  }
}
