package dev.sheaf.query.bench;

import java.util.List;

/** Something that answers queries on the narrow samples. */
interface Engine extends AutoCloseable {
  /** Returns all rows of the answer. */
  List<Object[]> query(String sql) throws Exception;
}
