package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Progress;
import java.io.IOException;
import java.util.List;

/** How the columns of a version go into a format; made before anything is written. */
public interface SinkPlan {
  /**
   * How one column is carried.
   *
   * @param column its name
   * @param type its type
   * @param as what it becomes in the format
   * @param note what a reader will not see as it was, or the empty string
   */
  record Carried(String column, String type, String as, String note) {}

  /** Returns how each column is carried, in the order of the version. */
  List<Carried> columns();

  /**
   * Writes all samples of the version in their order.
   *
   * @param progress told after each batch, in samples
   * @throws dev.sheaf.format.InvalidInputException if the format cannot hold a value; the message
   *     names column and sample
   */
  void write(SinkFolder folder, Progress progress) throws IOException;
}
