package dev.sheaf.format.internal.source;

import java.util.List;
import java.util.Map;

/**
 * A row that was read.
 *
 * @param cells the values by column, as {@link dev.sheaf.format.Row} takes them
 * @param fingerprint both hashes
 * @param payloads the payload files that were read for it
 */
public record LoadedRow(
    Map<String, Object> cells, Fingerprint fingerprint, List<PayloadReader.Payload> payloads) {
  /** Copies the list; the cells may hold nulls and are taken as they are. */
  public LoadedRow {
    payloads = List.copyOf(payloads);
  }
}
