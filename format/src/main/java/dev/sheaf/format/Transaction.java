package dev.sheaf.format;

import java.util.Map;

/**
 * Changes to one branch, made visible by one commit, all or nothing. The version read is pinned
 * when the transaction begins. Not safe for use by several threads; any number of transactions, in
 * any number of processes, may be open at once.
 *
 * <p>{@link #commit} puts the changes on top of the newest version of the branch: appends always
 * fit; changes to the same cell, or a key that another writer has given other content meanwhile,
 * are refused with the cells named.
 *
 * <pre>{@code
 * try (Transaction change = pets.begin()) {
 *   change.append(Row.of().key("a").set("caption", "a cat").set("embedding", Tensor.ofFloats(v)));
 *   change.commit("Add a cat");
 * }
 * }</pre>
 */
public interface Transaction extends AutoCloseable {
  /** Returns the version that this transaction reads. */
  Version base();

  /**
   * Sets an id by which a repeated commit is recognised: if the branch has a commit with this id
   * already, changes are not looked at and {@link #commit} returns it. To be called before any
   * change.
   */
  Transaction id(String transactionId);

  /**
   * Adds a column. Samples that get no cell show the default. Appended rows may use it at once.
   *
   * @throws InvalidSchemaException if the name is taken, empty or reserved
   */
  Transaction addColumn(Column column);

  /**
   * Drops a column from this version on. Columns are dropped, renamed and widened before samples
   * are appended or updated.
   *
   * @throws InvalidInputException if a sample was appended or updated before
   */
  Transaction dropColumn(String name);

  /** Renames a column; its identity and cells stay. */
  Transaction renameColumn(String from, String to);

  /**
   * Widens a column's type: integers to wider integers or float64, float16/bfloat16/float32 to
   * wider floats. No cell is rewritten.
   *
   * @throws InvalidSchemaException if a value could be lost
   */
  Transaction widenColumn(String name, Type wider);

  /**
   * Appends a sample. Columns that are not declared are added with the type of their first value.
   *
   * @throws InvalidSchemaException if a value does not fit its column
   * @throws InvalidInputException if the key is taken in this transaction or version
   */
  Transaction append(Row row);

  /**
   * Appends a sample that is a part of another (a clip of a video, a crop, a frame), sharing its
   * bytes.
   *
   * @param parent the whole
   * @param kind what the part is, for example {@code clip}
   * @param span the part, for example {@code frames=[30, 46)}
   * @param row the cells; a {@link Media} cell read from this dataset is stored as a reference, not
   *     copied
   */
  Transaction appendDerived(SampleId parent, String kind, String span, Row row);

  /** Sets cells of a sample; the identity stays. */
  Transaction update(SampleId sample, Map<String, Object> cells);

  /** Sets cells and origin of a sample from a row; identity and key stay. */
  Transaction update(SampleId sample, Row row);

  /** Deletes a sample. */
  Transaction delete(SampleId sample);

  /**
   * Sets the order of the samples: a permutation or subset of the indices of {@link #base()}.
   * Samples left out leave the version. Not to be combined with other changes in one transaction.
   */
  Transaction reorder(long... indices);

  /**
   * Sets the content of a document of the version; see {@link Version#document}.
   *
   * @param content at most 64 MiB
   * @throws InvalidInputException if the path is none that documents may have
   */
  Transaction putDocument(String path, byte[] content);

  /** Removes a document; does nothing if there is none. */
  Transaction removeDocument(String path);

  /** Returns the number of samples appended so far. */
  long appended();

  /**
   * Commits, or returns the present version if nothing changed.
   *
   * @param message the commit message
   * @throws CommitConflictException if another writer changed the same cells or keys; nothing is
   *     changed
   */
  Version commit(String message);

  /** Drops what was not committed. */
  @Override
  void close();
}
