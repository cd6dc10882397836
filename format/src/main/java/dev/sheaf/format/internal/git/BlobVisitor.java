package dev.sheaf.format.internal.git;

/** Is shown the files of versions, each content once. */
public interface BlobVisitor {
  /** Tells whether a file is to be read. */
  boolean isWanted(String path);

  /** Takes a file that was read. */
  void blob(String path, byte[] content);
}
