/**
 * Brings what lies in files into a dataset, as a sync by key: unchanged samples are skipped,
 * changed ones updated, new ones appended, nothing is deleted.
 *
 * <pre>{@code
 * IngestReport report =
 *     Ingest.from(Path.of("photos")).into(Path.of("pets.sheaf")).message("Add photos").run();
 * }</pre>
 *
 * <p>Entry point: {@link dev.sheaf.format.ingest.Ingest}. One ingest belongs to one thread and uses
 * as many as it is told to; any number of processes may ingest into one dataset at once. The result
 * depends on the sources alone, not on the number of threads.
 */
package dev.sheaf.format.ingest;
