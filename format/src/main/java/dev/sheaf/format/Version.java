package dev.sheaf.format;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One version of a dataset, or a projection of it to some columns. Immutable, safe for use by
 * several threads, valid until the dataset is closed.
 */
public interface Version {
  /** Returns the commit. */
  CommitInfo commit();

  /** Returns the number of samples. */
  long size();

  /**
   * Returns the columns, in order: those of the data, and after them those whose names begin with
   * {@code _} (such as {@code _key} and {@code _origin}).
   */
  Schema schema();

  /** Returns this version with these columns only, in this order. Nothing is read. */
  Version select(String... columns);

  /**
   * Returns the sample at an index in O(log n) steps. Reads nothing of the sample itself until a
   * cell is asked for.
   *
   * @param index from 0, or from the end when negative: -1 is the last
   * @throws NotFoundException if the index is out of range
   */
  Sample sample(long index);

  /**
   * Returns many samples with all their reads planned together: sorted by place, each page read
   * once.
   *
   * @param indices in any order, repeats allowed
   * @return the samples in the order of {@code indices}
   */
  List<Sample> take(long... indices);

  /** Returns all samples in order, as batches of pages. */
  Scan scan();

  /** Returns the index of a sample in this version, or empty if it is not in it. */
  OptionalLong indexOf(SampleId id);

  /**
   * Returns the bytes of the cells of a column that are not null: of payloads as they came, of
   * other values in their canonical form. Reads one record a segment.
   */
  long columnBytes(String column);

  /** Returns the sample with a key. */
  Optional<Sample> find(String key);

  /**
   * Returns this version with these samples only, in this order; read by index as fast as the
   * version itself. Nothing is stored and nothing of the samples is read.
   *
   * @param indices indices of this version, negative ones from the end, each at most once
   * @throws NotFoundException if an index is out of range
   * @throws IllegalArgumentException if an index occurs twice
   */
  Version pick(long... indices);

  /**
   * Returns this version without the samples of which something was purged (see {@link
   * Dataset#purge}), so that all of it can be scanned, queried, loaded and exported; this one if
   * there are none. Looks at the names of chunks, and at the rows of those from which something was
   * purged; of a version that is not of a stored dataset it returns the version itself.
   */
  default Version withoutPurged() {
    return this;
  }

  /**
   * Compares this version with a later one, or any other of the same dataset: what was added,
   * removed, moved and modified. Nothing is read before the result is asked for it. Of projections,
   * the columns that they have count.
   *
   * @throws IllegalArgumentException if the other version is not of a stored dataset
   */
  default Diff diff(Version to) {
    return dev.sheaf.format.internal.diff.VersionDiff.between(this, to);
  }

  /**
   * Returns a digest of the data of the commit, 40 hex digits: of schema, cells and order of all
   * its samples. Commits with equal digests hold equal data, whatever documents lie beside it.
   */
  String dataDigest();

  /**
   * Returns a small file that is kept with the version: a definition of a view ({@code
   * views/NAME.json}), a recipe ({@code recipes/…}), a record of where something comes from ({@code
   * provenance/…}), the taxonomy of tags ({@code taxonomy.json}); or empty if there is none.
   *
   * @throws InvalidInputException if the path is none of these
   */
  Optional<byte[]> document(String path);

  /** Returns the paths of all documents below a folder, sorted; of {@code ""} all there are. */
  List<String> documents(String folder);
}
