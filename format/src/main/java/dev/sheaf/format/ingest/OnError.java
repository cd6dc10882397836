package dev.sheaf.format.ingest;

/** What happens to an item that cannot be taken: a broken image, a ragged row. */
public enum OnError {
  /** The ingest ends with its error and nothing is committed. */
  FAIL,
  /** The item is left out and listed in the report; the rest goes in. */
  SKIP
}
