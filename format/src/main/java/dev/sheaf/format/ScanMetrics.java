package dev.sheaf.format;

/** What the passes over a {@link Scan} have read so far. Safe for use by several threads. */
public interface ScanMetrics {
  /** Returns the number of distinct pages that cells were taken from. */
  long pagesRead();

  /** Returns the number of distinct pages that statistics ruled out and no cell was taken from. */
  long pagesPruned();

  /** Returns the bytes of these pages as stored, and of the wide and fixed values read. */
  long bytesRead();

  /** Returns the number of samples in the batches handed out. */
  long rowsScanned();

  /** Returns the number of samples that statistics ruled out. */
  long rowsPruned();
}
