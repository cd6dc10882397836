package dev.sheaf.format.ingest;

import dev.sheaf.format.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an ingest would do. Files that would be new are counted but not read.
 *
 * @param schema the columns of the sources, with the types that they would have in the dataset
 * @param rows the rows found, those included that may turn out broken
 * @param sample the cells of the first row, empty if there is none
 * @param rowsToAdd the samples that would be appended
 * @param rowsToUpdate the samples that would be updated
 * @param rowsUnchanged the samples that are there already
 * @param skipped what cannot be taken, as far as it was read
 * @param notes what a user may want to know
 */
public record IngestPlan(
    Schema schema,
    long rows,
    Map<String, Object> sample,
    long rowsToAdd,
    long rowsToUpdate,
    long rowsUnchanged,
    List<Skipped> skipped,
    List<String> notes) {
  /** Copies the collections; the sample may hold nulls. */
  public IngestPlan {
    Objects.requireNonNull(schema, "schema");
    sample = Collections.unmodifiableMap(new LinkedHashMap<>(sample));
    skipped = List.copyOf(skipped);
    notes = List.copyOf(notes);
  }
}
